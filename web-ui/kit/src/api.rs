//! Calls of the server's API: JSON in, JSON out, errors as the wire says.

use crate::{browser, phrases};
use serde::Serialize;
use serde::de::DeserializeOwned;
use vestibule_shared::ApiError;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

/// Why a call brought nothing.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The server answered with an error.
    Refused(Box<ApiError>),
    /// The server did not answer in time.
    TimedOut,
    /// No connection.
    Unreachable,
    /// The answer is not what was agreed on.
    Unexpected,
}

impl Failure {
    /// The code of an error answer; empty for everything else.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(error) => error.code.as_deref().unwrap_or_default(),
            Self::TimedOut | Self::Unreachable | Self::Unexpected => "",
        }
    }

    /// The `data` of an error answer, if it has the form that belongs to its code.
    pub fn data<T: DeserializeOwned>(&self) -> Option<T> {
        match self {
            Self::Refused(error) => serde_json::from_value(error.data.clone()?).ok(),
            Self::TimedOut | Self::Unreachable | Self::Unexpected => None,
        }
    }

    /// What to tell the person.
    pub fn message(&self) -> String {
        match self {
            Self::Refused(error) if !error.message.is_empty() => error.message.clone(),
            Self::Refused(_) | Self::Unexpected => phrases::t("error.unknown"),
            Self::TimedOut => phrases::t("error.timeout"),
            Self::Unreachable => phrases::t("error.unreachable"),
        }
    }
}

/// An answer that may fail.
pub type Answer<T> = Result<T, Failure>;

/// Milliseconds before a call counts as lost.
const TIMEOUT: u32 = 20_000;

/// Sends a body and reads the answer.
///
/// # Errors
/// See [`Failure`].
pub async fn call<T: DeserializeOwned>(
    method: &'static str,
    path: &'static str,
    body: &impl Serialize,
) -> Answer<T> {
    let text = send(method, path, serde_json::to_string(body).ok()).await?;
    serde_json::from_str(&text).map_err(|_| Failure::Unexpected)
}

/// Sends a body and is content with any success.
///
/// # Errors
/// See [`Failure`].
pub async fn tell(
    method: &'static str,
    path: &'static str,
    body: &impl Serialize,
) -> Answer<()> {
    send(method, path, serde_json::to_string(body).ok()).await.map(|_| ())
}

/// Sends a request, with a JSON body if there is one, and answers with the text of a success.
///
/// # Errors
/// See [`Failure`].
pub async fn send(
    method: &'static str,
    path: &'static str,
    body: Option<String>,
) -> Answer<String> {
    let response: Response = fetch(method, path, body)
        .await
        .map_err(|thrown| lost(&thrown))?
        .unchecked_into();
    let text = read_text(&response).await.map_err(|thrown| lost(&thrown))?;
    if response.ok() {
        return Ok(text);
    }
    // A proxy in between may answer with a page of its own.
    match serde_json::from_str(&text) {
        Ok(error) => Err(Failure::Refused(Box::new(error))),
        Err(_) => Err(Failure::Unexpected),
    }
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
