//! Where a user is signed in, what the user has allowed, and second factors.

use crate::JsonObject;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Sessions of a user.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserSessions {
    /// Newest first.
    pub sessions: Vec<UserSession>,
}

/// A browser in which a user is signed in.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserSession {
    /// What the provider knows of it.
    pub payload: SessionPayload,
    /// How the user last proved who it is.
    pub last_submission: Option<JsonObject>,
    /// The client of that sign-in.
    pub client_id: Option<String>,
    /// Who is signed in.
    pub account_id: Option<String>,
    /// Epoch milliseconds.
    pub expires_at: i64,
}

/// What the provider knows of a session; times are epoch seconds.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SessionPayload {
    /// When it ends.
    pub exp: i64,
    /// When it began.
    pub iat: i64,
    /// The same as `uid`: what the browser holds is not shown.
    pub jti: String,
    /// The `sid` claim.
    pub uid: String,
    /// Always `Session`.
    pub kind: String,
    /// When the user last proved who it is.
    pub login_ts: i64,
    /// Who is signed in.
    pub account_id: String,
    /// Clients that were given something in this session, by id.
    pub authorizations: BTreeMap<String, SessionAuthorization>,
}

/// What a client was given in a session.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SessionAuthorization {
    /// The `sid` claim.
    pub sid: String,
    /// The grant.
    pub grant_id: String,
    /// The grant outlives the session.
    pub persists_logout: bool,
}

/// Grants of a user.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserGrants {
    /// Newest first.
    pub grants: Vec<UserGrant>,
}

/// What a user has allowed an application.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserGrant {
    /// 21 characters.
    pub id: String,
    /// What the provider knows of it.
    pub payload: GrantPayload,
    /// Epoch milliseconds.
    pub expires_at: i64,
    /// Who may act.
    pub application: GrantApplication,
}

/// What the provider knows of a grant; times are epoch seconds.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GrantPayload {
    /// When it ends.
    pub exp: i64,
    /// When it was given.
    pub iat: i64,
    /// Its id.
    pub jti: String,
    /// Always `Grant`.
    pub kind: String,
    /// To whom.
    pub client_id: String,
    /// By whom.
    pub account_id: String,
}

/// The application of a grant.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantApplication {
    /// The `client_id`.
    pub id: String,
    /// Shown to people.
    pub name: String,
}

/// A second factor, without what proves it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MfaVerification {
    /// 21 characters.
    pub id: String,
    /// ISO 8601.
    pub created_at: String,
    /// ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// `Totp`, `WebAuthn` or `BackupCode`
    #[serde(rename = "type")]
    pub kind: String,
    /// The browser in which a passkey was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// What the user calls a passkey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How many backup codes were not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remain_codes: Option<usize>,
}
