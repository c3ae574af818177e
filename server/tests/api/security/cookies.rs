//! Sessions and interactions of other people's browsers.

use super::*;

on_both_databases! {
    async fn the_session_changes_at_sign_in_and_again_at_every_proof(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let mut jar = Jar::default();
        sign_in(&server, &mut jar, &client, "ann").await;
        let first = jar.only("_session");
        assert_eq!(first.0.len(), 2);
        assert!(is_signed_in(&server, &first, &client).await);
        sign_in(&server, &mut jar, &client, "ann").await;
        let second = jar.only("_session");
        assert_ne!(first.header(), second.header());
        assert!(is_signed_in(&server, &second, &client).await);
        // Whoever had the old cookie has nothing.
        assert!(!is_signed_in(&server, &first, &client).await);
    }
}

on_both_databases! {
    async fn a_session_that_was_planted_does_not_become_the_victims(server) {
        let client = server.client(SPA).await;
        let ann = server.user_named("ann").await;
        server.user_named("eve").await;
        // Eve puts her own, valid session into Ann's browser.
        let mut eve = Jar::default();
        sign_in(&server, &mut eve, &client, "eve").await;
        let planted = eve.only("_session");
        let mut victim = planted.clone();
        let redirect = sign_in(&server, &mut victim, &client, "ann").await;
        let browser = server.browser();
        let code = redirect.parameter("code").unwrap();
        let tokens = browser.exchange(&client, &code).await.expect(200).json;
        let access = tokens["access_token"].as_str().unwrap();
        let info = browser.call("GET", "/oidc/me", access, None).await.expect(200).json;
        assert_eq!(info["sub"], json!(ann));
        assert_ne!(victim.only("_session").header(), planted.header());
        assert!(!is_signed_in(&server, &planted, &client).await);
        assert!(is_signed_in(&server, &victim.only("_session"), &client).await);
        // Or a value that she made up, with which nobody was ever signed in.
        let made_up = [("_session", "known"), ("_session.sig", "known")];
        let mut victim = Jar(made_up
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect());
        let fixed = victim.clone();
        sign_in(&server, &mut victim, &client, "ann").await;
        assert_ne!(victim.0["_session"], "known");
        assert!(!is_signed_in(&server, &fixed, &client).await);
    }
}

on_both_databases! {
    async fn a_cookie_without_its_own_signature_is_none(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let mut jar = Jar::default();
        sign_in(&server, &mut jar, &client, "ann").await;
        let session = jar.only("_session");
        let with = |name: &str, value: &str| {
            let mut forged = session.clone();
            forged.0.insert(name.to_owned(), value.to_owned());
            forged
        };
        let mut bare = session.clone();
        bare.0.remove("_session.sig");
        let value = session.0["_session"].clone();
        call(&server, &mut jar, "GET", &request_of(&client, "&prompt=login"), None).await;
        let other = jar.0["_interaction.sig"].clone();
        for forged in [
            bare,
            with("_session.sig", ""),
            with("_session.sig", &other),
            with("_session", &format!("{value}x")),
            with("_session", &value.to_uppercase()),
        ] {
            assert!(!is_signed_in(&server, &forged, &client).await, "{}", forged.header());
        }
        assert!(is_signed_in(&server, &session, &client).await);
    }
}

on_both_databases! {
    async fn another_browsers_interaction_cannot_be_taken_over(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        server.user_named("eve").await;
        let request = request_of(&client, "");
        let (mut ann, mut eve) = (Jar::default(), Jar::default());
        call(&server, &mut ann, "GET", &request, None).await.expect(303);
        call(&server, &mut eve, "GET", &request, None).await.expect(303);
        let read = |jar: Jar| {
            let server = &server;
            async move {
                call(server, &mut jar.clone(), "GET", "/api/experience/interaction", None).await
            }
        };
        // The uid is no secret to whoever sees the address; without the signature it is useless.
        let mut forged = ann.only("_interaction");
        forged.0.retain(|name, _| !name.ends_with(".sig"));
        read(forged.clone()).await.expect_code(400, "session.not_found");
        for name in ["_interaction.sig", "_interaction_resume.sig"] {
            forged.0.insert("_interaction.sig".into(), eve.0[name].clone());
            read(forged.clone()).await.expect_code(400, "session.not_found");
        }
        // Ann proves who she is. Eve, who knows the address, is not let in with it.
        let address = prove(&server, &mut ann, "ann").await;
        for jar in [
            Jar::default(),
            eve.only("_interaction"),
            ann.only("_session"),
            {
                let mut unsigned = ann.only("_interaction_resume");
                unsigned.0.remove("_interaction_resume.sig");
                unsigned
            },
            {
                // Her own signature under Ann's uid.
                let mut mixed = eve.only("_interaction_resume");
                let uid = ann.0["_interaction_resume"].clone();
                mixed.0.insert("_interaction_resume".into(), uid);
                mixed
            },
        ] {
            let answer = call(&server, &mut jar.clone(), "GET", &address, None).await;
            assert!(answer.cookies.is_empty(), "{:?}", answer.cookies);
            answer.expect_code(400, "session.not_found");
        }
        // Nor is her own request answered with Ann's proof.
        let own = format!("/oidc/auth/{}", eve.0["_interaction_resume"]);
        let asked = call(&server, &mut eve, "GET", &own, None).await.expect(303);
        assert!(asked.location().starts_with(&server.at("/sign-in")));
        let redirect = call(&server, &mut ann, "GET", &address, None).await.expect(303);
        assert!(redirect.parameter("code").is_some());
        // It is used up with that.
        let again = call(&server, &mut ann, "GET", &address, None).await;
        again.expect_code(400, "session.not_found");
    }
}

/// Signs out with these cookies, and keeps them.
async fn sign_out(server: &TestServer, jar: &Jar, client: &Client) {
    let path = format!("/oidc/session/end?client_id={}", client.id);
    let page = call(server, &mut jar.clone(), "GET", &path, None).await.expect(200);
    let (_, rest) = page.text.split_once("name=\"xsrf\" value=\"").unwrap();
    let xsrf = rest.split_once('"').unwrap().0.replace("&quot;", "\"").replace("&#x2f;", "/");
    let browser = server.browser();
    let request = browser
        .request("POST", "/oidc/session/end/confirm")
        .header("cookie", jar.header())
        .form(&[("xsrf", xsrf.as_str()), ("logout", "yes")]);
    browser.send(request).await.expect(303);
}

on_both_databases! {
    async fn a_cookie_that_was_kept_is_worth_nothing_after_the_session(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let mut jar = Jar::default();
        sign_in(&server, &mut jar, &client, "ann").await;
        let kept = jar.only("_session");
        assert!(is_signed_in(&server, &kept, &client).await);
        sign_out(&server, &kept, &client).await;
        assert!(!is_signed_in(&server, &kept, &client).await);
        // Nor is it anything again once the person has signed in anew.
        sign_in(&server, &mut jar, &client, "ann").await;
        assert!(!is_signed_in(&server, &kept, &client).await);
        // A session ends without anybody's doing, too: two weeks after its last use.
        let last = jar.only("_session");
        let day = Duration::from_secs(24 * 3600);
        server.advance(day * 13);
        assert!(is_signed_in(&server, &last, &client).await);
        server.advance(day * 13);
        assert!(is_signed_in(&server, &last, &client).await);
        server.advance(day * 14 + Duration::from_secs(1));
        assert!(!is_signed_in(&server, &last, &client).await);
    }
}

/// The attributes of a cookie, in lower case.
fn attributes(answer: &Answer, name: &str) -> Vec<String> {
    let start = format!("{name}=");
    let cookie = answer.cookies.iter().find(|it| it.starts_with(&start));
    let cookie = cookie.unwrap_or_else(|| panic!("no {name} in {:?}", answer.cookies));
    cookie.split(';').skip(1).map(|it| it.trim().to_lowercase()).collect()
}

#[track_caller]
fn assert_attributes(answer: &Answer, name: &str, path: &str, secure: bool, http_only: bool) {
    let held = attributes(answer, name);
    assert!(held.contains(&"samesite=lax".to_owned()), "{name}: {held:?}");
    assert!(held.contains(&format!("path={}", path.to_lowercase())), "{name}: {held:?}");
    assert_eq!(held.contains(&"secure".to_owned()), secure, "{name}: {held:?}");
    assert_eq!(held.contains(&"httponly".to_owned()), http_only, "{name}: {held:?}");
    assert!(!held.iter().any(|it| it.starts_with("domain")), "{name}: {held:?}");
}

async fn assert_cookies_of_a_sign_in(server: &TestServer, prefix: &str, secure: bool) {
    let client = server.client(SPA).await;
    server.user_named("ann").await;
    let mut jar = Jar::default();
    let asked = call(server, &mut jar, "GET", &request_of(&client, ""), None).await.expect(303);
    let resume = format!("/oidc/auth/{}", jar.0["_interaction_resume"]);
    for suffix in ["", ".sig"] {
        assert_attributes(&asked, &format!("{prefix}_interaction{suffix}"), "/", secure, true);
        assert_attributes(&asked, &format!("_interaction_resume{suffix}"), &resume, secure, true);
    }
    // Pages read this one: which application they are shown for.
    assert_attributes(&asked, "_logto", "/", secure, false);
    assert_eq!(asked.cookies.len(), 5, "{:?}", asked.cookies);
    let address = prove(server, &mut jar, "ann").await;
    let redirect = call(server, &mut jar, "GET", &address, None).await.expect(303);
    for suffix in ["", ".sig"] {
        assert_attributes(&redirect, &format!("{prefix}_session{suffix}"), "/", secure, true);
    }
    assert!(is_signed_in(server, &jar.only(&format!("{prefix}_session")), &client).await);
    // A session under the other name would be one that a neighbouring host could have set.
    if secure {
        let mut renamed = Jar::default();
        for (name, value) in jar.only("__Host-_session").0 {
            renamed.0.insert(name.replace("__Host-", ""), value);
        }
        assert!(!is_signed_in(server, &renamed, &client).await);
    }
}

on_both_databases! {
    async fn cookies_are_for_this_site_and_not_for_scripts(server) {
        assert_cookies_of_a_sign_in(&server, "", false).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_tls_cookies_are_secure_and_for_this_host_only() {
    let server = TestServer::start_as(Some("https://id.example"), None).await;
    assert_cookies_of_a_sign_in(&server, "__Host-", true).await;
}
