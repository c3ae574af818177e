//! Attacks, and that they fail: OAuth 2.0 Security Best Current Practice (RFC 9700), sessions,
//! cross-site requests, tokens that are not ours, people who are gone, and what is written down.

mod codes;
mod cookies;
mod forged_tokens;
mod pages;
mod people;
mod redirects;
mod refresh_tokens;
mod secrets;

use crate::on_both_databases;
use crate::support::{Answer, Browser, CALLBACK, Client, PASSWORD, TestServer};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use vestibule_shared::application::ApplicationType::{Native, SPA, Traditional};

/// Scopes of a client that wants to go on without the person.
const OFFLINE: [(&str, &str); 2] = [("scope", "openid offline_access"), ("prompt", "consent")];

/// Cookies in the attacker's hands: sent as they are, whatever their attributes say.
#[derive(Clone, Default)]
struct Jar(BTreeMap<String, String>);

impl Jar {
    /// Keeps what an answer sets.
    fn keep(&mut self, answer: &Answer) {
        for cookie in &answer.cookies {
            let pair = cookie.split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.0.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Those whose names begin so.
    fn only(&self, prefix: &str) -> Self {
        let kept = self.0.iter().filter(|(name, _)| name.starts_with(prefix));
        Self(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    fn header(&self) -> String {
        let pairs: Vec<String> =
            self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }
}

/// Calls with these cookies only, and keeps what is set.
async fn call(
    server: &TestServer,
    jar: &mut Jar,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> Answer {
    let browser = server.browser();
    let mut request = browser.request(method, path).header("cookie", jar.header());
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = browser.send(request).await;
    jar.keep(&answer);
    answer
}

/// The address of an authorization request.
fn request_of(client: &Client, extra: &str) -> String {
    format!(
        "/oidc/auth?client_id={}&response_type=code&redirect_uri={CALLBACK}&scope=openid\
         &code_challenge={}&code_challenge_method=S256{extra}",
        client.id,
        crate::support::browser::CHALLENGE
    )
}

/// Signs in with these cookies; the answer that the client gets. Addresses are taken without what
/// the server believes its own to be.
async fn sign_in(server: &TestServer, jar: &mut Jar, client: &Client, username: &str) -> Answer {
    call(server, jar, "GET", &request_of(client, "&prompt=login"), None).await.expect(303);
    let address = prove(server, jar, username).await;
    call(server, jar, "GET", &address, None).await.expect(303)
}

/// Proves the password in the interaction that has begun; the path at which it goes on.
async fn prove(server: &TestServer, jar: &mut Jar, username: &str) -> String {
    let begin = json!({ "interactionEvent": "SignIn" });
    call(server, jar, "PUT", "/api/experience", Some(begin)).await.expect(204);
    let body = json!({
        "identifier": { "type": "username", "value": username }, "password": PASSWORD,
    });
    let verified = call(server, jar, "POST", "/api/experience/verification/password", Some(body));
    let id = verified.await.expect(200).json["verificationId"].clone();
    let body = json!({ "verificationId": id });
    call(server, jar, "POST", "/api/experience/identification", Some(body)).await.expect(204);
    let submitted = call(server, jar, "POST", "/api/experience/submit", None).await.expect(200);
    path_of(submitted.json["redirectTo"].as_str().unwrap())
}

fn path_of(address: &str) -> String {
    url::Url::parse(address).unwrap().path().to_owned()
}

async fn is_signed_in(server: &TestServer, jar: &Jar, client: &Client) -> bool {
    let path = request_of(client, "&prompt=none");
    let answer = call(server, &mut jar.clone(), "GET", &path, None).await.expect(303);
    answer.parameter("code").is_some()
}
