use crate::management::*;

on_both_databases! {
    async fn pages_show_an_administrators_own_words(server) {
        let manager = Manager::new(&server).await;
        let path = "/api/custom-phrases/de";
        manager.get(path).await.expect_code(404, "entity.not_exists_with_id");
        let body = json!({ "action": { "back": "Retour", "next": "" } });
        manager.send("PUT", path, body).await.expect_code(422, "localization.invalid_translation_structure");
        let body = json!({ "action": { "back": "Retour", "cancel": "" } });
        let made = manager.send("PUT", path, body.clone()).await.expect(201).json;
        assert_eq!(made["translation"], json!({ "action": { "back": "Retour" } }));
        assert_eq!(manager.get(path).await.expect(200).json, made);
        let again = manager.send("PUT", path, body.clone()).await.expect(201).json;
        assert_eq!(again["id"], made["id"]);
        manager.send("PUT", "/api/custom-phrases/es", body).await.expect(201);
        assert_eq!(manager.listed("/api/custom-phrases", "languageTag").await, ["de", "es"]);

        let phrases = async |tag: &str| server.browser().get(&format!("/api/.well-known/phrases?lng={tag}")).await.expect(200);
        let german = phrases("de").await;
        assert_eq!(german.headers["content-language"], "de");
        assert_eq!(german.json["action"]["back"], "Retour");
        let english = phrases("en").await.json;
        assert_eq!(english["action"]["back"], "Back");
        assert_ne!(german.json["action"]["cancel"], english["action"]["cancel"]);
        let spanish = phrases("es").await;
        assert_eq!(spanish.headers["content-language"], "es");
        assert_eq!(spanish.json["action"]["back"], "Retour");
        assert_eq!(spanish.json["action"]["cancel"], english["action"]["cancel"]);

        manager.delete(path).await.expect(204);
        manager.delete(path).await.expect_code(404, "entity.not_exists_with_id");
        assert_ne!(phrases("de").await.json["action"]["back"], "Retour");
        manager.delete("/api/custom-phrases/en").await.expect_code(409, "localization.cannot_delete_default_language");
        manager.send("PUT", "/api/custom-phrases/not_a_tag", json!({})).await.expect_code(400, "guard.invalid_input");
    }
}
