//! Domains that a server answers under beside its own address. The contract has them in its hosted
//! edition only: here a reverse proxy does that, so there are none.

use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::management::{fields, unknown};
use vestibule_shared::ErrorCode;
use vestibule_shared::domain::{CreateDomain, Domain};

const MAX_DOMAIN: usize = 256;

/// All domains: none.
pub fn list() -> Vec<Domain> {
    Vec::new()
}

/// Refuses to add a domain.
pub fn create(request: &CreateDomain) -> Result<Domain, FlowError> {
    fields::length("domain", &request.domain, 1..=MAX_DOMAIN)?;
    Err(not_configured().into())
}

/// The refusal of what needs an operator's settings that a server of one's own does not have.
pub fn not_configured() -> Rejection {
    reject(400, ErrorCode::DomainNotConfigured)
}

/// The refusal of what is asked of one domain: there is none.
pub fn not_found(id: &str) -> Rejection {
    unknown("domain", id)
}
