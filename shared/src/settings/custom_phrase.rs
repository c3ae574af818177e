//! Phrases of the pages in an administrator's own words.

use crate::JsonObject;
use serde::{Deserialize, Serialize};

/// The phrases in one language.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CustomPhrase {
    /// Always `default`.
    pub tenant_id: String,
    /// 21 characters.
    pub id: String,
    /// BCP 47.
    pub language_tag: String,
    /// A tree with texts as leaves; the same keys as the built-in phrases, or some of them.
    pub translation: JsonObject,
}
