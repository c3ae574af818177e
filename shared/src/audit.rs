//! What happened and how much is used, as the Management API shows it.

use crate::JsonObject;
use serde::{Deserialize, Serialize};

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Log {
    /// Always `default`.
    pub tenant_id: String,
    /// 21 characters.
    pub id: String,
    /// What happened, e.g. `ExchangeTokenBy.RefreshToken`.
    pub key: String,
    /// `key`, `result`, and what else is known; no secrets.
    pub payload: JsonObject,
    /// When, epoch milliseconds.
    pub created_at: i64,
}

/// How many accounts there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TotalUsers {
    /// All of them.
    pub total_user_count: i64,
}

/// A count, and by how much it is above that of the period before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Trend {
    /// In the period.
    pub count: i64,
    /// Compared with the period before, which is as long.
    pub delta: i64,
}

/// New accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NewUsers {
    /// Since midnight, UTC.
    pub today: Trend,
    /// Today and the six days before.
    pub last7_days: Trend,
}

/// A count of one day.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayCount {
    /// `yyyy-MM-dd`, UTC.
    pub date: String,
    /// How many.
    pub count: i64,
}

/// Users who were given an access token.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActiveUsers {
    /// Thirty days, the one asked for last.
    pub dau_curve: Vec<DayCount>,
    /// On the day.
    pub dau: Trend,
    /// On the seven days up to it.
    pub wau: Trend,
    /// On the thirty days up to it.
    pub mau: Trend,
}
