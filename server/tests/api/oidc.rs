//! Authorization, tokens, userinfo, logout, as a client sees them.

mod addresses;
mod client_authentication;
mod cors;
mod introspection;
mod logout;
mod resources;
mod responses;

use crate::on_both_databases;
use crate::support::{Browser, CALLBACK, Client, PASSWORD, TestServer, jwt};
use serde_json::{Value, json};
use std::time::Duration;
use vestibule_shared::application::ApplicationType::{MachineToMachine, Native, SPA, Traditional};

/// Scopes of a client that wants to go on without the person.
const OFFLINE: [(&str, &str); 2] = [("scope", "openid offline_access"), ("prompt", "consent")];

/// An application with these settings.
async fn application(server: &TestServer, kind: &str, custom: Value) -> Client {
    let token = server.management_token().await;
    let browser = server.browser();
    let body = json!({
        "name": "Test", "type": kind, "customClientMetadata": custom,
        "oidcClientMetadata": { "redirectUris": [CALLBACK], "postLogoutRedirectUris": [] },
    });
    let made = browser.call("POST", "/api/applications", &token, Some(body)).await;
    assert!((200..300).contains(&made.status), "{}", made.text);
    let id = made.json["id"].as_str().unwrap().to_owned();
    let address = format!("/api/applications/{id}/secrets");
    let secrets = browser.call("GET", &address, &token, None).await.expect(200).json;
    Client { id, secret: secrets[0]["value"].as_str().map(str::to_owned) }
}

/// The value of a hidden field of a page.
fn field(page: &str, name: &str) -> String {
    let start = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&start).unwrap_or_else(|| panic!("no field {name}: {page}"));
    unescape(rest.split_once('"').unwrap().0)
}

fn unescape(text: &str) -> String {
    let entities =
        [("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&#x27;", "'"), ("&#x2f;", "/")];
    let text = entities.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    text.replace("&amp;", "&")
}

on_both_databases! {
    async fn a_person_signs_in_and_the_client_gets_tokens(server) {
        let client = server.client(Traditional).await;
        let user_id = server.user_named("ann").await;
        let browser = server.browser();
        let asked = browser.authorize(&client, &[("nonce", "n-1")]).await.expect(303);
        assert_eq!(asked.location(), server.at(&format!("/sign-in?app_id={}", client.id)));
        let submitted = browser.prove_password("ann", PASSWORD).await.expect(200);
        let redirect =
            browser.get(submitted.json["redirectTo"].as_str().unwrap()).await.expect(303);
        assert!(redirect.location().starts_with(CALLBACK));
        assert_eq!(redirect.parameter("state").as_deref(), Some("the-state"));
        assert_eq!(redirect.parameter("iss"), Some(server.at("/oidc")));
        let code = redirect.parameter("code").unwrap();
        let tokens = browser.exchange(&client, &code).await.expect(200).json;
        assert_eq!(tokens["token_type"], "Bearer");
        assert_eq!(tokens["expires_in"], 3600);
        assert_eq!(tokens["scope"], "openid profile email");
        assert!(tokens["refresh_token"].is_null());
        let access_token = tokens["access_token"].as_str().unwrap();
        let info = browser.call("GET", "/oidc/me", access_token, None).await.expect(200).json;
        assert_eq!(info["sub"], json!(user_id));
        assert_eq!(info["username"], "ann");
        assert_eq!(info["email_verified"], false);
    }
}

on_both_databases! {
    async fn a_second_request_in_the_same_browser_needs_no_password(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        browser.sign_in(&client, "ann", &[]).await;
        let again = browser.authorize(&client, &[("prompt", "none")]).await.expect(303);
        assert!(again.parameter("code").is_some(), "{}", again.location());
        let stranger = server.browser().authorize(&client, &[("prompt", "none")]).await.expect(303);
        assert_eq!(stranger.parameter("error").as_deref(), Some("login_required"));
    }
}

on_both_databases! {
    async fn client_credentials_give_only_what_roles_hold(server) {
        let manager = server.manager().await;
        let nobody = server.client_with(MachineToMachine, &[], None).await;
        let browser = server.browser();
        let fields = [
            ("grant_type", "client_credentials"),
            ("resource", "https://default.logto.app/api"),
            ("scope", "all other"),
        ];
        let answer = browser.token(&manager, &fields).await.expect(200);
        assert_eq!(answer.json["scope"], "all");
        let answer = browser.token(&nobody, &fields).await.expect(200);
        assert!(answer.json["scope"].is_null());
        let without = [("grant_type", "client_credentials")];
        browser.token(&manager, &without).await.expect_error(400, "invalid_target");
    }
}

on_both_databases! {
    async fn refresh_tokens_rotate_and_their_reuse_ends_the_grant(server) {
        let client = server.client(Native).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let offline = [("scope", "openid offline_access"), ("prompt", "consent")];
        let tokens = browser.tokens(&client, "ann", &offline).await;
        let first = tokens["refresh_token"].clone();
        let second = browser.refresh(&client, &first).await.expect(200).json;
        assert_ne!(second["refresh_token"], first);
        // Within three seconds the same token is answered alike.
        let repeated = browser.refresh(&client, &first).await.expect(200).json;
        assert_eq!(repeated["refresh_token"], second["refresh_token"]);
        server.advance(Duration::from_secs(4));
        browser.refresh(&client, &first).await.expect_error(400, "invalid_grant");
        browser.refresh(&client, &second["refresh_token"]).await.expect_error(400, "invalid_grant");
        let access = second["access_token"].as_str().unwrap();
        browser.call("GET", "/oidc/me", access, None).await.expect_error(401, "invalid_token");
    }
}

on_both_databases! {
    async fn refreshing_may_narrow_the_scope_but_not_widen_it(server) {
        let client = server.client(Traditional).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let offline = [("scope", "openid profile offline_access"), ("prompt", "consent")];
        let tokens = browser.tokens(&client, "ann", &offline).await;
        let token = tokens["refresh_token"].as_str().unwrap();
        let refresh =
            |scope| [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
        let narrow = browser.token(&client, &refresh("openid")).await.expect(200).json;
        assert_eq!(narrow["scope"], "openid");
        let claims = jwt::id_token(&server, &narrow["id_token"], &client.id).await;
        assert_eq!((claims.get("username"), claims.get("at_hash")), (None, None));
        let wide = browser.token(&client, &refresh("openid email")).await;
        let wide = wide.expect_error(400, "invalid_scope");
        assert_eq!(wide.json["scope"], "email");
        let all = browser.refresh(&client, &narrow["refresh_token"]).await.expect(200).json;
        assert_eq!(all["scope"], "openid profile offline_access");
    }
}

on_both_databases! {
    async fn offline_access_needs_consent_and_other_clients_may_always_get_a_refresh_token(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let tokens = browser.tokens(&client, "ann", &[("scope", "openid offline_access")]).await;
        assert_eq!(tokens["scope"], "openid");
        assert!(tokens["refresh_token"].is_null());
        let always = application(&server, "SPA", json!({ "alwaysIssueRefreshToken": true })).await;
        let tokens = server.browser().tokens(&always, "ann", &[("scope", "openid")]).await;
        assert!(tokens["refresh_token"].is_string());
    }
}

on_both_databases! {
    async fn refresh_tokens_of_confidential_clients_rotate_late_and_end(server) {
        let client =
            application(&server, "Traditional", json!({ "refreshTokenTtlInDays": 10 })).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let first = browser.tokens(&client, "ann", &OFFLINE).await["refresh_token"].clone();
        let day = Duration::from_secs(24 * 3600);
        server.advance(day * 6);
        let same = browser.refresh(&client, &first).await.expect(200).json;
        assert_eq!(same["refresh_token"], first);
        server.advance(day * 2);
        let second = browser.refresh(&client, &first).await.expect(200).json;
        assert_ne!(second["refresh_token"], first);
        server.advance(day * 11);
        let late = browser.refresh(&client, &second["refresh_token"]).await;
        late.expect_error(400, "invalid_grant");
    }
}

on_both_databases! {
    async fn no_more_grants_than_allowed_live_at_the_same_time(server) {
        let client = application(&server, "Native", json!({ "maxAllowedGrants": 2 })).await;
        server.user_named("ann").await;
        server.user_named("bob").await;
        let mut tokens = Vec::new();
        for name in ["bob", "ann", "ann", "ann"] {
            tokens.push(server.browser().tokens(&client, name, &OFFLINE).await);
            server.advance(Duration::from_secs(1));
        }
        let browser = server.browser();
        for (index, status) in [(0, 200), (1, 400), (2, 200), (3, 200)] {
            let answer = browser.refresh(&client, &tokens[index]["refresh_token"]).await;
            assert_eq!(answer.status, status, "{index}: {}", answer.text);
        }
    }
}
