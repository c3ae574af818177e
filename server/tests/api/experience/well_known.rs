//! What pages read first, and the languages of errors.

use super::*;
use crate::on_both_databases;

on_both_databases! {
    async fn pages_learn_what_they_need_and_no_more(server) {
        server
            .configure(json!({
                "emailBlocklistPolicy": { "customBlocklist": ["@evil.example"] },
                "forgotPasswordMethods": ["EmailVerificationCode"],
            }))
            .await;
        for path in ["/api/.well-known/sign-in-exp", "/api/.well-known/experience"] {
            let shown = server.browser().get(path).await.expect(200);
            let members = shown.json.as_object().unwrap();
            for kept_back in ["emailBlocklistPolicy", "forgotPasswordMethods"] {
                assert!(!members.contains_key(kept_back), "{kept_back}");
            }
            assert!(!shown.text.contains("evil.example"));
            assert_eq!(shown.json["forgotPassword"], json!({ "email": true, "phone": false }));
            assert_eq!(shown.json["signInMode"], "SignInAndRegister");
            assert_eq!(shown.json["signIn"]["methods"][0]["identifier"], "username");
            assert_eq!(shown.json["socialConnectors"], json!([]));
            assert_eq!(shown.json["ssoConnectors"], json!([]));
            assert_eq!(shown.json["isDevelopmentTenant"], false);
        }
    }
}

on_both_databases! {
    async fn what_a_page_has_already_is_not_sent_again(server) {
        let browser = server.browser();
        let first = browser.get("/api/.well-known/sign-in-exp").await.expect(200);
        let tag = first.headers["etag"].clone();
        let asked = |tag: &str| {
            browser.request("GET", "/api/.well-known/sign-in-exp").header("if-none-match", tag)
        };
        let second = browser.send(asked(&tag)).await.expect(304);
        assert_eq!(second.text, "");
        server.configure(json!({ "signInMode": "SignIn" })).await;
        let third = browser.send(asked(&tag)).await.expect(200);
        assert_ne!(third.headers["etag"], tag);
    }
}

on_both_databases! {
    async fn phrases_follow_the_wishes_and_the_settings(server) {
        let browser = server.browser();
        let language = async |query: &str, accepted: &str| {
            let request = browser
                .request("GET", &format!("/api/.well-known/phrases{query}"))
                .header("accept-language", accepted);
            let answer = browser.send(request).await.expect(200);
            assert!(answer.json.as_object().unwrap().len() > 5);
            answer.headers["content-language"].clone()
        };
        assert_eq!(language("", "").await, "en");
        assert_eq!(language("", "de-CH,fr;q=0.9").await, "de");
        assert_eq!(language("", "fr;q=0.1,ko;q=0.8").await, "ko");
        assert_eq!(language("?lng=ru", "de").await, "ru");
        assert_eq!(language("?lng=xx%20ar", "de").await, "ar");
        assert_eq!(language("", "xx").await, "en");
        let fixed = json!({ "languageInfo": { "autoDetect": false, "fallbackLanguage": "fr" } });
        server.configure(fixed).await;
        assert_eq!(language("", "de").await, "fr");
        assert_eq!(language("?lng=de", "ko").await, "de");
    }
}

on_both_databases! {
    async fn errors_are_in_the_language_of_the_request(server) {
        let browser = visitor(&server, "SignIn").await;
        let message = async |query: &str, accepted: &str| {
            let request = browser
                .request("POST", &format!("/api/experience/submit{query}"))
                .header("accept-language", accepted);
            let answer = browser.send(request).await;
            let answer = answer.expect_code(404, "session.identifier_not_found");
            answer.json["message"].as_str().unwrap().to_owned()
        };
        let english = message("", "en").await;
        let mut all = vec![english.clone()];
        for tag in ["de", "fr", "ru", "ko", "ar"] {
            let text = message("", tag).await;
            assert!(!all.contains(&text), "{tag}: {text}");
            assert_eq!(message(&format!("?locale={tag}"), "en").await, text);
            assert_eq!(message("", &format!("{tag}-XX;q=0.9, xx")).await, text);
            all.push(text);
        }
        // The parameter may be repeated; the first language that is known wins.
        assert_eq!(message("?locale=xx&locale=de&locale=fr", "ko").await, all[1]);
        assert_eq!(message("", "fr;q=0.2,de;q=0.7").await, all[1]);
        for nonsense in ["", "xx", "*", ";;;q=q", "en-US,en;q=0.9"] {
            assert_eq!(message("", nonsense).await, english, "{nonsense}");
        }
    }
}

on_both_databases! {
    async fn sentences_hold_their_figures(server) {
        server
            .configure(json!({ "usernamePolicy": {
                "caseSensitive": true, "minLength": 7, "maxLength": 9,
                "allowedChars": {
                    "lowercase": true, "uppercase": true, "numbers": true, "underscore": true,
                },
            } }))
            .await;
        let browser = visitor(&server, "Register").await;
        for (name, figure) in [("short", "7"), ("muchtoolong", "9")] {
            let refused = add_to_profile(&browser, json!({ "type": "username", "value": name }));
            let text = refused.await.json["message"].as_str().unwrap().to_owned();
            assert!(text.contains(figure) && !text.contains("{{"), "{text}");
        }
    }
}
