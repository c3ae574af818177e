use super::*;
use crate::support::{CALLBACK, Client};
use vestibule_shared::application::ApplicationType::{SPA, Traditional};

/// An application with access control.
struct Guarded<'a> {
    server: &'a TestServer,
    manager: Manager,
    client: Client,
    path: String,
}

impl<'a> Guarded<'a> {
    async fn new(server: &'a TestServer) -> Self {
        let client = server.client(Traditional).await;
        let path = format!("/api/applications/{}", client.id);
        Self { server, manager: Manager::new(server).await, client, path }
    }

    async fn set(&self, rules: Value) -> Answer {
        let mut body = json!({
            "userIds": [], "userRoleIds": [], "organizationIds": [], "organizationRoleRules": [],
        });
        body.as_object_mut().unwrap().extend(rules.as_object().unwrap().clone());
        self.manager.send("PUT", &format!("{}/access-control", self.path), body).await
    }

    async fn enable(&self, enabled: bool) -> Answer {
        let body = json!({ "appLevelAccessControlEnabled": enabled });
        self.manager.send("PATCH", &self.path, body).await
    }

    async fn role(&self, name: &str, kind: &str) -> String {
        let body = json!({ "name": name, "description": "d", "type": kind });
        self.manager.create("/api/roles", body).await
    }

    /// The error that the client gets when somebody signs in; `None` for a code.
    async fn refusal(&self, username: &str) -> Option<String> {
        let redirect = self.server.browser().sign_in(&self.client, username, &[]).await;
        assert!(redirect.location().starts_with(CALLBACK), "{}", redirect.location());
        let error = redirect.parameter("error");
        assert_ne!(error.is_some(), redirect.parameter("code").is_some());
        error
    }
}

fn denied() -> Option<String> {
    Some("access_denied".to_owned())
}

on_both_databases! {
    async fn only_those_whom_a_rule_fits_get_in(server) {
        let app = Guarded::new(&server).await;
        let ann = server.user_named("ann").await;
        server.user_named("bob").await;
        assert_eq!(app.refusal("ann").await, None, "without access control everybody gets in");
        app.set(json!({ "userIds": [ann, ann] })).await.expect(200);
        assert_eq!(app.refusal("bob").await, None, "rules do nothing until they are switched on");
        let changed = app.enable(true).await.expect(200).json;
        assert_eq!(changed["appLevelAccessControlEnabled"], true);
        assert_eq!(app.refusal("ann").await, None);
        assert_eq!(app.refusal("bob").await, denied());
        app.enable(false).await.expect(200);
        assert_eq!(app.refusal("bob").await, None);
    }
}

on_both_databases! {
    async fn a_role_an_organization_or_a_role_held_there_lets_in(server) {
        let app = Guarded::new(&server).await;
        let manager = &app.manager;
        let ann = server.user_named("ann").await;
        let bob = server.user_named("bob").await;
        let role = app.role("staff", "User").await;
        let acme = manager.create("/api/organizations", json!({ "name": "Acme" })).await;
        let other = manager.create("/api/organizations", json!({ "name": "Other" })).await;
        let owner = manager.create("/api/organization-roles", json!({ "name": "owner" })).await;
        app.set(json!({ "userRoleIds": [role] })).await.expect(200);
        app.enable(true).await.expect(200);
        assert_eq!(app.refusal("ann").await, denied());
        manager.send("POST", &format!("/api/users/{ann}/roles"), json!({ "roleIds": [role] })).await.expect(201);
        assert_eq!((app.refusal("ann").await, app.refusal("bob").await), (None, denied()));

        app.set(json!({ "organizationIds": [acme] })).await.expect(200);
        assert_eq!(app.refusal("ann").await, denied(), "the rules before are gone");
        for (organization, user) in [(&acme, &ann), (&other, &bob)] {
            let path = format!("/api/organizations/{organization}/users");
            manager.send("POST", &path, json!({ "userIds": [user] })).await.expect(201);
        }
        assert_eq!((app.refusal("ann").await, app.refusal("bob").await), (None, denied()));

        let rules = json!([{ "organizationId": acme, "organizationRoleIds": [owner] }]);
        let kept = app.set(json!({ "organizationRoleRules": rules })).await.expect(200).json;
        assert_eq!(kept["organizationRoleRules"], rules);
        let give = async |organization: &str, user: &str| {
            let path = format!("/api/organizations/{organization}/users/{user}/roles");
            manager.send("POST", &path, json!({ "organizationRoleIds": [owner] })).await.expect(201);
        };
        give(&other, &bob).await;
        assert_eq!((app.refusal("ann").await, app.refusal("bob").await), (denied(), denied()));
        give(&acme, &ann).await;
        assert_eq!((app.refusal("ann").await, app.refusal("bob").await), (None, denied()));
    }
}

on_both_databases! {
    async fn who_is_shut_out_later_gets_no_code_and_no_token_either(server) {
        let app = Guarded::new(&server).await;
        let ann = server.user_named("ann").await;
        let bob = server.user_named("bob").await;
        let browser = server.browser();
        let offline = [("scope", "openid offline_access"), ("prompt", "consent")];
        let tokens = browser.tokens(&app.client, "ann", &offline).await;
        let redirect = browser.authorize(&app.client, &[("prompt", "none")]).await.expect(303);
        let code = redirect.parameter("code").expect("a code");
        app.set(json!({ "userIds": [bob] })).await.expect(200);
        app.enable(true).await.expect(200);
        browser.exchange(&app.client, &code).await.expect_error(400, "access_denied");
        let refused = browser.refresh(&app.client, &tokens["refresh_token"]).await;
        refused.expect_error(400, "access_denied");
        let silent = browser.authorize(&app.client, &[("prompt", "none")]).await.expect(303);
        assert_eq!(silent.parameter("error"), denied());
        // Other applications are not concerned, and who is let in again goes on where it ended.
        let other = server.client(SPA).await;
        let elsewhere = browser.authorize(&other, &[("prompt", "none")]).await.expect(303);
        assert!(elsewhere.parameter("code").is_some());
        app.set(json!({ "userIds": [ann, bob] })).await.expect(200);
        browser.refresh(&app.client, &tokens["refresh_token"]).await.expect(200);
    }
}

on_both_databases! {
    async fn rules_that_make_no_sense_are_refused(server) {
        let app = Guarded::new(&server).await;
        let manager = &app.manager;
        let ann = server.user_named("ann").await;
        let of_machines = app.role("machines", "MachineToMachine").await;
        let acme = manager.create("/api/organizations", json!({ "name": "Acme" })).await;
        let robot = json!({ "name": "robot", "type": "MachineToMachine" });
        let robot = manager.create("/api/organization-roles", robot).await;
        app.enable(true).await.expect_code(422, "request.invalid_input");
        let many: Vec<String> = (0..1001).map(|number| format!("u{number}")).collect();
        for (rules, code) in [
            (json!({ "userIds": ["none"] }), "entity.relation_foreign_key_not_found"),
            (json!({ "userRoleIds": ["none"] }), "entity.relation_foreign_key_not_found"),
            (json!({ "organizationIds": ["none"] }), "entity.relation_foreign_key_not_found"),
            (json!({ "userRoleIds": [of_machines] }), "entity.db_constraint_violated"),
            (json!({ "organizationRoleRules": [{ "organizationId": acme, "organizationRoleIds": [robot] }] }), "entity.db_constraint_violated"),
            (json!({ "organizationRoleRules": [{ "organizationId": acme, "organizationRoleIds": ["none"] }] }), "entity.relation_foreign_key_not_found"),
            (json!({ "organizationRoleRules": [{ "organizationId": acme, "organizationRoleIds": [] }] }), "request.invalid_input"),
            (json!({ "userIds": many }), "request.invalid_input"),
        ] {
            app.set(rules).await.expect_code(422, code);
        }
        app.set(json!({ "userIds": "ann" })).await.expect_code(400, "guard.invalid_input");
        let nothing = manager.get(&format!("{}/access-control", app.path)).await.expect(200).json;
        assert_eq!(nothing["userIds"], json!([]), "what was refused left nothing behind");
        app.set(json!({ "userIds": [ann] })).await.expect(200);
        app.enable(true).await.expect(200);
        app.set(json!({})).await.expect_code(422, "request.invalid_input");
        let rules = json!({ "userIds": [], "userRoleIds": [], "organizationIds": [], "organizationRoleRules": [] });
        manager.send("PUT", "/api/applications/none/access-control", rules).await
            .expect_code(404, "entity.not_exists_with_id");
        manager.get("/api/applications/none/access-control").await
            .expect_code(404, "entity.not_exists_with_id");
        let legacy = format!("{}/legacy-secret", app.path);
        manager.delete(&legacy).await.expect_code(400, "application.no_legacy_secret_found");
        manager.delete("/api/applications/none/legacy-secret").await
            .expect_code(404, "entity.not_exists_with_id");
    }
}
