//! Tokens for APIs.

use super::*;
use vestibule_store::resources::{ResourceRow, ScopeRow};
use vestibule_store::roles::{self, RoleRow};
use vestibule_store::{Durability, StoreError, configuration, users};

const ORDERS: &str = "https://orders.example";
const STOCK: &str = "https://stock.example";

/// An API with the scopes `read` and `write` (below its name); this user may read.
async fn api(server: &TestServer, name: &str, indicator: &str, is_default: bool, reader: &str) {
    let resource = ResourceRow {
        id: name.into(),
        name: name.into(),
        indicator: indicator.into(),
        is_default,
        access_token_ttl: 1200,
    };
    let scope = |action: &str| ScopeRow {
        id: format!("{name}-{action}"),
        resource_id: name.into(),
        name: format!("{action}:{name}"),
        description: None,
        created_at: 0,
    };
    let role = RoleRow {
        id: format!("{name}-reader"),
        name: format!("{name} reader"),
        description: String::new(),
        kind: "User".into(),
        is_default: false,
    };
    let written = server.app.store.write::<_, StoreError, _>(Durability::Durable, async |rows| {
        roles::seed(rows, &resource, &scope("read"), std::slice::from_ref(&role)).await?;
        roles::seed(rows, &resource, &scope("write"), &[]).await?;
        users::attach_role(rows, reader, &role.id).await?;
        configuration::raise_version(rows).await
    });
    written.await.unwrap();
    server.app.catalog.refresh(&server.app.store, &server.app.secrets).await.unwrap();
}

/// Exchanges a code for a token for a resource, or without one.
async fn exchange(
    browser: &Browser,
    client: &Client,
    redirect: &crate::support::Answer,
    resource: Option<&str>,
) -> crate::support::Answer {
    let code = redirect.parameter("code").unwrap();
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", crate::support::browser::VERIFIER),
    ];
    fields.extend(resource.map(|resource| ("resource", resource)));
    browser.token(client, &fields).await
}

async fn refresh_for(
    browser: &Browser,
    client: &Client,
    token: &Value,
    resource: &str,
) -> crate::support::Answer {
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str().unwrap()),
        ("resource", resource),
    ];
    browser.token(client, &fields).await
}

on_both_databases! {
    async fn a_token_for_an_api_says_who_may_do_what_where(server) {
        let client = server.client(Traditional).await;
        let user_id = server.user_named("ann").await;
        api(&server, "orders", ORDERS, false, &user_id).await;
        let browser = server.browser();
        // `write` is asked for, but her roles do not give it.
        let asked = [("scope", "openid read:orders write:orders"), ("resource", ORDERS)];
        let redirect = browser.sign_in(&client, "ann", &asked).await;
        let tokens = exchange(&browser, &client, &redirect, Some(ORDERS)).await.expect(200).json;
        assert_eq!(
            (&tokens["expires_in"], &tokens["scope"]),
            (&json!(1200), &json!("read:orders"))
        );
        let token = tokens["access_token"].as_str().unwrap();
        let verified = jwt::verify(&server, token, ORDERS).await;
        let header = jwt::part(token, 0);
        let names: Vec<_> = header.as_object().unwrap().keys().cloned().collect();
        assert_eq!(
            (names, &header["typ"]),
            (vec!["alg".into(), "kid".into(), "typ".into()], &json!("at+jwt"))
        );
        let claims = verified.claims;
        let issued = claims["iat"].as_i64().unwrap();
        assert_eq!(claims["jti"].as_str().unwrap().len(), 21);
        let expected = json!({
            "jti": claims["jti"], "sub": user_id, "iat": issued, "exp": issued + 1200,
            "scope": "read:orders", "client_id": client.id, "iss": server.at("/oidc"),
            "aud": ORDERS,
        });
        assert_eq!(claims, expected);
        // It is for that API, not for ours.
        browser.call("GET", "/oidc/me", token, None).await.expect_error(401, "invalid_token");
    }
}

on_both_databases! {
    async fn only_what_was_authorized_is_given(server) {
        let client = server.client(Traditional).await;
        let user_id = server.user_named("ann").await;
        api(&server, "orders", ORDERS, false, &user_id).await;
        api(&server, "stock", STOCK, false, &user_id).await;
        let browser = server.browser();
        let asked = [("scope", "openid read:stock"), ("resource", ORDERS)];
        let redirect = browser.sign_in(&client, "ann", &asked).await;
        for resource in [STOCK, "https://nobody.example", &format!("{ORDERS},{STOCK}")] {
            let refused = exchange(&browser, &client, &redirect, Some(resource)).await;
            refused.expect_error(400, "invalid_target");
        }
        // The refusals did not use the code up; what it gives has no scope of another API.
        let tokens = exchange(&browser, &client, &redirect, Some(ORDERS)).await.expect(200).json;
        assert_eq!(tokens["scope"], "");
        // With openid and without a resource it is the token for userinfo.
        let redirect = browser.authorize(&client, &asked).await.expect(303);
        let tokens = exchange(&browser, &client, &redirect, None).await.expect(200).json;
        browser
            .call("GET", "/oidc/me", tokens["access_token"].as_str().unwrap(), None)
            .await
            .expect(200);
    }
}

on_both_databases! {
    async fn one_resource_a_time_at_each_refresh(server) {
        let client = server.client(SPA).await;
        let user_id = server.user_named("ann").await;
        api(&server, "orders", ORDERS, false, &user_id).await;
        api(&server, "stock", STOCK, false, &user_id).await;
        let browser = server.browser();
        let both = format!("{ORDERS},{STOCK}");
        let asked = [
            ("scope", "openid offline_access read:orders read:stock"),
            ("prompt", "consent"),
            ("resource", both.as_str()),
        ];
        let redirect = browser.sign_in(&client, "ann", &asked).await;
        let mut tokens = exchange(&browser, &client, &redirect, None).await.expect(200).json;
        for (resource, scope) in [(ORDERS, "read:orders"), (STOCK, "read:stock")] {
            let answer = refresh_for(&browser, &client, &tokens["refresh_token"], resource).await;
            tokens = answer.expect(200).json;
            let token = tokens["access_token"].as_str().unwrap();
            let claims = jwt::verify(&server, token, resource).await.claims;
            assert_eq!(claims["scope"], scope);
            jwt::id_token(&server, &tokens["id_token"], &client.id).await;
        }
        for resource in [both.as_str(), "https://nobody.example"] {
            let refused = refresh_for(&browser, &client, &tokens["refresh_token"], resource).await;
            refused.expect_error(400, "invalid_target");
        }
        let opaque = browser.refresh(&client, &tokens["refresh_token"]).await.expect(200).json;
        assert!(!opaque["access_token"].as_str().unwrap().contains('.'));
    }
}

on_both_databases! {
    async fn without_openid_the_only_resource_is_meant(server) {
        let client = server.client(SPA).await;
        let user_id = server.user_named("ann").await;
        api(&server, "orders", ORDERS, false, &user_id).await;
        api(&server, "stock", STOCK, false, &user_id).await;
        let browser = server.browser();
        let asked = [("scope", "read:orders"), ("resource", ORDERS)];
        let redirect = browser.sign_in(&client, "ann", &asked).await;
        let tokens = exchange(&browser, &client, &redirect, None).await.expect(200).json;
        assert!(tokens["id_token"].is_null());
        jwt::verify(&server, tokens["access_token"].as_str().unwrap(), ORDERS).await;
        let both = format!("{ORDERS},{STOCK}");
        let asked = [("scope", "read:orders"), ("resource", both.as_str())];
        let redirect = browser.authorize(&client, &asked).await.expect(303);
        let refused = exchange(&browser, &client, &redirect, None).await;
        refused.expect_error(400, "invalid_target");
    }
}

on_both_databases! {
    async fn the_default_resource_is_meant_where_none_is_named(server) {
        let client = server.client(SPA).await;
        let user_id = server.user_named("ann").await;
        api(&server, "orders", ORDERS, true, &user_id).await;
        let browser = server.browser();
        let redirect = browser.sign_in(&client, "ann", &[("scope", "openid read:orders")]).await;
        let tokens = exchange(&browser, &client, &redirect, Some(ORDERS)).await.expect(200).json;
        let token = tokens["access_token"].as_str().unwrap();
        assert_eq!(jwt::verify(&server, token, ORDERS).await.claims["scope"], "read:orders");
        let machine = server.client(MachineToMachine).await;
        let fields = [("grant_type", "client_credentials"), ("scope", "read:orders")];
        let tokens = browser.token(&machine, &fields).await.expect(200).json;
        let token = tokens["access_token"].as_str().unwrap();
        let claims = jwt::verify(&server, token, ORDERS).await.claims;
        assert_eq!((&claims["sub"], &claims["scope"]), (&json!(machine.id), &json!("")));
    }
}
