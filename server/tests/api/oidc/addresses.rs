//! Where things are, and what clients may keep.

use super::*;
use crate::support::browser::CHALLENGE;

on_both_databases! {
    async fn the_discovery_document_says_what_there_is(server) {
        let browser = server.browser();
        let document = browser.get("/oidc/.well-known/openid-configuration").await.expect(200).json;
        let under = |path: &str| json!(server.at(&format!("/oidc{path}")));
        for (name, value) in [
            ("issuer", under("")),
            ("authorization_endpoint", under("/auth")),
            ("token_endpoint", under("/token")),
            ("userinfo_endpoint", under("/me")),
            ("jwks_uri", under("/jwks")),
            ("end_session_endpoint", under("/session/end")),
            ("introspection_endpoint", under("/token/introspection")),
            ("revocation_endpoint", under("/token/revocation")),
            ("authorization_response_iss_parameter_supported", json!(true)),
            ("claim_types_supported", json!(["normal"])),
            ("claims_parameter_supported", json!(false)),
            ("request_parameter_supported", json!(false)),
            ("request_uri_parameter_supported", json!(false)),
            ("code_challenge_methods_supported", json!(["S256"])),
            ("response_modes_supported", json!(["form_post", "fragment", "query"])),
            ("response_types_supported", json!(["code"])),
            ("subject_types_supported", json!(["public"])),
            ("id_token_signing_alg_values_supported", json!(["ES256"])),
            (
                "grant_types_supported",
                json!(["authorization_code", "refresh_token", "client_credentials"]),
            ),
            (
                "token_endpoint_auth_methods_supported",
                json!(["client_secret_basic", "client_secret_post", "none"]),
            ),
        ] {
            assert_eq!(document[name], value, "{name}");
        }
        let scopes: Vec<&str> = document["scopes_supported"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(Value::as_str)
            .collect();
        assert_eq!(
            scopes[..6],
            ["openid", "offline_access", "profile", "email", "phone", "address"]
        );
        assert_eq!(
            (scopes.len(), document["claims_supported"].as_array().unwrap().len()),
            (13, 32)
        );
    }
}

on_both_databases! {
    async fn the_keys_are_public_and_complete(server) {
        let answer = server.browser().get("/oidc/jwks").await.expect(200);
        assert_eq!(answer.headers["cache-control"], "no-cache, max-age=0, must-revalidate");
        let keys = answer.json["keys"].as_array().unwrap().clone();
        assert_eq!(keys.len(), 1);
        for (name, value) in [("kty", "EC"), ("use", "sig"), ("alg", "ES256"), ("crv", "P-256")] {
            assert_eq!(keys[0][name], value);
        }
        // No member of a private key (RFC 7518 section 6).
        for name in ["d", "p", "q", "dp", "dq", "qi", "k", "oth"] {
            assert!(keys[0].get(name).is_none(), "{name}");
        }
    }
}

on_both_databases! {
    async fn what_a_client_has_is_not_sent_again(server) {
        let browser = server.browser();
        for path in ["/oidc/.well-known/openid-configuration", "/oidc/jwks"] {
            let first = browser.get(path).await.expect(200);
            let tag = first.headers["etag"].clone();
            for held in [tag.clone(), format!("\"other\", {tag}"), "*".into()] {
                let request = browser.request("GET", path).header("if-none-match", held);
                let second = browser.send(request).await.expect(304);
                assert_eq!((second.text.as_str(), &second.headers["etag"]), ("", &tag));
            }
            let request = browser.request("GET", path).header("if-none-match", "\"other\"");
            assert_eq!(browser.send(request).await.expect(200).text, first.text);
        }
    }
}

on_both_databases! {
    async fn answers_carry_the_headers_that_browsers_obey(server) {
        let browser = server.browser();
        for path in
            ["/oidc/token", "/oidc/auth", "/oidc/nowhere", "/oidc/session/end", "/api/status"]
        {
            let answer = browser.get(path).await;
            assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
            assert_eq!(answer.headers["x-frame-options"], "SAMEORIGIN", "{path}");
            assert_eq!(answer.headers["cross-origin-resource-policy"], "same-origin", "{path}");
            let policy = &answer.headers["referrer-policy"];
            assert_eq!(policy, "strict-origin-when-cross-origin", "{path}");
        }
    }
}

/// The whole way of a person below a path, as behind a proxy that serves more than us.
async fn below_a_path(server: TestServer) {
    let client = server.client(SPA).await;
    server.user_named("ann").await;
    let browser = server.browser();
    assert!(server.endpoint.ends_with("/auth"));
    let document = browser.get("/oidc/.well-known/openid-configuration").await.expect(200).json;
    assert_eq!(document["issuer"], json!(server.at("/oidc")));
    let asked = browser.authorize(&client, &OFFLINE).await.expect(303);
    assert_eq!(asked.location(), server.at(&format!("/sign-in?app_id={}", client.id)));
    for cookie in &asked.cookies {
        assert!(cookie.contains("Path=/auth/"), "{cookie}");
    }
    let submitted = browser.prove_password("ann", PASSWORD).await.expect(200);
    let address = submitted.json["redirectTo"].as_str().unwrap();
    assert!(address.starts_with(&server.at("/oidc/auth/")), "{address}");
    let redirect = browser.get(address).await.expect(303);
    assert_eq!(redirect.parameter("iss"), Some(server.at("/oidc")));
    let code = redirect.parameter("code").unwrap();
    let tokens = browser.exchange(&client, &code).await.expect(200).json;
    let claims = jwt::id_token(&server, &tokens["id_token"], &client.id).await;
    assert_eq!(claims["iss"], json!(server.at("/oidc")));
    browser.refresh(&client, &tokens["refresh_token"]).await.expect(200);
    let page = browser.get(&format!("/oidc/session/end?client_id={}", client.id)).await.expect(200);
    let fields = [("xsrf", field(&page.text, "xsrf")), ("logout", "yes".to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let left = browser.form("/oidc/session/end/confirm", &fields).await.expect(303);
    assert_eq!(left.location(), server.at("/oidc/session/end/success"));
    browser.get(left.location()).await.expect(200);
    let silent = browser.authorize(&client, &[("prompt", "none")]).await.expect(303);
    assert_eq!(silent.parameter("error").as_deref(), Some("login_required"));
    // Above the path there is nothing of ours.
    let above = format!(
        "{}/oidc/auth?code_challenge={CHALLENGE}",
        server.endpoint.trim_end_matches("/auth")
    );
    assert_eq!(browser.get(&above).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_below_a_path_works_alike_on_sqlite() {
    below_a_path(TestServer::start_below("/auth", None).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_below_a_path_works_alike_on_postgres() {
    let url = crate::support::postgres::new_database().await;
    below_a_path(TestServer::start_below("/auth", Some(url)).await).await;
}
