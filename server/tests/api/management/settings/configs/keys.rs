use super::*;

const PATH: &str = "/api/configs/oidc/private-keys";

on_both_databases! {
    async fn signing_keys_are_rotated_and_deleted(server) {
        let manager = Manager::new(&server).await;
        let first = manager.get(PATH).await.expect(200).json;
        let (id, status) = (first[0]["id"].as_str().unwrap(), &first[0]["status"]);
        assert_eq!((first.as_array().unwrap().len(), status), (1, &json!("Current")));
        manager.delete(&format!("{PATH}/{id}")).await.expect_code(422, "oidc.key_required");
        server.advance(Duration::from_secs(1));
        let rotated = manager.send("POST", &format!("{PATH}/rotate"), json!({ "signingKeyAlgorithm": "EC" })).await;
        let rotated = rotated.expect(200).json;
        assert_eq!((&rotated[0]["status"], &rotated[0]["signingKeyAlgorithm"]), (&json!("Current"), &json!("EC")));
        assert_eq!((&rotated[1]["status"], &rotated[1]["id"]), (&json!("Previous"), &json!(id)));
        assert!(!rotated.to_string().contains("PRIVATE"));

        // What the key before has signed is good until that is deleted.
        let current = Manager::new(&server).await;
        let new = format!("{PATH}/{}", rotated[0]["id"].as_str().unwrap());
        current.delete(&new).await.expect_code(422, "oidc.only_previous_key_can_be_deleted");
        manager.delete(&format!("{PATH}/none")).await.expect_code(404, "oidc.key_not_found");
        manager.delete(&format!("{PATH}/{id}")).await.expect(204);
        manager.get(PATH).await.expect_code(401, "auth.unauthorized");
        assert_eq!(current.listed(PATH, "status").await, ["Current"]);
    }
}

on_both_databases! {
    async fn a_key_is_published_before_it_signs(server) {
        let manager = Manager::new(&server).await;
        let old = manager.listed(PATH, "id").await.remove(0);
        server.advance(Duration::from_secs(1));
        let staged = manager.send("POST", &format!("{PATH}/rotate"), json!({ "rotationGracePeriod": 300 })).await;
        let staged = staged.expect(200).json;
        assert_eq!((&staged[0]["status"], &staged[1]["status"]), (&json!("Next"), &json!("Current")));
        let next = &staged[0];
        assert_eq!(next["effectiveAt"].as_i64().unwrap() - next["createdAt"].as_i64().unwrap(), 300);
        assert!(staged[1].get("effectiveAt").is_none());
        let next = next["id"].as_str().unwrap();

        let published = server.browser().get("/oidc/jwks").await.expect(200).json;
        let mut kids: Vec<&str> =
            published["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap()).collect();
        kids.sort_unstable();
        let mut both = [next, old.as_str()];
        both.sort_unstable();
        assert_eq!(kids, both);
        let signed_by = async || {
            let token = server.management_token().await;
            jwt::part(&token, 0)["kid"].as_str().unwrap().to_owned()
        };
        assert_eq!(signed_by().await, old);
        for body in [json!({}), json!({ "rotationGracePeriod": 1 })] {
            manager.send("POST", &format!("{PATH}/rotate"), body).await.expect_code(422, "oidc.invalid_request");
        }
        let code = "oidc.only_previous_key_can_be_deleted";
        manager.delete(&format!("{PATH}/{next}")).await.expect_code(422, code);

        server.advance(Duration::from_secs(300));
        // A job promotes it.
        for _ in 0..200 {
            if manager.listed(PATH, "status").await == ["Current", "Previous"] {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(manager.listed(PATH, "id").await, [next, old.as_str()]);
        assert_eq!(signed_by().await, next);
        // Two at most: the next rotation lets the oldest go.
        server.advance(Duration::from_secs(1));
        manager.send("POST", &format!("{PATH}/rotate"), json!({})).await.expect(200);
        assert_eq!(Manager::new(&server).await.listed(PATH, "status").await, ["Current", "Previous"]);
    }
}

on_both_databases! {
    async fn rotations_that_cannot_be_are_refused(server) {
        let manager = Manager::new(&server).await;
        for bad in [
            json!({ "rotationGracePeriod": -1 }),
            json!({ "rotationGracePeriod": 31_536_001 }),
            json!({ "signingKeyAlgorithm": "HMAC" }),
        ] {
            manager.send("POST", &format!("{PATH}/rotate"), bad).await.expect_code(400, "guard.invalid_input");
        }
        manager.get("/api/configs/oidc/other-keys").await.expect_code(400, "guard.invalid_input");
    }
}

const COOKIES: &str = "/api/configs/oidc/cookie-keys";

on_both_databases! {
    async fn cookies_outlive_one_rotation_of_their_key(server) {
        let manager = Manager::new(&server).await;
        server.user_named("ann").await;
        let client = server.client(ApplicationType::SPA).await;
        let browser = server.browser();
        browser.tokens(&client, "ann", &[]).await;
        let signed_in = async || browser.authorize(&client, &[("prompt", "none")]).await;
        let rotate = async || manager.send("POST", &format!("{COOKIES}/rotate"), json!({})).await.expect(200).json;
        let first = manager.get(COOKIES).await.expect(200).json;
        assert_eq!(first.as_array().unwrap().len(), 1);
        let members: Vec<&String> = first[0].as_object().unwrap().keys().collect();
        assert_eq!(members, ["createdAt", "id"]);
        server.advance(Duration::from_secs(60));
        let both = rotate().await;
        assert_eq!(both[1], first[0]);
        signed_in().await.expect(303).parameter("code").expect("the old key still verifies");
        // Older ones go: what they have signed is worth nothing any more.
        server.advance(Duration::from_secs(60));
        let newest = rotate().await;
        assert_eq!(newest.as_array().unwrap().len(), 2);
        assert_eq!(newest[1], both[0]);
        let ended = signed_in().await.expect(303).parameter("error");
        assert_eq!(ended.as_deref(), Some("login_required"));
    }
}

on_both_databases! {
    async fn a_key_for_cookies_is_deleted_unless_it_is_the_last(server) {
        let manager = Manager::new(&server).await;
        let grace = json!({ "rotationGracePeriod": 60 });
        manager.send("POST", &format!("{COOKIES}/rotate"), grace).await.expect_code(422, "oidc.invalid_request");
        let old = manager.get(COOKIES).await.expect(200).json[0]["id"].as_str().unwrap().to_owned();
        let old = format!("{COOKIES}/{old}");
        manager.delete(&old).await.expect_code(422, "oidc.key_required");
        server.advance(Duration::from_secs(60));
        let keys = manager.send("POST", &format!("{COOKIES}/rotate"), json!({})).await.expect(200).json;
        manager.delete(&format!("{COOKIES}/none")).await.expect_code(404, "oidc.key_not_found");
        manager.delete(&old).await.expect(204);
        assert_eq!(manager.get(COOKIES).await.expect(200).json, json!([keys[0]]));
        // What the new key signs is good.
        server.user_named("ann").await;
        let client = server.client(ApplicationType::SPA).await;
        assert!(server.browser().tokens(&client, "ann", &[]).await["id_token"].is_string());
    }
}
