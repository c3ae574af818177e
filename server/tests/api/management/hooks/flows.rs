//! What people do is told as well.

use super::*;
use crate::support::PASSWORD;
use std::time::Duration;
use vestibule_shared::application::ApplicationType::SPA;

const NEW: &str = "Another-Horse-43-Battery";

fn events_of(received: &[receiver::Received]) -> Vec<&str> {
    let mut events: Vec<&str> =
        received.iter().map(|request| request.json["event"].as_str().unwrap()).collect();
    events.sort_unstable();
    events
}

fn body_of<'a>(received: &'a [receiver::Received], event: &str) -> &'a Value {
    &received.iter().find(|request| request.json["event"] == event).unwrap().json
}

on_both_databases! {
    async fn registering_and_signing_in(server) {
        let manager = Manager::new(&server).await;
        let receiver = Receiver::start().await;
        let events = ["PostRegister", "PostSignIn", "User.Created", "User.Data.Updated"];
        listen(&manager, &receiver, &events).await;
        let client = server.client(SPA).await;
        let browser = server.browser();
        browser.authorize(&client, &[]).await.expect(303);
        browser.begin("Register").await;
        let identifier = json!({ "type": "username", "value": "ann" });
        let body = json!({ "identifier": identifier, "password": PASSWORD });
        let record = browser.experience("POST", "/verification/new-password-identity", body).await.expect(200);
        browser.identify(&record.json["verificationId"]).await.expect(201);
        let submit = browser.request("POST", "/api/experience/submit").header("user-agent", "Firefox");
        browser.send(submit).await.expect(200);
        // A second press of the button is no second registration.
        browser.submit().await.expect(200);
        let received = receiver.take(2).await;
        assert_eq!(events_of(&received), ["PostRegister", "User.Created"]);
        let registered = body_of(&received, "PostRegister");
        let user = &registered["user"];
        assert_eq!((&user["username"], &user["id"]), (&json!("ann"), &registered["userId"]));
        assert_eq!((&registered["userIp"], &registered["userAgent"]), (&json!("127.0.0.1"), &json!("Firefox")));
        assert_eq!(registered["interactionEvent"], "Register");
        let application = json!({ "id": client.id, "type": "SPA", "name": "Test", "description": null });
        assert_eq!(registered["application"], application);
        let created = body_of(&received, "User.Created");
        assert_eq!((&created["data"]["username"], &created["interactionEvent"]), (&json!("ann"), &json!("Register")));
        assert_eq!((&created["applicationId"], &created["application"]), (&json!(client.id), &application));
        assert_eq!(created["sessionId"], registered["sessionId"]);
        for request in &received {
            assert!(!request.body.contains("argon2") && !request.body.contains(PASSWORD));
        }

        server.browser().sign_in(&client, "ann", &[]).await;
        let received = receiver.take(1).await;
        assert_eq!(events_of(&received), ["PostSignIn"]);
        assert!(body_of(&received, "PostSignIn")["user"]["lastSignInAt"].is_number());
    }
}

on_both_databases! {
    async fn what_is_added_while_signing_in_and_a_new_password(server) {
        let manager = Manager::new(&server).await;
        let receiver = Receiver::start().await;
        let events = ["PostSignIn", "PostResetPassword", "User.Data.Updated"];
        listen(&manager, &receiver, &events).await;
        let client = server.client(SPA).await;
        server.configure(json!({ "forgotPasswordMethods": null })).await;
        server.user(json!({ "primaryEmail": "ann@example.com", "password": PASSWORD })).await;
        server.configure(json!({ "signIn": { "methods": [
            { "identifier": "email", "password": true, "verificationCode": true, "isPasswordPrimary": true },
            { "identifier": "username", "password": true, "verificationCode": false, "isPasswordPrimary": true },
        ] } })).await;
        let browser = server.browser();
        browser.authorize(&client, &[]).await.expect(303);
        browser.begin("SignIn").await;
        let identifier = json!({ "type": "email", "value": "ann@example.com" });
        let body = json!({ "identifier": identifier, "password": PASSWORD });
        let record = browser.experience("POST", "/verification/password", body).await.expect(200);
        browser.identify(&record.json["verificationId"]).await.expect(204);
        let body = json!({ "type": "username", "value": "ann" });
        browser.experience("POST", "/profile", body).await.expect(204);
        browser.submit().await.expect(200);
        let received = receiver.take(2).await;
        assert_eq!(events_of(&received), ["PostSignIn", "User.Data.Updated"]);
        assert_eq!(body_of(&received, "User.Data.Updated")["data"]["username"], "ann");

        let browser = server.browser();
        browser.authorize(&client, &[]).await.expect(303);
        browser.begin("ForgotPassword").await;
        let sent = browser.send_code("email", "ann@example.com", "ForgotPassword").await.expect(200);
        let code = server.last_message().await["code"].as_str().unwrap().to_owned();
        let id = &sent.json["verificationId"];
        browser.verify_code("email", "ann@example.com", id, &code).await.expect(200);
        browser.identify(id).await.expect(204);
        browser.experience("PUT", "/profile/password", json!({ "password": NEW })).await.expect(204);
        browser.submit().await.expect(200);
        let received = receiver.take(2).await;
        assert_eq!(events_of(&received), ["PostResetPassword", "User.Data.Updated"]);
        assert_eq!(body_of(&received, "PostResetPassword")["interactionEvent"], "ForgotPassword");
        for request in &received {
            assert!(!request.body.contains(NEW) && !request.body.contains(&code) && !request.body.contains("argon2"));
        }
    }
}

on_both_databases! {
    async fn new_members_by_their_address(server) {
        let manager = Manager::new(&server).await;
        let receiver = Receiver::start().await;
        let organization = manager.create("/api/organizations", json!({ "name": "o" })).await;
        let path = format!("/api/organizations/{organization}/jit/email-domains");
        manager.send("POST", &path, json!({ "emailDomain": "example.com" })).await.expect(201);
        server.configure(json!({
            "signUp": { "identifiers": ["email"], "password": false, "verify": true },
            "signIn": { "methods": [
                { "identifier": "email", "password": false, "verificationCode": true, "isPasswordPrimary": false },
            ] },
        })).await;
        listen(&manager, &receiver, &["Organization.Membership.Updated", "User.Created"]).await;
        let client = server.client(SPA).await;
        let browser = server.browser();
        browser.authorize(&client, &[]).await.expect(303);
        browser.begin("Register").await;
        let sent = browser.send_code("email", "ann@example.com", "Register").await.expect(200);
        let code = server.last_message().await["code"].as_str().unwrap().to_owned();
        let id = &sent.json["verificationId"];
        browser.verify_code("email", "ann@example.com", id, &code).await.expect(200);
        browser.identify(id).await.expect(201);
        let received = receiver.take(2).await;
        assert_eq!(events_of(&received), ["Organization.Membership.Updated", "User.Created"]);
        let joined = body_of(&received, "Organization.Membership.Updated");
        let user = &body_of(&received, "User.Created")["data"]["id"];
        assert_eq!((&joined["organizationId"], &joined["addedUserIds"]), (&json!(organization), &json!([user])));
    }
}

on_both_databases! {
    async fn limits_that_were_reached(server) {
        let manager = Manager::new(&server).await;
        let receiver = Receiver::start().await;
        let events = ["Identifier.Lockout", "Message.RateLimited", "Grant.LimitExceeded"];
        listen(&manager, &receiver, &events).await;
        let client = server.client(SPA).await;
        let ann = server.user_named("ann").await;
        server.configure(json!({ "sentinelPolicy": { "maxAttempts": 2 } })).await;
        let browser = server.browser();
        browser.authorize(&client, &[]).await.expect(303);
        browser.begin("SignIn").await;
        browser.verify_password("eve", "wrong").await.expect(422);
        browser.verify_password("eve", "wrong").await.expect(400);
        browser.verify_password("eve", "wrong").await.expect(400);
        let received = receiver.take(1).await;
        let locked = &received[0].json;
        assert_eq!((&locked["type"], &locked["value"]), (&json!("username"), &json!("eve")));
        assert_eq!((&locked["application"]["id"], &locked["ip"]), (&json!(client.id), &json!("127.0.0.1")));
        assert!(!received[0].body.contains("wrong"));

        for _ in 0..10 {
            browser.send_code("email", "ann@example.com", "SignIn").await.expect(200);
        }
        for _ in 0..3 {
            browser.send_code("email", "ann@example.com", "SignIn").await.expect(429);
        }
        let received = receiver.take(1).await;
        let limited = &received[0].json;
        assert_eq!((&limited["event"], &limited["recipient"]), (&json!("Message.RateLimited"), &json!("ann@example.com")));

        let path = format!("/api/applications/{}", client.id);
        let patch = json!({ "customClientMetadata": { "maxAllowedGrants": 1 } });
        manager.send("PATCH", &path, patch).await.expect(200);
        for _ in 0..2 {
            server.browser().sign_in(&client, "ann", &[]).await;
            server.advance(Duration::from_secs(1));
        }
        let received = receiver.take(1).await;
        let exceeded = &received[0].json;
        assert_eq!((&exceeded["userId"], &exceeded["applicationId"]), (&json!(ann), &json!(client.id)));
        assert_eq!(exceeded["revokedGrantIds"].as_array().unwrap().len(), 1);
        assert_eq!((&exceeded["maxAllowedGrants"], &exceeded["preRevocationActiveGrantCount"]), (&json!(1), &json!(2)));
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(receiver.count(), 0);
    }
}
