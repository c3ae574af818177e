//! What a whole run writes down: rows, files, log lines. The server is the binary, with the log as
//! talkative as an administrator may set it.

use super::*;
use crate::support::browser::VERIFIER;
use crate::support::captcha_service;
use crate::support::rows as stored;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A server in a process of its own.
struct Process {
    folder: TempDir,
    database: Option<String>,
    endpoint: String,
    child: Child,
}

impl Process {
    fn start(database: Option<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let endpoint = format!("http://localhost:{port}");
        let file = |name: &str| std::fs::File::create(folder.path().join(name)).unwrap();
        let child = command(folder.path(), database.as_deref())
            .arg("serve")
            .env("VESTIBULE_ENDPOINT", &endpoint)
            .env("VESTIBULE_LISTEN", format!("127.0.0.1:{port}"))
            .env("VESTIBULE_LOG", "debug,vestibule=trace")
            .env("VESTIBULE_CAPTCHA_GATEWAY", captcha_service::address())
            .env("VESTIBULE_OUTBOUND_ALLOW", "127.0.0.1")
            .stdout(file("stdout"))
            .stderr(file("log"))
            .spawn()
            .unwrap();
        Self { folder, database, endpoint, child }
    }

    async fn wait(&self) -> Browser {
        let browser = Browser::new(&self.endpoint);
        for _ in 0..300 {
            let request = browser.request("GET", "/health/ready");
            if request.send().await.is_ok_and(|answer| answer.status().is_success()) {
                return browser;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{}", std::fs::read_to_string(self.folder.path().join("log")).unwrap());
    }

    fn app(&self, arguments: &[&str]) -> Client {
        let output = command(self.folder.path(), self.database.as_deref())
            .args(["app", "create", "Test"])
            .args(arguments)
            .output()
            .unwrap();
        let made: Value = serde_json::from_slice(&output.stdout).unwrap();
        let text = |name: &str| made[name].as_str().map(str::to_owned);
        Client { id: text("id").unwrap(), secret: text("secret") }
    }

    /// As an administrator stops it, so that what waits is written.
    fn stop(&mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn command(folder: &Path, database: Option<&str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    command.env_clear().current_dir(folder).stdin(Stdio::null());
    command.envs(database.map(|database| ("VESTIBULE_DATABASE_URL", database)));
    command
}

/// Every row of every table, as text.
async fn rows(folder: &Path, database: Option<&str>) -> String {
    match database {
        Some(url) => stored::of_postgres(url).await,
        None => stored::of_sqlite(&folder.join("data/vestibule.db")),
    }
}

/// The files below a folder, but for the key that is meant to be there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if !path.ends_with("secret.key") {
            found.push(path);
        }
    }
    found
}

/// A secret as it might be written: as it is, or in a coding that hides it from the eye only.
fn spellings(secret: &str) -> Vec<String> {
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let base64 = [STANDARD_NO_PAD.encode(secret), URL_SAFE_NO_PAD.encode(secret)];
    [vec![secret.to_owned(), hex.to_uppercase(), hex], base64.to_vec()].concat()
}

/// Whether a text stands there by itself: digits of a code may well be part of a longer number.
fn holds(bytes: &[u8], secret: &str) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let found = |start: usize| {
        let before = start.checked_sub(1).and_then(|place| bytes.get(place));
        !(is_part(before) || is_part(bytes.get(start + secret.len()))) || secret.len() > 8
    };
    bytes
        .windows(secret.len())
        .enumerate()
        .any(|(start, it)| it == secret.as_bytes() && found(start))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// The value of a cookie that an answer sets.
fn cookie(answer: &Answer, name: &str) -> String {
    let mut jar = Jar::default();
    jar.keep(answer);
    jar.0.remove(name).unwrap_or_else(|| panic!("no {name} in {:?}", answer.cookies))
}

/// People put secrets where none belong; what these were.
async fn make_mistakes(browser: &Browser, token: &str) -> Vec<(&'static str, String)> {
    let number = 918_273_645_546_372_819_u64;
    let identifier = json!({ "type": "username", "value": "ann" });
    for body in [
        json!({ "identifier": identifier, "password": number }),
        json!({ "identifier": "Misplaced-Password-19-Voles", "password": PASSWORD }),
        json!({ "identifier": identifier, "password": ["Misplaced-Password-19-Voles"] }),
        json!("Misplaced-Password-19-Voles"),
    ] {
        let answer = browser.experience("POST", "/verification/password", body).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
    }
    let user = json!({ "username": "bob", "password": number });
    browser.call("POST", "/api/users", token, Some(user)).await.expect(400);
    let typed = [("username", "ann"), ("password", "Typed-Into-A-Form-55-Wrens")];
    browser.form("/api/experience/verification/password", &typed).await.expect(400);
    for path in ["/oidc/me", "/oidc/auth", "/oidc/token", "/api/users", "/nowhere"] {
        let query = [("access_token", "Token-In-A-Query-83-Larks"), ("code", "123")];
        browser.send(browser.request("GET", path).query(&query)).await;
    }
    for path in ["/oidc/auth/Token-In-A-Path-64-Finch", "/api/Token-In-A-Path-64-Finch"] {
        browser.get(path).await;
    }
    let schemes = ["Bearer", "Basic", "Token", ""];
    for (scheme, path) in schemes.iter().zip(["/oidc/me", "/api/users"].iter().cycle()) {
        let header = format!("{scheme} Token-In-A-Header-72-Crows");
        browser.send(browser.request("GET", path).header("authorization", header)).await;
    }
    vec![
        ("password that is a number", number.to_string()),
        ("misplaced password", "Misplaced-Password-19-Voles".into()),
        ("password in a form", "Typed-Into-A-Form-55-Wrens".into()),
        ("token in a query", "Token-In-A-Query-83-Larks".into()),
        ("token in a path", "Token-In-A-Path-64-Finch".into()),
        ("token in a header", "Token-In-A-Header-72-Crows".into()),
    ]
}

/// Makes the first administrator, at the second try.
async fn redeem_the_link(process: &Process, browser: &Browser) -> Vec<(&'static str, String)> {
    let shown = std::fs::read_to_string(process.folder.path().join("stdout")).unwrap();
    let link = shown.split_once("/setup?token=").unwrap().1.split_whitespace().next().unwrap();
    browser.get(&format!("/setup?token={link}")).await;
    let chosen = "Chosen-By-The-First-26-Hens";
    for (token, status) in [("x", 403), (link, 204), (link, 403)] {
        let body = json!({ "token": token, "username": "first", "password": chosen });
        browser.json("POST", "/api/setup/administrator", body).await.expect(status);
    }
    vec![("password of the first administrator", chosen.into())]
}

/// A person passes captchas of both kinds, a program does not, and a key is wrong.
async fn pass_captchas(browser: &Browser, token: &str) -> Vec<(&'static str, String)> {
    let key = captcha_service::SECRET;
    let passed = captcha_service::turnstile_token();
    let failed = "Captcha-Of-A-Program-47-Toads";
    let judged = captcha_service::recaptcha_token(true, 0.9, "interaction");
    let wrong = "Wrong-Captcha-Key-68-Moles";
    let turnstile = json!({ "type": "Turnstile", "siteKey": "site", "secretKey": key });
    let google = |key: &str| {
        json!({ "type": "RecaptchaEnterprise", "siteKey": "site", "projectId": "project",
            "secretKey": key })
    };
    for (config, answer, status) in [
        (turnstile.clone(), passed.as_str(), 204),
        (turnstile, failed, 422),
        (google(key), &judged, 204),
        (google(wrong), "Captcha-For-A-Wrong-Key-35-Bats", 422),
    ] {
        let body = json!({ "config": config });
        browser.call("PUT", "/api/captcha-provider", token, Some(body)).await.expect(200);
        let body = json!({ "interactionEvent": "SignIn", "captchaToken": answer });
        browser.experience("PUT", "", body).await.expect(status);
    }
    vec![
        ("key of the captcha service", key.into()),
        ("wrong key of the captcha service", wrong.into()),
        ("captcha token", passed),
        ("captcha token", judged),
        ("captcha token that failed", failed.into()),
        ("captcha token that failed", "Captcha-For-A-Wrong-Key-35-Bats".into()),
    ]
}

/// People and programs do everything there is; every secret that was in play, by what it is.
async fn use_everything(process: &Process, browser: &Browser) -> Vec<(&'static str, String)> {
    let mut secrets = Vec::new();
    let web = process.app(&["--type", "traditional", "--redirect-uri", CALLBACK]);
    let machine = process.app(&["--type", "machine-to-machine", "--management-api"]);
    for client in [&web, &machine] {
        secrets.push(("client secret", client.secret.clone().unwrap()));
    }
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", "all"),
        ("resource", vestibule::seed::MANAGEMENT_API),
    ];
    let token = text(&browser.token(&machine, &fields).await.expect(200).json["access_token"]);
    secrets.push(("JWT", token.clone()));
    let wrong = Client { secret: Some("a-wrong-client-secret".into()), ..machine.clone() };
    browser.token(&wrong, &fields).await.expect(401);
    secrets.push(("wrong client secret", "a-wrong-client-secret".into()));

    // A person registers, and an administrator makes one.
    browser.authorize(&web, &[]).await.expect(303);
    browser.begin("Register").await;
    let body = json!({
        "identifier": { "type": "username", "value": "registered" },
        "password": "Chosen-By-Herself-77-Owls",
    });
    let path = "/verification/new-password-identity";
    let staged = browser.experience("POST", path, body).await.expect(200);
    browser.identify(&staged.json["verificationId"]).await.expect(201);
    browser.finish().await.expect(303);
    secrets.push(("chosen password", "Chosen-By-Herself-77-Owls".into()));
    let user = json!({
        "username": "ann", "password": PASSWORD, "primaryEmail": "ann@example.com",
    });
    browser.call("POST", "/api/users", &token, Some(user)).await.expect(200);
    secrets.push(("password", PASSWORD.into()));

    // A wrong password, a code by e-mail, then the right one.
    let asked =
        browser.authorize(&web, &[OFFLINE[0], ("prompt", "login consent")]).await.expect(303);
    secrets.push(("interaction", cookie(&asked, "_interaction_resume")));
    browser.begin("SignIn").await;
    browser.verify_password("ann", "A-Wrong-Password-31-Elks").await.expect(422);
    secrets.push(("wrong password", "A-Wrong-Password-31-Elks".into()));
    let sent = browser.send_code("email", "ann@example.com", "SignIn").await.expect(200);
    let message = browser.get("/api/dev/outbox").await.expect(200).json["messages"][0].clone();
    let code = text(&message["code"]);
    let id = &sent.json["verificationId"];
    browser.verify_code("email", "ann@example.com", id, &code).await.expect(200);
    secrets.push(("verification code", code));
    let redirect = {
        let submitted = browser.prove_password("ann", PASSWORD).await.expect(200);
        browser.get(submitted.json["redirectTo"].as_str().unwrap()).await.expect(303)
    };
    secrets.push(("session", cookie(&redirect, "_session")));

    // Tokens, used rightly and wrongly.
    let code = redirect.parameter("code").unwrap();
    let tokens = browser.exchange(&web, &code).await.expect(200).json;
    secrets.push(("authorization code", code.clone()));
    secrets.push(("code verifier", VERIFIER.into()));
    for name in ["access_token", "refresh_token", "id_token"] {
        secrets.push(("token", text(&tokens[name])));
    }
    let access = text(&tokens["access_token"]);
    browser.call("GET", "/oidc/me", &access, None).await.expect(200);
    let refreshed = browser.refresh(&web, &tokens["refresh_token"]).await.expect(200).json;
    for name in ["access_token", "refresh_token", "id_token"] {
        secrets.push(("refreshed token", text(&refreshed[name])));
    }
    let fields = [
        ("token", access.as_str()),
        ("client_id", web.id.as_str()),
        ("client_secret", web.secret.as_deref().unwrap()),
    ];
    browser.form("/oidc/token/introspection", &fields).await.expect(200);
    // A code that is used twice takes the tokens of its own client along.
    let other = process.app(&["--type", "spa", "--redirect-uri", CALLBACK]);
    let second = browser.authorize(&other, &[("prompt", "none")]).await.parameter("code").unwrap();
    let gone = browser.exchange(&other, &second).await.expect(200).json;
    browser.exchange(&other, &second).await.expect(400);
    secrets.push(("second authorization code", second));
    secrets.push(("revoked token", text(&gone["access_token"])));
    let again = [("prompt", "login"), ("id_token_hint", tokens["id_token"].as_str().unwrap())];
    browser.authorize(&web, &again).await.expect(303);

    browser.begin("SignIn").await;
    secrets.extend(make_mistakes(browser, &token).await);
    secrets.extend(pass_captchas(browser, &token).await);
    secrets.extend(redeem_the_link(process, browser).await);

    // A connector that needs a password, which nothing listens for.
    let templates = ["SignIn", "Register", "ForgotPassword", "Generic"].map(|usage| {
        json!({
            "usageType": usage, "contentType": "text/plain", "subject": "Code",
            "content": "{{code}}",
        })
    });
    let body = json!({
        "connectorId": "simple-mail-transfer-protocol",
        "config": {
            "host": "127.0.0.1", "port": 9, "fromEmail": "id@example.com",
            "auth": { "type": "login", "user": "mailer", "pass": "Smtp-Password-58-Newts" },
            "templates": templates,
        },
    });
    let made = browser.call("POST", "/api/connectors", &token, Some(body)).await;
    assert!((200..300).contains(&made.status), "{}", made.text);
    secrets.push(("SMTP password", "Smtp-Password-58-Newts".into()));
    browser.authorize(&web, &[("prompt", "login")]).await.expect(303);
    browser.begin("SignIn").await;
    browser.send_code("email", "ann@example.com", "SignIn").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    secrets
}

async fn nothing_is_written_in_clear(database: Option<String>) {
    let mut process = Process::start(database);
    let browser = process.wait().await;
    let secrets = use_everything(&process, &browser).await;
    process.stop();
    let folder = process.folder.path();
    let dump = rows(folder, process.database.as_deref()).await;
    let log = std::fs::read_to_string(folder.join("log")).unwrap();
    // What is no secret is there: this looks at the right things.
    for known in [
        "users: ",
        "sessions: ",
        "authorization_codes: ",
        "access_tokens: ",
        "refresh_tokens: ",
        "messages: ",
        "ExchangeTokenBy.AuthorizationCode",
        "ann@example.com",
    ] {
        assert!(dump.contains(known), "{known} is not in the rows");
    }
    assert!(log.contains("answered") && log.contains("/oidc/token"), "{log}");
    let mut secrets = secrets;
    let key = std::fs::read_to_string(folder.join("data/secret.key")).unwrap();
    secrets.push(("secret key", key.trim().to_owned()));
    secrets.push(("signing key", "PRIVATE KEY".into()));
    for (what, secret) in &secrets {
        for spelling in spellings(secret) {
            assert!(!holds(dump.as_bytes(), &spelling), "{what} {spelling} is in a row");
            for path in files(folder) {
                let bytes = std::fs::read(&path).unwrap();
                assert!(!holds(&bytes, &spelling), "{what} {spelling} is in {}", path.display());
            }
        }
    }
    // The link for the first administrator is shown once, and kept as a hash.
    let shown = std::fs::read_to_string(folder.join("stdout")).unwrap();
    let link = shown.split_once("/setup?token=").unwrap().1.split_whitespace().next().unwrap();
    assert!(!dump.contains(link) && !log.contains(link));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_row_file_or_log_line_holds_a_secret_on_sqlite() {
    nothing_is_written_in_clear(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_row_file_or_log_line_holds_a_secret_on_postgres() {
    nothing_is_written_in_clear(Some(crate::support::postgres::new_database().await)).await;
}

on_both_databases! {
    async fn errors_do_not_repeat_passwords_and_tokens(server) {
        const SECRET: &str = "Misplaced-Secret-19-Voles";
        let client = server.client(Traditional).await;
        let token = server.management_token().await;
        let browser = server.browser();
        browser.authorize(&client, &[]).await.expect(303);
        browser.begin("SignIn").await;
        let number = 918_273_645_546_372_819_u64;
        let ann = json!({ "type": "username", "value": "ann" });
        let code = json!({ "identifier": ann, "verificationId": "x", "code": number });
        let path = "/api/experience/verification";
        let mut answers = Vec::new();
        for (method, path, body) in [
            ("POST", format!("{path}/password"), json!({ "identifier": ann, "password": SECRET })),
            ("POST", format!("{path}/password"), json!({ "identifier": ann, "password": number })),
            ("POST", format!("{path}/password"), json!({ "identifier": SECRET, "password": "x" })),
            (
                "POST",
                format!("{path}/password"),
                json!({ "identifier": { "type": SECRET, "value": "ann" }, "password": "x" }),
            ),
            ("POST", format!("{path}/password"), json!(SECRET)),
            ("POST", format!("{path}/verification-code/verify"), code),
            (
                "POST",
                format!("{path}/new-password-identity"),
                json!({ "identifier": ann, "password": [SECRET] }),
            ),
            ("PUT", "/api/experience/profile/password".into(), json!({ "password": number })),
            (
                "POST",
                "/api/experience/profile".into(),
                json!({ "type": "password", "value": number }),
            ),
            (
                "POST",
                "/api/setup/administrator".into(),
                json!({ "token": SECRET, "username": "first", "password": number }),
            ),
        ] {
            answers.push((path.clone(), browser.json(method, &path, body).await));
        }
        for body in [
            json!({ "username": "ann", "password": number }),
            json!({ "username": "ann", "passwordDigest": number, "passwordAlgorithm": "MD5" }),
            json!({ "username": "ann", "passwordDigest": SECRET, "passwordAlgorithm": "MD5" }),
        ] {
            answers.push((
                "/api/users".into(),
                browser.call("POST", "/api/users", &token, Some(body)).await,
            ));
        }
        for fields in [
            [("grant_type", "authorization_code"), ("code", SECRET), ("redirect_uri", CALLBACK)],
            [("grant_type", "refresh_token"), ("refresh_token", SECRET), ("scope", "openid")],
            [("grant_type", "password"), ("username", "ann"), ("password", SECRET)],
        ] {
            answers.push(("/oidc/token".into(), browser.token(&client, &fields).await));
        }
        let wrong = Client { secret: Some(SECRET.into()), ..client.clone() };
        let fields = [("grant_type", "client_credentials")];
        answers.push(("/oidc/token".into(), browser.token(&wrong, &fields).await));
        for path in ["/oidc/me", "/api/users"] {
            answers.push((path.into(), browser.call("GET", path, SECRET, None).await));
        }
        for (path, answer) in answers {
            assert!((400..500).contains(&answer.status), "{path}: {}", answer.text);
            let headers = format!("{:?}", answer.headers);
            for secret in [SECRET, &number.to_string()] {
                assert!(!answer.text.contains(secret), "{path}: {}", answer.text);
                assert!(!headers.contains(secret), "{path}: {headers}");
            }
        }
    }
}

#[test]
fn the_search_finds_what_it_looks_for() {
    assert!(holds(br#"{"code":"123456"}"#, "123456"));
    assert!(!holds(b"a1234567", "123456"));
    assert!(holds(b"xCorrect-Horse-42-Batteryx", PASSWORD));
    assert!(!holds(b"", PASSWORD));
    let written = ["secret", "736563726574", "c2VjcmV0"];
    assert!(written.iter().all(|it| spellings("secret").contains(&(*it).to_owned())));
}
