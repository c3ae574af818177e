//! What does not fit the Experience API is refused with the contract's error, and changes
//! nothing.

use super::*;
use crate::on_both_databases;
use crate::support::{Answer, PASSWORD};
use serde_json::{Value, json};
use vestibule_store::users;

/// Every route that takes a body, with one that fits.
fn routes() -> Vec<(&'static str, &'static str, Value)> {
    let name = json!({ "type": "username", "value": "ann" });
    let email = json!({ "type": "email", "value": "ann@example.com" });
    vec![
        ("PUT", "", json!({ "interactionEvent": "SignIn" })),
        ("PUT", "/interaction-event", json!({ "interactionEvent": "SignIn" })),
        ("POST", "/identification", json!({ "verificationId": "x" })),
        ("POST", "/verification/password", json!({ "identifier": name, "password": "x" })),
        (
            "POST",
            "/verification/new-password-identity",
            json!({ "identifier": name, "password": PASSWORD }),
        ),
        (
            "POST",
            "/verification/verification-code",
            json!({ "identifier": email, "interactionEvent": "SignIn" }),
        ),
        (
            "POST",
            "/verification/verification-code/verify",
            json!({ "identifier": email, "verificationId": "x", "code": "000000" }),
        ),
        ("POST", "/profile", json!({ "type": "username", "value": "ann" })),
        ("PUT", "/profile/password", json!({ "password": PASSWORD })),
    ]
}

/// What must stay as it is: the interaction, the number of accounts, the messages.
async fn picture(server: &TestServer, browser: &Browser) -> (Value, i64, Value) {
    let interaction = browser.get("/api/experience/interaction").await.json;
    let accounts = users::count(&mut server.app.store.read().await.unwrap()).await.unwrap();
    (interaction, accounts, server.browser().get("/api/dev/outbox").await.json)
}

async fn send_body(browser: &Browser, method: &str, path: &str, body: Vec<u8>) -> Answer {
    let request = browser
        .request(method, &format!("/api/experience{path}"))
        .header("content-type", "application/json")
        .body(body);
    browser.send(request).await
}

/// Replaces every text below with what `replacement` makes of it, one at a time.
fn variants(body: &Value, replacement: &dyn Fn(&Value) -> Value) -> Vec<Value> {
    let mut found = Vec::new();
    if let Value::Object(members) = body {
        for (name, member) in members {
            let mut whole = members.clone();
            whole.insert(name.clone(), replacement(member));
            found.push(Value::Object(whole));
            for inner in variants(member, replacement) {
                let mut whole = members.clone();
                whole.insert(name.clone(), inner);
                found.push(Value::Object(whole));
            }
        }
    }
    found
}

on_both_databases! {
    async fn what_is_not_json_is_refused(server) {
        let browser = visitor(&server, "Register").await;
        let before = picture(&server, &browser).await;
        let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        let deep_object = format!("{}1{}", "{\"a\":".repeat(5000), "}".repeat(5000));
        let bodies: Vec<Vec<u8>> = vec![
            b"{".to_vec(),
            b"{}}".to_vec(),
            b"\0".to_vec(),
            b"{\"interactionEvent\":\"Sign\0In\"}".to_vec(),
            b"{\"interactionEvent\":\"\xff\xfe\"}".to_vec(),
            b"\xef\xbb\xbf{\"interactionEvent\":\"SignIn\"}".to_vec(),
            b"{\"a\":\"\\ud800\"}".to_vec(),
            b"{'interactionEvent':'SignIn'}".to_vec(),
            b"interactionEvent=SignIn".to_vec(),
            b"{\"a\":1e999}".to_vec(),
            b"NaN".to_vec(),
            deep.into_bytes(),
            deep_object.into_bytes(),
        ];
        for (method, path, _) in routes() {
            for body in &bodies {
                let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
                let answer = send_body(&browser, method, path, body.clone()).await;
                assert_eq!(answer.status, 400, "{path} {shown}: {}", answer.text);
                assert!(answer.json["message"].is_string(), "{path} {shown}: {}", answer.text);
            }
        }
        assert_eq!(picture(&server, &browser).await, before);
    }
}

on_both_databases! {
    async fn what_has_another_shape_is_refused(server) {
        let browser = visitor(&server, "Register").await;
        let before = picture(&server, &browser).await;
        for (method, path, good) in routes() {
            let target = format!("/api/experience{path}");
            let mut bodies = vec![json!(null), json!(1), json!("text"), json!([]), json!([good])];
            for wrong in [json!(1), json!(true), json!([]), json!({}), json!(1.5e300)] {
                bodies.extend(variants(&good, &|_| wrong.clone()));
            }
            // Unknown members of an enumeration.
            bodies.extend(variants(&good, &|member| match member.as_str() {
                Some("SignIn" | "username" | "email") => json!("Dance"),
                _ => json!({ "is": "no text" }),
            }));
            if path != "/identification" {
                bodies.push(json!({}));
                bodies.extend(variants(&good, &|_| Value::Null));
            }
            for body in bodies {
                let answer = browser.json(method, &target, body.clone()).await;
                let answer = answer.expect_code(400, "guard.invalid_input");
                assert!(answer.json["message"].is_string(), "{path} {body}");
                assert!(answer.json["details"].is_string(), "{path} {body}");
                assert_eq!(answer.json["data"]["name"], "ZodError", "{path} {body}");
                assert!(answer.json["data"]["issues"][0]["message"].is_string(), "{path} {body}");
            }
        }
        assert_eq!(picture(&server, &browser).await, before);
    }
}

on_both_databases! {
    async fn nul_is_refused_wherever_it_stands(server) {
        let browser = visitor(&server, "Register").await;
        let before = picture(&server, &browser).await;
        for (method, path, good) in routes() {
            let spoil = |member: &Value| match member.as_str() {
                Some(text) => json!(format!("{text}\0")),
                None => json!("\0"),
            };
            let mut bodies = variants(&good, &spoil);
            let mut extra = good.clone();
            extra["unknown\0"] = json!(1);
            bodies.push(extra);
            for body in bodies {
                let answer = browser.experience(method, path, body).await;
                answer.expect_code(400, "guard.invalid_input");
            }
        }
        assert_eq!(picture(&server, &browser).await, before);
    }
}

on_both_databases! {
    async fn too_much_is_refused(server) {
        let browser = visitor(&server, "Register").await;
        let before = picture(&server, &browser).await;
        for (method, path, good) in routes() {
            let mut text = serde_json::to_vec(&good).unwrap();
            text.resize(10 * 1024 * 1024, b' ');
            let target = format!("/api/experience{path}");
            let cookie = format!("cookie: {}\r\n", cookies_of(&server).await);
            let headers = format!("content-type: application/json\r\n{cookie}");
            let mut request = head(method, &target, &headers, text.len()).into_bytes();
            request.extend_from_slice(&text);
            let (status, answer) = send_raw(&server, &request).await;
            assert_eq!(status, 413, "{path}: {answer}");
            assert!(answer.contains("guard.invalid_input"), "{path}: {answer}");
            // The last byte that is allowed is.
            text.truncate(256 * 1024);
            let fits = send_body(&browser, method, path, text.clone()).await;
            assert_ne!(fits.status, 413, "{path}");
            browser.begin("Register").await;
            text.push(b' ');
            let answer = send_body(&browser, method, path, text).await;
            answer.expect_code(413, "guard.invalid_input");
        }
        let after = picture(&server, &browser).await;
        assert_eq!((&after.0, after.1), (&before.0, before.1));
    }
}

/// The cookies of another browser that an application has sent here, for raw requests.
async fn cookies_of(server: &TestServer) -> String {
    let client = server.client(SPA).await;
    let target = format!(
        "/oidc/auth?client_id={}&response_type=code&redirect_uri={}&scope=openid\
         &code_challenge={}&code_challenge_method=S256",
        client.id,
        crate::support::CALLBACK,
        crate::support::browser::CHALLENGE,
    );
    let (status, answer) = send_raw(server, head("GET", &target, "", 0).as_bytes()).await;
    assert_eq!(status, 303, "{answer}");
    let cookies = answer.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
    let pairs: Vec<&str> = cookies.filter_map(|line| line.split(';').next()).collect();
    assert!(pairs.iter().any(|pair| pair.starts_with("_interaction=")), "{answer}");
    pairs.join("; ")
}

on_both_databases! {
    async fn values_end_at_their_bounds(server) {
        let browser = visitor(&server, "Register").await;
        let before = picture(&server, &browser).await;
        let identity = |value: &str, password: &str| {
            json!({ "identifier": { "type": "username", "value": value }, "password": password })
        };
        let send = |kind: &str, value: &str| {
            json!({ "identifier": { "type": kind, "value": value }, "interactionEvent": "Register" })
        };
        let (name, phone) = ("a".repeat(129), "4".repeat(21));
        let address = format!("{}@example.com", "a".repeat(117));
        let invalid = "guard.invalid_input";
        let new = "/verification/new-password-identity";
        let code = "/verification/verification-code";
        let cases = [
            (new, identity(&name, PASSWORD), 400, invalid),
            (new, identity("ann", &"Aa1!".repeat(65)), 422, "password.rejected"),
            (new, identity("ann", &"ü".repeat(20_000)), 422, "password.rejected"),
            (code, send("email", &address), 400, invalid),
            (code, send("email", "a@b"), 400, invalid),
            (code, send("email", "a b@c.example"), 400, invalid),
            (code, send("email", "a@b.example\r\nbcc: x@y.example"), 400, invalid),
            (code, send("phone", &phone), 400, invalid),
            (code, send("phone", "+491701234567"), 400, invalid),
            (code, send("phone", ""), 400, invalid),
            (
                "/profile",
                json!({ "type": "username", "value": name }),
                422,
                "user.username_too_long",
            ),
            ("/profile", json!({ "type": "extraProfile", "values": [] }), 400, invalid),
            (
                "/profile",
                json!({ "type": "email", "verificationId": "x".repeat(10_000) }),
                404,
                "session.verification_session_not_found",
            ),
            (
                "/verification/password",
                identity(&"a".repeat(10_000), &"x".repeat(10_000)),
                422,
                "session.invalid_credentials",
            ),
            (
                "/identification",
                json!({ "verificationId": "x".repeat(10_000) }),
                404,
                "session.verification_session_not_found",
            ),
        ];
        for (path, body, status, expected) in cases {
            let answer = browser.experience("POST", path, body).await;
            answer.expect_code(status, expected);
        }
        assert_eq!(picture(&server, &browser).await, before);
    }
}

on_both_databases! {
    async fn of_keys_that_come_twice_the_last_is_judged(server) {
        let browser = visitor(&server, "Register").await;
        let twice = r#"{"interactionEvent":"SignIn","interactionEvent":"Dance"}"#;
        let answer = send_body(&browser, "PUT", "/interaction-event", twice.into()).await;
        answer.expect_code(400, "guard.invalid_input");
        let identifier = r#"{"type":"username","value":"ann"}"#;
        let twice = format!(r#"{{"identifier":{identifier},"password":"x","password":1}}"#);
        let answer = send_body(&browser, "POST", "/verification/password", twice.into()).await;
        answer.expect_code(400, "guard.invalid_input");
    }
}

on_both_databases! {
    async fn other_content_types_are_refused(server) {
        let browser = visitor(&server, "Register").await;
        let before = picture(&server, &browser).await;
        let bodies = [
            ("application/x-www-form-urlencoded", "interactionEvent=SignIn"),
            ("multipart/form-data; boundary=x", "--x\r\n\r\nSignIn\r\n--x--\r\n"),
            ("application/xml", "<interactionEvent>SignIn</interactionEvent>"),
            ("text/plain", "SignIn"),
        ];
        for (kind, body) in bodies {
            for path in ["", "/interaction-event"] {
                let request = browser
                    .request("PUT", &format!("/api/experience{path}"))
                    .header("content-type", kind)
                    .body(body);
                let answer = browser.send(request).await;
                assert_eq!(answer.status, 400, "{kind}: {}", answer.text);
                assert!(answer.json["message"].is_string(), "{kind}: {}", answer.text);
            }
        }
        let request = browser
            .request("PUT", "/api/experience/interaction-event")
            .header("content-encoding", "gzip")
            .header("content-type", "application/json")
            .body(b"\x1f\x8b\x08\x00nonsense".to_vec());
        assert_eq!(browser.send(request).await.status / 100, 4);
        assert_eq!(picture(&server, &browser).await, before);
    }
}

on_both_databases! {
    async fn other_methods_do_nothing(server) {
        let browser = visitor(&server, "Register").await;
        let before = picture(&server, &browser).await;
        let paths = routes().into_iter().map(|(_, path, _)| path);
        for path in paths.chain(["/submit", "/interaction", "/nowhere", "/../experience", "//"]) {
            for method in ["HEAD", "OPTIONS", "TRACE", "PATCH", "DELETE", "PROPFIND", "BREW"] {
                let request = browser.request(method, &format!("/api/experience{path}"));
                let answer = browser.send(request).await;
                let fits = answer.status < 500 && (answer.status != 200 || method == "HEAD");
                assert!(fits, "{method} {path}: {} {}", answer.status, answer.text);
                assert!(!answer.text.contains("_interaction"), "TRACE would show cookies");
            }
        }
        assert_eq!(picture(&server, &browser).await, before);
    }
}

on_both_databases! {
    async fn cookies_that_are_not_ours_are_no_session(server) {
        let good = cookies_of(&server).await;
        let forged = good.replace("_interaction=", "_interaction=x");
        let unsigned: Vec<&str> = good.split("; ").filter(|it| !it.contains(".sig=")).collect();
        let long = format!("_interaction={}; _interaction.sig=x", "a".repeat(4000));
        let many = "a=b; ".repeat(500);
        let cookies: Vec<Vec<u8>> = vec![
            b"_interaction".to_vec(),
            b"_interaction=; _interaction.sig=".to_vec(),
            b"_interaction=%00%ff; _interaction.sig=%00".to_vec(),
            b"_interaction=\xff\xfe; _interaction.sig=\xff".to_vec(),
            b"_interaction={}; _interaction.sig=AAAA".to_vec(),
            b"=; ;;; ==".to_vec(),
            forged.into_bytes(),
            unsigned.join("; ").into_bytes(),
            long.into_bytes(),
            many.into_bytes(),
        ];
        let body = br#"{"interactionEvent":"SignIn"}"#;
        let put = |cookie: &[u8]| {
            let headers = "content-type: application/json\r\ncookie: ";
            let text = head("PUT", "/api/experience", headers, body.len());
            let (before, after) = text.split_once("cookie: ").unwrap();
            let mut request = format!("{before}cookie: ").into_bytes();
            request.extend_from_slice(cookie);
            request.extend_from_slice(b"\r\n");
            request.extend_from_slice(after.as_bytes());
            request.extend_from_slice(body);
            request
        };
        for cookie in &cookies {
            let (status, answer) = send_raw(&server, &put(cookie)).await;
            let shown = String::from_utf8_lossy(&cookie[..cookie.len().min(60)]).into_owned();
            assert_eq!(status, 400, "{shown}: {answer}");
            assert!(answer.contains("session.not_found"), "{shown}: {answer}");
        }
        let (status, answer) = send_raw(&server, &put(good.as_bytes())).await;
        assert_eq!(status, 204, "{answer}");
        // Beside somebody else's nonsense ours is still found.
        let beside = format!("x=\"a;b\"; {good}; y=%zz");
        let (status, answer) = send_raw(&server, &put(beside.as_bytes())).await;
        assert_eq!(status, 204, "{answer}");
    }
}

on_both_databases! {
    async fn broken_requests_break_nothing(server) {
        let requests: Vec<Vec<u8>> = vec![
            b"\0\0\0\0\r\n\r\n".to_vec(),
            b"GET /\0 HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec(),
            b"GET / HTTP/9.9\r\n\r\n".to_vec(),
            b"GET /api/status HTTP/1.1\r\nhost: localhost\r\nbad\0name: x\r\n\r\n".to_vec(),
            b"GET /api/status HTTP/1.1\r\nhost: localhost\r\nx: a\0b\r\n\r\n".to_vec(),
            b"PUT /api/experience HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n".to_vec(),
            b"PUT /api/experience HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\
              content-length: 2\r\n\r\n{}"
                .to_vec(),
            b"PUT /api/experience HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\
              content-length: 2\r\n\r\nzz\r\n"
                .to_vec(),
            format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "a".repeat(200_000)).into_bytes(),
            format!("GET / HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "a".repeat(200_000))
                .into_bytes(),
        ];
        for request in requests {
            let (status, answer) = send_raw(&server, &request).await;
            let shown = String::from_utf8_lossy(&request[..request.len().min(60)]).into_owned();
            assert!(status < 500 && status != 200 && status != 204, "{shown}: {answer}");
        }
        let strange = [
            "/api/experience/interaction?app_id=%FF%FE",
            "/api/experience/interaction?app_id=%00",
            "/api/experience/interaction?app_id=a&app_id=b&locale=%FF&locale=%00",
            "/api/experience/interaction?%",
            "/api/experience/%00",
            "/api/experience/%ff%fe",
            "/api/.well-known/phrases?lng=%FF%00&lng=%",
            "/api/.well-known/sign-in-exp?organizationId=%00&appId=%FF",
        ];
        let browser = server.browser();
        for path in strange {
            let answer = browser.get(path).await;
            assert!(answer.status < 500, "{path}: {} {}", answer.status, answer.text);
        }
        let id = format!("{}\u{ff}", "a".repeat(3000));
        let request = browser.request("GET", "/api/experience/interaction");
        let answer = browser.send(request.header("logto-app-id", id.as_bytes())).await;
        answer.expect_code(400, "session.not_found");
        browser.get("/api/status").await.expect(204);
    }
}

on_both_databases! {
    async fn the_link_of_the_first_administrator_takes_no_nonsense(server) {
        let browser = server.browser();
        let path = "/api/setup/administrator";
        for body in [
            json!({}),
            json!({ "token": 1, "username": "admin", "password": PASSWORD }),
            json!({ "token": "\0", "username": "admin", "password": PASSWORD }),
            json!({ "token": "x", "username": "admin" }),
            json!([]),
        ] {
            browser.json("POST", path, body).await.expect_code(400, "guard.invalid_input");
        }
        let body = json!({
            "token": "x".repeat(100_000), "username": "admin", "password": PASSWORD,
        });
        browser.json("POST", path, body).await.expect_code(403, "setup.invalid_token");
    }
}
