//! Domains that this server answers under beside its own address.

use serde::{Deserialize, Serialize};

/// A domain.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Domain {
    /// 21 characters.
    pub id: String,
    /// The host name.
    pub domain: String,
    /// Whether it works.
    pub status: DomainStatus,
    /// Why it does not.
    pub error_message: Option<String>,
    /// What its name servers must say.
    pub dns_records: Vec<DnsRecord>,
    /// Epoch milliseconds.
    pub created_at: i64,
}

/// Whether a domain works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DomainStatus {
    /// Its name servers do not say what they must.
    PendingVerification,
    /// It has no certificate yet.
    PendingSsl,
    /// It works.
    Active,
    /// It does not work.
    Error,
}

/// What a name server must say.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DnsRecord {
    /// The host name.
    pub name: String,
    /// Such as `CNAME`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is found there.
    pub value: String,
}

/// A domain to be added.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateDomain {
    /// The host name.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub domain: String,
}

/// Files that prove to others whose a domain is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct VerificationFiles {
    /// At most ten.
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub verification_files: Vec<VerificationFile>,
}

/// A file that proves to others whose a domain is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct VerificationFile {
    /// Where it is found.
    pub path: String,
    /// At most 16 KiB.
    #[cfg_attr(feature = "openapi", schema(max_length = 16384))]
    pub content: String,
    /// `text/plain` or `application/json`.
    pub content_type: VerificationFileType,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum VerificationFileType {
    /// Text.
    #[serde(rename = "text/plain")]
    Text,
    /// JSON.
    #[serde(rename = "application/json")]
    Json,
}

/// Which domains are given up.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CleanUpDomains {
    /// Those that have not worked for so many days.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub stale_days: u32,
}

/// What became of domains that do not work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CleanedUpDomains {
    /// How many there are.
    pub scanned_count: u32,
    /// How many were deleted.
    pub deleted_count: u32,
    /// How many work after all.
    pub skipped_active_count: u32,
    /// How many could not be deleted.
    pub failed_count: u32,
}
