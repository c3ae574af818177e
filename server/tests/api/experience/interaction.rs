//! The interaction itself: who may use it, how long, and how it ends.

use super::*;
use crate::on_both_databases;
use crate::support::PASSWORD;
use std::time::Duration;

on_both_databases! {
    async fn nothing_works_before_it_has_begun(server) {
        let browser = asked(&server).await;
        let calls = [
            ("PUT", "/interaction-event", json!({ "interactionEvent": "SignIn" })),
            ("POST", "/identification", json!({ "verificationId": "x" })),
            ("POST", "/submit", json!({})),
            ("GET", "/interaction", json!({})),
            ("POST", "/profile", json!({ "type": "username", "value": "ann" })),
            ("PUT", "/profile/password", json!({ "password": PASSWORD })),
            (
                "POST",
                "/verification/password",
                json!({ "identifier": { "type": "username", "value": "a" }, "password": "b" }),
            ),
            (
                "POST",
                "/verification/new-password-identity",
                json!({ "identifier": { "type": "username", "value": "a" }, "password": "b" }),
            ),
            (
                "POST",
                "/verification/verification-code",
                json!({
                    "identifier": { "type": "email", "value": "a@b.example" },
                    "interactionEvent": "SignIn",
                }),
            ),
            (
                "POST",
                "/verification/verification-code/verify",
                json!({
                    "identifier": { "type": "email", "value": "a@b.example" },
                    "verificationId": "x", "code": "1",
                }),
            ),
        ];
        for (method, path, body) in &calls {
            let answer = browser.experience(method, path, body.clone()).await;
            answer.expect_code(404, "session.interaction_not_found");
        }
        // Without the cookie there is not even a request to answer.
        let stranger = server.browser();
        for (method, path, body) in &calls {
            let answer = stranger.experience(method, path, body.clone()).await;
            let answer = answer.expect_code(400, "session.not_found");
            assert_eq!(answer.error(), "invalid_request");
        }
        let answer =
            stranger.experience("PUT", "", json!({ "interactionEvent": "SignIn" })).await;
        answer.expect_code(400, "session.not_found");
    }
}

on_both_databases! {
    async fn an_interaction_lives_an_hour(server) {
        server.user_named("ann").await;
        let browser = visitor(&server, "SignIn").await;
        server.advance(Duration::from_secs(3599));
        browser.verify_password("ann", PASSWORD).await.expect(200);
        server.advance(Duration::from_secs(1));
        browser.verify_password("ann", PASSWORD).await.expect_code(400, "session.not_found");
        browser.submit().await.expect_code(400, "session.not_found");
        let again = browser.experience("PUT", "", json!({ "interactionEvent": "SignIn" })).await;
        again.expect_code(400, "session.not_found");
    }
}

on_both_databases! {
    async fn applications_do_not_get_into_each_others_way(server) {
        let (one, two) = (server.client(SPA).await, server.client(SPA).await);
        let browser = server.browser();
        browser.authorize(&one, &[]).await.expect(303);
        browser.authorize(&two, &[]).await.expect(303);
        let begin = async |event: &str, by_header: Option<&str>, by_query: Option<&str>| {
            let query = by_query.map(|id| format!("?app_id={id}")).unwrap_or_default();
            let mut request = browser
                .request("PUT", &format!("/api/experience{query}"))
                .json(&json!({ "interactionEvent": event }));
            if let Some(id) = by_header {
                request = request.header("Logto-App-Id", id);
            }
            browser.send(request).await
        };
        let event_of = async |id: &str| {
            let request = browser.request("GET", "/api/experience/interaction");
            let answer = browser.send(request.header("Logto-App-Id", id)).await;
            answer.expect(200).json["interactionEvent"].clone()
        };
        begin("Register", Some(&one.id), None).await.expect(204);
        begin("SignIn", None, Some(&two.id)).await.expect(204);
        assert_eq!(event_of(&one.id).await, "Register");
        assert_eq!(event_of(&two.id).await, "SignIn");
        // Who names nobody gets the last one.
        begin("ForgotPassword", None, None).await.expect(204);
        assert_eq!(event_of(&one.id).await, "Register");
        assert_eq!(event_of(&two.id).await, "ForgotPassword");
        // The header comes before the query.
        begin("SignIn", Some(&one.id), Some(&two.id)).await.expect(204);
        assert_eq!(event_of(&one.id).await, "SignIn");
        // An application that has begun nothing here gets nobody else's.
        let foreign = server.client(SPA).await;
        for id in [foreign.id.as_str(), "unknown"] {
            let refused = begin("SignIn", Some(id), None).await;
            refused.expect_code(400, "session.not_found");
            begin("SignIn", None, Some(id)).await.expect_code(400, "session.not_found");
        }
    }
}

on_both_databases! {
    async fn what_is_shown_holds_no_secrets(server) {
        server.configure(all_methods()).await;
        let browser = visitor(&server, "Register").await;
        let identity = new_identity(&browser, "ann", PASSWORD).await.expect(200);
        let email = ("email", "ann@example.com");
        let (id, code) = sent_code(&server, &browser, email, "Register").await;
        add_to_profile(&browser, json!({ "type": "username", "value": "ann" })).await.expect(204);
        add_to_profile(&browser, json!({ "type": "password", "value": PASSWORD }))
            .await
            .expect(204);
        let shown = browser.get("/api/experience/interaction").await.expect(200);
        assert_eq!(shown.json, json!({
            "interactionEvent": "Register",
            "profile": { "username": "ann" },
            "mfa": {},
            "captcha": { "verified": false, "skipped": false },
            "verificationRecords": [
                {
                    "type": "NewPasswordIdentity",
                    "id": identity.json["verificationId"],
                    "identifier": { "type": "username", "value": "ann" },
                },
                {
                    "type": "EmailVerificationCode",
                    "id": id,
                    "identifier": { "type": "email", "value": "ann@example.com" },
                    "templateType": "Register",
                    "verified": false,
                },
            ],
        }));
        for secret in [PASSWORD, &code, "argon2", "digest", "Encrypted"] {
            assert!(!shown.text.contains(secret), "{secret}");
        }
    }
}

on_both_databases! {
    async fn a_record_replaces_the_one_of_its_type(server) {
        server.user_named("ann").await;
        let browser = visitor(&server, "SignIn").await;
        let first = browser.verify_password("ann", PASSWORD).await.expect(200).json;
        let second = browser.verify_password("ann", PASSWORD).await.expect(200).json;
        let records = interaction_of(&browser).await["verificationRecords"].clone();
        assert_eq!(records.as_array().unwrap().len(), 1);
        assert_eq!(records[0]["id"], second["verificationId"]);
        let refused = browser.identify(&first["verificationId"]).await;
        refused.expect_code(404, "session.verification_session_not_found");
    }
}

on_both_databases! {
    async fn submitting_twice_gives_the_same_answer(server) {
        server.user_named("ann").await;
        let browser = asked(&server).await;
        let first = browser.prove_password("ann", PASSWORD).await.expect(200);
        let second = browser.submit().await.expect(200);
        assert_eq!(first.text, second.text);
        let address = first.json["redirectTo"].as_str().unwrap().to_owned();
        assert!(address.starts_with(&server.at("/oidc/auth/")));
        let redirect = browser.get(&address).await.expect(303);
        assert!(redirect.parameter("code").is_some());
        // Going back finds nothing to go on with, and makes no second code.
        browser.submit().await.expect_code(400, "session.not_found");
        browser.get(&address).await.expect_code(400, "session.not_found");
    }
}

on_both_databases! {
    async fn nothing_is_submitted_before_somebody_is_identified(server) {
        server.user_named("ann").await;
        let browser = visitor(&server, "SignIn").await;
        browser.submit().await.expect_code(404, "session.identifier_not_found");
        browser.verify_password("ann", PASSWORD).await.expect(200);
        browser.submit().await.expect_code(404, "session.identifier_not_found");
        let visitor = visitor(&server, "Register").await;
        visitor.submit().await.expect_code(404, "session.identifier_not_found");
    }
}

on_both_databases! {
    async fn only_the_browser_that_began_goes_on(server) {
        server.user_named("ann").await;
        let browser = asked(&server).await;
        let submitted = browser.prove_password("ann", PASSWORD).await.expect(200);
        let address = submitted.json["redirectTo"].as_str().unwrap().to_owned();
        server.browser().get(&address).await.expect_code(400, "session.not_found");
        asked(&server).await.get(&address).await.expect_code(400, "session.not_found");
        browser.get(&address).await.expect(303);
    }
}

on_both_databases! {
    async fn who_gives_up_is_reported_to_the_client(server) {
        let client = server.client(SPA).await;
        let browser = server.browser();
        let parameters = [
            ("client_id", client.id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", crate::support::CALLBACK),
            ("scope", "openid"),
            ("state", "the-state"),
            ("code_challenge", crate::support::browser::CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let request = browser.request("GET", "/oidc/auth").query(&parameters);
        let answer = request.send().await.unwrap();
        let cookies = answer.headers().get_all("set-cookie").iter();
        let resume = cookies
            .filter_map(|it| it.to_str().unwrap().strip_prefix("_interaction_resume="))
            .next()
            .unwrap();
        let address = format!("/oidc/auth/{}", resume.split(';').next().unwrap());
        browser.begin("SignIn").await;
        // Asked too early, the person is sent back to the page.
        let early = browser.get(&address).await.expect(303);
        assert!(early.location().starts_with(&server.at("/sign-in")), "{}", early.location());
        browser.send(browser.request("DELETE", "/api/interaction")).await.expect(204);
        browser.submit().await.expect_code(404, "session.interaction_not_found");
        let redirect = browser.get(&address).await.expect(303);
        assert!(redirect.location().starts_with(crate::support::CALLBACK));
        assert_eq!(redirect.parameter("error").as_deref(), Some("access_denied"));
        assert_eq!(redirect.parameter("state").as_deref(), Some("the-state"));
        assert_eq!(redirect.parameter("code"), None);
        browser.get(&address).await.expect_code(400, "session.not_found");
        let none = browser.send(browser.request("DELETE", "/api/interaction")).await;
        none.expect_code(400, "session.not_found");
    }
}

on_both_databases! {
    async fn another_site_cannot_act_for_the_person(server) {
        let browser = visitor(&server, "SignIn").await;
        let calls = [("POST", "/api/experience/submit"), ("DELETE", "/api/interaction")];
        for (method, path) in calls {
            for (name, value) in [
                ("origin", "https://evil.example"),
                ("origin", "null"),
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-site", "same-site"),
            ] {
                let request = browser.request(method, path).header(name, value);
                let refused = browser.send(request).await;
                refused.expect_code(403, "request.forbidden_origin");
            }
        }
        assert_eq!(interaction_of(&browser).await["interactionEvent"], "SignIn");
        let own = browser.request("DELETE", "/api/interaction").header("origin", &server.endpoint);
        browser.send(own).await.expect(204);
    }
}

on_both_databases! {
    async fn a_captcha_token_without_provider_is_refused(server) {
        let browser = asked(&server).await;
        let body = json!({ "interactionEvent": "SignIn", "captchaToken": "token" });
        browser.experience("PUT", "", body).await.expect_code(422, "session.captcha_failed");
    }
}
