//! Proof key for code exchange (RFC 7636), method S256 only.

use crate::error::OAuthError;
use crate::hash;
use serde::{Deserialize, Serialize};

/// A code challenge of method S256: 43 characters of base64url.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// Reads a challenge.
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (text.len() == 43 && text.bytes().all(allowed)).then(|| Self(text.to_owned()))
    }

    /// The challenge as the client sent it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks the verifier that comes with a code against the challenge that its request had
/// (RFC 7636 section 4.6). Each without the other is refused (RFC 9700 section 2.1.1).
pub fn verify(challenge: Option<&str>, verifier: Option<&str>) -> Result<(), OAuthError> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(OAuthError::invalid_grant("code_verifier is missing")),
        (None, Some(_)) => Err(OAuthError::invalid_grant(
            "code_verifier was given, but the authorization request had no code_challenge",
        )),
        (Some(challenge), Some(verifier)) => {
            if !is_verifier(verifier) {
                return Err(OAuthError::invalid_request(
                    "code_verifier must be 43 to 128 unreserved characters",
                ));
            }
            if hash::equal(hash::sha256_base64url(verifier), challenge) {
                Ok(())
            } else {
                Err(OAuthError::invalid_grant("code_verifier does not fit the code_challenge"))
            }
        }
    }
}

fn is_verifier(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::OAuthErrorCode;
    use proptest::prelude::*;

    /// RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn error(challenge: Option<&str>, verifier: Option<&str>) -> OAuthErrorCode {
        verify(challenge, verifier).unwrap_err().error
    }

    #[test]
    fn the_example_of_the_rfc() {
        assert_eq!(verify(Some(CHALLENGE), Some(VERIFIER)), Ok(()));
        assert_eq!(CodeChallenge::parse(CHALLENGE).unwrap().as_str(), CHALLENGE);
    }

    #[test]
    fn one_without_the_other_is_refused() {
        assert_eq!(verify(None, None), Ok(()));
        assert_eq!(error(Some(CHALLENGE), None), OAuthErrorCode::InvalidGrant);
        assert_eq!(error(None, Some(VERIFIER)), OAuthErrorCode::InvalidGrant);
    }

    #[test]
    fn wrong_and_malformed_verifiers() {
        let other = VERIFIER.replace('d', "e");
        assert_eq!(error(Some(CHALLENGE), Some(&other)), OAuthErrorCode::InvalidGrant);
        // The plain method would take this.
        assert_eq!(error(Some(CHALLENGE), Some(CHALLENGE)), OAuthErrorCode::InvalidGrant);
        let (short, long) = ("a".repeat(42), "a".repeat(129));
        let space = format!("{} ", "a".repeat(43));
        for bad in ["", &short, &long, &space, &"\u{0}".repeat(43)] {
            assert_eq!(
                error(Some(CHALLENGE), Some(bad)),
                OAuthErrorCode::InvalidRequest,
                "{bad:?}"
            );
        }
    }

    #[test]
    fn malformed_challenges() {
        let long = "a".repeat(44);
        let padded = format!("{}=", "a".repeat(42));
        for bad in ["", "short", &long, &padded, &"\u{e9}".repeat(43)] {
            assert_eq!(CodeChallenge::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_verifier_fits_its_challenge_and_no_other(
            verifier in "[A-Za-z0-9._~-]{43,128}",
            other in "[A-Za-z0-9._~-]{43,128}",
        ) {
            let challenge = hash::sha256_base64url(&verifier);
            prop_assert!(CodeChallenge::parse(&challenge).is_some());
            prop_assert_eq!(verify(Some(&challenge), Some(&verifier)), Ok(()));
            prop_assert_eq!(verify(Some(&challenge), Some(&other)).is_ok(), verifier == other);
        }
    }
}
