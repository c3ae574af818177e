//! People who are suspended, deleted or locked out: every grant and endpoint.

mod limits;
mod proofs;

use super::*;
use vestibule::seed::{ADMINISTRATOR_ROLE, MANAGEMENT_API};
use vestibule_store::users::{self, UserChange};
use vestibule_store::{Durability, StoreError};

const EMAIL: &str = "ann@example.com";
/// Chosen in place of the old one.
const NEW_PASSWORD: &str = "Another-Horse-43-Battery";

/// Everything that a person can have.
struct Belongings {
    user_id: String,
    client: Client,
    /// With a session.
    browser: Browser,
    /// Opaque, with a refresh token.
    tokens: Value,
    /// Not exchanged yet.
    code: String,
    /// For the Management API.
    management: String,
    /// In which the password was proved, but not submitted.
    proving: (Browser, Value),
    /// In which the account was found, but nothing submitted.
    identified: Browser,
    /// In which a code is on its way.
    waiting: (Browser, Value, String),
    /// In which a code was proved, but the account not found.
    by_code: (Browser, Value),
    /// In which a new password was chosen, but not submitted.
    resetting: Browser,
    /// In which everything was done, but the client has no answer yet.
    arriving: (Browser, String),
}

/// Settings under which a name and a password, or an address and either, let somebody in.
async fn allow_codes(server: &TestServer) {
    let method = |identifier: &str, by_code: bool| {
        json!({
            "identifier": identifier, "password": true, "verificationCode": by_code,
            "isPasswordPrimary": true,
        })
    };
    let methods = [method("username", false), method("email", true), method("phone", true)];
    let settings = json!({ "signIn": { "methods": methods }, "forgotPasswordMethods": null });
    server.configure(settings).await;
}

/// A browser that has come from a client and begun.
async fn visitor(server: &TestServer, client: &Client, event: &str) -> Browser {
    let browser = server.browser();
    browser.authorize(client, &[]).await.expect(303);
    browser.begin(event).await;
    browser
}

/// A browser in which a code was asked for, the id of the record, and the code.
async fn sent(server: &TestServer, client: &Client, event: &str) -> (Browser, Value, String) {
    let browser = visitor(server, client, event).await;
    let sent = browser.send_code("email", EMAIL, event).await.expect(200);
    let message = server.last_message().await;
    let code = message["code"].as_str().unwrap().to_owned();
    (browser, sent.json["verificationId"].clone(), code)
}

/// A browser in which the code was proved, and the id of the record.
async fn proved(server: &TestServer, client: &Client, event: &str) -> (Browser, Value) {
    let (browser, record, code) = sent(server, client, event).await;
    browser.verify_code("email", EMAIL, &record, &code).await.expect(200);
    (browser, record)
}

async fn choose_password(browser: &Browser) -> Answer {
    let body = json!({ "password": NEW_PASSWORD });
    browser.experience("PUT", "/profile/password", body).await
}

async fn belongings(server: &TestServer) -> Belongings {
    allow_codes(server).await;
    let client = server.client(Native).await;
    let user = json!({ "username": "ann", "password": PASSWORD, "primaryEmail": EMAIL });
    let user_id = server.user(user).await;
    let made = server.app.store.write::<_, StoreError, _>(Durability::Durable, async |rows| {
        users::attach_role(rows, &user_id, ADMINISTRATOR_ROLE).await
    });
    made.await.unwrap();
    let browser = server.browser();
    let tokens = browser.tokens(&client, "ann", &OFFLINE).await;
    let asked = [("scope", "all"), ("resource", MANAGEMENT_API)];
    let redirect = browser.authorize(&client, &asked).await.expect(303);
    let code = redirect.parameter("code").unwrap();
    let management =
        browser.exchange(&client, &code).await.expect(200).json["access_token"].clone();
    let code = browser.authorize(&client, &[]).await.parameter("code").unwrap();

    let proving = visitor(server, &client, "SignIn").await;
    let by_password = proving.verify_password("ann", PASSWORD).await.expect(200);
    let (identified, record) = proved(server, &client, "SignIn").await;
    identified.identify(&record).await.expect(204);
    let waiting = sent(server, &client, "SignIn").await;
    let by_code = proved(server, &client, "SignIn").await;
    let (resetting, record) = proved(server, &client, "ForgotPassword").await;
    resetting.identify(&record).await.expect(204);
    choose_password(&resetting).await.expect(204);
    let arriving = server.browser();
    arriving.authorize(&client, &[]).await.expect(303);
    let submitted = arriving.prove_password("ann", PASSWORD).await.expect(200);
    let address = submitted.json["redirectTo"].as_str().unwrap().to_owned();
    Belongings {
        user_id,
        client,
        browser,
        tokens,
        code,
        management: management.as_str().unwrap().to_owned(),
        proving: (proving, by_password.json["verificationId"].clone()),
        identified,
        waiting,
        by_code,
        resetting,
        arriving: (arriving, address),
    }
}

async fn introspected(server: &TestServer, token: &Value) -> Value {
    let api = server.client(Traditional).await;
    let fields = [
        ("token", token.as_str().unwrap()),
        ("client_id", api.id.as_str()),
        ("client_secret", api.secret.as_deref().unwrap()),
    ];
    server.browser().form("/oidc/token/introspection", &fields).await.expect(200).json
}

/// Whether everything a person has works, or nothing of it.
async fn assert_all(server: &TestServer, held: &Belongings, works: bool) {
    let Belongings { client, browser, tokens, .. } = held;
    let expected = |status: u16| if works { 200 } else { status };
    let access = tokens["access_token"].as_str().unwrap();
    let info = browser.call("GET", "/oidc/me", access, None).await;
    assert_eq!(info.status, expected(401), "userinfo: {}", info.text);
    for name in ["access_token", "refresh_token"] {
        let told = introspected(server, &tokens[name]).await;
        assert_eq!(told["active"], works, "introspection of the {name}");
    }
    let users = browser.call("GET", "/api/users", &held.management, None).await;
    assert_eq!(users.status, expected(401), "Management API: {}", users.text);
    let silent = browser.authorize(client, &[("prompt", "none")]).await.expect(303);
    assert_eq!(silent.parameter("code").is_some(), works, "session: {}", silent.location());
    let exchanged = browser.exchange(client, &held.code).await;
    assert_eq!(exchanged.status, expected(400), "code: {}", exchanged.text);
    let refreshed = browser.refresh(client, &tokens["refresh_token"]).await;
    assert_eq!(refreshed.status, expected(400), "refresh token: {}", refreshed.text);
    if !works {
        assert_eq!((exchanged.error(), refreshed.error()), ("invalid_grant", "invalid_grant"));
        // With the refresh token for an API as well.
        let fields = [
            ("grant_type", "refresh_token"),
            ("resource", MANAGEMENT_API),
            ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
        ];
        browser.token(client, &fields).await.expect_error(400, "invalid_grant");
    }
    let (arriving, address) = &held.arriving;
    let arrived = arriving.get(address).await;
    assert_eq!(arrived.parameter("code").is_some(), works, "resuming: {}", arrived.text);
    assert_eq!(!arrived.cookies.is_empty(), works, "{:?}", arrived.cookies);
    assert_interactions(held, works).await;
}

/// The same of what was begun and not ended.
async fn assert_interactions(held: &Belongings, works: bool) {
    let (waiting, record, code) = &held.waiting;
    let verified = waiting.verify_code("email", EMAIL, record, code).await;
    assert!(verified.status == 200 || !works, "verification: {}", verified.text);
    let proofs = [
        ("password", &held.proving.0, &held.proving.1),
        ("code", &held.by_code.0, &held.by_code.1),
        ("late code", waiting, record),
    ];
    for (what, browser, record) in proofs {
        let identified = browser.identify(record).await;
        assert_eq!(identified.status == 204, works, "{what}: {}", identified.text);
        let submitted = browser.submit().await;
        assert_eq!(submitted.status == 200, works, "{what}: {}", submitted.text);
    }
    let submitted = held.identified.submit().await;
    assert_eq!(submitted.status == 200, works, "submission: {}", submitted.text);
    let reset = held.resetting.submit().await;
    assert_eq!(reset.status == 200, works, "new password: {}", reset.text);
}

async fn sign_in_again(server: &TestServer, held: &Belongings, password: &str) -> Answer {
    let browser = visitor(server, &held.client, "SignIn").await;
    browser.verify_password("ann", password).await
}

on_both_databases! {
    async fn nobody_is_kept_out_without_a_reason(server) {
        // That the other tests here mean something.
        let held = belongings(&server).await;
        assert_all(&server, &held, true).await;
        sign_in_again(&server, &held, NEW_PASSWORD).await.expect(200);
    }
}

on_both_databases! {
    async fn a_suspended_person_has_nothing_at_the_next_request(server) {
        let held = belongings(&server).await;
        let change = UserChange { is_suspended: Some(true), ..UserChange::default() };
        let written =
            server.app.store.write::<_, StoreError, _>(Durability::Durable, async |rows| {
                users::update(rows, &held.user_id, &change).await
            });
        assert!(written.await.unwrap());
        assert_all(&server, &held, false).await;
        // Who knows the password, which is the old one, learns why; who does not learns nothing.
        let told = sign_in_again(&server, &held, PASSWORD).await;
        told.expect_code(401, "user.suspended");
        let guessed = sign_in_again(&server, &held, "wrong").await;
        guessed.expect_code(422, "session.invalid_credentials");
    }
}

on_both_databases! {
    async fn a_deleted_person_has_nothing_at_the_next_request(server) {
        let held = belongings(&server).await;
        let token = server.management_token().await;
        let path = format!("/api/users/{}", held.user_id);
        server.browser().call("DELETE", &path, &token, None).await.expect(204);
        assert_all(&server, &held, false).await;
        // Nothing that was left open has made the account again.
        let count = users::count(&mut server.app.store.read().await.unwrap()).await.unwrap();
        assert_eq!(count, 0);
        let answer = sign_in_again(&server, &held, PASSWORD).await;
        answer.expect_code(422, "session.invalid_credentials");
        // Somebody else who takes the name inherits nothing.
        server.user_named("ann").await;
        let refreshed = held.browser.refresh(&held.client, &held.tokens["refresh_token"]).await;
        refreshed.expect_error(400, "invalid_grant");
        let silent = held.browser.authorize(&held.client, &[("prompt", "none")]).await;
        assert_eq!(silent.parameter("error").as_deref(), Some("login_required"));
    }
}

on_both_databases! {
    async fn whoever_is_locked_out_keeps_what_they_have_but_proves_nothing_more(server) {
        server.configure(json!({ "sentinelPolicy": { "maxAttempts": 5 } })).await;
        let held = belongings(&server).await;
        for _ in 0..5 {
            sign_in_again(&server, &held, "wrong").await;
        }
        let blocked = sign_in_again(&server, &held, PASSWORD).await;
        blocked.expect_code(400, "session.verification_blocked_too_many_attempts");
        // An attacker who guesses must not be able to sign anybody out.
        assert_all(&server, &held, true).await;

        // Whoever guesses codes locks the address, for passwords and for every purpose.
        let (guessing, record, code) = sent(&server, &held.client, "SignIn").await;
        let wrong = if code == "000000" { "111111" } else { "000000" };
        for _ in 0..5 {
            guessing.verify_code("email", EMAIL, &record, wrong).await.expect(400);
        }
        for event in ["SignIn", "ForgotPassword"] {
            let (browser, record, code) = sent(&server, &held.client, event).await;
            let refused = browser.verify_code("email", EMAIL, &record, &code).await;
            refused.expect_code(400, "session.verification_blocked_too_many_attempts");
            browser.identify(&record).await.expect_code(400, "session.verification_failed");
        }
    }
}
