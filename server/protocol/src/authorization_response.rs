//! Authorization responses: how code or error reach the client (RFC 6749 section 4.1.2, RFC 9207,
//! OAuth 2.0 Form Post Response Mode).

use crate::error::OAuthError;
use serde::{Deserialize, Serialize};
use url::Url;

/// How the parameters of a response travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of the redirect URI.
    #[default]
    Query,
    /// In its fragment.
    Fragment,
    /// In a form that the browser posts to it.
    FormPost,
}

impl ResponseMode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::FormPost, Self::Fragment, Self::Query];

    /// The value of the `response_mode` parameter.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }

    /// The mode with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}

/// Where a response goes. The redirect URI has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseTarget {
    /// The address.
    pub redirect_uri: String,
    /// How the parameters travel.
    pub response_mode: ResponseMode,
    /// Given back as it came.
    pub state: Option<String>,
}

/// A response, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizationResponse {
    /// Value of the `Location` header of a 303.
    Redirect(String),
    /// A page whose form the browser posts by itself. The values are not escaped for HTML.
    Form {
        /// Where it is posted to.
        action: String,
        /// Names and values of its hidden fields.
        fields: Vec<(&'static str, String)>,
    },
}

impl ResponseTarget {
    /// The response that carries a code.
    pub fn success(&self, code: &str, issuer: &str) -> AuthorizationResponse {
        self.response(vec![("code", code.to_owned())], issuer)
    }

    /// The response that reports an error.
    pub fn failure(&self, error: &OAuthError, issuer: &str) -> AuthorizationResponse {
        self.response(error.parameters(), issuer)
    }

    fn response(
        &self,
        mut fields: Vec<(&'static str, String)>,
        issuer: &str,
    ) -> AuthorizationResponse {
        fields.extend(self.state.clone().map(|state| ("state", state)));
        fields.push(("iss", issuer.to_owned()));
        match self.response_mode {
            ResponseMode::Query => {
                AuthorizationResponse::Redirect(with_query(&self.redirect_uri, &fields))
            }
            ResponseMode::Fragment => {
                let uri = ascii(&self.redirect_uri);
                AuthorizationResponse::Redirect(format!("{uri}#{}", encode(&fields)))
            }
            ResponseMode::FormPost => {
                AuthorizationResponse::Form { action: ascii(&self.redirect_uri), fields }
            }
        }
    }
}

/// An address with parameters added to its query, fit for a header.
pub fn with_query(uri: &str, parameters: &[(&str, String)]) -> String {
    let uri = ascii(uri);
    if parameters.is_empty() {
        return uri;
    }
    let (address, fragment) = match uri.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment)),
        None => (uri.as_str(), None),
    };
    let separator = match address.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{address}{separator}{}{fragment}", encode(parameters))
}

/// Spaces become `%20`: not every client reads `+` as a space.
fn encode(parameters: &[(&str, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish()
        .replace('+', "%20")
}

/// A header can hold ASCII only, a stored address may be international.
fn ascii(uri: &str) -> String {
    if uri.is_ascii() {
        return uri.to_owned();
    }
    let escape = |c: char| {
        let mut buffer = [0; 4];
        let bytes = c.encode_utf8(&mut buffer).bytes();
        bytes.map(|byte| format!("%{byte:02X}")).collect::<String>()
    };
    Url::parse(uri).map(String::from).ok().filter(|uri| uri.is_ascii()).unwrap_or_else(|| {
        uri.chars().map(|c| if c.is_ascii() { c.to_string() } else { escape(c) }).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://id.example/oidc";

    fn target(redirect_uri: &str, response_mode: ResponseMode) -> ResponseTarget {
        let state = Some("a b&c=\"<>+".to_owned());
        ResponseTarget { redirect_uri: redirect_uri.into(), response_mode, state }
    }

    fn location(redirect_uri: &str, response_mode: ResponseMode) -> String {
        match target(redirect_uri, response_mode).success("co+de", ISSUER) {
            AuthorizationResponse::Redirect(location) => location,
            other => panic!("{other:?}"),
        }
    }

    const ENCODED: &str =
        "code=co%2Bde&state=a%20b%26c%3D%22%3C%3E%2B&iss=https%3A%2F%2Fid.example%2Foidc";

    #[test]
    fn query_and_fragment() {
        for (uri, mode, expected) in [
            ("https://app.example/cb", ResponseMode::Query, "https://app.example/cb?"),
            ("https://app.example/cb?x=1", ResponseMode::Query, "https://app.example/cb?x=1&"),
            ("https://app.example/cb?", ResponseMode::Query, "https://app.example/cb?"),
            ("com.example.app://cb", ResponseMode::Query, "com.example.app://cb?"),
            ("https://app.example/cb?x=1", ResponseMode::Fragment, "https://app.example/cb?x=1#"),
            (
                "https://b\u{fc}cher.example/",
                ResponseMode::Query,
                "https://xn--bcher-kva.example/?",
            ),
            ("my_app://\u{fc}", ResponseMode::Query, "my_app://%C3%BC?"),
        ] {
            assert_eq!(location(uri, mode), format!("{expected}{ENCODED}"));
        }
    }

    #[test]
    fn form_post() {
        let response = target("https://app.example/cb", ResponseMode::FormPost)
            .failure(&OAuthError::access_denied("no"), ISSUER);
        let fields = [
            ("error", "access_denied"),
            ("error_description", "no"),
            ("state", "a b&c=\"<>+"),
            ("iss", ISSUER),
        ];
        assert_eq!(
            response,
            AuthorizationResponse::Form {
                action: "https://app.example/cb".into(),
                fields: fields.map(|(name, value)| (name, value.to_owned())).into(),
            }
        );
    }

    #[test]
    fn a_query_goes_before_the_fragment() {
        let parameters = [("state", "x".to_owned())];
        assert_eq!(
            with_query("http://a.example/#/bye", &parameters),
            "http://a.example/?state=x#/bye"
        );
        assert_eq!(with_query("http://a.example/#/bye", &[]), "http://a.example/#/bye");
    }

    #[test]
    fn modes_by_name() {
        for mode in ResponseMode::ALL {
            assert_eq!(ResponseMode::parse(mode.as_str()), Some(mode));
            assert_eq!(serde_json::to_value(mode).unwrap(), mode.as_str());
        }
        assert_eq!(ResponseMode::parse("query.jwt"), None);
    }
}
