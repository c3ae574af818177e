use super::*;
use crate::support::{CALLBACK, Client};

/// An application of a third party.
async fn third_party(manager: &Manager) -> Client {
    let body = json!({
        "name": "Theirs", "type": "Traditional", "isThirdParty": true,
        "oidcClientMetadata": { "redirectUris": [CALLBACK], "postLogoutRedirectUris": [] },
    });
    let id = manager.create("/api/applications", body).await;
    let secrets = manager.get(&format!("/api/applications/{id}/secrets")).await.expect(200).json;
    Client { id, secret: secrets[0]["value"].as_str().map(str::to_owned) }
}

/// A scope of a new resource; the ids of both.
async fn scope(manager: &Manager, resource: &str, name: &str) -> (String, String) {
    let body = json!({ "name": resource, "indicator": format!("https://{resource}.example") });
    let resource = manager.create("/api/resources", body).await;
    let path = format!("/api/resources/{resource}/scopes");
    let scope = manager.create(&path, json!({ "name": name, "description": "d" })).await;
    (resource, scope)
}

on_both_databases! {
    async fn what_may_be_asked_for_is_listed_by_resource(server) {
        let manager = Manager::new(&server).await;
        let app = third_party(&manager).await;
        let path = format!("/api/applications/{}/user-consent-scopes", app.id);
        let (orders, read) = scope(&manager, "orders", "read").await;
        let write = json!({ "name": "write", "description": "d" });
        let write = manager.create(&format!("/api/resources/{orders}/scopes"), write).await;
        let (bills, pay) = scope(&manager, "bills", "pay").await;
        let invite = manager.create("/api/organization-scopes", json!({ "name": "invite" })).await;
        let nothing = manager.get(&path).await.expect(200).json;
        assert_eq!(nothing, json!({
            "organizationScopes": [], "resourceScopes": [], "organizationResourceScopes": [], "userScopes": [],
        }));
        let body = json!({
            "organizationScopes": [invite], "resourceScopes": [write, pay, read],
            "organizationResourceScopes": [pay], "userScopes": ["profile", "email"],
        });
        for _ in 0..2 {
            manager.send("POST", &path, body.clone()).await.expect(201);
        }
        let listed = manager.get(&path).await.expect(200).json;
        assert_eq!(listed["organizationScopes"], json!([{ "id": invite, "name": "invite", "description": null }]));
        assert_eq!(listed["userScopes"], json!(["email", "profile"]));
        let shown = |id: &str, name: &str| json!({ "id": id, "name": name, "description": "d" });
        let resource = |id: &str, name: &str| {
            json!({ "id": id, "name": name, "indicator": format!("https://{name}.example") })
        };
        let of_bills = json!({ "resource": resource(&bills, "bills"), "scopes": [shown(&pay, "pay")] });
        let of_orders = json!({
            "resource": resource(&orders, "orders"), "scopes": [shown(&read, "read"), shown(&write, "write")],
        });
        assert_eq!(listed["resourceScopes"], json!([of_bills, of_orders]));
        assert_eq!(listed["organizationResourceScopes"], json!([of_bills]));

        for (kind, id) in [
            ("organization-scopes", invite.as_str()), ("resource-scopes", &write),
            ("organization-resource-scopes", &pay), ("user-scopes", "email"),
        ] {
            manager.delete(&format!("{path}/{kind}/{id}")).await.expect(204);
            manager.delete(&format!("{path}/{kind}/{id}")).await.expect_code(404, "entity.not_exists_with_id");
        }
        manager.delete(&format!("{path}/scopes/{pay}")).await.expect_code(400, "guard.invalid_input");
        let left = manager.get(&path).await.expect(200).json;
        assert_eq!((&left["organizationScopes"], &left["userScopes"]), (&json!([]), &json!(["profile"])));
        assert_eq!(left["resourceScopes"][1]["scopes"], json!([shown(&read, "read")]));
    }
}

on_both_databases! {
    async fn scopes_that_nobody_can_agree_to_are_refused(server) {
        let manager = Manager::new(&server).await;
        let app = third_party(&manager).await;
        let path = format!("/api/applications/{}/user-consent-scopes", app.id);
        let resources = manager.get("/api/resources?includeScopes=true").await.expect(200).json;
        let management = &resources[0]["scopes"][0]["id"];
        assert!(management.is_string(), "{resources}");
        let (_, read) = scope(&manager, "orders", "read").await;
        for (body, status, code) in [
            (json!({ "resourceScopes": [read, "none"] }), 422, "application.user_consent_scopes_not_found"),
            (json!({ "organizationResourceScopes": ["none"] }), 422, "application.user_consent_scopes_not_found"),
            (json!({ "organizationScopes": ["none"] }), 422, "application.user_consent_scopes_not_found"),
            (json!({ "resourceScopes": [management] }), 422, "application.consent_management_api_scopes_not_allowed"),
            (json!({ "organizationResourceScopes": [management] }), 422, "application.consent_management_api_scopes_not_allowed"),
            (json!({ "userScopes": ["openid"] }), 400, "guard.invalid_input"),
        ] {
            manager.send("POST", &path, body).await.expect_code(status, code);
        }
        let nothing = manager.get(&path).await.expect(200).json;
        assert_eq!(nothing["resourceScopes"], json!([]));
        let ours = application(&manager, "Ours", "SPA").await;
        let path = format!("/api/applications/{ours}/user-consent-scopes");
        manager.send("POST", &path, json!({})).await.expect_code(422, "application.third_party_application_only");
        let none = "/api/applications/none/user-consent-scopes";
        manager.get(none).await.expect_code(404, "entity.not_exists_with_id");
        manager.send("POST", none, json!({})).await.expect_code(404, "entity.not_exists_with_id");
    }
}

on_both_databases! {
    async fn users_show_applications_only_organizations_they_belong_to(server) {
        let manager = Manager::new(&server).await;
        let app = third_party(&manager).await;
        let ann = server.user_named("ann").await;
        let path = format!("/api/applications/{}/users/{ann}/consent-organizations", app.id);
        let mut ids = Vec::new();
        for name in ["One", "Two", "Three"] {
            ids.push(manager.create("/api/organizations", json!({ "name": name })).await);
            server.advance(std::time::Duration::from_millis(1));
        }
        for id in &ids[..2] {
            let members = format!("/api/organizations/{id}/users");
            manager.send("POST", &members, json!({ "userIds": [ann] })).await.expect(201);
        }
        let body = |ids: &[String]| json!({ "organizationIds": ids });
        for method in ["POST", "PUT"] {
            manager.send(method, &path, body(&ids)).await.expect_code(422, "organization.require_membership");
        }
        manager.send("POST", &path, body(&ids[..1])).await.expect(201);
        manager.send("POST", &path, body(&ids[..2])).await.expect(201);
        let names = async |query: &str| {
            let answer = manager.get(&format!("{path}{query}")).await.expect(200);
            assert_eq!(answer.headers["total-number"], "2");
            let shown = answer.json["organizations"].as_array().unwrap().clone();
            shown.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names("").await, ["Two", "One"]);
        assert_eq!(names("?page=2&page_size=1").await, ["One"]);
        manager.send("PUT", &path, body(&ids[1..2])).await.expect(204);
        let shown = manager.get(&path).await.expect(200).json;
        assert_eq!(shown["organizations"].as_array().unwrap().len(), 1);
        // Who leaves an organization shows it no more.
        manager.delete(&format!("/api/organizations/{}/users/{ann}", ids[1])).await.expect(204);
        assert_eq!(manager.get(&path).await.expect(200).json, json!({ "organizations": [] }));
        manager.send("PUT", &path, body(&ids[..1])).await.expect(204);
        manager.delete(&format!("{path}/{}", ids[0])).await.expect(204);
        manager.delete(&format!("{path}/{}", ids[0])).await.expect_code(404, "entity.not_exists_with_id");
    }
}

on_both_databases! {
    async fn organizations_are_shown_to_known_third_parties_by_known_users(server) {
        let manager = Manager::new(&server).await;
        let app = third_party(&manager).await;
        let ours = application(&manager, "Ours", "SPA").await;
        let ann = server.user_named("ann").await;
        for (application, user, status, code) in [
            (ours.as_str(), ann.as_str(), 422, "application.third_party_application_only"),
            ("none", &ann, 404, "entity.not_exists_with_id"),
            (&app.id, "none", 404, "entity.not_exists_with_id"),
        ] {
            let path = format!("/api/applications/{application}/users/{user}/consent-organizations");
            manager.get(&path).await.expect_code(status, code);
            let body = json!({ "organizationIds": [] });
            for method in ["PUT", "POST"] {
                manager.send(method, &path, body.clone()).await.expect_code(status, code);
            }
            manager.delete(&format!("{path}/none")).await.expect_code(status, code);
        }
    }
}

on_both_databases! {
    async fn third_parties_are_applications_of_certain_types(server) {
        let manager = Manager::new(&server).await;
        for (kind, custom, status, code) in [
            ("MachineToMachine", json!({}), 400, "application.invalid_third_party_application_type"),
            ("SPA", json!({ "allowTokenExchange": true }), 422, "application.third_party_application_cannot_enable_token_exchange"),
        ] {
            let body = json!({ "name": "Theirs", "type": kind, "isThirdParty": true, "customClientMetadata": custom });
            manager.send("POST", "/api/applications", body).await.expect_code(status, code);
        }
        for kind in ["SPA", "Native", "Traditional"] {
            let body = json!({ "name": kind, "type": kind, "isThirdParty": true });
            let made = manager.send("POST", "/api/applications", body).await.expect(200).json;
            assert_eq!((&made["isThirdParty"], made.get("secret")), (&json!(true), None));
            let path = format!("/api/applications/{}", made["id"].as_str().unwrap());
            let exchange = json!({ "customClientMetadata": { "allowTokenExchange": true } });
            manager.send("PATCH", &path, exchange).await
                .expect_code(422, "application.third_party_application_cannot_enable_token_exchange");
        }
        let listed = manager.listed("/api/applications?isThirdParty=true", "name").await;
        assert_eq!(listed.len(), 3);
    }
}

on_both_databases! {
    async fn nobody_agrees_on_behalf_of_people_to_what_third_parties_ask(server) {
        let manager = Manager::new(&server).await;
        let app = third_party(&manager).await;
        let ours = server.client(vestibule_shared::application::ApplicationType::SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        browser.sign_in(&ours, "ann", &[]).await;
        for prompt in ["none", "consent", "login", ""] {
            let asked = [("scope", "openid"), ("prompt", prompt)];
            let refused = browser.authorize(&app, &asked).await.expect(303);
            assert!(refused.location().starts_with(CALLBACK));
            assert_eq!(refused.parameter("error").as_deref(), Some("consent_required"), "{prompt}");
            assert!(refused.parameter("error_description").unwrap().contains("consent"));
            assert_eq!(refused.parameter("code"), None);
        }
        // Scopes that were not enabled for the application are refused before anything else.
        let profile = [("scope", "openid profile")];
        let refused = browser.authorize(&app, &profile).await.expect(303);
        assert_eq!(refused.parameter("error").as_deref(), Some("invalid_scope"));
        let path = format!("/api/applications/{}/user-consent-scopes", app.id);
        manager.send("POST", &path, json!({ "userScopes": ["profile"] })).await.expect(201);
        let refused = browser.authorize(&app, &profile).await.expect(303);
        assert_eq!(refused.parameter("error").as_deref(), Some("consent_required"));
    }
}
