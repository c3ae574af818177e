use crate::management::*;

on_both_databases! {
    async fn fields_are_made_replaced_ordered_and_deleted(server) {
        let manager = Manager::new(&server).await;
        let path = "/api/custom-profile-fields";
        let body = json!({ "name": "company", "type": "Text", "label": "Company", "required": true, "config": { "maxLength": 10 } });
        let made = manager.send("POST", path, body.clone()).await.expect(201).json;
        let expected = json!({ "tenantId": "default", "id": made["id"], "name": "company", "type": "Text",
            "label": "Company", "description": null, "required": true, "config": { "maxLength": 10 },
            "createdAt": made["createdAt"], "sieOrder": 1 });
        assert_eq!(made, expected);
        manager.send("POST", path, body.clone()).await.expect_code(422, "custom_profile_fields.name_exists");

        let number = json!({ "name": "age", "type": "Number", "required": false });
        let both = json!([number, body]);
        manager.send("POST", &format!("{path}/batch"), both).await.expect_code(422, "custom_profile_fields.name_exists");
        assert_eq!(manager.listed(path, "name").await, ["company"]);
        manager.send("POST", &format!("{path}/batch"), json!([number])).await.expect(201);
        manager.send("POST", &format!("{path}/batch"), json!([])).await.expect_code(400, "guard.invalid_input");

        let order = |first: i32, second: i32| json!({ "order": [
            { "name": "company", "sieOrder": first }, { "name": "age", "sieOrder": second }] });
        let reorder = format!("{path}/properties/sie-order");
        manager.send("POST", &reorder, order(1, 1)).await.expect_code(400, "custom_profile_fields.conflicted_sie_order");
        manager.send("POST", &reorder, order(2, 1)).await.expect(200);
        assert_eq!(manager.listed(path, "name").await, ["age", "company"]);
        let unknown = json!({ "order": [{ "name": "none", "sieOrder": 1 }] });
        manager.send("POST", &reorder, unknown).await.expect_code(400, "custom_profile_fields.entity_not_exists_with_names");

        let one = format!("{path}/company");
        let select = json!({ "type": "Select", "required": false, "config": { "options": [{ "value": "a", "label": "A" }] } });
        manager.send("PUT", &one, select.clone()).await.expect(200);
        let read = manager.get(&one).await.expect(200).json;
        assert_eq!((&read["type"], &read["sieOrder"], &read["label"]), (&json!("Select"), &json!(2), &json!("")));
        let bad = json!({ "type": "Select", "required": false, "config": { "options": [] } });
        manager.send("PUT", &one, bad).await.expect_code(400, "custom_profile_fields.invalid_options");
        manager.send("PUT", &format!("{path}/none"), select).await.expect_code(404, "entity.not_exists_with_id");
        let email = json!({ "name": "email", "type": "Text", "required": true });
        manager.send("POST", path, email).await.expect_code(400, "custom_profile_fields.name_conflict_sign_in_identifier");
        manager.delete(&one).await.expect(204);
        manager.delete(&one).await.expect_code(404, "entity.not_exists_with_id");
    }
}
