//! Signing out at the provider.

use super::*;
use crate::support::Answer;

const HOME: &str = "https://app.example/";

async fn end(browser: &Browser, parameters: &[(&str, &str)]) -> Answer {
    browser.send(browser.request("GET", "/oidc/session/end").query(parameters)).await
}

/// Presses the button, or does what the page's script does.
async fn confirm(browser: &Browser, page: &Answer) -> Answer {
    let fields = ["xsrf", "logout"].map(|name| (name, field(&page.text, name)));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.form("/oidc/session/end/confirm", &fields).await
}

fn posts_itself(page: &Answer) -> bool {
    page.text.contains("<script nonce=")
}

async fn is_signed_in(browser: &Browser, client: &Client) -> bool {
    let answer = browser.authorize(client, &[("prompt", "none")]).await.expect(303);
    answer.parameter("code").is_some()
}

on_both_databases! {
    async fn a_client_signs_its_user_out(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let tokens = browser.tokens(&client, "ann", &[]).await;
        let asked = [
            ("id_token_hint", tokens["id_token"].as_str().unwrap()),
            ("post_logout_redirect_uri", HOME),
            ("state", "s&t"),
        ];
        let page = end(&browser, &asked).await.expect(200);
        assert!(posts_itself(&page));
        let policy = &page.headers["content-security-policy"];
        // Browsers hold the form's target against where it leads in the end.
        assert!(policy.contains("https://app.example"), "{policy}");
        assert_eq!(field(&page.text, "logout"), "yes");
        // Nothing has happened yet.
        assert!(is_signed_in(&browser, &client).await);
        let left = confirm(&browser, &page).await.expect(303);
        assert_eq!(left.location(), "https://app.example/?state=s%26t");
        assert!(
            left.cookies.iter().any(|it| it.starts_with("_session=;") && it.contains("Max-Age=0"))
        );
        assert!(!is_signed_in(&browser, &client).await);
        let access = tokens["access_token"].as_str().unwrap();
        browser.call("GET", "/oidc/me", access, None).await.expect_error(401, "invalid_token");
        // The form a second time: that session is over, and with it the form.
        confirm(&browser, &page).await.expect_error(400, "invalid_request");
    }
}

on_both_databases! {
    async fn grants_with_offline_access_outlive_the_session(server) {
        let (lasting, other) = (server.client(Native).await, server.client(SPA).await);
        server.user_named("ann").await;
        let browser = server.browser();
        let offline = browser.tokens(&lasting, "ann", &OFFLINE).await;
        let code = browser.authorize(&other, &[]).await.parameter("code").unwrap();
        let short = browser.exchange(&other, &code).await.expect(200).json;
        let page = end(&browser, &[("client_id", &other.id)]).await.expect(200);
        let left = confirm(&browser, &page).await.expect(303);
        assert_eq!(left.location(), server.at("/oidc/session/end/success"));
        let info = |tokens: &Value| tokens["access_token"].as_str().unwrap().to_owned();
        browser.call("GET", "/oidc/me", &info(&offline), None).await.expect(200);
        browser.refresh(&lasting, &offline["refresh_token"]).await.expect(200);
        let ended = browser.call("GET", "/oidc/me", &info(&short), None).await;
        ended.expect_error(401, "invalid_token");
        // Signing in again does not take the old grant up.
        let again = browser.tokens(&lasting, "ann", &OFFLINE).await;
        browser.refresh(&lasting, &again["refresh_token"]).await.expect(200);
    }
}

on_both_databases! {
    async fn a_bare_link_asks_the_person(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        browser.sign_in(&client, "ann", &[]).await;
        // Nobody vouches for the address, so it is left out.
        let bare = [("post_logout_redirect_uri", "https://evil.example/")];
        let page = end(&browser, &bare).await.expect(200);
        assert!(!posts_itself(&page) && !page.text.contains("evil.example"), "{}", page.text);
        assert!(!page.headers["content-security-policy"].contains("evil.example"));
        // Without the word nobody is signed out.
        let xsrf = field(&page.text, "xsrf");
        browser.form("/oidc/session/end/confirm", &[("xsrf", &xsrf)]).await.expect(303);
        assert!(is_signed_in(&browser, &client).await);
        let left = confirm(&browser, &page).await.expect(303);
        let done = browser.get(left.location()).await.expect(200);
        assert!(done.headers["content-type"].starts_with("text/html"));
        assert!(!is_signed_in(&browser, &client).await);
    }
}

on_both_databases! {
    async fn only_registered_addresses_are_gone_to(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        browser.sign_in(&client, "ann", &[]).await;
        for address in ["https://evil.example/", "https://app.example/other", "//evil.example", "x"]
        {
            let asked = [("client_id", client.id.as_str()), ("post_logout_redirect_uri", address)];
            let refused = end(&browser, &asked).await.expect_error(400, "invalid_request");
            let text = refused.json["error_description"].as_str().unwrap();
            assert_eq!(text, "post_logout_redirect_uri not registered");
        }
        end(&browser, &[("id_token_hint", "a.b.c")]).await.expect_error(400, "invalid_request");
        end(&browser, &[("client_id", "nobody")]).await.expect_error(400, "invalid_client");
        assert!(is_signed_in(&browser, &client).await);
    }
}

on_both_databases! {
    async fn a_form_of_another_browser_signs_nobody_out(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        server.user_named("eve").await;
        let (ann, eve) = (server.browser(), server.browser());
        ann.sign_in(&client, "ann", &[]).await;
        eve.sign_in(&client, "eve", &[]).await;
        let theirs = end(&eve, &[("client_id", &client.id)]).await.expect(200);
        let refused = confirm(&ann, &theirs).await.expect_error(400, "invalid_request");
        assert_eq!(refused.json["error_description"], "xsrf token invalid");
        let nobodys = end(&server.browser(), &[("client_id", &client.id)]).await.expect(200);
        confirm(&ann, &nobodys).await.expect_error(400, "invalid_request");
        // Neither does another site's form, whatever it holds.
        let own = end(&ann, &[("client_id", &client.id)]).await.expect(200);
        let xsrf = field(&own.text, "xsrf");
        for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")]
        {
            let forged = ann
                .request("POST", "/oidc/session/end/confirm")
                .header(name, value)
                .form(&[("xsrf", xsrf.as_str()), ("logout", "yes")]);
            ann.send(forged).await.expect_code(403, "request.forbidden_origin");
        }
        assert!(is_signed_in(&ann, &client).await && is_signed_in(&eve, &client).await);
    }
}

on_both_databases! {
    async fn hints_are_taken_after_their_end_and_parameters_from_a_form(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let tokens = browser.tokens(&client, "ann", &[]).await;
        server.advance(Duration::from_secs(24 * 3600));
        let hint = tokens["id_token"].as_str().unwrap();
        let fields = [("id_token_hint", hint), ("post_logout_redirect_uri", HOME)];
        let page = browser.form("/oidc/session/end", &fields).await.expect(200);
        let left = confirm(&browser, &page).await.expect(303);
        assert_eq!(left.location(), HOME);
        assert!(!is_signed_in(&browser, &client).await);
        // Without a session it goes the same way.
        let page = browser.form("/oidc/session/end", &fields).await.expect(200);
        assert_eq!(confirm(&browser, &page).await.expect(303).location(), HOME);
    }
}

on_both_databases! {
    async fn the_pages_speak_the_persons_language(server) {
        let browser = server.browser();
        let german = browser.get("/oidc/session/end/success?ui_locales=de").await.expect(200);
        assert!(german.text.contains("<html lang=\"de\" dir=\"ltr\">"), "{}", german.text);
        let request = browser.request("GET", "/oidc/session/end").header("accept-language", "ar");
        let arabic = browser.send(request).await.expect(200);
        assert!(arabic.text.contains("dir=\"rtl\""), "{}", arabic.text);
    }
}
