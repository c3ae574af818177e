//! The Experience API: signing in, registering, resetting a password, and every refusal on the
//! way.

mod captcha;
mod codes;
mod enterprise_sso;
mod extra_profile;
mod forgot_password;
mod identification;
mod interaction;
mod lock_out;
mod messages;
mod mfa;
mod policies;
mod profile;
mod register;
mod setup;
mod sign_in;
mod well_known;

use crate::support::{Answer, Browser, TestServer};
use serde_json::{Value, json};
use vestibule_shared::application::ApplicationType::SPA;
use vestibule_store::users::{self, UserChange, UserRow};
use vestibule_store::{Durability, StoreError};

/// A browser in which somebody has begun.
async fn visitor(server: &TestServer, event: &str) -> Browser {
    let browser = asked(server).await;
    browser.begin(event).await;
    browser
}

/// A browser that an application has sent here.
async fn asked(server: &TestServer) -> Browser {
    let client = server.client(SPA).await;
    let browser = server.browser();
    browser.authorize(&client, &[]).await.expect(303);
    browser
}

/// A way to sign in, as the settings write it.
fn method(identifier: &str, password: bool, verification_code: bool) -> Value {
    json!({
        "identifier": identifier,
        "password": password,
        "verificationCode": verification_code,
        "isPasswordPrimary": true,
    })
}

/// Settings under which all three identifiers sign in, by password or code, and new accounts
/// have an e-mail address.
fn all_methods() -> Value {
    json!({
        "signIn": { "methods": [
            method("username", true, false),
            method("email", true, true),
            method("phone", true, true),
        ] },
        "signUp": { "identifiers": ["email"], "password": false, "verify": true },
        "forgotPasswordMethods": null,
    })
}

/// Sends a code and reads it in the outbox: the id of the record, and the code.
async fn sent_code(
    server: &TestServer,
    browser: &Browser,
    (kind, value): (&str, &str),
    event: &str,
) -> (Value, String) {
    let sent = browser.send_code(kind, value, event).await.expect(200);
    let message = server.last_message().await;
    assert_eq!(message["to"], value);
    let code = message["code"].as_str().unwrap().to_owned();
    (sent.json["verificationId"].clone(), code)
}

/// Proves an address by a code; the id of the record.
async fn proved(
    server: &TestServer,
    browser: &Browser,
    (kind, value): (&str, &str),
    event: &str,
) -> Value {
    let (id, code) = sent_code(server, browser, (kind, value), event).await;
    let verified = browser.verify_code(kind, value, &id, &code).await.expect(200);
    assert_eq!(verified.json["verificationId"], id);
    id
}

/// Tries a password of any kind of identifier.
async fn try_password(browser: &Browser, kind: &str, value: &str, password: &str) -> Answer {
    let identifier = json!({ "type": kind, "value": value });
    let body = json!({ "identifier": identifier, "password": password });
    browser.experience("POST", "/verification/password", body).await
}

/// Stages a user name and a password for a new account.
async fn new_identity(browser: &Browser, username: &str, password: &str) -> Answer {
    let identifier = json!({ "type": "username", "value": username });
    let body = json!({ "identifier": identifier, "password": password });
    browser.experience("POST", "/verification/new-password-identity", body).await
}

async fn add_to_profile(browser: &Browser, addition: Value) -> Answer {
    browser.experience("POST", "/profile", addition).await
}

async fn change_event(browser: &Browser, event: &str) -> Answer {
    browser.experience("PUT", "/interaction-event", json!({ "interactionEvent": event })).await
}

/// Identifies or registers without naming a record.
async fn identify_by_profile(browser: &Browser) -> Answer {
    browser.experience("POST", "/identification", json!({})).await
}

async fn interaction_of(browser: &Browser) -> Value {
    browser.get("/api/experience/interaction").await.expect(200).json
}

async fn account(server: &TestServer, id: &str) -> UserRow {
    let mut connection = server.app.store.read().await.unwrap();
    users::by_id(&mut connection, id).await.unwrap().unwrap()
}

async fn number_of_accounts(server: &TestServer) -> i64 {
    users::count(&mut server.app.store.read().await.unwrap()).await.unwrap()
}

async fn change_account(server: &TestServer, id: &str, change: UserChange) {
    server
        .app
        .store
        .write::<_, StoreError, _>(Durability::Durable, async |connection| {
            users::update(connection, id, &change).await.map(|_| ())
        })
        .await
        .unwrap();
}

async fn suspend(server: &TestServer, id: &str) {
    let change = UserChange { is_suspended: Some(true), ..UserChange::default() };
    change_account(server, id, change).await;
}
