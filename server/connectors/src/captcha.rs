//! Asking a captcha service whether what a browser sent came from a person.

use http::StatusCode;
use serde_json::{Value, json};
use url::Url;

use crate::outbound::{Outbound, OutboundError, OutboundRequest};

/// What the pages say that people are about to do.
pub const ACTION: &str = "interaction";

/// From here on a score of reCAPTCHA, which goes from 0 to 1, stands for a person.
const LEAST_SCORE: f64 = 0.5;

/// Answers of the services have some hundred bytes.
const MAX_ANSWER: usize = 64 * 1024;

/// So much of a reason is kept for the log, in characters.
const KEPT_REASON: usize = 100;

/// A service, and what proves this server to it.
pub enum CaptchaService {
    /// Cloudflare Turnstile.
    Turnstile {
        /// Proves the server.
        secret_key: String,
    },
    /// Google reCAPTCHA Enterprise.
    RecaptchaEnterprise {
        /// The public key that the pages use.
        site_key: String,
        /// API key.
        secret_key: String,
        /// Of the Google Cloud project.
        project_id: String,
        /// People see nothing of it and are judged by a score.
        is_invisible: bool,
    },
}

/// Why nobody is taken for a person. The texts hold neither keys nor tokens.
#[derive(Debug, thiserror::Error)]
pub enum CaptchaError {
    /// The service does not accept the token, or takes the sender for a program.
    #[error("the token was not accepted: {0}")]
    NotAccepted(String),
    /// The service does not work with this server, or answers something else than it should.
    #[error("the service refused the call: {0}")]
    Refused(String),
    /// There was no answer.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
}

impl CaptchaService {
    /// Asks the service about a token, at `gateway` in place of its own address if there is one.
    pub async fn verify(
        &self,
        token: &str,
        gateway: Option<&Url>,
        outbound: &Outbound,
    ) -> Result<(), CaptchaError> {
        match self {
            Self::Turnstile { secret_key } => {
                let path = ["turnstile", "v0", "siteverify"];
                let address = address(gateway, "https://challenges.cloudflare.com", &path)?;
                let body = json!({ "secret": secret_key, "response": token });
                let (_, answer) =
                    ask(OutboundRequest::post(address).json(&body)?, outbound).await?;
                judge_turnstile(&answer)
            }
            Self::RecaptchaEnterprise { site_key, secret_key, project_id, is_invisible } => {
                let path = ["v1", "projects", project_id, "assessments"];
                let own = "https://recaptchaenterprise.googleapis.com";
                let event = json!({
                    "token": token, "siteKey": site_key, "expectedAction": ACTION,
                });
                // In a header, since addresses are written down on their way.
                let request = OutboundRequest::post(address(gateway, own, &path)?)
                    .header("x-goog-api-key", secret_key)?
                    .json(&json!({ "event": event }))?;
                let (status, answer) = ask(request, outbound).await?;
                if !status.is_success() {
                    let reason = reason(&answer["error"]["status"]);
                    return Err(CaptchaError::Refused(format!("{} {reason}", status.as_u16())));
                }
                judge_assessment(&answer, *is_invisible)
            }
        }
    }
}

fn address(gateway: Option<&Url>, own: &str, path: &[&str]) -> Result<String, OutboundError> {
    let mut url = match gateway {
        Some(gateway) => gateway.clone(),
        None => Url::parse(own).map_err(|_| OutboundError::InvalidUrl)?,
    };
    url.path_segments_mut().map_err(|()| OutboundError::InvalidUrl)?.pop_if_empty().extend(path);
    Ok(url.into())
}

async fn ask(
    request: OutboundRequest,
    outbound: &Outbound,
) -> Result<(StatusCode, Value), CaptchaError> {
    let answer = outbound.send(request.max_body(MAX_ANSWER)).await?;
    let status = answer.status;
    match answer.json() {
        Ok(body) => Ok((status, body)),
        Err(_) => Err(CaptchaError::Refused(format!("{} without JSON", status.as_u16()))),
    }
}

fn judge_turnstile(answer: &Value) -> Result<(), CaptchaError> {
    if answer["success"] == true {
        return Ok(());
    }
    let code = reason(&answer["error-codes"][0]);
    Err(match code.as_str() {
        "missing-input-response" | "invalid-input-response" | "timeout-or-duplicate" => {
            CaptchaError::NotAccepted(code)
        }
        _ => CaptchaError::Refused(code),
    })
}

fn judge_assessment(answer: &Value, is_invisible: bool) -> Result<(), CaptchaError> {
    let token = &answer["tokenProperties"];
    if token["valid"] != true {
        return Err(CaptchaError::NotAccepted(reason(&token["invalidReason"])));
    }
    if !is_invisible {
        return Ok(());
    }
    if token["action"] != ACTION {
        return Err(CaptchaError::NotAccepted("it is of another action".into()));
    }
    match answer["riskAnalysis"]["score"].as_f64() {
        Some(score) if score >= LEAST_SCORE => Ok(()),
        Some(score) => Err(CaptchaError::NotAccepted(format!("score {score}"))),
        None => Err(CaptchaError::Refused("no score".into())),
    }
}

/// A code word of the service, as far as it is one.
fn reason(code: &Value) -> String {
    let text = code.as_str().unwrap_or("no reason");
    let is_plain = |each: &char| each.is_ascii_alphanumeric() || " -_.".contains(*each);
    text.chars().filter(is_plain).take(KEPT_REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assessment(valid: bool, action: &str, score: Value) -> Value {
        json!({
            "tokenProperties": { "valid": valid, "action": action, "invalidReason": "EXPIRED" },
            "riskAnalysis": { "score": score },
        })
    }

    #[test]
    fn the_invisible_kind_needs_validity_action_and_score() {
        let judged = |answer: &Value| judge_assessment(answer, true);
        assert!(judged(&assessment(true, ACTION, json!(0.5))).is_ok());
        assert!(judged(&assessment(true, ACTION, json!(1))).is_ok());
        for (valid, action, score) in
            [(true, ACTION, json!(0.49)), (true, "login", json!(0.9)), (false, ACTION, json!(0.9))]
        {
            let error = judged(&assessment(valid, action, score)).unwrap_err();
            assert!(matches!(error, CaptchaError::NotAccepted(_)), "{error}");
        }
        let error = judged(&assessment(true, ACTION, json!("1"))).unwrap_err();
        assert!(matches!(error, CaptchaError::Refused(_)), "{error}");
    }

    #[test]
    fn the_box_to_tick_needs_validity_only() {
        assert!(judge_assessment(&assessment(true, "", json!(null)), false).is_ok());
        assert!(judge_assessment(&assessment(false, ACTION, json!(1)), false).is_err());
        assert!(judge_assessment(&json!({}), false).is_err());
    }

    #[test]
    fn what_turnstile_says_of_a_token_differs_from_what_it_says_of_the_server() {
        assert!(judge_turnstile(&json!({ "success": true })).is_ok());
        let code = |code: &str| {
            judge_turnstile(&json!({ "success": false, "error-codes": [code] })).unwrap_err()
        };
        for of_token in ["invalid-input-response", "timeout-or-duplicate"] {
            assert!(matches!(code(of_token), CaptchaError::NotAccepted(_)), "{of_token}");
        }
        for of_server in ["invalid-input-secret", "internal-error", "something\nnew"] {
            assert!(matches!(code(of_server), CaptchaError::Refused(_)), "{of_server}");
        }
        assert!(!code("something\nnew").to_string().contains('\n'));
        for odd in [json!({ "success": "true" }), json!({}), json!([]), json!(true)] {
            assert!(judge_turnstile(&odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_gateway_stands_in_for_the_host() {
        let at = |gateway: &str| {
            let gateway = Url::parse(gateway).unwrap();
            address(Some(&gateway), "https://own.example", &["v1", "a/b?c", "d"]).unwrap()
        };
        assert_eq!(at("http://proxy.example:8080"), "http://proxy.example:8080/v1/a%2Fb%3Fc/d");
        assert_eq!(at("https://proxy.example/to/"), "https://proxy.example/to/v1/a%2Fb%3Fc/d");
        assert_eq!(
            address(None, "https://own.example", &["v1"]).unwrap(),
            "https://own.example/v1"
        );
    }
}
