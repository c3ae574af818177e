//! Tokens that an e-mail address may use once.

use crate::experience::InteractionEvent;
use serde::{Deserialize, Serialize};

/// Whether a token can still be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum OneTimeTokenStatus {
    /// Yes.
    Active,
    /// It was used.
    Consumed,
    /// An administrator took it back.
    Revoked,
    /// It had its time.
    Expired,
}

impl OneTimeTokenStatus {
    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Consumed => "consumed",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }

    /// The status with this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Active, Self::Consumed, Self::Revoked, Self::Expired]
            .into_iter()
            .find(|status| status.as_str() == name)
    }
}

/// What a token is bound to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct OneTimeTokenContext {
    /// Organizations that the person joins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jit_organization_ids: Option<Vec<String>>,
    /// What it is for; anything if it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interaction_event: Option<InteractionEvent>,
}

/// A token for an address.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OneTimeToken {
    /// Always `default`.
    pub tenant_id: String,
    /// 21 characters.
    pub id: String,
    /// Whose token it is.
    pub email: String,
    /// The token itself.
    pub token: String,
    /// What it is bound to.
    pub context: OneTimeTokenContext,
    /// Whether it can still be used.
    pub status: OneTimeTokenStatus,
    /// When it was made, epoch milliseconds.
    pub created_at: i64,
    /// When it ends, epoch milliseconds.
    pub expires_at: i64,
}

/// What makes a token.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateOneTimeToken {
    /// Whose token it is.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub email: String,
    /// What it is bound to.
    #[serde(default)]
    pub context: OneTimeTokenContext,
    /// Seconds; ten minutes if it is left out.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 31_536_000))]
    pub expires_in: Option<i64>,
}

/// A token that somebody brings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifyOneTimeToken {
    /// The token.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub token: String,
    /// Whose it should be.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub email: String,
}

/// A new status.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetOneTimeTokenStatus {
    /// Any but `active`, unless it is active.
    pub status: OneTimeTokenStatus,
}
