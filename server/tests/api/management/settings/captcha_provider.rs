use crate::management::*;

on_both_databases! {
    async fn one_provider_is_set_up_replaced_and_removed(server) {
        let manager = Manager::new(&server).await;
        let path = "/api/captcha-provider";
        manager.get(path).await.expect_code(404, "entity.not_found");
        manager.delete(path).await.expect_code(404, "entity.not_found");
        let turnstile = json!({ "type": "Turnstile", "siteKey": "site", "secretKey": "secret" });
        let made = manager.send("PUT", path, json!({ "config": turnstile })).await.expect(200).json;
        assert_eq!((&made["tenantId"], &made["id"], &made["config"]), (&json!("default"), &json!("default"), &turnstile));
        assert_eq!(manager.get(path).await.expect(200).json, made);
        let google = json!({ "type": "RecaptchaEnterprise", "siteKey": "site", "secretKey": "secret",
            "projectId": "project", "mode": "checkbox" });
        let replaced = manager.send("PUT", path, json!({ "config": google })).await.expect(200).json;
        assert_eq!((&replaced["config"], &replaced["createdAt"]), (&google, &made["createdAt"]));
        for bad in [
            json!({ "type": "Other", "siteKey": "s", "secretKey": "s" }),
            json!({ "type": "Turnstile", "siteKey": "s" }),
            json!({ "type": "Turnstile", "siteKey": "s", "secretKey": "" }),
            // The domain stands in the policy of pages.
            json!({ "type": "RecaptchaEnterprise", "siteKey": "s", "secretKey": "s", "projectId": "p",
                "domain": "a.example; script-src *" }),
            json!({ "type": "RecaptchaEnterprise", "siteKey": "s", "secretKey": "s", "projectId": "p",
                "domain": "https://www.recaptcha.net" }),
        ] {
            manager.send("PUT", path, json!({ "config": bad })).await.expect_code(400, "guard.invalid_input");
        }
        manager.delete(path).await.expect(204);
        manager.get(path).await.expect_code(404, "entity.not_found");
    }
}
