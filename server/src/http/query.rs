//! Parameters in the address of a request.

use actix_web::HttpRequest;

/// The first value of a query parameter.
pub fn parameter(request: &HttpRequest, name: &str) -> Option<String> {
    form_urlencoded::parse(request.query_string().as_bytes())
        .find(|(held, _)| held == name)
        .map(|(_, value)| value.into_owned())
}
