use crate::management::*;

fn template(tag: &str, kind: &str, subject: &str) -> Value {
    json!({ "languageTag": tag, "templateType": kind, "details": { "subject": subject, "content": "{{code}}" } })
}

on_both_databases! {
    async fn templates_are_stored_by_language_and_type(server) {
        let manager = Manager::new(&server).await;
        let path = "/api/email-templates";
        let body = json!({ "templates": [
            template("en", "SignIn", "Your code"),
            template("de", "SignIn", "Dein Code"),
            template("en", "Generic", "Code"),
        ] });
        let made = manager.send("PUT", path, body).await.expect(200).json;
        let id = made[0]["id"].as_str().unwrap();
        assert_eq!(made[0]["tenantId"], "default");
        assert_eq!(made[0]["details"], json!({ "subject": "Your code", "content": "{{code}}" }));
        let again = json!({ "templates": [template("en", "SignIn", "Hello")] });
        let again = manager.send("PUT", path, again).await.expect(200).json;
        assert_eq!((&again[0]["id"], &again[0]["details"]["subject"]), (&json!(id), &json!("Hello")));
        assert_eq!(manager.listed(path, "templateType").await, ["SignIn", "Generic", "SignIn"]);
        assert_eq!(manager.listed("/api/email-templates?languageTag=en", "templateType").await, ["Generic", "SignIn"]);
        assert_eq!(manager.listed("/api/email-templates?templateType=SignIn", "languageTag").await, ["de", "en"]);
        manager.get("/api/email-templates?templateType=None").await.expect_code(400, "guard.invalid_input");

        let one = format!("{path}/{id}");
        let patch = json!({ "contentType": "text/plain", "replyTo": "a@example.com" });
        manager.send("PATCH", &format!("{one}/details"), patch).await.expect(200);
        let expected = json!({ "subject": "Hello", "content": "{{code}}", "contentType": "text/plain", "replyTo": "a@example.com" });
        assert_eq!(manager.get(&one).await.expect(200).json["details"], expected);
        let lines = json!({ "subject": "Hello\r\nBcc: all@example.com" });
        manager.send("PATCH", &format!("{one}/details"), lines).await.expect_code(400, "guard.invalid_input");

        manager.delete(path).await.expect_code(422, "connector.email_connector.bulk_deletion_no_filter");
        let deleted = manager.delete("/api/email-templates?templateType=Generic").await.expect(200).json;
        assert_eq!(deleted, json!({ "rowCount": 1 }));
        manager.delete(&one).await.expect(204);
        manager.delete(&one).await.expect_code(404, "entity.not_exists_with_id");
        manager.get(&one).await.expect_code(404, "entity.not_exists_with_id");
        assert_eq!(manager.listed(path, "languageTag").await, ["de"]);
    }
}

on_both_databases! {
    async fn all_templates_are_stored_or_none(server) {
        let manager = Manager::new(&server).await;
        for bad in [template("", "SignIn", "s"), template("en", "SignIn", "a\nb"), template("en", "None", "s")] {
            let body = json!({ "templates": [template("de", "SignIn", "s"), bad] });
            manager.send("PUT", "/api/email-templates", body).await.expect_code(400, "guard.invalid_input");
        }
        assert!(manager.listed("/api/email-templates", "id").await.is_empty());
    }
}
