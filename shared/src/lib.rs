//! Every request, response, enum and error code on the wire.
//!
//! The server answers with these types and the browser apps read them, so that the two cannot
//! drift apart. Serde only: no I/O, no rules that need a library.

mod accounts;
mod clients;
mod federation;
mod settings;

pub mod audit;
pub mod error;
pub mod experience;
pub mod hook;
pub mod organization;
pub mod organization_invitation;
pub mod page;
pub mod role;
pub mod setup;
pub mod system;

// The folders group files; the names stay short.
pub use accounts::{one_time_token, sentinel, subject_token, user, user_asset, verification_code};
pub use clients::{application, domain, saml_application};
pub use federation::{authn, connector, sso_connector};
pub use settings::{
    account_center, action, captcha_provider, configs, custom_phrase, email_template,
    jwt_customizer, profile_field, sign_in_experience,
};

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
