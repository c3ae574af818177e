//! The Management API's part of the OpenAPI document.

use super::{applications, connectors, sign_in_experience, users};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(
    applications::list,
    applications::create,
    applications::read,
    applications::remove,
    applications::list_secrets,
    applications::create_secret,
    applications::rename_secret,
    applications::remove_secret,
    connectors::list,
    connectors::create,
    connectors::read,
    connectors::update,
    connectors::remove,
    connectors::test,
    connectors::list_factories,
    connectors::read_factory,
    sign_in_experience::read,
    sign_in_experience::update,
    sign_in_experience::check_password,
    sign_in_experience::username_conflicts,
    users::list,
    users::create,
    users::read,
    users::remove,
))]
struct Document;

/// See the module.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_says_that_it_needs_a_token() {
        let document = serde_json::to_value(document()).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let operations = paths.iter().flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(move |(method, it)| (path, method, it))
        });
        let mut seen = 0;
        for (path, method, operation) in operations {
            for status in ["401", "403"] {
                assert!(operation["responses"][status].is_object(), "{method} {path} {status}");
            }
            seen += 1;
        }
        assert_eq!(seen, 24);
    }
}
