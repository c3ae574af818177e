use super::*;

on_both_databases! {
    async fn the_server_describes_itself(server) {
        let browser = server.browser();
        let all = browser.get("/api/swagger.json").await.expect(200).json;
        let management = browser.get("/api/.well-known/management.openapi.json").await.expect(200).json;
        let experience = browser.get("/api/.well-known/experience.openapi.json").await.expect(200).json;
        let paths = |document: &Value| {
            let paths = document["paths"].as_object().unwrap();
            paths.keys().cloned().collect::<Vec<String>>()
        };
        assert!(paths(&all).contains(&"/oidc/token".to_owned()));
        assert!(paths(&management).contains(&"/api/roles/{id}".to_owned()));
        assert!(paths(&experience).iter().all(|path| !path.starts_with("/api/roles")));
        assert!(paths(&experience).contains(&"/api/experience/submit".to_owned()));
        // Each operation has an id of its own, and every reference leads somewhere.
        let mut ids = std::collections::BTreeSet::new();
        let mut operations = 0;
        for item in management["paths"].as_object().unwrap().values() {
            for operation in item.as_object().unwrap().values() {
                ids.insert(operation["operationId"].as_str().unwrap().to_owned());
                operations += 1;
            }
        }
        assert_eq!(ids.len(), operations);
        let text = all.to_string();
        for part in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(all["components"]["schemas"][name].is_object(), "{name}");
        }
    }
}

/// Names that a macro gives to variants are easily lost.
#[test]
fn listed_values_are_those_of_the_wire() {
    use vestibule_shared::application::consent::UserScope;
    use vestibule_shared::hook::HookEvent;
    let document = serde_json::to_value(vestibule::api::management::operations().document());
    let document = document.unwrap();
    let listed = |name: &str| document["components"]["schemas"][name]["enum"].clone();
    assert_eq!(listed("HookEvent"), json!(HookEvent::ALL));
    assert_eq!(listed("UserScope"), json!(UserScope::ALL));
}
