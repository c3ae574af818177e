//! Both captcha services, as far as a server asks them. One runs for all tests of the process:
//! what it says is written in the token, and each token is good for once.

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::net::TcpListener;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;
use vestibule_protocol::random;

/// What proves a server to the services.
pub const SECRET: &str = "captcha-s3cret-of-the-server";

/// A token after which the service says nothing for a while.
pub const SILENCE: &str = "silence";

static USED: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// Where it listens.
pub fn address() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        // A thread of its own: the runtime of a test ends with the test.
        std::thread::spawn(move || actix_web::rt::System::new().block_on(serve(listener)));
        address
    });
    &ADDRESS
}

/// A token that Turnstile accepts.
pub fn turnstile_token() -> String {
    format!("person-{}", random::standard_id())
}

/// A token that reCAPTCHA judges so.
pub fn recaptcha_token(is_valid: bool, score: f64, action: &str) -> String {
    format!("{is_valid} {score} {action} {}", random::standard_id())
}

async fn serve(listener: TcpListener) {
    let server = HttpServer::new(|| {
        App::new()
            .route("/turnstile/v0/siteverify", web::post().to(turnstile))
            .route("/v1/projects/{project}/assessments", web::post().to(recaptcha))
    });
    server.workers(1).disable_signals().listen(listener).unwrap().run().await.unwrap();
}

fn is_first_use(token: &str) -> bool {
    USED.lock().unwrap().insert(token.to_owned())
}

async fn turnstile(body: web::Json<Value>) -> HttpResponse {
    let token = body["response"].as_str().unwrap();
    let failed = |code: &str| json!({ "success": false, "error-codes": [code], "messages": [] });
    let answer = match token {
        SILENCE => {
            actix_web::rt::time::sleep(Duration::from_secs(20)).await;
            json!({ "success": true })
        }
        "outage" => return HttpResponse::BadGateway().body("<html>out of order</html>"),
        _ if body["secret"] != SECRET => failed("invalid-input-secret"),
        _ if !token.starts_with("person-") => failed("invalid-input-response"),
        _ if !is_first_use(token) => failed("timeout-or-duplicate"),
        _ => json!({ "success": true, "error-codes": [], "hostname": "localhost" }),
    };
    HttpResponse::Ok().json(answer)
}

async fn recaptcha(
    request: HttpRequest,
    project: web::Path<String>,
    body: web::Json<Value>,
) -> HttpResponse {
    let key = request.headers().get("x-goog-api-key").and_then(|it| it.to_str().ok());
    if key != Some(SECRET) || *project != "project" {
        let error = json!({ "code": 403, "message": "no", "status": "PERMISSION_DENIED" });
        return HttpResponse::Forbidden().json(json!({ "error": error }));
    }
    let event = &body["event"];
    assert_eq!(
        (&event["siteKey"], &event["expectedAction"]),
        (&json!("site"), &json!("interaction"))
    );
    let token = event["token"].as_str().unwrap();
    let mut words = token.split(' ');
    let is_valid = words.next() == Some("true") && is_first_use(token);
    let score: f64 = words.next().unwrap_or("0").parse().unwrap();
    let reason = if is_valid { "INVALID_REASON_UNSPECIFIED" } else { "DUPE" };
    HttpResponse::Ok().json(json!({
        "name": "projects/1/assessments/1",
        "event": event,
        "tokenProperties": {
            "valid": is_valid, "invalidReason": reason, "action": words.next(),
            "hostname": "localhost",
        },
        "riskAnalysis": { "score": score, "reasons": [] },
    }))
}
