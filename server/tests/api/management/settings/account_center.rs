use crate::management::*;

on_both_databases! {
    async fn settings_are_read_and_changed(server) {
        let manager = Manager::new(&server).await;
        let path = "/api/account-center";
        let seeded = json!({ "tenantId": "default", "id": "default", "enabled": false, "fields": {},
            "webauthnRelatedOrigins": [], "deleteAccountUrl": null, "customCss": null, "profileFields": null });
        assert_eq!(manager.get(path).await.expect(200).json, seeded);
        let patch = json!({
            "enabled": true,
            "fields": { "name": "Edit", "customData": "ReadOnly" },
            "webauthnRelatedOrigins": ["https://a.example", "https://a.example"],
            "deleteAccountUrl": "https://a.example/leave",
            "profileFields": [{ "name": "none" }],
        });
        let changed = manager.send("PATCH", path, patch).await.expect(200).json;
        assert_eq!(changed["fields"], json!({ "name": "Edit", "customData": "ReadOnly" }));
        assert_eq!(changed["webauthnRelatedOrigins"], json!(["https://a.example"]));
        assert_eq!(changed["profileFields"], json!([]));
        let patch = json!({ "fields": { "avatar": "Off" }, "deleteAccountUrl": "", "profileFields": null });
        manager.send("PATCH", path, patch).await.expect(200);
        let read = manager.get(path).await.expect(200).json;
        assert_eq!((&read["enabled"], &read["fields"]), (&json!(true), &json!({ "avatar": "Off" })));
        assert_eq!((&read["deleteAccountUrl"], &read["profileFields"]), (&Value::Null, &Value::Null));
        for (bad, code) in [
            (json!({ "fields": { "name": "Write" } }), "guard.invalid_input"),
            (json!({ "deleteAccountUrl": "javascript:alert(1)" }), "guard.invalid_input"),
            (json!({ "webauthnRelatedOrigins": ["a.example"] }), "guard.invalid_input"),
            (json!({ "profileFields": [{ "name": "a" }, { "name": "a" }] }), "custom_profile_fields.duplicate_names"),
        ] {
            manager.send("PATCH", path, bad).await.expect_code(400, code);
        }
    }
}
