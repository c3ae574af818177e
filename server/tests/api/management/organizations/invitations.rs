use super::*;

const ROOT: &str = "/api/organization-invitations";
const DAY: i64 = 86_400_000;

struct Acme {
    manager: Manager,
    organization: String,
    role: String,
}

impl Acme {
    async fn new(server: &TestServer) -> Self {
        let manager = Manager::new(server).await;
        let organization = manager.create("/api/organizations", json!({ "name": "Acme" })).await;
        let role = manager.create("/api/organization-roles", json!({ "name": "reader" })).await;
        Self { manager, organization, role }
    }

    fn invite(&self, server: &TestServer, invitee: &str) -> Value {
        json!({ "invitee": invitee, "organizationId": self.organization,
            "expiresAt": server.app.clock.now() + DAY, "organizationRoleIds": [self.role] })
    }
}

on_both_databases! {
    async fn an_invitation_is_accepted_by_the_owner_of_the_address(server) {
        let acme = Acme::new(&server).await;
        let manager = &acme.manager;
        let ann = server.user(json!({ "username": "ann", "primaryEmail": "Ann@example.com" })).await;
        let bob = server.user(json!({ "username": "bob", "primaryEmail": "bob@example.com" })).await;
        let body = acme.invite(&server, "ann@Example.com");
        let made = manager.send("POST", ROOT, body.clone()).await.expect(201).json;
        let id = made["id"].as_str().unwrap();
        assert_eq!(made, json!({ "tenantId": "default", "id": id, "inviterId": null,
            "invitee": "ann@Example.com", "acceptedUserId": null, "organizationId": acme.organization,
            "status": "Pending", "createdAt": made["createdAt"], "updatedAt": made["createdAt"],
            "expiresAt": body["expiresAt"], "organizationRoles": [{ "id": acme.role, "name": "reader" }] }));
        let path = format!("{ROOT}/{id}");
        assert_eq!(manager.get(&path).await.expect(200).json, made);
        manager.send("POST", ROOT, body.clone()).await.expect_code(422, "entity.unique_integrity_violation");

        let status = format!("{path}/status");
        for (body, http, code) in [
            (json!({ "status": "Accepted" }), 422, "request.invalid_input"),
            (json!({ "status": "Accepted", "acceptedUserId": bob }), 422, "request.invalid_input"),
            (json!({ "status": "Accepted", "acceptedUserId": "none" }), 422, "entity.relation_foreign_key_not_found"),
            (json!({ "status": "Pending" }), 400, "guard.invalid_input"),
            (json!({ "status": "Lost" }), 400, "guard.invalid_input"),
        ] {
            manager.send("PUT", &status, body).await.expect_code(http, code);
        }
        let accept = json!({ "status": "Accepted", "acceptedUserId": ann });
        let accepted = manager.send("PUT", &status, accept.clone()).await.expect(200).json;
        assert_eq!((&accepted["status"], &accepted["acceptedUserId"]), (&json!("Accepted"), &json!(ann)));
        let rows = manager.get(&format!("/api/organizations/{}/users", acme.organization)).await.expect(200).json;
        assert_eq!((rows[0]["id"].as_str().unwrap(), role_names(&rows[0])), (ann.as_str(), vec!["reader"]));
        manager.send("PUT", &status, accept).await.expect_code(422, "request.invalid_input");
        manager.send("PUT", &status, json!({ "status": "Revoked" })).await.expect_code(422, "request.invalid_input");
        // A member needs no other invitation.
        manager.send("POST", ROOT, body).await.expect_code(422, "request.invalid_input");
        manager.delete(&path).await.expect(204);
        manager.delete(&path).await.expect_code(404, "entity.not_exists_with_id");
        manager.get(&path).await.expect_code(404, "entity.not_exists_with_id");
    }
}

on_both_databases! {
    async fn invitations_expire_and_are_revoked(server) {
        let acme = Acme::new(&server).await;
        let manager = &acme.manager;
        let ann = server.user_named("ann").await;
        let mut body = acme.invite(&server, "a@example.com");
        body["inviterId"] = json!(ann);
        let first = manager.create(ROOT, body).await;
        let other = manager.create(ROOT, acme.invite(&server, "b@example.com")).await;
        let revoked = manager.send("PUT", &format!("{ROOT}/{other}/status"), json!({ "status": "Revoked" })).await;
        assert_eq!(revoked.expect(200).json["status"], "Revoked");
        assert_eq!(manager.listed(&format!("{ROOT}?inviterId={ann}"), "id").await, [first.as_str()]);
        assert_eq!(manager.listed(&format!("{ROOT}?invitee=b@example.com"), "id").await, [other]);
        assert_eq!(manager.listed(&format!("{ROOT}?organizationId={}", acme.organization), "id").await.len(), 2);
        assert!(manager.listed(&format!("{ROOT}?organizationId=none"), "id").await.is_empty());

        server.advance(std::time::Duration::from_secs(2 * 86_400));
        let manager = &Manager::new(&server).await;
        let path = format!("{ROOT}/{first}");
        assert_eq!(manager.get(&path).await.expect(200).json["status"], "Expired");
        let late = json!({ "status": "Revoked" });
        manager.send("PUT", &format!("{path}/status"), late).await.expect_code(422, "request.invalid_input");
        // One that is over stands in nobody's way.
        manager.create(ROOT, acme.invite(&server, "a@example.com")).await;

        let valid = acme.invite(&server, "c@example.com");
        for (field, value, status, code) in [
            ("expiresAt", json!(1), 400, "request.invalid_input"),
            ("invitee", json!("nobody"), 400, "guard.invalid_input"),
            ("organizationId", json!("none"), 422, "entity.relation_foreign_key_not_found"),
            ("inviterId", json!("none"), 422, "entity.relation_foreign_key_not_found"),
            ("organizationRoleIds", json!(["none"]), 422, "entity.relation_foreign_key_not_found"),
            ("messagePayload", json!(true), 400, "guard.invalid_input"),
        ] {
            let mut body = valid.clone();
            body[field] = value;
            manager.send("POST", ROOT, body).await.expect_code(status, code);
        }
        assert!(manager.listed(&format!("{ROOT}?invitee=c@example.com"), "id").await.is_empty());
    }
}

on_both_databases! {
    async fn invitations_are_sent_when_that_is_asked_for(server) {
        let acme = Acme::new(&server).await;
        let manager = &acme.manager;
        manager.create(ROOT, acme.invite(&server, "quiet@example.com")).await;
        assert!(server.last_message().await.is_null());
        let mut body = acme.invite(&server, "loud@example.com");
        body["messagePayload"] = json!({ "link": "https://acme.example/join" });
        let id = manager.create(ROOT, body).await;
        let first = server.last_message().await;
        assert!(first.to_string().contains("https://acme.example/join"), "{first}");
        let again = format!("{ROOT}/{id}/message");
        server.advance(std::time::Duration::from_secs(1));
        manager.send("POST", &again, json!({ "link": "https://acme.example/again" })).await.expect(204);
        let second = server.last_message().await;
        assert!(second.to_string().contains("https://acme.example/again"), "{second}");
        for _ in 0..8 {
            manager.send("POST", &again, json!({})).await.expect(204);
        }
        manager.send("POST", &again, json!({})).await.expect_code(429, "request.message_rate_limited");
        manager.send("PUT", &format!("{ROOT}/{id}/status"), json!({ "status": "Revoked" })).await.expect(200);
        server.advance(std::time::Duration::from_secs(700));
        manager.send("POST", &again, json!({})).await.expect_code(422, "request.invalid_input");
    }
}

on_both_databases! {
    async fn invitations_and_codes_count_as_messages_to_one_recipient(server) {
        let acme = Acme::new(&server).await;
        let client = server.client(vestibule_shared::application::ApplicationType::SPA).await;
        let browser = server.browser();
        browser.authorize(&client, &[]).await.expect(303);
        browser.begin("SignIn").await;
        for _ in 0..10 {
            browser.send_code("email", "Ann@example.com", "SignIn").await.expect(200);
        }
        let mut body = acme.invite(&server, "ann@example.com");
        body["messagePayload"] = json!({});
        acme.manager.send("POST", ROOT, body.clone()).await.expect_code(429, "request.message_rate_limited");
        assert!(acme.manager.listed(ROOT, "id").await.is_empty());
        server.advance(std::time::Duration::from_secs(601));
        let manager = Manager::new(&server).await;
        body["expiresAt"] = json!(server.app.clock.now() + DAY);
        manager.send("POST", ROOT, body).await.expect(201);
    }
}

/// Where nobody is there to look at the outbox and no connector is set up, nothing could be sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_that_cannot_be_sent_is_not_made() {
    let server = TestServer::start_as(Some("https://id.example"), None).await;
    let acme = Acme::new(&server).await;
    let mut body = acme.invite(&server, "loud@example.com");
    body["messagePayload"] = json!({});
    acme.manager.send("POST", ROOT, body).await.expect_code(501, "connector.not_found");
    assert!(acme.manager.listed(ROOT, "id").await.is_empty());
}
