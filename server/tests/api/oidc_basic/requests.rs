//! Modules about parameters of authorization requests.

use super::*;
use crate::support::browser::{CHALLENGE, VERIFIER};

/// Runs a sign-in with a parameter that changes nothing for the client.
async fn assert_succeeds(server: &TestServer, extra: &[(&str, &str)]) -> Outcome {
    let client = server.client(Traditional).await;
    let user_id = jane(server).await;
    let (_, outcome) = signed_in(server, &client, extra).await;
    assert_eq!(outcome.claims["sub"], json!(user_id));
    outcome
}

on_both_databases! {
    async fn oidcc_response_type_missing(server) {
        let client = server.client(Traditional).await;
        let refused = ask(&server.browser(), &client, &[("response_type", "")]).await.expect(303);
        assert!(refused.location().starts_with(CALLBACK), "{}", refused.location());
        assert_eq!(refused.parameter("error").as_deref(), Some("invalid_request"));
        assert_eq!(refused.parameter("state").as_deref(), Some("the-state"));
        assert_eq!(refused.parameter("iss"), Some(server.at("/oidc")));
    }
}

on_both_databases! {
    async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow(server) {
        let outcome = assert_succeeds(&server, &[("nonce", "")]).await;
        assert_eq!(outcome.claims.get("nonce"), None);
    }
}

on_both_databases! {
    async fn oidcc_display_page(server) {
        assert_succeeds(&server, &[("display", "page")]).await;
    }
}

on_both_databases! {
    async fn oidcc_display_popup(server) {
        assert_succeeds(&server, &[("display", "popup")]).await;
    }
}

on_both_databases! {
    async fn oidcc_ensure_request_with_unknown_parameter_succeeds(server) {
        assert_succeeds(&server, &[("extra", "foobar")]).await;
    }
}

on_both_databases! {
    async fn oidcc_login_hint(server) {
        let client = server.client(Traditional).await;
        jane(&server).await;
        let browser = server.browser();
        let asked = ask(&browser, &client, &[("login_hint", "jane@example.com")]).await;
        let page = url::Url::parse(asked.location()).unwrap();
        let hint = page.query_pairs().find(|(name, _)| name == "login_hint").unwrap().1;
        assert_eq!(hint, "jane@example.com");
        let redirect = sign_in(&server, &browser, asked).await;
        redeem(&server, &browser, &client, &redirect).await;
    }
}

on_both_databases! {
    async fn oidcc_ui_locales(server) {
        let client = server.client(Traditional).await;
        jane(&server).await;
        let browser = server.browser();
        let asked = ask(&browser, &client, &[("ui_locales", "se fr")]).await;
        assert!(asked.location().contains("ui_locales=se"), "{}", asked.location());
        let redirect = sign_in(&server, &browser, asked).await;
        redeem(&server, &browser, &client, &redirect).await;
    }
}

on_both_databases! {
    async fn oidcc_claims_locales(server) {
        assert_succeeds(&server, &[("claims_locales", "se")]).await;
    }
}

on_both_databases! {
    async fn oidcc_ensure_request_with_acr_values_succeeds(server) {
        assert_succeeds(&server, &[("acr_values", "1 2")]).await;
    }
}

on_both_databases! {
    async fn oidcc_ensure_registered_redirect_uri(server) {
        let client = server.client(Traditional).await;
        let strange = [("redirect_uri", "https://app.example/callback/other")];
        let shown = ask(&server.browser(), &client, &strange).await;
        let shown = shown.expect_error(400, "invalid_redirect_uri");
        assert!(!shown.headers.contains_key("location"));
        let without = ask(&server.browser(), &client, &[("redirect_uri", "")]).await;
        assert!(!without.expect_error(400, "invalid_request").headers.contains_key("location"));
    }
}

on_both_databases! {
    async fn oidcc_ensure_post_request_succeeds(server) {
        let client = server.client(Traditional).await;
        jane(&server).await;
        let browser = server.browser();
        let fields = [
            ("client_id", client.id.as_str()),
            ("response_type", "code"),
            ("scope", "openid"),
            ("redirect_uri", CALLBACK),
            ("state", "the-state"),
            ("nonce", NONCE),
        ];
        let asked = browser.form("/oidc/auth", &fields).await;
        let redirect = sign_in(&server, &browser, asked).await;
        redeem(&server, &browser, &client, &redirect).await;
        // And with a session: at once, by a 303.
        let again = browser.form("/oidc/auth", &fields).await;
        redeem(&server, &browser, &client, &again).await;
    }
}

/// An unsigned request object.
fn request_object(client: &Client) -> String {
    use base64::Engine;
    let encode =
        |value: Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({
        "client_id": client.id, "response_type": "code", "scope": "openid", "state": "the-state",
        "redirect_uri": CALLBACK, "nonce": "of the object",
    });
    format!("{}.{}.", encode(json!({ "alg": "none" })), encode(claims))
}

on_both_databases! {
    async fn oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(server) {
        let client = server.client(Traditional).await;
        let object = request_object(&client);
        let refused = ask(&server.browser(), &client, &[("request", &object)]).await.expect(303);
        assert!(refused.location().starts_with(CALLBACK));
        assert_eq!(refused.parameter("error").as_deref(), Some("request_not_supported"));
        assert_eq!(refused.parameter("state").as_deref(), Some("the-state"));
        let by_reference = [("request_uri", "https://app.example/object")];
        let refused = ask(&server.browser(), &client, &by_reference).await.expect(303);
        assert_eq!(refused.parameter("error").as_deref(), Some("request_uri_not_supported"));
    }
}

on_both_databases! {
    async fn oidcc_ensure_request_object_with_redirect_uri(server) {
        let client = server.client(Traditional).await;
        let object = request_object(&client);
        let refused = ask(&server.browser(), &client, &[("request", &object)]).await.expect(303);
        assert_eq!(refused.parameter("error").as_deref(), Some("request_not_supported"));
        // What only the object says does not count.
        let only = [("request", object.as_str()), ("redirect_uri", "")];
        let shown = ask(&server.browser(), &client, &only).await;
        shown.expect_error(400, "invalid_request");
    }
}

on_both_databases! {
    async fn oidcc_ensure_request_with_valid_pkce_succeeds(server) {
        let client = server.client(Traditional).await;
        jane(&server).await;
        let browser = server.browser();
        let pkce = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
        let asked = ask(&browser, &client, &pkce).await;
        let redirect = sign_in(&server, &browser, asked).await;
        let code = code(&server, &redirect);
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let tokens = browser.token(&client, &fields).await.expect(200).json;
        jwt::id_token(&server, &tokens["id_token"], &client.id).await;
    }
}
