//! Ids and names in paths.

use crate::flows::management::unknown;
use crate::http::problem::Problem;
use actix_web::dev::Payload;
use actix_web::web::Path;
use actix_web::{FromRequest, HttpRequest};
use serde::Deserialize;
use std::future::{Ready, ready};

const MAX_ID: usize = 128;
const MAX_NAME: usize = 256;

/// `{id}` of a path: at most 128 characters without NUL. Nothing has another id, so that is
/// answered like one that is not there.
pub struct Id(pub String);

/// `{name}` of a path: at most 256 characters without NUL.
pub struct Name(pub String);

impl FromRequest for Id {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(checked(segments(request).id, MAX_ID).map(Self))
    }
}

impl FromRequest for Name {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(checked(segments(request).name, MAX_NAME).map(Self))
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Segments {
    id: String,
    name: String,
}

/// The segments without their percent-encoding.
fn segments(request: &HttpRequest) -> Segments {
    Path::extract(request).into_inner().map(Path::into_inner).unwrap_or_default()
}

fn checked(text: String, max: usize) -> Result<String, Problem> {
    if text.is_empty() || text.contains('\0') || text.chars().count() > max {
        let shown: String = text.chars().take(max).collect();
        return Err(unknown("entry", &shown).into());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn id(text: &str) -> Option<String> {
        let request = TestRequest::default().param("id", text.to_owned()).to_http_request();
        checked(segments(&request).id, MAX_ID).ok()
    }

    #[test]
    fn what_cannot_be_an_id_is_not_looked_up() {
        assert_eq!(id("abc").as_deref(), Some("abc"));
        assert_eq!(id("a%2Fb").as_deref(), Some("a/b"));
        assert_eq!(id(&"ä".repeat(128)), Some("ä".repeat(128)));
        for bad in ["", "a\0b", "a%00b", &"a".repeat(129)] {
            assert_eq!(id(bad), None, "{bad:?}");
        }
    }
}
