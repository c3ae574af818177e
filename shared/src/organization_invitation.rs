//! Invitations into organizations, as the Management API shows them.

use crate::JsonObject;
use crate::organization::Named;
use serde::{Deserialize, Serialize};

/// How far an invitation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum InvitationStatus {
    /// Nobody has answered.
    Pending,
    /// It has made a member.
    Accepted,
    /// It was not answered in time.
    Expired,
    /// It was taken back.
    Revoked,
}

impl InvitationStatus {
    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Accepted => "Accepted",
            Self::Expired => "Expired",
            Self::Revoked => "Revoked",
        }
    }

    /// The status with this name.
    pub fn parse(name: &str) -> Option<Self> {
        let all = [Self::Pending, Self::Accepted, Self::Expired, Self::Revoked];
        all.into_iter().find(|status| status.as_str() == name)
    }
}

/// An invitation into an organization.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OrganizationInvitation {
    /// Always `default`.
    pub tenant_id: String,
    /// 21 characters.
    pub id: String,
    /// The user who invites.
    pub inviter_id: Option<String>,
    /// E-mail address of the person who is invited.
    pub invitee: String,
    /// The user who has become a member by it.
    pub accepted_user_id: Option<String>,
    /// Into which organization.
    pub organization_id: String,
    /// How far it has come.
    pub status: InvitationStatus,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Epoch milliseconds.
    pub updated_at: i64,
    /// Epoch milliseconds.
    pub expires_at: i64,
    /// Roles that the new member is given.
    pub organization_roles: Vec<Named>,
}

/// Whether an invitation is sent, and with what.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum InvitationMessage {
    /// Variables of the message, such as `link`.
    Payload(JsonObject),
    /// `false`: none is sent.
    Send(bool),
}

impl Default for InvitationMessage {
    fn default() -> Self {
        Self::Send(false)
    }
}

/// What makes an invitation.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateOrganizationInvitation {
    /// The user who invites.
    #[serde(default)]
    pub inviter_id: Option<String>,
    /// E-mail address of the person who is invited.
    pub invitee: String,
    /// Into which organization.
    pub organization_id: String,
    /// Epoch milliseconds, in the future.
    pub expires_at: i64,
    /// Roles that the new member is given.
    #[serde(default)]
    pub organization_role_ids: Vec<String>,
    /// Whether it is sent.
    #[serde(default)]
    pub message_payload: InvitationMessage,
}

/// The answer to an invitation.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AnswerInvitation {
    /// `Accepted` or `Revoked`
    pub status: InvitationStatus,
    /// The user who accepts.
    #[serde(default)]
    pub accepted_user_id: Option<String>,
}
