//! What a proof is good for, and what nobody gets by asking for it.

use super::*;
use std::time::Instant;

on_both_databases! {
    async fn a_code_is_good_for_the_purpose_that_it_was_sent_for(server) {
        allow_codes(&server).await;
        let user = json!({ "username": "ann", "password": PASSWORD, "primaryEmail": EMAIL });
        server.user(user).await;
        let client = server.client(SPA).await;
        // The purpose changes after the code was sent, or after it was proved: both are gone.
        for (first, then) in [("SignIn", "ForgotPassword"), ("ForgotPassword", "SignIn")] {
            let (browser, record, code) = sent(&server, &client, first).await;
            browser.begin(then).await;
            let refused = browser.verify_code("email", EMAIL, &record, &code).await;
            refused.expect_code(404, "session.verification_session_not_found");
            let (browser, record) = proved(&server, &client, first).await;
            browser.begin(then).await;
            let refused = browser.identify(&record).await;
            refused.expect_code(404, "session.verification_session_not_found");
        }
        // So they are in a request of another client in the same browser.
        let (browser, record, code) = sent(&server, &client, "SignIn").await;
        browser.authorize(&server.client(SPA).await, &[]).await.expect(303);
        browser.begin("SignIn").await;
        let refused = browser.verify_code("email", EMAIL, &record, &code).await;
        refused.expect_code(404, "session.verification_session_not_found");
    }
}

on_both_databases! {
    async fn a_code_that_promised_a_sign_in_sets_no_password(server) {
        allow_codes(&server).await;
        let user = json!({ "username": "ann", "password": PASSWORD, "primaryEmail": EMAIL });
        server.user(user).await;
        let client = server.client(SPA).await;
        // The message says what the caller chose, the interaction is another.
        for purpose in ["SignIn", "Register"] {
            let browser = visitor(&server, &client, "ForgotPassword").await;
            let sent = browser.send_code("email", EMAIL, purpose).await;
            if sent.status != 200 {
                continue;
            }
            let message = server.last_message().await;
            let record = &sent.json["verificationId"];
            let code = message["code"].as_str().unwrap();
            browser.verify_code("email", EMAIL, record, code).await;
            let identified = browser.identify(record).await;
            assert_ne!(identified.status, 204, "a message of type {}", message["type"]);
        }
    }
}

on_both_databases! {
    async fn nobody_gets_what_is_not_asked_for(server) {
        let client = server.client(SPA).await;
        let privileges = json!({
            "id": "chosen", "userId": "chosen", "isSuspended": true, "verified": true,
            "roles": ["admin"], "roleIds": [ADMINISTRATOR_ROLE], "customData": { "paid": true },
            "applicationId": "other", "createdAt": 0, "passwordDigest": "x",
            "profile": { "customData": { "paid": true } },
        });
        let with = |body: Value| {
            let mut whole = privileges.clone();
            whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
            whole
        };
        let browser = server.browser();
        browser.authorize(&client, &[]).await.expect(303);
        let body = with(json!({ "interactionEvent": "Register" }));
        browser.experience("PUT", "", body).await.expect(204);
        let body = with(json!({
            "identifier": { "type": "username", "value": "mallory" }, "password": PASSWORD,
        }));
        let path = "/verification/new-password-identity";
        let staged = browser.experience("POST", path, body).await.expect(200);
        let body = with(json!({ "verificationId": staged.json["verificationId"] }));
        browser.experience("POST", "/identification", body).await.expect(201);
        let made = browser.get("/api/experience/interaction").await.expect(200).json;
        browser.experience("POST", "/submit", privileges.clone()).await.expect(200);

        let mut rows = server.app.store.read().await.unwrap();
        let row = users::by_id(&mut rows, made["userId"].as_str().unwrap()).await.unwrap();
        drop(rows);
        let row = row.unwrap();
        assert_ne!(row.id, "chosen");
        assert!(row.custom_data.0.is_empty() && !row.is_suspended);
        assert_eq!(row.application_id.as_deref(), Some(client.id.as_str()));
        assert!(row.password_digest.unwrap().starts_with("$argon2id$"));
        // The role of administrators is not hers.
        let asked = [("scope", "all"), ("resource", MANAGEMENT_API)];
        let browser = server.browser();
        let redirect = browser.sign_in(&client, "mallory", &asked).await;
        let code = redirect.parameter("code").unwrap();
        let tokens = browser.exchange(&client, &code).await.expect(200).json;
        assert_eq!(tokens["scope"], "");
    }
}

/// The answer takes as long whether there is an account or not. Measured in turns, so that
/// whatever else runs slows all of them down alike; a look-up without any hashing would be ten
/// times as fast.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_time_of_an_answer_tells_nobody_who_has_an_account() {
    let server = TestServer::start(None).await;
    server.user_named("ann").await;
    server.user(json!({ "username": "nopassword" })).await;
    // MD5 of "password-of-old": compared much faster than a digest of our own.
    let digest = "0511ef0262bee7b76da37a23e9bc3d8f";
    let old = json!({ "username": "old", "passwordDigest": digest, "passwordAlgorithm": "MD5" });
    server.user(old).await;
    let client = server.client(SPA).await;
    let browser = visitor(&server, &client, "SignIn").await;
    let names = ["ann", "nopassword", "old", "nobody", "no name at all"];
    let mut times = names.map(|_| Vec::new());
    for _ in 0..31 {
        for (name, times) in names.iter().zip(&mut times) {
            let started = Instant::now();
            browser.verify_password(name, "wrong").await.expect(422);
            times.push(started.elapsed().as_secs_f64());
        }
    }
    let medians = times.map(|mut times| {
        times.sort_unstable_by(f64::total_cmp);
        times[times.len() / 2]
    });
    for (name, median) in names.iter().zip(medians) {
        let ratio = median / medians[0];
        assert!((0.7..1.4).contains(&ratio), "{name} takes {ratio} times as long: {medians:?}");
    }
}
