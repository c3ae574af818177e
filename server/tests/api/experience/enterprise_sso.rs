//! Addresses that an enterprise's identity provider answers for.

use super::*;
use crate::on_both_databases;
use crate::support::PASSWORD;

const REFUSED: &str = "session.sso_enabled";

/// A connector for `bank.example`; its id.
async fn connector(server: &TestServer) -> String {
    let token = server.management_token().await;
    let body = json!({
        "providerName": "OIDC",
        "connectorName": "Bank",
        "domains": ["bank.example"],
        "branding": { "displayName": "The Bank", "logo": "https://bank.example/logo.png" },
    });
    let made = server.browser().call("POST", "/api/sso-connectors", &token, Some(body)).await;
    made.expect(200).json["id"].as_str().unwrap().to_owned()
}

async fn found(browser: &Browser, address: &str) -> Value {
    let path = format!("/api/experience/sso-connectors?email={address}");
    browser.get(&path).await.expect(200).json["connectorIds"].clone()
}

on_both_databases! {
    async fn a_connector_is_found_by_the_domain_of_an_address(server) {
        let id = connector(&server).await;
        let browser = asked(&server).await;
        assert_eq!(found(&browser, "ann@bank.example").await, json!([]), "it is switched off");
        server.configure(json!({ "singleSignOnEnabled": true })).await;
        assert_eq!(found(&browser, "Ann@BANK.example").await, json!([id]));
        assert_eq!(found(&browser, "ann@sub.bank.example").await, json!([]));
        let path = "/api/experience/sso-connectors";
        for bad in ["", "?email=", "?email=bank.example"] {
            let refused = browser.get(&format!("{path}{bad}")).await;
            refused.expect_code(400, "guard.invalid_input");
        }
        let nobody = server.browser().get(&format!("{path}?email=ann@bank.example")).await;
        nobody.expect_code(400, "session.not_found");
    }
}

on_both_databases! {
    async fn who_belongs_to_an_enterprise_signs_in_there(server) {
        let id = connector(&server).await;
        server.configure(all_methods()).await;
        let ann = json!({ "username": "ann", "primaryEmail": "ann@bank.example", "password": PASSWORD });
        server.user(ann).await;
        let prove = async || {
            let browser = visitor(&server, "SignIn").await;
            let proof = try_password(&browser, "email", "ann@bank.example", PASSWORD).await.expect(200);
            browser.identify(&proof.json["verificationId"]).await
        };
        prove().await.expect(204);
        server.configure(json!({ "singleSignOnEnabled": true })).await;
        let refused = prove().await.expect_code(422, REFUSED);
        let connector = json!({
            "id": id, "connectorName": "The Bank", "logo": "https://bank.example/logo.png",
        });
        assert_eq!(refused.json["data"], json!({ "ssoConnectors": [connector] }));
        // Neither a code helps.
        let browser = visitor(&server, "SignIn").await;
        let code = proved(&server, &browser, ("email", "ann@bank.example"), "SignIn").await;
        browser.identify(&code).await.expect_code(422, REFUSED);
    }
}

on_both_databases! {
    async fn nobody_registers_an_address_of_an_enterprise(server) {
        connector(&server).await;
        server.configure(all_methods()).await;
        server.configure(json!({ "singleSignOnEnabled": true })).await;
        let before = number_of_accounts(&server).await;
        let browser = visitor(&server, "Register").await;
        let code = proved(&server, &browser, ("email", "ann@bank.example"), "Register").await;
        browser.identify(&code).await.expect_code(422, REFUSED);
        let addition = json!({ "type": "email", "verificationId": code });
        add_to_profile(&browser, addition).await.expect_code(422, REFUSED);
        assert_eq!(number_of_accounts(&server).await, before);
        let code = proved(&server, &browser, ("email", "ann@other.example"), "Register").await;
        browser.identify(&code).await.expect(201);
    }
}
