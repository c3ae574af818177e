//! What every request goes through: reading, answering, and what is the same for all.

pub mod address;
pub mod body;
pub mod cookies;
pub mod cors;
pub mod etag;
pub mod language;
pub mod observe;
pub mod origin;
pub mod pagination;
pub mod problem;
pub mod query;
pub mod same_origin;
pub mod security_headers;
pub mod upload;
