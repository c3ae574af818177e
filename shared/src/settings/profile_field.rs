//! Questions that new users are asked beside their credentials.

use serde::{Deserialize, Serialize};
use serde_json::Number;

/// What kind of answer a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ProfileFieldType {
    /// A line of text.
    Text,
    /// A number.
    Number,
    /// A day.
    Date,
    /// Yes or no.
    Checkbox,
    /// One of several options.
    Select,
    /// An address on the web.
    Url,
    /// Text that fits an expression.
    Regex,
    /// A postal address in parts.
    Address,
    /// A name in parts.
    Fullname,
}

impl ProfileFieldType {
    /// Every type.
    pub const ALL: [Self; 9] = [
        Self::Text,
        Self::Number,
        Self::Date,
        Self::Checkbox,
        Self::Select,
        Self::Url,
        Self::Regex,
        Self::Address,
        Self::Fullname,
    ];

    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Number => "Number",
            Self::Date => "Date",
            Self::Checkbox => "Checkbox",
            Self::Select => "Select",
            Self::Url => "Url",
            Self::Regex => "Regex",
            Self::Address => "Address",
            Self::Fullname => "Fullname",
        }
    }

    /// The type with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Bounds, options and parts; which of them count depends on the type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ProfileFieldConfig {
    /// Shown in the empty field.
    #[cfg_attr(feature = "openapi", schema(max_length = 256))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    /// Fewest characters of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// Most characters of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// Least number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub min_value: Option<Number>,
    /// Greatest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub max_value: Option<Number>,
    /// Of a date: `MM/dd/yyyy`, `dd/MM/yyyy`, `yyyy-MM-dd` or `custom`. Of a regex: the
    /// expression, in the syntax of ECMAScript.
    #[cfg_attr(feature = "openapi", schema(max_length = 128))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Format of a date, if `format` is `custom`.
    #[cfg_attr(feature = "openapi", schema(max_length = 128))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_format: Option<String>,
    /// What a select offers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<ProfileFieldOption>>,
    /// Chosen before anybody answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_value: Option<String>,
    /// Of an address, or of a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<ProfileFieldPart>>,
}

/// One of the answers of a select.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileFieldOption {
    /// Shown instead of the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What is stored.
    pub value: String,
}

/// A part of an address, or of a name: a simple field of its own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileFieldPart {
    /// Whether it is asked for.
    pub enabled: bool,
    /// The property that it fills.
    pub name: String,
    /// What kind of answer it takes.
    #[serde(rename = "type")]
    pub kind: ProfileFieldType,
    /// Shown above it.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Shown below it.
    #[cfg_attr(feature = "openapi", schema(max_length = 256))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether it must be answered.
    pub required: bool,
    /// Bounds and options.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    pub config: Option<ProfileFieldConfig>,
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProfileField {
    /// Always `default`.
    pub tenant_id: String,
    /// 21 characters.
    pub id: String,
    /// Unique; letters and digits.
    pub name: String,
    /// What kind of answer it takes.
    #[serde(rename = "type")]
    pub kind: ProfileFieldType,
    /// Shown above it.
    pub label: String,
    /// Shown below it.
    pub description: Option<String>,
    /// Whether it must be answered.
    pub required: bool,
    /// Bounds, options and parts, depending on the type.
    pub config: ProfileFieldConfig,
    /// When it was made, epoch milliseconds.
    pub created_at: i64,
    /// Its place among the others.
    pub sie_order: i32,
}

/// What makes a field, or takes the place of one.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PutProfileField {
    /// What kind of answer it takes.
    #[serde(rename = "type")]
    pub kind: ProfileFieldType,
    /// Shown above it.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub label: Option<String>,
    /// Shown below it.
    #[cfg_attr(feature = "openapi", schema(max_length = 256))]
    pub description: Option<String>,
    /// Whether it must be answered.
    pub required: bool,
    /// Bounds, options and parts, depending on the type.
    pub config: Option<ProfileFieldConfig>,
}

/// What makes a field.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateProfileField {
    /// Unique; letters and digits.
    pub name: String,
    /// Everything else.
    #[serde(flatten)]
    pub field: PutProfileField,
}

/// The place of a field among the others.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FieldPlace {
    /// Which field.
    pub name: String,
    /// Smaller ones come first.
    pub sie_order: i16,
}

/// Places of fields.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldOrder {
    /// Fields that are left out keep their place.
    pub order: Vec<FieldPlace>,
}
