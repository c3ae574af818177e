//! Ids and names in paths.

use crate::api::operations::parameters::MAX_SEGMENT;
use crate::api::operations::{Describe, Description};
use crate::flows::management::unknown;
use crate::http::problem::Problem;
use actix_web::dev::Payload;
use actix_web::web::Path;
use actix_web::{FromRequest, HttpRequest};
use std::future::{Ready, ready};

/// The only id or name of a path: at most 256 characters without NUL. Nothing has another, so that
/// is answered like one that is not there.
pub struct Id(pub String);

/// The ids and names of a path with several, in their order.
pub struct Ids<const N: usize>(pub [String; N]);

impl FromRequest for Id {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(segments(request).map(|[id]| Self(id)))
    }
}

impl<const N: usize> FromRequest for Ids<N> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(segments(request).map(Self))
    }
}

impl Describe for Id {
    fn describe(description: &mut Description) {
        description.errors(&[400, 404]);
    }
}

impl<const N: usize> Describe for Ids<N> {
    fn describe(description: &mut Description) {
        description.errors(&[400, 404]);
    }
}

/// The segments without their percent-encoding.
fn segments<const N: usize>(request: &HttpRequest) -> Result<[String; N], Problem> {
    let found: Vec<String> =
        Path::extract(request).into_inner().map(Path::into_inner).unwrap_or_default();
    let checked = found.into_iter().map(checked).collect::<Result<Vec<_>, _>>()?;
    checked.try_into().map_err(|_| Problem::Internal)
}

fn checked(text: String) -> Result<String, Problem> {
    if text.is_empty() || text.contains('\0') || text.chars().count() > MAX_SEGMENT {
        let shown: String = text.chars().take(MAX_SEGMENT).collect();
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
        segments(&request).ok().map(|[id]| id)
    }

    #[test]
    fn what_cannot_be_an_id_is_not_looked_up() {
        assert_eq!(id("abc").as_deref(), Some("abc"));
        assert_eq!(id("a%2Fb").as_deref(), Some("a/b"));
        assert_eq!(id(&"ä".repeat(256)), Some("ä".repeat(256)));
        for bad in ["", "a\0b", "a%00b", &"a".repeat(257)] {
            assert_eq!(id(bad), None, "{bad:?}");
        }
    }
}
