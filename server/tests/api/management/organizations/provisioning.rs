//! Membership that comes with an account.

use super::*;

/// Somebody registers with an address that a code proves; the id of the account.
async fn register(server: &TestServer, address: &str) -> String {
    let client = server.client(vestibule_shared::application::ApplicationType::SPA).await;
    let browser = server.browser();
    browser.authorize(&client, &[]).await.expect(303);
    browser.begin("Register").await;
    let sent = browser.send_code("email", address, "Register").await.expect(200).json;
    let message = server.last_message().await;
    let (id, code) = (&sent["verificationId"], message["code"].as_str().unwrap());
    browser.verify_code("email", address, id, code).await.expect(200);
    browser.identify(id).await.expect(201);
    let state = browser.get("/api/experience/interaction").await.expect(200).json;
    browser.finish().await.expect(303);
    state["userId"].as_str().unwrap().to_owned()
}

on_both_databases! {
    async fn who_registers_with_an_address_of_a_domain_joins_its_organizations(server) {
        server
            .configure(json!({ "signUp": { "identifiers": ["email"], "password": false, "verify": true },
                "signIn": { "methods": [{ "identifier": "email", "password": false,
                    "verificationCode": true, "isPasswordPrimary": false }] } }))
            .await;
        let manager = Manager::new(&server).await;
        let role = manager.create("/api/organization-roles", json!({ "name": "reader" })).await;
        let mut organizations = Vec::new();
        for (name, domain) in [("Acme", "acme.example"), ("Also", "acme.example"), ("Other", "other.example")] {
            let id = manager.create("/api/organizations", json!({ "name": name })).await;
            let domains = format!("/api/organizations/{id}/jit/email-domains");
            manager.send("POST", &domains, json!({ "emailDomain": domain })).await.expect(201);
            organizations.push(id);
        }
        let roles = format!("/api/organizations/{}/jit/roles", organizations[0]);
        manager.send("POST", &roles, json!({ "organizationRoleIds": [role] })).await.expect(201);

        let ann = register(&server, "Ann@Acme.example").await;
        let joined = manager.get(&format!("/api/users/{ann}/organizations")).await.expect(200).json;
        let mut joined: Vec<_> = joined.as_array().unwrap().iter()
            .map(|it| (it["name"].as_str().unwrap().to_owned(),
                it["organizationRoles"].as_array().unwrap().len()))
            .collect();
        joined.sort();
        assert_eq!(joined, [("Acme".to_owned(), 1), ("Also".to_owned(), 0)]);
        // A part of the domain is another domain, and an administrator's account joins nothing by itself.
        let bob = register(&server, "bob@not.acme.example").await;
        let made = server.user(json!({ "primaryEmail": "cy@acme.example" })).await;
        for id in [bob, made] {
            let joined = manager.get(&format!("/api/users/{id}/organizations")).await.expect(200).json;
            assert_eq!(joined, json!([]));
        }
    }
}
