//! Enterprise connectors.

mod idp_initiated_auth;
mod providers;
mod signing_keys;

use crate::management::*;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use std::net::TcpListener;
use std::time::Duration;
use vestibule::certificates::self_signed;
use vestibule_store::sso_connectors as rows;

const ROOT: &str = "/api/sso-connectors";
const YEAR: i64 = 365 * 24 * 60 * 60 * 1000;

/// Serves these pages; its address. `/slow` answers after ten seconds.
fn serve(pages: Vec<(&'static str, String)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    serve_on(listener, pages)
}

fn serve_on(listener: TcpListener, pages: Vec<(&'static str, String)>) -> String {
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = HttpServer::new(move || {
        let pages = pages.clone();
        App::new().default_service(web::to(move |request: HttpRequest| {
            let page = pages.iter().find(|(path, _)| *path == request.path());
            let page = page.map(|(_, body)| body.clone());
            async move {
                if request.path().starts_with("/slow") {
                    actix_web::rt::time::sleep(Duration::from_secs(10)).await;
                }
                match page {
                    Some(body) => HttpResponse::Ok().body(body),
                    None => HttpResponse::NotFound().finish(),
                }
            }
        }))
    });
    let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
    tokio::spawn(server);
    address
}

/// An OpenID Connect provider that publishes a discovery document.
fn openid_provider() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let discovery = json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
        "userinfo_endpoint": format!("{issuer}/me"),
    });
    serve_on(listener, vec![("/.well-known/openid-configuration", discovery.to_string())])
}

/// A certificate that ends in a year, in PEM.
fn certificate(server: &TestServer) -> (String, i64) {
    let now = server.app.clock.now();
    let made = self_signed("idp", now - 1000, now + YEAR).unwrap();
    (made.certificate, made.expires_at)
}

/// SAML metadata with a certificate in PEM.
fn metadata(certificate: &str) -> String {
    let bare: String = certificate.lines().filter(|line| !line.starts_with("---")).collect();
    format!(
        "<?xml version=\"1.0\"?><EntityDescriptor entityID=\"https://idp.example/entity\" \
         xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\"><IDPSSODescriptor><KeyDescriptor><KeyInfo \
         xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><X509Data><X509Certificate>{bare}\
         </X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService \
         Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" \
         Location=\"https://idp.example/sso\"/></IDPSSODescriptor></EntityDescriptor>"
    )
}

fn oidc(name: &str, issuer: &str) -> Value {
    json!({ "providerName": "OIDC", "connectorName": name,
        "config": { "clientId": "client", "clientSecret": "hidden-secret", "issuer": issuer } })
}

on_both_databases! {
    async fn a_connector_is_made_changed_and_deleted(server) {
        let manager = Manager::new(&server).await;
        let issuer = openid_provider();
        let mut body = oidc("Acme", &issuer);
        body["domains"] = json!(["Acme.Example", "b.example"]);
        body["branding"] = json!({ "displayName": "Acme", "logo": "https://acme.example/logo.svg" });
        body["enableTokenStorage"] = json!(true);
        let made = manager.send("POST", ROOT, body.clone()).await.expect(200).json;
        let id = made["id"].as_str().unwrap();
        assert_eq!(id.len(), 12);
        assert!(made["createdAt"].is_i64());
        let expected = json!({ "tenantId": "default", "id": id, "providerName": "OIDC",
            "connectorName": "Acme", "config": body["config"], "domains": ["acme.example", "b.example"],
            "branding": body["branding"], "syncProfile": false, "enableTokenStorage": true,
            "createdAt": made["createdAt"] });
        assert_eq!(made, expected);

        let path = format!("{ROOT}/{id}");
        let read = manager.get(&path).await.expect(200).json;
        assert_eq!((&read["name"], &read["providerType"]), (&json!("OIDC"), &json!("oidc")));
        assert!(read["providerLogo"].as_str().unwrap().starts_with("data:image/svg+xml"));
        assert_eq!(read["providerConfig"], json!({ "issuer": issuer,
            "authorizationEndpoint": format!("{issuer}/authorize"), "tokenEndpoint": format!("{issuer}/token"),
            "jwksUri": format!("{issuer}/keys"), "userinfoEndpoint": format!("{issuer}/me") }));
        assert_eq!(manager.get(ROOT).await.expect(200).json, json!([read]));
        let row = rows::by_id(&mut server.app.store.read().await.unwrap(), id).await.unwrap().unwrap();
        assert!(!row.sealed_config.contains("hidden-secret"), "secrets are stored sealed");

        let patch = json!({ "connectorName": "Acme Ltd", "domains": ["c.example"], "syncProfile": true });
        let changed = manager.send("PATCH", &path, patch).await.expect(200).json;
        assert_eq!((&changed["connectorName"], &changed["domains"], &changed["syncProfile"]),
            (&json!("Acme Ltd"), &json!(["c.example"]), &json!(true)));
        assert_eq!((&changed["config"], &changed["branding"]), (&body["config"], &body["branding"]));
        assert_eq!(manager.get(&path).await.json, changed);
        // Settings are replaced as a whole, and without all of them the provider is not known.
        let patch = json!({ "config": { "clientId": "other" }, "enableTokenStorage": false });
        let changed = manager.send("PATCH", &path, patch).await.expect(200).json;
        assert_eq!(changed["config"], json!({ "clientId": "other" }));
        assert!(changed.get("providerConfig").is_none());

        manager.delete(&path).await.expect(204);
        for answer in [manager.get(&path).await, manager.delete(&path).await, manager.send("PATCH", &path, json!({})).await] {
            answer.expect_code(404, "entity.not_exists_with_id");
        }
        assert_eq!(manager.get(ROOT).await.json, json!([]));
    }
}

on_both_databases! {
    async fn names_are_unique_and_lists_have_pages(server) {
        let manager = Manager::new(&server).await;
        let body = |name: &str| json!({ "providerName": "Okta", "connectorName": name });
        let first = manager.create(ROOT, body("One")).await;
        server.advance(Duration::from_secs(1));
        manager.create(ROOT, body("Two")).await;
        manager.send("POST", ROOT, body("One")).await.expect_code(409, "single_sign_on.duplicate_connector_name");
        let path = format!("{ROOT}/{first}");
        manager.send("PATCH", &path, json!({ "connectorName": "Two" })).await
            .expect_code(409, "single_sign_on.duplicate_connector_name");
        manager.send("PATCH", &path, json!({ "connectorName": "One" })).await.expect(200);
        assert_eq!(manager.listed(ROOT, "connectorName").await, ["Two", "One"]);
        let page = manager.get(&format!("{ROOT}?page=2&page_size=1")).await.expect(200);
        assert_eq!((page.headers["total-number"].as_str(), &page.json[0]["connectorName"]), ("2", &json!("One")));
        assert!(!manager.get(ROOT).await.headers.contains_key("total-number"));
        manager.get(&format!("{ROOT}?page=0")).await.expect_code(400, "guard.invalid_pagination");
    }
}

on_both_databases! {
    async fn what_does_not_fit_is_refused(server) {
        let manager = Manager::new(&server).await;
        let body = |extra: Value| {
            let mut body = json!({ "providerName": "SAML", "connectorName": "Acme" });
            body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            body
        };
        for (extra, status, code) in [
            (json!({ "providerName": "Other" }), 422, "connector.not_found"),
            (json!({ "connectorName": "" }), 400, "guard.invalid_input"),
            (json!({ "connectorName": "n".repeat(129) }), 400, "guard.invalid_input"),
            (json!({ "domains": ["a.example", "gmail.com"] }), 422, "single_sign_on.forbidden_domains"),
            (json!({ "domains": ["a.example", "A.example"] }), 422, "single_sign_on.duplicated_domains"),
            (json!({ "domains": ["no domain"] }), 400, "guard.invalid_input"),
            (json!({ "domains": "a.example" }), 400, "guard.invalid_input"),
            (json!({ "branding": { "logo": "javascript:alert(1)" } }), 400, "guard.invalid_input"),
            (json!({ "enableTokenStorage": true }), 400, "connector.token_storage_not_supported"),
            (json!({ "config": [] }), 400, "guard.invalid_input"),
            (json!({ "config": { "metadataUrl": "nowhere" } }), 400, "connector.invalid_config"),
            (json!({ "config": { "x509Certificate": "x" } }), 400, "connector.invalid_config"),
            (json!({ "config": { "signAuthnRequest": true } }), 400, "single_sign_on.active_signing_key_required"),
        ] {
            manager.send("POST", ROOT, body(extra)).await.expect_code(status, code);
        }
        let forbidden = manager.send("POST", ROOT, body(json!({ "domains": ["qq.com", "a.example"] }))).await;
        assert_eq!(forbidden.json["data"], json!({ "data": ["qq.com"] }));
        let wrong = manager.send("POST", ROOT, body(json!({ "config": { "metadataUrl": 1 } }))).await;
        assert_eq!(wrong.json["data"]["field"], "metadataUrl");
        assert_eq!(manager.get(ROOT).await.json, json!([]), "nothing is half-written");
        manager.send("POST", ROOT, json!({ "connectorName": "Acme" })).await.expect_code(400, "guard.invalid_input");
        let id = manager.create(ROOT, body(json!({ "domains": ["a.example"] }))).await;
        let path = format!("{ROOT}/{id}");
        for (patch, status, code) in [
            (json!({ "domains": ["gmail.com"] }), 422, "single_sign_on.forbidden_domains"),
            (json!({ "enableTokenStorage": true }), 400, "connector.token_storage_not_supported"),
            (json!({ "config": { "signAuthnRequest": true } }), 400, "single_sign_on.active_signing_key_required"),
            (json!({ "connectorName": "" }), 400, "guard.invalid_input"),
        ] {
            manager.send("PATCH", &path, patch).await.expect_code(status, code);
        }
        assert_eq!(manager.get(&path).await.json["domains"], json!(["a.example"]));
    }
}
