//! Sessions and grants.

use super::*;
use crate::support::CALLBACK;
use vestibule_shared::application::ApplicationType;

on_both_databases! {
    async fn sessions_are_listed_and_ended(server) {
        let manager = Manager::new(&server).await;
        let ann = server.user_named("ann").await;
        let ben = server.user_named("ben").await;
        let client = server.client(ApplicationType::SPA).await;
        let browser = server.browser();
        let tokens = browser.tokens(&client, "ann", &[]).await;
        let path = format!("/api/users/{ann}/sessions");
        let sessions = manager.get(&path).await.expect(200).json["sessions"].clone();
        assert_eq!(sessions.as_array().unwrap().len(), 1);
        let session = &sessions[0];
        let uid = session["payload"]["uid"].as_str().unwrap().to_owned();
        assert_eq!(session["payload"]["kind"], "Session");
        assert_eq!((&session["accountId"], &session["payload"]["accountId"]), (&json!(ann), &json!(ann)));
        let seconds = session["payload"]["exp"].as_i64().unwrap();
        assert_eq!(session["expiresAt"].as_i64().unwrap() / 1000, seconds);
        let authorization = &session["payload"]["authorizations"][&client.id];
        assert_eq!(authorization["sid"], uid.as_str());
        let grants = manager.get(&format!("/api/users/{ann}/grants")).await.expect(200).json;
        assert_eq!(grants["grants"][0]["id"], authorization["grantId"]);
        assert_eq!(&manager.get(&format!("{path}/{uid}")).await.expect(200).json, session);

        // Only where it belongs.
        let of_ben = format!("/api/users/{ben}/sessions");
        assert_eq!(manager.get(&of_ben).await.json, json!({ "sessions": [] }));
        manager.get(&format!("{of_ben}/{uid}")).await.expect_code(404, "oidc.session_not_found");
        manager.delete(&format!("{of_ben}/{uid}")).await.expect_code(404, "oidc.invalid_session_account_id");
        manager.delete(&format!("{path}/none")).await.expect_code(404, "oidc.session_not_found");
        let wrong = format!("{path}/{uid}?revokeGrantsTarget=some");
        manager.delete(&wrong).await.expect_code(400, "guard.invalid_input");

        // The grant lives on, the browser is signed out.
        manager.delete(&format!("{path}/{uid}")).await.expect(204);
        manager.get(&format!("{path}/{uid}")).await.expect_code(404, "oidc.session_not_found");
        let silent = browser.authorize(&client, &[("prompt", "none")]).await.expect(303);
        assert_eq!(silent.parameter("error").as_deref(), Some("login_required"));
        let token = tokens["access_token"].as_str().unwrap();
        browser.call("GET", "/oidc/me", token, None).await.expect(200);
        manager.get("/api/users/none/sessions").await.expect(404);
    }
}

on_both_databases! {
    async fn grants_end_with_a_session_if_that_is_asked_for(server) {
        let manager = Manager::new(&server).await;
        let ann = server.user_named("ann").await;
        let client = server.client(ApplicationType::SPA).await;
        let path = format!("/api/users/{ann}/sessions");
        for target in ["all", "firstParty"] {
            let browser = server.browser();
            let tokens = browser.tokens(&client, "ann", &[]).await;
            let token = tokens["access_token"].as_str().unwrap();
            browser.call("GET", "/oidc/me", token, None).await.expect(200);
            let sessions = manager.get(&path).await.json["sessions"].clone();
            let uid = sessions[0]["payload"]["uid"].as_str().unwrap();
            manager.delete(&format!("{path}/{uid}?revokeGrantsTarget={target}")).await.expect(204);
            browser.call("GET", "/oidc/me", token, None).await.expect(401);
            let grants = manager.get(&format!("/api/users/{ann}/grants")).await.json;
            assert_eq!(grants, json!({ "grants": [] }), "{target}");
        }
    }
}

on_both_databases! {
    async fn grants_are_listed_and_revoked(server) {
        let manager = Manager::new(&server).await;
        let ann = server.user_named("ann").await;
        let ben = server.user_named("ben").await;
        let client = server.client_with(ApplicationType::SPA, &[CALLBACK], None).await;
        let browser = server.browser();
        let tokens = browser.tokens(&client, "ann", &[]).await;
        let path = format!("/api/users/{ann}/grants");
        let shown = manager.get(&path).await.expect(200).json;
        let grant = &shown["grants"][0];
        let id = grant["id"].as_str().unwrap();
        assert_eq!(grant["application"], json!({ "id": client.id, "name": "Test" }));
        let payload = &grant["payload"];
        assert_eq!((&payload["kind"], &payload["jti"]), (&json!("Grant"), &json!(id)));
        assert_eq!((&payload["accountId"], &payload["clientId"]), (&json!(ann), &json!(client.id)));
        assert_eq!(manager.get(&format!("{path}?appType=firstParty")).await.json, shown);
        let foreign = manager.get(&format!("{path}?appType=thirdParty")).await.expect(200).json;
        assert_eq!(foreign, json!({ "grants": [] }));
        manager.get(&format!("{path}?appType=both")).await.expect_code(400, "guard.invalid_input");

        manager.delete(&format!("/api/users/{ben}/grants/{id}")).await.expect_code(404, "oidc.invalid_grant");
        manager.delete(&format!("{path}/{id}")).await.expect(204);
        manager.delete(&format!("{path}/{id}")).await.expect_code(404, "oidc.invalid_grant");
        let token = tokens["access_token"].as_str().unwrap();
        browser.call("GET", "/oidc/me", token, None).await.expect(401);
    }
}
