//! Scripts that take part in signing in.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// When a script runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ActionType {
    /// When a password does not fit.
    #[serde(rename = "action.postFirstFactorVerification")]
    PostFirstFactorVerification,
    /// When somebody has signed in.
    #[serde(rename = "action.postSignIn")]
    PostSignIn,
}

impl ActionType {
    /// Both.
    pub const ALL: [Self; 2] = [Self::PostFirstFactorVerification, Self::PostSignIn];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PostFirstFactorVerification => "action.postFirstFactorVerification",
            Self::PostSignIn => "action.postSignIn",
        }
    }

    /// The type with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }
}

/// What happens to a sign-in when the script fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum OnExecutionError {
    /// It fails.
    Block,
    /// It goes on.
    Allow,
}

/// A script, with what it is tried out on.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Action {
    /// Its text.
    #[cfg_attr(feature = "openapi", schema(max_length = 65536))]
    pub script: String,
    /// Values that it reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment_variables: Option<BTreeMap<String, String>>,
    /// An event to try it out on: any JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_sample: Option<Value>,
    /// Whether it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// What happens to a sign-in when it fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_execution_error: Option<OnExecutionError>,
}

/// What changes of a script; absent members stay.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateAction {
    /// Its text.
    #[cfg_attr(feature = "openapi", schema(max_length = 65536))]
    pub script: Option<String>,
    /// Values that it reads; replaced as a whole.
    pub environment_variables: Option<BTreeMap<String, String>>,
    /// An event to try it out on: any JSON.
    pub context_sample: Option<Value>,
    /// Whether it runs.
    pub enabled: Option<bool>,
    /// What happens to a sign-in when it fails.
    pub on_execution_error: Option<OnExecutionError>,
}

/// A script in a list.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionEntry {
    /// When it runs.
    pub key: ActionType,
    /// The script.
    pub value: Action,
}

/// A script to try out.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TestAction {
    /// Its text.
    #[cfg_attr(feature = "openapi", schema(max_length = 65536))]
    pub script: String,
    /// When it would run.
    pub action_type: ActionType,
    /// The event: any JSON.
    pub event: Value,
    /// Values that it reads.
    #[serde(default)]
    pub environment_variables: Option<BTreeMap<String, String>>,
}
