//! An administrator's own questions while somebody registers.

use super::*;
use crate::on_both_databases;
use crate::support::PASSWORD;

async fn fields(server: &TestServer) {
    let token = server.management_token().await;
    let fields = json!([
        { "name": "company", "type": "Text", "required": true },
        { "name": "nickname", "type": "Text", "required": false },
        { "name": "shoeSize", "type": "Number", "required": false },
    ]);
    let path = "/api/custom-profile-fields/batch";
    server.browser().call("POST", path, &token, Some(fields)).await.expect(201);
}

async fn answer(browser: &Browser, values: Value) -> Answer {
    add_to_profile(browser, json!({ "type": "extraProfile", "values": values })).await
}

async fn named(browser: &Browser) {
    for (kind, value) in [("username", "ann"), ("password", PASSWORD)] {
        add_to_profile(browser, json!({ "type": kind, "value": value })).await.expect(204);
    }
}

on_both_databases! {
    async fn new_users_are_asked_and_their_answers_are_kept(server) {
        fields(&server).await;
        server.configure(json!({ "signUpProfileFields": [{ "name": "nickname" }, { "name": "company" }] })).await;
        let public = server.browser().get("/api/.well-known/sign-in-exp").await.expect(200).json;
        let names = |member: &str| -> Vec<&str> {
            public[member].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect()
        };
        assert_eq!(names("customProfileFields"), ["nickname", "company"]);
        assert_eq!(names("customProfileFieldCatalog"), ["company", "nickname", "shoeSize"]);

        let browser = visitor(&server, "Register").await;
        named(&browser).await;
        let asked = json!(["extraProfile"]);
        let missing = identify_by_profile(&browser).await.expect_code(422, "user.missing_profile");
        assert_eq!(missing.json["data"]["missingProfile"], asked);
        // Once the form was sent, only what is required is asked for again.
        answer(&browser, json!({ "nickname": "Annie" })).await.expect(204);
        let missing = identify_by_profile(&browser).await.expect_code(422, "user.missing_profile");
        assert_eq!(missing.json["data"]["missingProfile"], asked);
        answer(&browser, json!({ "company": "Acme", "shoeSize": 38 })).await.expect(204);
        let state = interaction_of(&browser).await;
        assert_eq!(state["profile"]["customData"], json!({ "company": "Acme", "shoeSize": 38 }));
        identify_by_profile(&browser).await.expect(201);
        let redirect = browser.finish().await.expect(303);
        assert!(redirect.parameter("code").is_some());

        let token = server.management_token().await;
        let users = server.browser().call("GET", "/api/users", &token, None).await.expect(200).json;
        assert_eq!(users[0]["profile"], json!({ "nickname": "Annie" }));
        assert_eq!(users[0]["customData"], json!({ "company": "Acme", "shoeSize": 38 }));
    }
}

on_both_databases! {
    async fn nobody_answers_what_was_not_asked(server) {
        fields(&server).await;
        let browser = visitor(&server, "Register").await;
        for (values, code) in [
            (json!({ "role": "admin" }), "custom_profile_fields.entity_not_exists_with_names"),
            (json!({ "isSuspended": false }), "custom_profile_fields.name_conflict_built_in_prop"),
            (json!({ "username": "ann" }), "custom_profile_fields.name_conflict_sign_in_identifier"),
            (json!({ "customData": {} }), "custom_profile_fields.name_conflict_custom_data"),
            (json!({ "shoe-size": 1 }), "guard.invalid_input"),
            (json!({ "nickname": 1 }), "guard.invalid_input"),
        ] {
            answer(&browser, values).await.expect_code(400, code);
        }
        // Without a choice of the administrator's, nothing is asked.
        named(&browser).await;
        identify_by_profile(&browser).await.expect(201);
        let twice = json!({ "signUpProfileFields": [{ "name": "company" }, { "name": "company" }] });
        let token = server.management_token().await;
        let refused = server.browser().call("PATCH", "/api/sign-in-exp", &token, Some(twice)).await;
        refused.expect_code(400, "custom_profile_fields.duplicate_names");
    }
}

on_both_databases! {
    async fn null_asks_everything_and_answers_alone_make_no_account(server) {
        fields(&server).await;
        server.configure(json!({ "signUpProfileFields": null, "signUp": { "identifiers": [], "password": false, "verify": false } })).await;
        let browser = visitor(&server, "Register").await;
        answer(&browser, json!({ "company": "Acme" })).await.expect(204);
        identify_by_profile(&browser).await.expect_code(404, "session.identifier_not_found");
        let browser = visitor(&server, "ForgotPassword").await;
        let refused = answer(&browser, json!({ "company": "Acme" })).await;
        refused.expect_code(400, "session.not_supported_for_forgot_password");
        let browser = visitor(&server, "SignIn").await;
        answer(&browser, json!({})).await.expect_code(404, "session.identifier_not_found");
    }
}
