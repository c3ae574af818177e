use crate::management::*;
use std::time::Duration;

const SEND: &str = "/api/verification-codes";
const VERIFY: &str = "/api/verification-codes/verify";

async fn sent_code(server: &TestServer, manager: &Manager, body: Value) -> String {
    manager.send("POST", SEND, body).await.expect(204);
    let message = server.last_message().await;
    assert_eq!(message["type"], "Generic");
    message["code"].as_str().unwrap().to_owned()
}

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "111111" } else { "000000" }
}

on_both_databases! {
    async fn a_code_is_good_once(server) {
        let manager = Manager::new(&server).await;
        let code = sent_code(&server, &manager, json!({ "email": "ann@example.com" })).await;
        let verify = async |email: &str, code: &str| {
            let body = json!({ "email": email, "verificationCode": code });
            manager.send("POST", VERIFY, body).await
        };
        verify("ann@example.com", wrong(&code)).await.expect_code(400, "verification_code.code_mismatch");
        verify("bob@example.com", &code).await.expect_code(400, "verification_code.not_found");
        verify("Ann@Example.com", &code).await.expect(204);
        verify("ann@example.com", &code).await.expect_code(400, "verification_code.not_found");

        let phone = json!({ "phone": "491701234567" });
        let code = sent_code(&server, &manager, phone).await;
        let body = json!({ "phone": "491701234567", "verificationCode": code });
        manager.send("POST", VERIFY, body).await.expect(204);
    }
}

on_both_databases! {
    async fn of_many_who_bring_a_code_one_is_believed(server) {
        let manager = Manager::new(&server).await;
        let code = sent_code(&server, &manager, json!({ "email": "ann@example.com" })).await;
        let body = json!({ "email": "ann@example.com", "verificationCode": code });
        let tries = (0..8).map(|_| manager.send("POST", VERIFY, body.clone()));
        let answers = futures_util::future::join_all(tries).await;
        assert_eq!(answers.iter().filter(|it| it.status == 204).count(), 1);
        assert!(answers.iter().all(|it| matches!(it.status, 204 | 400)));
    }
}

on_both_databases! {
    async fn a_newer_code_takes_the_place_of_the_older(server) {
        let manager = Manager::new(&server).await;
        let email = json!({ "email": "ann@example.com" });
        let first = sent_code(&server, &manager, email.clone()).await;
        let mut second = sent_code(&server, &manager, email.clone()).await;
        if first == second {
            second = sent_code(&server, &manager, email).await;
        }
        let verify = async |code: &str| {
            let body = json!({ "email": "ann@example.com", "verificationCode": code });
            manager.send("POST", VERIFY, body).await
        };
        verify(&first).await.expect_code(400, "verification_code.code_mismatch");
        verify(&second).await.expect(204);
    }
}

on_both_databases! {
    async fn codes_end_and_tries_are_counted(server) {
        server.configure(json!({ "verificationCodePolicy": { "maxRetryAttempts": 2, "expirationDuration": 60 } })).await;
        let manager = Manager::new(&server).await;
        let email = json!({ "email": "ann@example.com" });
        let code = sent_code(&server, &manager, email.clone()).await;
        let verify = async |code: &str| {
            let body = json!({ "email": "ann@example.com", "verificationCode": code });
            manager.send("POST", VERIFY, body).await
        };
        for _ in 0..2 {
            verify(wrong(&code)).await.expect_code(400, "verification_code.code_mismatch");
        }
        verify(&code).await.expect_code(400, "verification_code.exceed_max_try");
        let code = sent_code(&server, &manager, email).await;
        server.advance(Duration::from_secs(61));
        let manager = Manager::new(&server).await;
        let body = json!({ "email": "ann@example.com", "verificationCode": code });
        manager.send("POST", VERIFY, body).await.expect_code(400, "verification_code.expired");
    }
}

on_both_databases! {
    async fn a_code_for_something_else_is_not_taken(server) {
        let manager = Manager::new(&server).await;
        let client = server.client(vestibule_shared::application::ApplicationType::SPA).await;
        let browser = server.browser();
        browser.authorize(&client, &[]).await;
        browser.begin("SignIn").await;
        let sent = browser.send_code("email", "ann@example.com", "SignIn").await.expect(200);
        let own = server.last_message().await["code"].clone();
        let body = json!({ "email": "ann@example.com", "verificationCode": own });
        manager.send("POST", VERIFY, body).await.expect_code(400, "verification_code.not_found");
        let generic = sent_code(&server, &manager, json!({ "email": "ann@example.com" })).await;
        if own != json!(generic) {
            let id = &sent.json["verificationId"];
            let refused = browser.verify_code("email", "ann@example.com", id, &generic).await;
            refused.expect_code(400, "verification_code.code_mismatch");
        }
    }
}

on_both_databases! {
    async fn what_cannot_be_sent_is_refused(server) {
        let manager = Manager::new(&server).await;
        for body in [
            json!({}),
            json!({ "email": "ann" }),
            json!({ "phone": "+49 170" }),
            json!({ "email": "ann@example.com", "phone": "491701234567" }),
        ] {
            manager.send("POST", SEND, body).await.expect_code(400, "guard.invalid_input");
        }
        for body in [
            json!({ "email": "ann@example.com" }),
            json!({ "email": "ann@example.com", "verificationCode": "" }),
            json!({ "verificationCode": "123456" }),
        ] {
            manager.send("POST", VERIFY, body).await.expect_code(400, "guard.invalid_input");
        }
        for _ in 0..10 {
            manager.send("POST", SEND, json!({ "email": "ann@example.com" })).await.expect(204);
        }
        let refused = manager.send("POST", SEND, json!({ "email": "ANN@example.com" })).await;
        assert!(refused.headers.contains_key("retry-after"));
        refused.expect_code(429, "request.message_rate_limited");

        let connector = json!({
            "connectorId": "http-email", "config": { "endpoint": "http://127.0.0.1:9/" },
        });
        manager.send("POST", "/api/connectors", connector).await.expect(200);
        let phone = json!({ "phone": "491701234567" });
        manager.send("POST", SEND, phone).await.expect_code(501, "connector.not_found");
    }
}
