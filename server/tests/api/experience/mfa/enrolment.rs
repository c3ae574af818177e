//! Policies: who must set up a second factor, who is asked to, and who may do without.

use super::*;
use crate::on_both_databases;

const DEMANDED: &str = "session.mfa.mfa_policy_not_user_controlled";

async fn skip(browser: &Browser) -> Answer {
    post(browser, "/profile/mfa/mfa-skipped", json!({})).await
}

on_both_databases! {
    async fn nobody_does_without_where_a_factor_is_mandatory(server) {
        demand(&server, &["Totp", "WebAuthn"], "Mandatory").await;
        let id = server.user_named("ann").await;
        let browser = identified(&server, "ann").await;
        let refused = browser.submit().await.expect_code(422, MISSING);
        assert_eq!(refused.json["data"], json!({ "availableFactors": ["WebAuthn", "Totp"] }));
        skip(&browser).await.expect_code(422, DEMANDED);
        browser.submit().await.expect_code(422, MISSING);
        let secret = set_up_app(&server, &browser).await;
        assert!(factors_of(&server, &id).await.is_empty());
        browser.finish().await.expect(303);
        assert_eq!(factors_of(&server, &id).await, ["Totp"]);
        let browser = identified(&server, "ann").await;
        browser.submit().await.expect_code(403, REQUIRED);
        verify_totp(&browser, &app_shows(&server, &secret, 30)).await.expect(200);
        browser.finish().await.expect(303);
    }
}

on_both_databases! {
    async fn who_registers_is_asked_where_registration_asks(server) {
        for (policy, expected) in [
            ("Mandatory", Some(MISSING)),
            ("PromptAtSignInAndSignUp", Some(SUGGESTED)),
            ("PromptOnlyAtSignIn", None),
            ("NoPrompt", None),
        ] {
            demand(&server, &["Totp"], policy).await;
            let browser = registered(&server, &format!("ann_{policy}")).await;
            let submitted = browser.submit().await;
            match expected {
                Some(code) => submitted.expect_code(422, code),
                None => submitted.expect(200),
            };
        }
    }
}

on_both_databases! {
    async fn who_does_without_is_asked_once_at_sign_in(server) {
        demand(&server, &["Totp"], "PromptAtSignInAndSignUp").await;
        let browser = registered(&server, "ann").await;
        let id = user_id(&browser).await;
        browser.submit().await.expect_code(422, SUGGESTED);
        skip(&browser).await.expect(204);
        browser.finish().await.expect(303);
        // Registering is not the moment to decide for ever.
        let browser = identified(&server, "ann").await;
        browser.submit().await.expect_code(422, SUGGESTED);
        skip(&browser).await.expect(204);
        browser.finish().await.expect(303);
        assert_eq!(account(&server, &id).await.preferences.0["mfa"]["skipped"], true);
        let browser = identified(&server, "ann").await;
        browser.finish().await.expect(303);
        // Unless the policy changes.
        demand(&server, &["Totp"], "Mandatory").await;
        let browser = identified(&server, "ann").await;
        browser.submit().await.expect_code(422, MISSING);
    }
}

on_both_databases! {
    async fn who_wants_a_factor_sets_one_up(server) {
        demand(&server, &["Totp"], "PromptOnlyAtSignIn").await;
        let id = server.user_named("ann").await;
        let browser = identified(&server, "ann").await;
        browser.submit().await.expect_code(422, SUGGESTED);
        post(&browser, "/profile/mfa/mfa-enabled", json!({})).await.expect(204);
        let refused = browser.submit().await.expect_code(422, MISSING);
        let expected = json!({ "availableFactors": ["Totp"], "skippable": true });
        assert_eq!(refused.json["data"], expected);
        set_up_app(&server, &browser).await;
        browser.finish().await.expect(303);
        assert_eq!(account(&server, &id).await.preferences.0["mfa"]["enabled"], true);
    }
}

on_both_databases! {
    async fn who_has_opted_out_is_not_asked_for_the_factor(server) {
        demand(&server, &["Totp"], "NoPrompt").await;
        let (id, _) = user_with_app(&server, "ann").await;
        let token = server.management_token().await;
        let body = json!({ "mfa": { "skipMfaOnSignIn": true } });
        let path = format!("/api/users/{id}/logto-configs");
        server.browser().call("PATCH", &path, &token, Some(body)).await.expect(200);
        identified(&server, "ann").await.finish().await.expect(303);
        demand(&server, &["Totp"], "Mandatory").await;
        identified(&server, "ann").await.submit().await.expect_code(403, REQUIRED);
    }
}

on_both_databases! {
    async fn an_organization_demands_a_factor_of_its_members(server) {
        let mfa = json!({
            "factors": ["Totp"], "policy": "NoPrompt",
            "organizationRequiredMfaPolicy": "Mandatory",
        });
        server.configure(json!({ "mfa": mfa })).await;
        let member = server.user_named("ann").await;
        server.user_named("bob").await;
        let token = server.management_token().await;
        let call = async |method: &str, path: &str, body: Value| {
            server.browser().call(method, path, &token, Some(body)).await
        };
        let made = call("POST", "/api/organizations", json!({ "name": "Bank" })).await.expect(201);
        let path = format!("/api/organizations/{}", made.json["id"].as_str().unwrap());
        call("POST", &format!("{path}/users"), json!({ "userIds": [member] })).await.expect(201);
        identified(&server, "ann").await.finish().await.expect(303);
        call("PATCH", &path, json!({ "isMfaRequired": true })).await.expect(200);
        identified(&server, "bob").await.finish().await.expect(303);
        let browser = identified(&server, "ann").await;
        let refused = browser.submit().await.expect_code(422, MISSING);
        assert_eq!(refused.json["data"], json!({ "availableFactors": ["Totp"] }));
        skip(&browser).await.expect_code(422, DEMANDED);
        set_up_app(&server, &browser).await;
        browser.finish().await.expect(303);
        // Whoever wants to be without is asked all the same.
        let body = json!({ "mfa": { "skipMfaOnSignIn": true } });
        call("PATCH", &format!("/api/users/{member}/logto-configs"), body).await.expect(200);
        identified(&server, "ann").await.submit().await.expect_code(403, REQUIRED);
    }
}

on_both_databases! {
    async fn a_factor_that_also_signs_in_calls_for_another(server) {
        server.configure(json!({
            "signUp": { "identifiers": ["email"], "password": true, "verify": true },
            "signIn": { "methods": [method("email", true, false)] },
        })).await;
        demand(&server, &["EmailVerificationCode", "Totp"], "Mandatory").await;
        server.user(json!({ "primaryEmail": "ann@example.com", "password": PASSWORD })).await;
        let browser = visitor(&server, "SignIn").await;
        let proof = try_password(&browser, "email", "ann@example.com", PASSWORD).await.expect(200);
        browser.identify(&proof.json["verificationId"]).await.expect(204);
        let path = "/verification/mfa-verification-code";
        let sent = post(&browser, path, json!({ "identifierType": "email" })).await.expect(200);
        let code = server.last_message().await["code"].clone();
        let id = &sent.json["verificationId"];
        let body = json!({ "verificationId": id, "code": code, "identifierType": "email" });
        post(&browser, &format!("{path}/verify"), body).await.expect(200);
        let refused = browser.submit().await;
        let refused = refused.expect_code(422, "session.mfa.suggest_additional_mfa");
        assert_eq!(refused.json["data"], json!({
            "availableFactors": ["Totp"],
            "skippable": true,
            "suggestion": true,
            "maskedIdentifiers": { "EmailVerificationCode": "a***@example.com" },
            "isWebAuthnUsedAsSignInPasskey": false,
        }));
        post(&browser, "/profile/mfa/mfa-suggestion-skipped", json!({})).await.expect(204);
        browser.finish().await.expect(303);
    }
}

on_both_databases! {
    async fn factors_are_not_changed_while_a_password_is_reset(server) {
        demand(&server, &["Totp"], "Mandatory").await;
        let browser = visitor(&server, "ForgotPassword").await;
        for path in ["", "/mfa-enabled", "/mfa-skipped", "/mfa-suggestion-skipped"] {
            let body = json!({ "type": "Totp", "verificationId": "none" });
            let refused = post(&browser, &format!("/profile/mfa{path}"), body).await;
            refused.expect_code(400, "session.not_supported_for_forgot_password");
        }
    }
}

on_both_databases! {
    async fn only_what_is_enabled_and_proved_is_added(server) {
        demand(&server, &["Totp"], "Mandatory").await;
        server.user_named("ann").await;
        let browser = identified(&server, "ann").await;
        let made = post(&browser, "/verification/totp/secret", json!({})).await.expect(200).json;
        let id = &made["verificationId"];
        bind(&browser, "Totp", id).await.expect_code(400, "session.verification_failed");
        let off = "session.mfa.mfa_factor_not_enabled";
        bind(&browser, "BackupCode", id).await.expect_code(400, off);
        bind(&browser, "WebAuthn", id).await.expect_code(400, off);
        let unknown = bind(&browser, "Totp", &json!("none")).await;
        unknown.expect_code(404, "session.verification_session_not_found");
        bind(&browser, "Token", id).await.expect_code(400, "guard.invalid_input");
        set_up_app(&server, &browser).await;
        // Switched off before the end.
        demand(&server, &[], "NoPrompt").await;
        browser.submit().await.expect_code(400, off);
    }
}

on_both_databases! {
    async fn nobody_gets_around_a_factor_by_another_event(server) {
        demand(&server, &["Totp"], "PromptOnlyAtSignIn").await;
        user_with_app(&server, "ann").await;
        let browser = identified(&server, "ann").await;
        change_event(&browser, "Register").await.expect(204);
        assert_eq!(interaction_of(&browser).await.get("userId"), None);
        identify_by_profile(&browser).await.expect(422);
        browser.submit().await.expect_code(404, "session.identifier_not_found");
    }
}

on_both_databases! {
    async fn the_factor_of_an_own_account_opens_no_other(server) {
        demand(&server, &["Totp"], "Mandatory").await;
        user_with_app(&server, "ann").await;
        let (_, thief) = user_with_app(&server, "thief").await;
        let browser = identified(&server, "thief").await;
        verify_totp(&browser, &app_shows(&server, &thief, 0)).await.expect(200);
        for event in ["Register", "SignIn"] {
            change_event(&browser, event).await.expect(204);
        }
        let proof = browser.verify_password("ann", PASSWORD).await.expect(200);
        browser.identify(&proof.json["verificationId"]).await.expect(204);
        browser.submit().await.expect_code(403, REQUIRED);
    }
}
