//! Messages handed to an HTTP endpoint of the operator.

use http::header::AUTHORIZATION;
use http::{HeaderValue, StatusCode};
use serde_json::Value;
use url::Url;

use crate::config::Fields;
use crate::error::ConnectorError;
use crate::message::Message;
use crate::outbound::{Outbound, OutboundRequest};

/// So much of a refusal is kept for the administrator, in characters.
const KEPT_ANSWER: usize = 2000;

/// Posts each message as JSON; the endpoint does the rest.
#[derive(Clone)]
pub struct HttpConnector {
    endpoint: Url,
    authorization: Option<String>,
}

impl HttpConnector {
    pub(crate) fn from_config(config: &Value) -> Result<Self, ConnectorError> {
        let fields = Fields::root(config)?;
        let endpoint = Url::parse(fields.required_string("endpoint")?.trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| fields.error("endpoint", "must be an http or https URL"))?;
        let authorization = fields.filled_string("authorization")?;
        if authorization.is_some_and(|value| HeaderValue::from_str(value).is_err()) {
            return Err(fields.error("authorization", "must be usable as a header"));
        }
        Ok(Self { endpoint, authorization: authorization.map(str::to_owned) })
    }

    pub(crate) async fn send(
        &self,
        message: &Message,
        outbound: &Outbound,
    ) -> Result<(), ConnectorError> {
        let mut request = OutboundRequest::post(self.endpoint.as_str()).json(message)?;
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION.as_str(), authorization)?;
        }
        let response = outbound.send(request).await?;
        if response.status.is_success() {
            return Ok(());
        }
        let answer: String =
            message.payload.redact(&response.text()).chars().take(KEPT_ANSWER).collect();
        Err(ConnectorError::General {
            message: format!("the endpoint answered {}", response.status.as_u16()),
            data: Some(Value::String(answer)),
            retryable: is_temporary(response.status),
        })
    }
}

fn is_temporary(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn configurations() {
        HttpConnector::from_config(&json!({"endpoint": "https://mail.example/send"})).unwrap();
        for (config, field) in [
            (json!([]), "config"),
            (json!({}), "endpoint"),
            (json!({"endpoint": 1}), "endpoint"),
            (json!({"endpoint": "mail.example"}), "endpoint"),
            (json!({"endpoint": "file:///etc/passwd"}), "endpoint"),
            (
                json!({"endpoint": "https://a.example", "authorization": "a\r\nb: c"}),
                "authorization",
            ),
            (json!({"endpoint": "https://a.example", "authorization": 5}), "authorization"),
        ] {
            let error = HttpConnector::from_config(&config).err().unwrap();
            assert_eq!(error.code(), "invalid_config");
            assert_eq!(error.data().unwrap()["field"], field, "{config}");
        }
    }
}
