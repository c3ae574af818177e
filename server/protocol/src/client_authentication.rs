//! Client authentication (RFC 6749 section 2.3.1).

use crate::client::AuthenticationMethod;
use crate::error::OAuthError;
use crate::hash;
use crate::secret_text::SecretText;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chrono::{DateTime, Utc};

/// Longest client id and secret, in bytes.
const MAX_LENGTH: usize = 2048;

/// What a request says about its client, not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentedCredentials {
    /// The client it claims to be.
    pub client_id: String,
    /// The secret it proves that with.
    pub secret: Option<SecretText>,
}

/// A secret of a client, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredSecret<'a> {
    /// SHA-256 in hexadecimal.
    pub hash: &'a str,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Takes the credentials from the `Authorization` header or the body. A parameter without value
/// counts as absent.
pub fn presented(
    authorization: Option<&str>,
    body_client_id: Option<&str>,
    body_secret: Option<&str>,
) -> Result<PresentedCredentials, OAuthError> {
    let body_client_id = body_client_id.filter(|id| !id.is_empty());
    let body_secret = body_secret.filter(|secret| !secret.is_empty());
    let credentials = match (authorization, body_client_id) {
        (Some(header), _) => {
            let credentials = from_header(header)?;
            if body_client_id.is_some_and(|id| id != credentials.client_id) {
                return Err(OAuthError::invalid_request("client_id mismatch"));
            }
            if body_secret.is_some() {
                return Err(OAuthError::invalid_request(
                    "client authentication must use one mechanism only",
                ));
            }
            credentials
        }
        (None, Some(id)) => PresentedCredentials {
            client_id: id.to_owned(),
            secret: body_secret.map(SecretText::from),
        },
        (None, None) => {
            return Err(OAuthError::invalid_request("no client authentication mechanism provided"));
        }
    };
    let secret = credentials.secret.as_ref().map(SecretText::as_str).unwrap_or_default();
    if [credentials.client_id.as_str(), secret].iter().any(|text| !is_sound(text)) {
        return Err(OAuthError::invalid_request("client credentials are malformed"));
    }
    Ok(credentials)
}

/// Checks the secret of a known client.
///
/// A public client must present none, a confidential one must present one of its own that has not
/// ended.
pub fn verify(
    method: AuthenticationMethod,
    credentials: &PresentedCredentials,
    stored: &[StoredSecret<'_>],
    now: DateTime<Utc>,
) -> Result<(), OAuthError> {
    match (method, &credentials.secret) {
        (AuthenticationMethod::None, None) => Ok(()),
        (AuthenticationMethod::ClientSecretBasic, Some(secret)) => {
            let hash = hash::sha256_hex(secret.as_str());
            let held = stored.iter().find(|stored| hash::equal(stored.hash, &hash));
            let held = held.ok_or_else(OAuthError::client_authentication_failed)?;
            if held.expires_at.is_some_and(|end| end <= now) {
                return Err(OAuthError::invalid_request("client secret has expired"));
            }
            Ok(())
        }
        (AuthenticationMethod::None, Some(_)) | (AuthenticationMethod::ClientSecretBasic, None) => {
            Err(OAuthError::client_authentication_failed())
        }
    }
}

fn from_header(header: &str) -> Result<PresentedCredentials, OAuthError> {
    let malformed = || OAuthError::invalid_request("invalid authorization header value format");
    let (scheme, encoded) = header.split_once(' ').ok_or_else(malformed)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(malformed());
    }
    let encoded = encoded.trim();
    let bytes = STANDARD.decode(encoded).or_else(|_| STANDARD_NO_PAD.decode(encoded));
    let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(malformed)?;
    let (id, secret) = text.split_once(':').ok_or_else(malformed)?;
    let client_id = form_decode(id).filter(|id| !id.is_empty()).ok_or_else(malformed)?;
    let secret = form_decode(secret).ok_or_else(malformed)?;
    let secret = Some(secret).filter(|secret| !secret.is_empty()).map(SecretText::from);
    Ok(PresentedCredentials { client_id, secret })
}

/// Decodes one value of a form; `None` when it is not UTF-8.
fn form_decode(text: &str) -> Option<String> {
    let pair = format!("={}", text.replace('&', "%26"));
    let decoded = form_urlencoded::parse(pair.as_bytes()).next()?.1.into_owned();
    (!decoded.contains(char::REPLACEMENT_CHARACTER)).then_some(decoded)
}

fn is_sound(text: &str) -> bool {
    text.len() <= MAX_LENGTH && !text.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::OAuthErrorCode;
    use proptest::prelude::*;

    fn basic(pair: &[u8]) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    fn credentials(id: &str, secret: Option<&str>) -> PresentedCredentials {
        PresentedCredentials { client_id: id.into(), secret: secret.map(SecretText::from) }
    }

    fn refusal(header: Option<&str>, id: Option<&str>, secret: Option<&str>) -> String {
        let error = presented(header, id, secret).unwrap_err();
        assert_eq!(error.error, OAuthErrorCode::InvalidRequest);
        assert_eq!(error.status(), 400);
        error.description
    }

    #[test]
    fn header_and_body() {
        let expected = credentials("app", Some("secret"));
        assert_eq!(presented(Some(&basic(b"app:secret")), None, None), Ok(expected.clone()));
        assert_eq!(presented(Some(&basic(b"app:secret")), Some("app"), None), Ok(expected.clone()));
        let lower = basic(b"app:secret").replace("Basic", "bAsIc");
        assert_eq!(presented(Some(&lower), None, Some("")), Ok(expected.clone()));
        assert_eq!(presented(None, Some("app"), Some("secret")), Ok(expected));
        assert_eq!(presented(None, Some("app"), None), Ok(credentials("app", None)));
        assert_eq!(presented(Some(&basic(b"app:")), None, None), Ok(credentials("app", None)));
    }

    #[test]
    fn the_header_is_form_encoded() {
        let header = basic(b"https%3A%2F%2Fapp.example:a%2Bb+c%25%26=&:%C3%A9");
        let expected = credentials("https://app.example", Some("a+b c%&=&:\u{e9}"));
        assert_eq!(presented(Some(&header), None, None), Ok(expected));
    }

    #[test]
    fn nothing_given() {
        let text = "no client authentication mechanism provided";
        assert_eq!(refusal(None, None, None), text);
        assert_eq!(refusal(None, Some(""), None), text);
        assert_eq!(refusal(None, None, Some("secret")), text);
    }

    #[test]
    fn malformed_headers() {
        let no_colon = basic(b"app");
        let no_id = basic(b":secret");
        let no_utf8 = basic(b"app:\xff");
        let no_utf8_inside = basic(b"app:%FF");
        for header in [
            "",
            "Basic",
            "Basic ",
            "Basic !!!",
            "Bearer abc",
            "Digest YXBwOnNlY3JldA==",
            "Basic YXBwOnNlY3JldA== x",
            &no_colon,
            &no_id,
            &no_utf8,
            &no_utf8_inside,
        ] {
            let text = "invalid authorization header value format";
            assert_eq!(refusal(Some(header), Some("app"), None), text, "{header}");
        }
    }

    #[test]
    fn contradictions() {
        let header = basic(b"app:secret");
        assert_eq!(refusal(Some(&header), Some("other"), None), "client_id mismatch");
        let twice = refusal(Some(&header), Some("app"), Some("secret"));
        assert_eq!(twice, "client authentication must use one mechanism only");
    }

    #[test]
    fn control_characters_and_endless_texts() {
        let malformed = "client credentials are malformed";
        assert_eq!(refusal(None, Some("app\u{0}"), None), malformed);
        assert_eq!(refusal(Some(&basic(b"app:a%00b")), None, None), malformed);
        assert_eq!(refusal(None, Some(&"x".repeat(2049)), None), malformed);
    }

    #[test]
    fn secrets_are_compared_and_expire() {
        let now = DateTime::from_timestamp(1_000_000, 0).unwrap();
        let (old, new) = (hash::sha256_hex("old"), hash::sha256_hex("new"));
        let stored = [
            StoredSecret { hash: &old, expires_at: Some(now) },
            StoredSecret { hash: &new, expires_at: Some(now + chrono::TimeDelta::seconds(1)) },
        ];
        let check = |method, secret| verify(method, &credentials("app", secret), &stored, now);
        let method = AuthenticationMethod::ClientSecretBasic;
        assert_eq!(check(method, Some("new")), Ok(()));
        let expired = check(method, Some("old")).unwrap_err();
        assert_eq!((expired.status(), expired.error), (400, OAuthErrorCode::InvalidRequest));
        assert_eq!(expired.description, "client secret has expired");
        for secret in [None, Some("wrong"), Some(new.as_str())] {
            let error = check(method, secret).unwrap_err();
            assert_eq!((error.status(), error.error), (401, OAuthErrorCode::InvalidClient));
            assert_eq!(error.description, "client authentication failed");
        }
        assert_eq!(check(AuthenticationMethod::None, None), Ok(()));
        assert_eq!(check(AuthenticationMethod::None, Some("new")).unwrap_err().status(), 401);
    }

    #[test]
    fn secrets_are_not_printed() {
        let text = format!("{:?}", presented(Some(&basic(b"app:hunter2")), None, None));
        assert!(text.contains("app") && !text.contains("hunter2"), "{text}");
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_a_panic(header: String, id: Option<String>, secret: Option<String>) {
            let _ = presented(Some(&header), id.as_deref(), secret.as_deref());
            let _ = presented(Some(&basic(header.as_bytes())), None, None);
        }

        #[test]
        fn what_a_client_encodes_comes_back(id in "[ -~]{1,40}", secret in "[ -~]{1,40}") {
            let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let header = basic(format!("{}:{}", encode(&id), encode(&secret)).as_bytes());
            prop_assert_eq!(presented(Some(&header), None, None), Ok(credentials(&id, Some(&secret))));
        }
    }
}
