//! A browser: it keeps cookies and does not follow redirects by itself.

use super::{CALLBACK, Client, PASSWORD};
use serde_json::{Value, json};
use std::collections::HashMap;
use url::Url;

/// The S256 challenge of [`VERIFIER`].
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// The example of RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub struct Browser {
    http: reqwest::Client,
    endpoint: String,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HashMap<String, String>,
    /// What is set, attributes included.
    pub cookies: Vec<String>,
    pub text: String,
    pub json: Value,
}

impl Answer {
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    pub fn error(&self) -> &str {
        self.json["error"].as_str().unwrap_or_default()
    }

    pub fn location(&self) -> &str {
        self.headers.get("location").map(String::as_str).unwrap_or_default()
    }

    /// A parameter of the query of the location.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let url = Url::parse(self.location()).ok()?;
        let found = url.query_pairs().find(|(held, _)| held == name);
        found.map(|(_, value)| value.into_owned())
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{} {}", self.text, self.location());
        self
    }

    #[track_caller]
    pub fn expect_code(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.text);
        self
    }

    #[track_caller]
    pub fn expect_error(self, status: u16, error: &str) -> Self {
        assert_eq!((self.status, self.error()), (status, error), "{}", self.text);
        self
    }
}

impl Browser {
    pub fn new(endpoint: &str) -> Self {
        let http = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { http, endpoint: endpoint.to_owned() }
    }

    fn url(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.endpoint) }
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("?").to_owned()))
            .collect();
        let set = response.headers().get_all("set-cookie");
        let cookies = set.iter().map(|value| value.to_str().unwrap().to_owned()).collect();
        let text = response.text().await.unwrap();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Answer { status, headers, cookies, text, json }
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method.parse().unwrap(), self.url(path))
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    pub async fn json(&self, method: &str, path: &str, body: Value) -> Answer {
        self.send(self.request(method, path).json(&body)).await
    }

    /// Calls with a bearer token.
    pub async fn call(&self, method: &str, path: &str, token: &str, body: Option<Value>) -> Answer {
        let request = self.request(method, path).bearer_auth(token);
        self.send(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(self.request("POST", path).form(fields)).await
    }

    /// Calls the token endpoint as a client.
    pub async fn token(&self, client: &Client, fields: &[(&str, &str)]) -> Answer {
        let request = self.request("POST", "/oidc/token");
        match &client.secret {
            Some(secret) => {
                self.send(request.basic_auth(&client.id, Some(secret)).form(fields)).await
            }
            None => {
                let mut fields = fields.to_vec();
                fields.push(("client_id", &client.id));
                self.send(request.form(&fields)).await
            }
        }
    }

    /// Begins an authorization request for a code with PKCE.
    pub async fn authorize(&self, client: &Client, extra: &[(&str, &str)]) -> Answer {
        let mut parameters = vec![
            ("client_id", client.id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", CALLBACK),
            ("state", "the-state"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        if !extra.iter().any(|(name, _)| *name == "scope") {
            parameters.push(("scope", "openid profile email"));
        }
        // What a test gives replaces what is there; an empty value leaves it out.
        parameters.retain(|(name, _)| !extra.iter().any(|(given, _)| given == name));
        parameters.extend(extra.iter().filter(|(_, value)| !value.is_empty()));
        self.send(self.request("GET", "/oidc/auth").query(&parameters)).await
    }

    pub async fn experience(&self, method: &str, path: &str, body: Value) -> Answer {
        self.json(method, &format!("/api/experience{path}"), body).await
    }

    pub async fn begin(&self, event: &str) {
        self.experience("PUT", "", json!({ "interactionEvent": event })).await.expect(204);
    }

    pub async fn verify_password(&self, username: &str, password: &str) -> Answer {
        let identifier = json!({ "type": "username", "value": username });
        let body = json!({ "identifier": identifier, "password": password });
        self.experience("POST", "/verification/password", body).await
    }

    /// Sends a code to an address; the answer has the verification id.
    pub async fn send_code(&self, kind: &str, value: &str, event: &str) -> Answer {
        let identifier = json!({ "type": kind, "value": value });
        let body = json!({ "identifier": identifier, "interactionEvent": event });
        self.experience("POST", "/verification/verification-code", body).await
    }

    pub async fn verify_code(&self, kind: &str, value: &str, id: &Value, code: &str) -> Answer {
        let body = json!({
            "identifier": { "type": kind, "value": value },
            "verificationId": id,
            "code": code,
        });
        self.experience("POST", "/verification/verification-code/verify", body).await
    }

    pub async fn identify(&self, verification_id: &Value) -> Answer {
        let body = json!({ "verificationId": verification_id });
        self.experience("POST", "/identification", body).await
    }

    pub async fn submit(&self) -> Answer {
        self.send(self.request("POST", "/api/experience/submit")).await
    }

    /// Proves a password in an interaction that has begun, and submits.
    pub async fn prove_password(&self, username: &str, password: &str) -> Answer {
        self.begin("SignIn").await;
        let verified = self.verify_password(username, password).await.expect(200);
        self.identify(&verified.json["verificationId"]).await.expect(204);
        self.submit().await
    }

    /// Submits and goes back to the client; its redirect.
    pub async fn finish(&self) -> Answer {
        let submitted = self.submit().await.expect(200);
        self.get(submitted.json["redirectTo"].as_str().unwrap()).await
    }

    /// A whole sign-in by password, to the redirect that carries the code.
    pub async fn sign_in(&self, client: &Client, username: &str, extra: &[(&str, &str)]) -> Answer {
        self.authorize(client, extra).await.expect(303);
        let submitted = self.prove_password(username, PASSWORD).await.expect(200);
        self.get(submitted.json["redirectTo"].as_str().unwrap()).await.expect(303)
    }

    /// Exchanges a code.
    pub async fn exchange(&self, client: &Client, code: &str) -> Answer {
        self.token(
            client,
            &[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", CALLBACK),
                ("code_verifier", VERIFIER),
            ],
        )
        .await
    }

    /// A whole sign-in, to the tokens.
    pub async fn tokens(&self, client: &Client, username: &str, extra: &[(&str, &str)]) -> Value {
        let redirect = self.sign_in(client, username, extra).await;
        let code = redirect.parameter("code").expect("a code");
        self.exchange(client, &code).await.expect(200).json
    }

    pub async fn refresh(&self, client: &Client, token: &Value) -> Answer {
        let token = token.as_str().expect("a refresh token");
        self.token(client, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }
}
