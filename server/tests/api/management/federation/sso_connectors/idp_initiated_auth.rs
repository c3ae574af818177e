//! Sign-in that begins at the identity provider.

use super::*;
use crate::support::CALLBACK;
use vestibule_shared::application::ApplicationType;

on_both_databases! {
    async fn it_is_set_up_replaced_and_ended(server) {
        let manager = Manager::new(&server).await;
        let web = server.client(ApplicationType::Traditional).await.id;
        let job = server.client(ApplicationType::MachineToMachine).await.id;
        let saml = manager.create(ROOT, json!({ "providerName": "SAML", "connectorName": "s" })).await;
        let oidc = manager.create(ROOT, json!({ "providerName": "OIDC", "connectorName": "o" })).await;
        let path = format!("{ROOT}/{saml}/idp-initiated-auth-config");
        manager.get(&path).await.expect_code(404, "entity.not_exists_with_id");
        manager.delete(&path).await.expect_code(404, "entity.not_exists_with_id");
        let sent = json!({ "defaultApplicationId": web, "redirectUri": CALLBACK,
            "authParameters": { "scope": "openid" }, "autoSendAuthorizationRequest": true });
        let set = manager.send("PUT", &path, sent.clone()).await.expect(200).json;
        assert_eq!(set, json!({ "tenantId": "default", "connectorId": saml, "defaultApplicationId": web,
            "redirectUri": CALLBACK, "authParameters": { "scope": "openid" }, "autoSendAuthorizationRequest": true,
            "clientIdpInitiatedAuthCallbackUri": null, "createdAt": set["createdAt"] }));
        assert_eq!(manager.get(&path).await.expect(200).json, set);
        let client_side = json!({ "defaultApplicationId": web, "clientIdpInitiatedAuthCallbackUri": "https://app.example/start" });
        let set = manager.send("PUT", &path, client_side.clone()).await.expect(200).json;
        assert_eq!((&set["redirectUri"], &set["autoSendAuthorizationRequest"]), (&Value::Null, &json!(false)));

        let with = |name: &str, value: Value| { let mut body = sent.clone(); body[name] = value; body };
        for (body, status, code) in [
            (with("defaultApplicationId", json!("none")), 404, "entity.not_exists_with_id"),
            (with("defaultApplicationId", json!(job)), 400, "single_sign_on.idp_initiated_authentication_invalid_application_type"),
            (with("redirectUri", json!("https://other.example/")), 400, "single_sign_on.idp_initiated_authentication_redirect_uri_not_registered"),
            (with("autoSendAuthorizationRequest", json!(false)), 400, "guard.invalid_input"),
            (with("clientIdpInitiatedAuthCallbackUri", json!("javascript:alert(1)")), 400, "guard.invalid_input"),
            (with("authParameters", json!({ "scope": 1 })), 400, "guard.invalid_input"),
            (json!({}), 400, "guard.invalid_input"),
        ] {
            manager.send("PUT", &path, body).await.expect_code(status, code);
        }
        assert_eq!(manager.get(&path).await.json, set);
        let of_oidc = format!("{ROOT}/{oidc}/idp-initiated-auth-config");
        manager.send("PUT", &of_oidc, client_side).await
            .expect_code(400, "single_sign_on.idp_initiated_authentication_not_supported");
        manager.send("PUT", &format!("{ROOT}/none/idp-initiated-auth-config"), sent).await
            .expect_code(404, "entity.not_exists_with_id");
        manager.delete(&path).await.expect(204);
        manager.get(&path).await.expect_code(404, "entity.not_exists_with_id");
    }
}
