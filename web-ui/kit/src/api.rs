//! Calls of the server's API: JSON in, JSON out, errors as the wire says.

use crate::json::Json;
use crate::{browser, phrases};
use serde::Serialize;
use std::pin::Pin;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

/// Why a call brought nothing.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The server answered with an error.
    Refused(Box<Refusal>),
    /// The server did not answer in time.
    TimedOut,
    /// No connection.
    Unreachable,
    /// The answer is not what was agreed on.
    Unexpected,
    /// The captcha service gave no token, so that there was no call.
    NoCaptcha,
}

/// The body of an error answer, as in `vestibule_shared::ApiError`.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Dotted code.
    pub code: String,
    /// A sentence in the person's language.
    pub message: String,
    /// Facts, shaped by the code.
    pub data: Json,
}

impl Failure {
    /// The code of an error answer; empty for everything else.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(refusal) => &refusal.code,
            Self::TimedOut | Self::Unreachable | Self::Unexpected | Self::NoCaptcha => "",
        }
    }

    /// The `data` of an error answer.
    pub fn data(&self) -> Json {
        match self {
            Self::Refused(refusal) => refusal.data.clone(),
            Self::TimedOut | Self::Unreachable | Self::Unexpected | Self::NoCaptcha => {
                Json::NOTHING
            }
        }
    }

    /// What to tell the person.
    pub fn message(&self) -> String {
        match self {
            Self::Refused(refusal) if !refusal.message.is_empty() => refusal.message.clone(),
            Self::Refused(_) | Self::Unexpected => phrases::t("error.unknown"),
            Self::TimedOut => phrases::t("error.timeout"),
            Self::Unreachable => phrases::t("error.unreachable"),
            Self::NoCaptcha => phrases::t("error.captcha"),
        }
    }
}

/// An answer that may fail.
pub type Answer<T> = Result<T, Failure>;

/// A call under way. In a box, so that whoever waits for it brings no copy of its code.
pub type Called = Pin<Box<dyn Future<Output = Answer<Json>>>>;

/// Milliseconds before a call counts as lost.
const TIMEOUT: u32 = 20_000;

/// Sends a body; answers with the JSON of a success, or nothing if it has no body.
///
/// # Errors
/// See [`Failure`].
pub fn call(method: &'static str, path: &'static str, body: &impl Serialize) -> Called {
    send(method, path, serde_json::to_string(body).ok())
}

/// Sends a request, with a JSON body if there is one, and answers as [`call`] does.
///
/// # Errors
/// See [`Failure`].
pub fn send(method: &'static str, path: &'static str, body: Option<String>) -> Called {
    Box::pin(exchange(method, path, body))
}

async fn exchange(method: &'static str, path: &'static str, body: Option<String>) -> Answer<Json> {
    let response: Response =
        fetch(method, path, body).await.map_err(|thrown| lost(&thrown))?.unchecked_into();
    let text = read_text(&response).await.map_err(|thrown| lost(&thrown))?;
    let json = Json::parse(&text);
    if response.ok() {
        return Ok(json.unwrap_or(Json::NOTHING));
    }
    // A proxy in between may answer with a page of its own.
    let json = json.ok_or(Failure::Unexpected)?;
    Err(Failure::Refused(Box::new(Refusal {
        code: json.text_at("code").unwrap_or_default(),
        message: json.text_at("message").unwrap_or_default(),
        data: json.get("data"),
    })))
}

async fn fetch(method: &str, path: &str, body: Option<String>) -> Result<JsValue, JsValue> {
    let headers = Headers::new()?;
    headers.set("Accept-Language", &phrases::language())?;
    if let Some(client) = browser::recall("app_id") {
        headers.set("Logto-App-Id", &client)?;
    }
    let init = RequestInit::new();
    if let Some(body) = body {
        headers.set("Content-Type", "application/json")?;
        init.set_body(&body.into());
    }
    init.set_method(method);
    init.set_headers(&headers);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT)));
    JsFuture::from(browser::window().fetch_with_str_and_init(path, &init)).await
}

async fn read_text(response: &Response) -> Result<String, JsValue> {
    let text = JsFuture::from(response.text()?).await?;
    Ok(text.as_string().unwrap_or_default())
}

fn lost(thrown: &JsValue) -> Failure {
    if browser::exception_name(thrown) == "TimeoutError" {
        Failure::TimedOut
    } else {
        Failure::Unreachable
    }
}
