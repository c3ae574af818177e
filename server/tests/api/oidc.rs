//! Authorization, tokens, userinfo, logout, as a client sees them.

use crate::on_both_databases;
use crate::support::{CALLBACK, PASSWORD};
use serde_json::json;
use std::time::Duration;
use vestibule_shared::application::ApplicationType::{MachineToMachine, Native, SPA, Traditional};

on_both_databases! {
    async fn a_person_signs_in_and_the_client_gets_tokens(server) {
        let client = server.client(Traditional).await;
        let user_id = server.user_named("ann").await;
        let browser = server.browser();
        let asked = browser.authorize(&client, &[("nonce", "n-1")]).await.expect(303);
        assert_eq!(asked.location(), server.at(&format!("/sign-in?app_id={}", client.id)));
        let submitted = browser.prove_password("ann", PASSWORD).await.expect(200);
        let redirect = browser.get(submitted.json["redirectTo"].as_str().unwrap()).await.expect(303);
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
