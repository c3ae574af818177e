//! The parameters of a request before anything is known about its client.

use crate::error::OAuthError;
use std::collections::BTreeMap;

const SHORT: usize = 512;
const LONG: usize = 2048;
const TOKEN: usize = 8192;

/// Parameters that mean something, and how many bytes they may have. `claims` is not among them: it
/// is not supported, and what is unknown is ignored.
const KNOWN: [(&str, usize); 28] = [
    ("acr_values", SHORT),
    ("claims_locales", SHORT),
    ("client_id", LONG),
    ("code_challenge", SHORT),
    ("code_challenge_method", SHORT),
    ("direct_sign_in", SHORT),
    ("display", SHORT),
    ("first_screen", SHORT),
    ("google_one_tap_credential", TOKEN),
    ("id_token_hint", TOKEN),
    ("identifier", SHORT),
    ("interaction_mode", SHORT),
    ("login_hint", SHORT),
    ("max_age", SHORT),
    ("nonce", LONG),
    ("one_time_token", LONG),
    ("organization_id", SHORT),
    ("prompt", SHORT),
    ("redirect_uri", LONG),
    ("registration", TOKEN),
    ("request", TOKEN),
    ("request_uri", LONG),
    ("resource", LONG),
    ("response_mode", SHORT),
    ("response_type", SHORT),
    ("scope", TOKEN),
    ("state", LONG),
    ("ui_locales", SHORT),
];

/// The parameter that may be repeated.
const REPEATABLE: &str = "resource";

/// The known parameters of a request.
#[derive(Clone, PartialEq, Eq)]
pub struct Parameters(BTreeMap<&'static str, Vec<String>>);

/// Values may be tokens: only names are shown.
impl std::fmt::Debug for Parameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Parameters {
    /// Takes the decoded pairs of a query or form. NUL bytes are refused anywhere, unknown
    /// parameters are ignored.
    pub fn read(pairs: &[(String, String)]) -> Result<Self, OAuthError> {
        let mut known = BTreeMap::<_, Vec<String>>::new();
        for (name, value) in pairs {
            if name.contains('\0') || value.contains('\0') {
                return Err(OAuthError::invalid_request("null bytes are not allowed"));
            }
            if let Some((name, _)) = KNOWN.iter().find(|(known, _)| known == name) {
                known.entry(*name).or_default().push(value.clone());
            }
        }
        Ok(Self(known))
    }

    /// The client that claims to ask.
    pub fn client_id(&self) -> Result<&str, OAuthError> {
        self.required("client_id")
    }

    /// The value of a parameter that may come once. Without value it counts as absent (RFC 6749
    /// section 3.1).
    pub(crate) fn one(&self, name: &str) -> Result<Option<&str>, OAuthError> {
        match self.0.get(name).map(Vec::as_slice) {
            None | Some([]) => Ok(None),
            Some([value]) => {
                check_length(name, value)?;
                Ok(Some(value.as_str()).filter(|value| !value.is_empty()))
            }
            Some(_) => Err(OAuthError::invalid_request(format!(
                "{name} parameter must not be provided twice"
            ))),
        }
    }

    /// The value of a parameter that must come once.
    pub(crate) fn required(&self, name: &str) -> Result<&str, OAuthError> {
        self.one(name)?.ok_or_else(|| {
            OAuthError::invalid_request(format!("missing required parameter {name}"))
        })
    }

    /// The values of a parameter that may be repeated.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.get(name).into_iter().flatten().map(String::as_str)
    }

    /// Checks number and length of every known parameter.
    pub(crate) fn check_all(&self) -> Result<(), OAuthError> {
        for (name, values) in &self.0 {
            if *name == REPEATABLE {
                values.iter().try_for_each(|value| check_length(name, value))?;
            } else {
                self.one(name)?;
            }
        }
        Ok(())
    }
}

fn check_length(name: &str, value: &str) -> Result<(), OAuthError> {
    let limit = KNOWN.iter().find(|(known, _)| *known == name).map_or(SHORT, |(_, limit)| *limit);
    if value.len() > limit {
        return Err(OAuthError::invalid_request(format!("{name} parameter is too long")));
    }
    Ok(())
}
