//! Every request, response, enum and error code on the wire.
//!
//! The server answers with these types and the browser apps read them, so that the two cannot
//! drift apart. Serde only: no I/O, no rules that need a library.

pub mod account_center;
pub mod action;
pub mod application;
pub mod audit;
pub mod authn;
pub mod captcha_provider;
pub mod configs;
pub mod connector;
pub mod custom_phrase;
pub mod domain;
pub mod email_template;
pub mod error;
pub mod experience;
pub mod hook;
pub mod jwt_customizer;
pub mod one_time_token;
pub mod organization;
pub mod organization_invitation;
pub mod page;
pub mod profile_field;
pub mod role;
pub mod saml_application;
pub mod sentinel;
pub mod setup;
pub mod sign_in_experience;
pub mod sso_connector;
pub mod subject_token;
pub mod system;
pub mod user;
pub mod user_asset;
pub mod verification_code;

pub use error::{ApiError, ErrorCode};

/// A field of a PATCH body that tells "not sent" from "set to null".
///
/// Use with `#[serde(default, deserialize_with = "vestibule_shared::present")]` on an
/// `Option<Option<T>>`: absent is `None`, null is `Some(None)`.
pub fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}

/// A JSON object with free content, such as custom data.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct JsonObject(pub serde_json::Map<String, serde_json::Value>);

impl std::ops::Deref for JsonObject {
    type Target = serde_json::Map<String, serde_json::Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl std::ops::DerefMut for JsonObject {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<K: Into<String>, V: Into<serde_json::Value>> FromIterator<(K, V)> for JsonObject {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(members: I) -> Self {
        Self(members.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::AdditionalProperties};

    impl utoipa::PartialSchema for super::JsonObject {
        fn schema() -> RefOr<Schema> {
            let any = AdditionalProperties::FreeForm(true);
            ObjectBuilder::new().additional_properties(Some(any)).build().into()
        }
    }

    impl utoipa::ToSchema for super::JsonObject {}
}
