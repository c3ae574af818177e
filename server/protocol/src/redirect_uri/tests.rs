use super::*;
use proptest::prelude::*;

fn list(uris: &[&str]) -> Vec<String> {
    uris.iter().map(|uri| (*uri).to_owned()).collect()
}

fn web(stored: &str, requested: &str) -> bool {
    matches_redirect(requested, &list(&[stored]), false)
}

fn native(stored: &str, requested: &str) -> bool {
    matches_redirect(requested, &list(&[stored]), true)
}

fn refusal(text: &str) -> RedirectUriError {
    RedirectUri::parse(text, Purpose::Authorization).unwrap_err()
}

#[test]
fn addresses_that_may_be_stored() {
    for text in [
        "https://app.example/callback",
        "http://localhost:3000/callback?a=b",
        "https://app.example",
        "http://[::1]:8080/",
        "https://b\u{fc}cher.example/cb",
        "com.example.app://callback",
        "com.example.app:/callback",
        "io.logto_x+y://cb",
        "myapp:callback",
        "https://*.preview.example/callback",
        "https://app-*.preview.example:8443/callback?x=1",
        "https://app.example/callback/*",
        "http://localhost:3000/*",
    ] {
        assert!(RedirectUri::parse(text, Purpose::Authorization).is_ok(), "{text}");
    }
}

#[test]
fn addresses_that_may_not_be_stored() {
    use RedirectUriError::*;
    let scheme = |name: &str| DangerousScheme(name.to_owned());
    for (text, error) in [
        ("", Malformed),
        ("/callback", Malformed),
        ("//app.example/cb", Malformed),
        ("app.example", Malformed),
        ("https:", Malformed),
        ("https://", Malformed),
        ("https:/app.example/cb", Malformed),
        ("https:app.example/cb", Malformed),
        ("https:///app.example/cb", Malformed),
        ("https://app.example:99999/cb", Malformed),
        ("https://app.example:*/cb", Malformed),
        ("http*://app.example/cb", Malformed),
        ("*://app.example/cb", Malformed),
        ("Com.Example://cb", Malformed),
        ("1app://cb", Malformed),
        ("com..app://cb", Malformed),
        ("myapp:", Malformed),
        ("javascript:alert(1)", scheme("javascript")),
        ("JavaScript:alert(1)", Malformed),
        ("data:text/html,x", scheme("data")),
        ("vbscript:x", scheme("vbscript")),
        ("file:///etc/passwd", scheme("file")),
        ("blob:https://app.example/x", scheme("blob")),
        ("https://user@app.example/cb", UserInfo),
        ("https://user:pw@app.example/cb", UserInfo),
        ("https://@app.example/cb", UserInfo),
        ("https://app.example/cb#part", Fragment),
        ("https://app.example/cb#", Fragment),
        ("com.example.app://cb#part", Fragment),
        ("https://app.example/a/../cb", DotSegment),
        ("https://app.example/./cb", DotSegment),
        ("https://app.example/%2e%2E/cb", DotSegment),
        ("https://app.example/a/.%2e", DotSegment),
        ("https://app.example\\@evil.example/cb", Character),
        ("https://app.example/c b", Character),
        ("https://app.example/cb\n", Character),
        ("https://app.example/\u{0}", Character),
        ("java\tscript:alert(1)", Character),
        ("my app://cb", Character),
    ] {
        assert_eq!(refusal(text), error, "{text:?}");
    }
    assert_eq!(refusal(&format!("https://app.example/{}", "x".repeat(2048))), TooLong);
}

#[test]
fn wildcards_that_may_not_be_stored() {
    for text in [
        "https://*/cb",
        "https://*.example/cb",
        "https://app.*/cb",
        "https://a.*.example/cb",
        "https://*.co.*/cb",
        "https://*.example./cb",
        "https://%2a.example/cb",
        "https://app.example/cb?x=*",
        "com.example.app://*",
    ] {
        assert!(matches!(refusal(text), RedirectUriError::Wildcard(_)), "{text}");
    }
    let fragment = RedirectUri::parse("https://app.example/#*", Purpose::PostLogout);
    assert!(matches!(fragment, Err(RedirectUriError::Wildcard(_))));
    assert_eq!(refusal("https://*@app.example/cb"), RedirectUriError::UserInfo);
    assert_eq!(refusal("https://[*::1]/cb"), RedirectUriError::Malformed);
}

#[test]
fn equal_after_normalisation() {
    for (stored, requested) in [
        ("https://app.example/cb", "https://app.example/cb"),
        ("https://app.example/cb", "https://app.example:443/cb"),
        ("https://app.example:443/cb", "https://app.example/cb"),
        ("http://app.example:80/cb", "http://app.example/cb"),
        ("https://app.example", "https://app.example/"),
        ("https://APP.example/cb", "HTTPS://app.EXAMPLE/cb"),
        ("https://b\u{fc}cher.example/cb", "https://xn--bcher-kva.example/cb"),
        ("https://app.example/cb?a=b&c", "https://app.example/cb?a=b&c"),
        ("com.example.app://cb", "com.example.app://cb"),
        ("custom_scheme:cb", "custom_scheme:cb"),
    ] {
        assert!(web(stored, requested), "{stored} {requested}");
    }
}

/// RFC 9700 section 4.1: every trick that has got past somebody's comparison.
#[test]
fn tricks_do_not_match() {
    let stored = "https://app.example/callback";
    for requested in [
        "",
        "*",
        "https://app.example",
        "https://app.example/",
        "https://app.example/Callback",
        "https://app.example/callback/",
        "https://app.example/callback/x",
        "https://app.example/callback?",
        "https://app.example/callback?x=1",
        "https://app.example/callback#",
        "https://app.example/callback#fragment",
        "https://app.example//callback",
        "https://app.example/./callback",
        "https://app.example/x/../callback",
        "https://app.example/x/%2e%2e/callback",
        "https://app.example/x/%2E./callback",
        "https://app.example/callback/%2e%2e/callback",
        "https://app.example/%63allback",
        "https://app.example/callback%00",
        "https://app.example/callback\u{0}",
        "https://app.example/callback\n",
        "https://app.example/call\tback",
        " https://app.example/callback",
        "https://app.example/callback ",
        "https://app.example:8443/callback",
        "https://app.example:80/callback",
        "http://app.example/callback",
        "http://app.example:443/callback",
        "https://app.example./callback",
        "https://app.example.evil.example/callback",
        "https://evil.example/callback",
        "https://evilapp.example/callback",
        "https://sub.app.example/callback",
        "https://app.example@evil.example/callback",
        "https://app.example:pw@evil.example/callback",
        "https://user@app.example/callback",
        "https://@app.example/callback",
        "https://evil.example\\@app.example/callback",
        "https://app.example\\@evil.example/callback",
        "https://app.example\\.evil.example/callback",
        "https:\\\\app.example\\callback",
        "https:app.example/callback",
        "https:/app.example/callback",
        "https:///app.example/callback",
        "https:////app.example/callback",
        "//app.example/callback",
        "https://evil.example?https://app.example/callback",
        "https://evil.example#https://app.example/callback",
        "https://evil.example/https://app.example/callback",
        "https://\u{430}pp.example/callback",
        "https://app.ex\u{e4}mple/callback",
        "https://app.example%00.evil.example/callback",
        "https://app.example%2fcallback",
        "https://*.example/callback",
        "https://app.example/*",
        "javascript:alert(1)//https://app.example/callback",
        "data:text/html,https://app.example/callback",
        "custom://app.example/callback",
    ] {
        assert!(!web(stored, requested), "{requested:?}");
        assert!(!native(stored, requested), "{requested:?}");
    }
}

#[test]
fn private_schemes_are_compared_as_they_are() {
    let stored = "com.example.app://callback";
    for requested in [
        "com.example.app://callback/",
        "com.example.app:/callback",
        "com.example.app://Callback",
        "COM.example.app://callback",
        "com.example.app://callback?x",
        "com.example.app://callback#x",
        "com.example.app.evil://callback",
        "*",
    ] {
        assert!(!web(stored, requested), "{requested}");
    }
}

#[test]
fn native_loopback_may_have_any_port() {
    for (stored, requested) in [
        ("http://localhost/cb", "http://localhost:51004/cb"),
        ("http://localhost:3000/cb", "http://localhost/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb"),
        ("http://[::1]:1/cb", "http://[::1]:51004/cb"),
        ("http://127.0.0.1/cb?x=1", "http://127.0.0.1:9/cb?x=1"),
        ("http://127.0.0.1/cb/*", "http://127.0.0.1:9/cb/x"),
    ] {
        assert!(native(stored, requested), "{stored} {requested}");
        assert!(!web(stored, requested), "{stored} {requested}");
    }
    for (stored, requested) in [
        ("http://localhost/cb", "http://127.0.0.1:51004/cb"),
        ("http://localhost/cb", "https://localhost:51004/cb"),
        ("https://localhost/cb", "https://localhost:51004/cb"),
        ("http://localhost/cb", "http://localhost.evil.example:51004/cb"),
        ("http://localhost/cb", "http://localhost:51004@evil.example/cb"),
        ("http://localhost/cb", "http://localhost.:51004/cb"),
        ("http://localhost/cb", "http://localhost:51004/other"),
        ("http://localhost/cb", "http://localhost:51004/cb?x=1"),
        ("http://localhost/cb", "http://localhost:*/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1.evil.example:51004/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.2:51004/cb"),
        ("http://localhost.evil.example/cb", "http://localhost.evil.example:51004/cb"),
        ("http://app.example/cb", "http://app.example:51004/cb"),
    ] {
        assert!(!native(stored, requested), "{stored} {requested}");
    }
}

#[test]
fn wildcards_in_the_host() {
    let stored = "https://*.preview.example/cb";
    for requested in [
        "https://a.preview.example/cb",
        "https://a-b-1.preview.example:443/cb",
        "https://A.preview.example/cb",
    ] {
        assert!(web(stored, requested), "{requested}");
    }
    for requested in [
        "https://preview.example/cb",
        "https://.preview.example/cb",
        "https://a.b.preview.example/cb",
        "https://*.preview.example/cb",
        "https://%2a.preview.example/cb",
        "https://a.preview.example:8443/cb",
        "http://a.preview.example/cb",
        "https://a.preview.example/other",
        "https://a.preview.example/cb?x",
        "https://a.preview.example./cb",
        "https://evil.example/.preview.example/cb",
        "https://evil.example?.preview.example/cb",
        "https://evil.example#.preview.example/cb",
        "https://evil.example\\.preview.example/cb",
        "https://x@a.preview.example/cb",
        "https://evil.example%2f.preview.example/cb",
    ] {
        assert!(!web(stored, requested), "{requested}");
    }
    assert!(web("https://app-*-x.preview.example/", "https://app-12-x.preview.example"));
    assert!(!web("https://app-*-x.preview.example/", "https://app--x.preview.example"));
    assert!(web("https://*.*.preview.example/cb", "https://a.b.preview.example/cb"));
}

#[test]
fn wildcards_in_the_path() {
    let stored = "https://app.example/a/*/cb*";
    for requested in ["https://app.example/a/b/cb", "https://app.example/a/b/c/cb/d"] {
        assert!(web(stored, requested), "{requested}");
    }
    for requested in [
        "https://app.example/a/cb",
        "https://app.example/b/b/cb",
        "https://app.example/a/../b/cb",
        "https://app.example/a/%2e%2e/cb",
        "https://app.example/a/..%2fb/cb",
        "https://app.example/a/..%5Cb/cb",
        "https://app.example/a/b/cb?x=1",
        "https://app.example/a/b/cb#x",
        "https://app.example/a/*/cb",
        "https://other.example/a/b/cb",
    ] {
        assert!(!web(stored, requested), "{requested}");
    }
}

#[test]
fn a_bad_stored_address_matches_nothing_and_harms_nothing() {
    let stored = list(&["javascript:alert(1)", "https://app.example/#x", "https://app.example/cb"]);
    assert!(matches_redirect("https://app.example/cb", &stored, false));
    assert!(!matches_redirect("javascript:alert(1)", &stored, false));
    assert!(!matches_redirect("https://app.example/#x", &stored, false));
    assert!(!matches_redirect("https://app.example/cb", &[], false));
}

#[test]
fn post_logout_addresses_may_have_a_fragment_but_not_any_port() {
    let stored = list(&["http://localhost:3000/#/bye", "https://*.preview.example/bye"]);
    assert!(matches_post_logout("http://localhost:3000/#/bye", &stored));
    assert!(!matches_post_logout("http://localhost:3000/", &stored));
    assert!(!matches_post_logout("http://localhost:3000/#/other", &stored));
    assert!(!matches_post_logout("http://localhost:3001/#/bye", &stored));
    assert!(matches_post_logout("https://a.preview.example/bye", &stored));
    assert!(!matches_post_logout("javascript:alert(1)", &list(&["javascript:alert(1)"])));
}

#[test]
fn origins() {
    let uris = list(&[
        "https://app.example/cb",
        "http://localhost:3000/cb",
        "https://*.preview.example:8443/cb",
        "capacitor://localhost/cb",
    ]);
    let listed =
        list(&["https://other.example", "https://slash.example:8443/", "ionic://localhost"]);
    for origin in [
        "https://app.example",
        "http://localhost:3000",
        "https://a.preview.example:8443",
        "capacitor://localhost",
        "https://other.example",
        "https://slash.example:8443",
        "ionic://localhost",
    ] {
        assert!(origin_allowed(origin, &uris, &listed), "{origin}");
    }
    for origin in [
        "",
        "null",
        "*",
        "https://*",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example/",
        "https://app.example/cb",
        "https://APP.example",
        "https://app.example.evil.example",
        "https://user@app.example",
        "http://localhost:3001",
        "https://*.preview.example:8443",
        "https://a.preview.example",
        "https://a.b.preview.example:8443",
        "capacitor://localhost/cb",
        "capacitor://localhost.evil.example",
        "https://slash.example",
        "file://",
        "https://evil.example\r\nx: y",
    ] {
        assert!(!origin_allowed(origin, &uris, &listed), "{origin}");
    }
    assert!(!origin_allowed("null", &[], &list(&["null"])));
}

#[test]
fn what_can_be_listed_as_an_origin() {
    for text in ["https://app.example", "http://localhost:3000/", "capacitor://localhost"] {
        assert!(is_origin(text), "{text}");
    }
    for text in [
        "",
        "*",
        "null",
        "app.example",
        "https://app.example/x",
        "https://*.app.example/x",
        "javascript://x",
    ] {
        assert!(!is_origin(text), "{text}");
    }
}

fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "(https?|com\\.app)(:|://)[a-z*.@\\\\%:/?#0-9\\[\\]]{0,30}",
        "https://(app|\\*)\\.(app|\\*)\\.example(:[0-9*]{1,5})?(/[a-z*.%]{0,6}){0,4}(\\?[a-z*]{0,3})?",
    ]
}

proptest! {
    #[test]
    fn any_text_is_judged_without_a_panic(stored in address(), requested in address()) {
        let stored = [stored];
        for native in [false, true] {
            matches_redirect(&requested, &stored, native);
        }
        matches_post_logout(&requested, &stored);
        origin_allowed(&requested, &stored, &stored);
        is_origin(&requested);
    }

    /// Whatever matches leads to the stored host.
    #[test]
    fn a_match_never_leaves_the_host(requested in address(), suffix in "[a-z.@:/\\\\%#?0-9]{0,12}") {
        let stored = ["https://app.example/cb".to_owned()];
        for requested in [requested, format!("https://app.example{suffix}")] {
            if matches_redirect(&requested, &stored, true) {
                let url = Url::parse(&requested).unwrap();
                prop_assert_eq!(url.as_str(), "https://app.example/cb");
            }
        }
    }

    #[test]
    fn what_is_stored_without_wildcard_matches_itself(stored in address()) {
        if let Ok(uri) = RedirectUri::parse(&stored, Purpose::PostLogout) {
            let plain = !stored.contains('*') && !uri.url.iter().any(|url| url.as_str().contains('*'));
            prop_assert!(!plain || uri.matches(&stored, false));
        }
    }
}
