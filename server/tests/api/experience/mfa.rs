//! Second factors: who is asked for one, who must set one up, who may do without.

mod backup_codes;
mod codes;
mod enrolment;
mod totp;
mod walks;

use super::*;
use crate::support::PASSWORD;
use totp_rs::{Builder, Secret};

const REQUIRED: &str = "session.mfa.require_mfa_verification";
const MISSING: &str = "user.missing_mfa";
const SUGGESTED: &str = "user.suggest_mfa";

/// Settings with these factors under this policy.
async fn demand(server: &TestServer, factors: &[&str], policy: &str) {
    server.configure(json!({ "mfa": { "factors": factors, "policy": policy } })).await;
}

/// What an authenticator app with this secret shows, so many seconds from the server's now.
fn app_shows(server: &TestServer, secret: &Value, seconds: i64) -> String {
    let secret = Secret::try_from_base32(secret.as_str().unwrap()).unwrap();
    let at = u64::try_from(server.app.clock.now() / 1000 + seconds).unwrap();
    Builder::new().with_secret(secret).build_noncompliant().generate(at).to_string()
}

/// A user with an authenticator app, which an administrator has set up; the id, and the secret.
async fn user_with_app(server: &TestServer, username: &str) -> (String, Value) {
    let id = server.user_named(username).await;
    let made = give(server, &id, json!({ "type": "Totp" })).await;
    (id, made["secret"].clone())
}

/// Gives a user a second factor by the Management API.
async fn give(server: &TestServer, user_id: &str, factor: Value) -> Value {
    let token = server.management_token().await;
    let path = format!("/api/users/{user_id}/mfa-verifications");
    server.browser().call("POST", &path, &token, Some(factor)).await.expect(200).json
}

/// A browser in which somebody has proved a password, and nothing else.
async fn identified(server: &TestServer, username: &str) -> Browser {
    let browser = visitor(server, "SignIn").await;
    let proof = browser.verify_password(username, PASSWORD).await.expect(200);
    browser.identify(&proof.json["verificationId"]).await.expect(204);
    browser
}

/// A browser in which somebody has registered with a user name.
async fn registered(server: &TestServer, username: &str) -> Browser {
    let browser = visitor(server, "Register").await;
    let proof = new_identity(&browser, username, PASSWORD).await.expect(200);
    browser.identify(&proof.json["verificationId"]).await.expect(201);
    browser
}

async fn post(browser: &Browser, path: &str, body: Value) -> Answer {
    browser.experience("POST", path, body).await
}

async fn verify_totp(browser: &Browser, code: &str) -> Answer {
    post(browser, "/verification/totp/verify", json!({ "code": code })).await
}

async fn verify_backup_code(browser: &Browser, code: &str) -> Answer {
    post(browser, "/verification/backup-code/verify", json!({ "code": code })).await
}

async fn bind(browser: &Browser, factor: &str, verification_id: &Value) -> Answer {
    let body = json!({ "type": factor, "verificationId": verification_id });
    post(browser, "/profile/mfa", body).await
}

/// Sets an authenticator app up to the point where it is staged; its secret.
async fn set_up_app(server: &TestServer, browser: &Browser) -> Value {
    let made = post(browser, "/verification/totp/secret", json!({})).await.expect(200).json;
    let body = json!({
        "verificationId": made["verificationId"],
        "code": app_shows(server, &made["secret"], 0),
    });
    post(browser, "/verification/totp/verify", body).await.expect(200);
    bind(browser, "Totp", &made["verificationId"]).await.expect(204);
    made["secret"].clone()
}

/// Makes backup codes and stages them.
async fn set_up_codes(browser: &Browser) -> Vec<String> {
    let made =
        post(browser, "/verification/backup-code/generate", json!({})).await.expect(200).json;
    bind(browser, "BackupCode", &made["verificationId"]).await.expect(204);
    serde_json::from_value(made["codes"].clone()).unwrap()
}

/// What the account keeps of second factors: their kinds in order.
async fn factors_of(server: &TestServer, id: &str) -> Vec<String> {
    let kept = account(server, id).await.mfa_verifications.0;
    kept.iter().map(|it| it["type"].as_str().unwrap().to_owned()).collect()
}

async fn user_id(browser: &Browser) -> String {
    interaction_of(browser).await["userId"].as_str().unwrap().to_owned()
}
