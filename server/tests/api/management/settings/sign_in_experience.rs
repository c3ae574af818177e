use crate::management::*;

const PATH: &str = "/api/sign-in-exp";

impl Manager {
    async fn patch_experience(&self, patch: Value) -> Answer {
        self.send("PATCH", PATH, patch).await
    }
}

fn method(identifier: &str, password: bool, code: bool) -> Value {
    json!({
        "identifier": identifier, "password": password, "verificationCode": code,
        "isPasswordPrimary": true,
    })
}

on_both_databases! {
    async fn columns_are_replaced_as_a_whole(server) {
        let manager = Manager::new(&server).await;
        let seeded = manager.get(PATH).await.expect(200).json;
        assert_eq!((&seeded["id"], &seeded["tenantId"]), (&json!("default"), &json!("default")));
        let patched = manager.patch_experience(json!({
            "branding": { "logoUrl": "https://example.com/logo.png", "favicon": "" },
            "termsOfUseUrl": "https://example.com/terms",
            "socialSignInConnectorTargets": ["nowhere"],
            "passwordPolicy": { "length": { "min": 12 } },
        })).await.expect(200).json;
        assert_eq!(patched["branding"], json!({ "logoUrl": "https://example.com/logo.png" }));
        assert_eq!(patched["socialSignInConnectorTargets"], json!([]));
        assert_eq!(patched["color"], seeded["color"]);
        let patched = manager.patch_experience(json!({
            "branding": {}, "termsOfUseUrl": null, "passwordPolicy": { "rejects": { "pwned": false } },
        })).await.expect(200).json;
        assert_eq!(patched["branding"], json!({}));
        assert_eq!(patched["termsOfUseUrl"], Value::Null);
        assert_eq!(patched["passwordPolicy"], json!({ "rejects": { "pwned": false } }));
        assert_eq!(manager.get(PATH).await.expect(200).json, patched);
    }
}

on_both_databases! {
    async fn what_is_refused_changes_nothing(server) {
        let manager = Manager::new(&server).await;
        let before = manager.get(PATH).await.expect(200).json;
        let sie = |code: &str| format!("sign_in_experiences.{code}");
        let invalid = || "guard.invalid_input".to_owned();
        let sign_up = |identifiers: Value, verify: bool, secondary: Value| json!({ "signUp": {
            "identifiers": identifiers, "password": true, "verify": verify,
            "secondaryIdentifiers": secondary } });
        let sign_in = |methods: Value| json!({ "signIn": { "methods": methods } });
        let mfa = |factors: Value, policy: &str| json!({ "mfa": { "factors": factors, "policy": policy } });
        let adaptive = |factors: Value, policy: &str| {
            let mut patch = mfa(factors, policy);
            patch["adaptiveMfa"] = json!({ "enabled": true });
            patch
        };
        for (patch, status, code) in [
            (json!({ "languageInfo": { "autoDetect": true, "fallbackLanguage": "xx" } }), 400, sie("unsupported_default_language")),
            (json!({ "termsOfUseUrl": "javascript:alert(1)" }), 400, invalid()),
            (json!({ "branding": { "logoUrl": "logo.png" } }), 400, invalid()),
            (json!({ "color": { "primaryColor": "red", "darkPrimaryColor": "#000", "isDarkModeEnabled": true } }), 400, invalid()),
            (sign_up(json!([]), true, json!([{ "identifier": "email", "verify": true }])), 400, sie("missing_sign_up_identifiers")),
            (sign_up(json!(["email", "email"]), true, json!([])), 400, sie("duplicated_sign_up_identifiers")),
            (sign_up(json!(["email"]), false, json!([])), 400, sie("passwordless_requires_verify")),
            (sign_up(json!(["phone"]), true, json!([])), 400, sie("enabled_connector_not_found")),
            (sign_in(json!([method("phone", true, true)])), 400, sie("enabled_connector_not_found")),
            (sign_in(json!([method("email", false, false)])), 400, sie("at_least_one_authentication_factor")),
            (json!({
                "signUp": { "identifiers": ["email"], "password": false, "verify": true },
                "signIn": { "methods": [method("email", true, false)] },
            }), 400, sie("code_sign_in_must_be_enabled")),
            (mfa(json!(["Totp", "Totp"]), "NoPrompt"), 400, sie("duplicated_mfa_factors")),
            (mfa(json!(["BackupCode"]), "NoPrompt"), 400, sie("backup_code_cannot_be_enabled_alone")),
            (mfa(json!(["Totp"]), "PromptOnlyAtSignInMandatory"), 422, sie("non_adaptive_mfa_requires_skippable_policy")),
            (adaptive(json!([]), "NoPrompt"), 422, sie("adaptive_mfa_requires_mfa")),
            (adaptive(json!(["Totp"]), "NoPrompt"), 422, sie("adaptive_mfa_requires_non_skippable_policy")),
            (json!({
                "mfa": { "factors": ["EmailVerificationCode"], "policy": "NoPrompt" },
                "signIn": { "methods": [method("email", true, true)] },
            }), 400, sie("email_verification_code_cannot_be_used_for_sign_in")),
            (json!({ "forgotPasswordMethods": ["PhoneVerificationCode"] }), 400, sie("forgot_password_method_requires_connector")),
            (json!({ "passwordExpiration": { "enabled": true } }), 422, sie("password_expiration_invalid_period_days")),
            (json!({
                "passwordExpiration": { "enabled": true, "validPeriodDays": 30 },
                "forgotPasswordMethods": [],
            }), 422, sie("password_expiration_requires_forgot_password")),
            (json!({ "emailBlocklistPolicy": { "customBlocklist": ["example.com"] } }), 400, sie("invalid_custom_email_blocklist_format")),
            (json!({ "emailBlocklistPolicy": { "blockDisposableAddresses": true } }), 400, "request.invalid_input".into()),
            (json!({ "customUiCsp": { "scriptSrc": ["https://example.com"] } }), 400, "request.invalid_input".into()),
            (json!({ "termsOfUseUrl": "x", "passkeySignIn": { "enabled": true } }), 400, invalid()),
            (json!({ "signInMode": "Sometimes" }), 400, invalid()),
            (json!({ "verificationCodePolicy": { "expirationDuration": 59 } }), 400, invalid()),
        ] {
            // Codes by e-mail leave through this connector, codes by SMS do not leave.
            if manager.get("/api/connectors").await.json.as_array().unwrap().is_empty() {
                let connector = json!({ "connectorId": "http-email", "config": { "endpoint": "http://127.0.0.1:9/" } });
                manager.send("POST", "/api/connectors", connector).await.expect(200);
            }
            manager.patch_experience(patch.clone()).await.expect_code(status, &code);
        }
        assert_eq!(manager.get(PATH).await.expect(200).json, before);
    }
}

on_both_databases! {
    async fn the_fallback_may_be_a_language_of_ones_own(server) {
        let manager = Manager::new(&server).await;
        let patch = |tag: &str| json!({ "languageInfo": { "autoDetect": false, "fallbackLanguage": tag } });
        manager.patch_experience(patch("pt-BR")).await.expect_code(400, "sign_in_experiences.unsupported_default_language");
        let phrases = json!({ "action": { "sign_in": "Entrar" } });
        manager.send("PUT", "/api/custom-phrases/pt-BR", phrases).await.expect(201);
        let patched = manager.patch_experience(patch("pt-BR")).await.expect(200).json;
        assert_eq!(patched["languageInfo"]["fallbackLanguage"], "pt-BR");
        manager.patch_experience(patch("de")).await.expect(200);
    }
}

on_both_databases! {
    async fn names_that_differ_only_in_case_are_told(server) {
        let manager = Manager::new(&server).await;
        let path = "/api/sign-in-exp/username-policy/case-sensitivity-conflicts";
        assert_eq!(manager.get(path).await.expect(200).json, json!({ "totalConflicts": 0, "samples": [] }));
        let ann = server.user_named("ann").await;
        let other = server.user_named("ANN").await;
        server.user_named("bob").await;
        let found = manager.get(path).await.expect(200).json;
        assert_eq!(found["totalConflicts"], 1);
        assert_eq!(found["samples"][0]["usernameLower"], "ann");
        let mut ids = [ann, other];
        ids.sort();
        let mut told: Vec<&str> = found["samples"][0]["userIds"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
        told.sort_unstable();
        assert_eq!(told, ids);
        let policy = json!({ "usernamePolicy": { "caseSensitive": false, "minLength": 1, "maxLength": 128,
            "allowedChars": { "lowercase": true, "uppercase": true, "numbers": true, "underscore": true } } });
        let refused = manager.patch_experience(policy.clone()).await;
        let refused = refused.expect_code(409, "sign_in_experiences.username_policy_case_conflicts_exist");
        assert_eq!(refused.json["data"], found);
        for bad in ["0", "101", "many"] {
            manager.get(&format!("{path}?limit={bad}")).await.expect_code(400, "guard.invalid_input");
        }
        manager.delete(&format!("/api/users/{}", ids[0])).await.expect(204);
        manager.patch_experience(policy).await.expect(200);
        manager.send("POST", "/api/users", json!({ "username": "Bob" })).await.expect_code(422, "user.username_already_in_use");
    }
}

on_both_databases! {
    async fn passwords_are_checked_against_the_policy(server) {
        let manager = Manager::new(&server).await;
        let path = "/api/sign-in-exp/default/check-password";
        let good = manager.send("POST", path, json!({ "password": crate::support::PASSWORD })).await.expect(200);
        assert_eq!(good.json, json!({ "result": true }));
        let short = manager.send("POST", path, json!({ "password": "abc" })).await.expect(400).json;
        assert_eq!(short["result"], false);
        assert!(short["issues"].as_array().unwrap().iter().any(|it| it["code"].is_string()));
        let id = server.user(json!({ "username": "annabella_smith" })).await;
        let own = json!({ "password": "annabella_smith", "userId": id });
        manager.send("POST", path, own).await.expect(400);
        let unknown = json!({ "password": crate::support::PASSWORD, "userId": "none" });
        manager.send("POST", path, unknown).await.expect_code(404, "entity.not_exists_with_id");
        manager.send("POST", path, json!({})).await.expect_code(400, "guard.invalid_input");
    }
}

on_both_databases! {
    async fn everything_that_the_contract_switches_is_kept(server) {
        let manager = Manager::new(&server).await;
        for patch in [
            json!({ "mfa": { "factors": ["Totp", "WebAuthn", "BackupCode"], "policy": "Mandatory", "organizationRequiredMfaPolicy": "Mandatory" } }),
            json!({
                "mfa": { "factors": ["Totp"], "policy": "PromptOnlyAtSignInMandatory" },
                "adaptiveMfa": { "enabled": true },
            }),
            json!({ "captchaPolicy": { "enabled": true } }),
            json!({ "trustedDevice": { "enabled": true, "durationDays": 7 } }),
            json!({ "passkeySignIn": { "enabled": true, "showPasskeyButton": true, "allowAutofill": false } }),
            json!({ "singleSignOnEnabled": true }),
        ] {
            let answer = manager.patch_experience(patch.clone()).await.expect(200).json;
            for (name, value) in patch.as_object().unwrap() {
                assert_eq!(&answer[name], value, "{name}");
            }
            assert_eq!(manager.get(PATH).await.expect(200).json, answer);
        }
    }
}
