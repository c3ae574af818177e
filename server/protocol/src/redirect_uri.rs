//! Redirect URIs: which may be stored, and which requested one matches a stored one (RFC 6749
//! section 3.1.2, RFC 8252 section 7, RFC 9700 section 4.1).
//!
//! Two `http` or `https` addresses match when they are equal after normalisation: lower-case
//! scheme and host, no default port. Nothing else is relaxed but the port of a native client's
//! loopback address, and what an administrator wrote as `*`. Addresses whose normal form another
//! parser might see differently (backslashes, dot segments, user names) never match.

mod wildcard;

use url::{Host, Url};

/// Longest address, in bytes.
const MAX_LENGTH: usize = 2048;

/// Schemes that browsers give a meaning of their own, or that run what follows them.
const DANGEROUS_SCHEMES: [&str; 15] = [
    "about",
    "blob",
    "chrome",
    "content",
    "data",
    "file",
    "filesystem",
    "ftp",
    "intent",
    "javascript",
    "jar",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

/// Why an address cannot be stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriError {
    /// More than 2048 bytes.
    #[error("is too long")]
    TooLong,
    /// White space, a control character or a backslash.
    #[error("holds white space, a control character or a backslash")]
    Character,
    /// Neither an `http(s)` URL nor an address of a private scheme.
    #[error("is neither an http(s) URL nor an address of a private scheme")]
    Malformed,
    /// A scheme that runs what follows it, or that browsers keep for themselves.
    #[error("has the scheme `{0}`, which is not allowed")]
    DangerousScheme(String),
    /// A user name or password.
    #[error("holds a user name or password")]
    UserInfo,
    /// A fragment (RFC 6749 section 3.1.2).
    #[error("holds a fragment")]
    Fragment,
    /// `.` or `..` in the path.
    #[error("holds `.` or `..` as a path segment")]
    DotSegment,
    /// `*` where it is not allowed.
    #[error("{0}")]
    Wildcard(&'static str),
}

/// What a stored address is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Authorization responses.
    Authorization,
    /// Where a browser goes after signing out: here a fragment is allowed.
    PostLogout,
}

/// An address that may be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri {
    text: String,
    /// `None` for a private scheme, whose addresses are compared as they are.
    url: Option<Url>,
}

impl RedirectUri {
    /// Checks an address that an administrator wants to store.
    pub fn parse(text: &str, purpose: Purpose) -> Result<Self, RedirectUriError> {
        if purpose == Purpose::Authorization && text.contains('#') {
            return Err(RedirectUriError::Fragment);
        }
        let url = if has_web_scheme(text) {
            let url = parse_web(text)?;
            wildcard::check(&url)?;
            Some(url)
        } else {
            check_private(text)?;
            None
        };
        Ok(Self { text: text.to_owned(), url })
    }

    /// The address as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a requested address is this one. With `any_loopback_port` the port of a loopback
    /// address may differ (RFC 8252 section 7.3).
    pub fn matches(&self, requested: &str, any_loopback_port: bool) -> bool {
        if requested.contains('*') {
            return false;
        }
        let Some(stored) = &self.url else { return self.text == requested };
        let Ok(requested) = parse_web(requested) else { return false };
        let port_may_differ = any_loopback_port && is_loopback(stored);
        stored.scheme() == requested.scheme()
            && wildcard::host_matches(stored, &requested)
            && (port_may_differ
                || stored.port_or_known_default() == requested.port_or_known_default())
            && wildcard::path_matches(stored.path(), requested.path())
            && stored.query() == requested.query()
            && stored.fragment() == requested.fragment()
    }

    /// Whether a page of this origin may be where the address leads.
    fn has_origin(&self, origin: &str) -> bool {
        match (&self.url, parse_origin(origin)) {
            (Some(stored), Some(url)) => {
                stored.scheme() == url.scheme()
                    && wildcard::host_matches(stored, &url)
                    && stored.port_or_known_default() == url.port_or_known_default()
            }
            (None, None) => private_origin(&self.text) == Some(origin),
            (Some(_), None) | (None, Some(_)) => false,
        }
    }
}

/// Whether an authorization response may go to `requested`. Stored addresses that break the rules
/// match nothing. `native` relaxes the port of loopback addresses.
pub fn matches_redirect(requested: &str, stored: &[String], native: bool) -> bool {
    any_matches(stored, Purpose::Authorization, |uri| uri.matches(requested, native))
}

/// Whether a browser may go to `requested` after signing out.
pub fn matches_post_logout(requested: &str, stored: &[String]) -> bool {
    any_matches(stored, Purpose::PostLogout, |uri| uri.matches(requested, false))
}

/// Whether a page of `origin` may call the token endpoint: it is listed, or is the origin of a
/// redirect URI.
pub fn origin_allowed(origin: &str, redirect_uris: &[String], listed: &[String]) -> bool {
    if origin.contains('*') {
        return false;
    }
    listed.iter().any(|entry| same_origin(origin, entry))
        || any_matches(redirect_uris, Purpose::Authorization, |uri| uri.has_origin(origin))
}

/// Whether `address` is an origin, or an address whose origin is `origin`.
pub fn same_origin(origin: &str, address: &str) -> bool {
    match (parse_origin(origin), Url::parse(address)) {
        (Some(origin), Ok(address)) => origin.origin() == address.origin(),
        (None, _) => {
            private_origin(origin) == Some(origin) && private_origin(address) == Some(origin)
        }
        (Some(_), Err(_)) => false,
    }
}

/// Whether a text can be listed as an origin: `scheme://host`, with a port or without.
pub fn is_origin(text: &str) -> bool {
    let text = text.strip_suffix('/').unwrap_or(text);
    parse_origin(text).is_some() || (!has_web_scheme(text) && private_origin(text) == Some(text))
}

fn any_matches(stored: &[String], purpose: Purpose, test: impl Fn(&RedirectUri) -> bool) -> bool {
    stored.iter().any(|text| RedirectUri::parse(text, purpose).is_ok_and(|uri| test(&uri)))
}

fn has_web_scheme(text: &str) -> bool {
    let scheme = text.split(':').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

fn check_characters(text: &str) -> Result<(), RedirectUriError> {
    if text.len() > MAX_LENGTH {
        return Err(RedirectUriError::TooLong);
    }
    let bad = |c: char| c.is_whitespace() || c.is_control() || c == '\\';
    if text.contains(bad) { Err(RedirectUriError::Character) } else { Ok(()) }
}

/// Reads an `http(s)` URL more strictly than browsers do: what they would repair is refused.
fn parse_web(text: &str) -> Result<Url, RedirectUriError> {
    check_characters(text)?;
    let (scheme, rest) = text.split_once("://").ok_or(RedirectUriError::Malformed)?;
    if !has_web_scheme(scheme) || rest.starts_with('/') {
        return Err(RedirectUriError::Malformed);
    }
    let before_query = rest.split(['?', '#']).next().unwrap_or_default();
    let mut segments = before_query.split('/');
    if segments.next().is_some_and(|authority| authority.contains('@')) {
        return Err(RedirectUriError::UserInfo);
    }
    if segments.any(is_dot_segment) {
        return Err(RedirectUriError::DotSegment);
    }
    Url::parse(text).map_err(|_| RedirectUriError::Malformed)
}

fn is_dot_segment(segment: &str) -> bool {
    let decoded = segment.to_ascii_lowercase().replace("%2e", ".");
    decoded == "." || decoded == ".."
}

/// A private scheme (RFC 8252 section 7.1): lower-case labels joined by dots, then anything.
fn check_private(text: &str) -> Result<(), RedirectUriError> {
    check_characters(text)?;
    let (scheme, rest) = text.split_once(':').ok_or(RedirectUriError::Malformed)?;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "+_-".contains(c);
    let labels_fit = scheme.split('.').all(|label| !label.is_empty() && label.chars().all(allowed));
    if rest.is_empty() || !labels_fit || !scheme.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Err(RedirectUriError::Malformed);
    }
    if DANGEROUS_SCHEMES.contains(&scheme) {
        return Err(RedirectUriError::DangerousScheme(scheme.to_owned()));
    }
    if text.contains('*') {
        return Err(RedirectUriError::Wildcard("`*` is allowed in http(s) URLs only"));
    }
    Ok(())
}

fn is_loopback(url: &Url) -> bool {
    let is_this_machine = match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address == std::net::Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == std::net::Ipv6Addr::LOCALHOST,
        None => false,
    };
    url.scheme() == "http" && is_this_machine
}

/// An `http(s)` origin exactly as browsers send it.
fn parse_origin(text: &str) -> Option<Url> {
    let url = parse_web(text).ok()?;
    (url.origin().ascii_serialization() == text).then_some(url)
}

/// `scheme://authority` of an address with a private scheme.
fn private_origin(text: &str) -> Option<&str> {
    check_private(text).ok()?;
    let after_scheme = text.find("://")? + "://".len();
    let authority = text.get(after_scheme..)?;
    let end = authority.find(['/', '?', '#']).unwrap_or(authority.len());
    if end == 0 { None } else { text.get(..after_scheme + end) }
}

#[cfg(test)]
mod tests;
