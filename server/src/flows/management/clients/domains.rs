//! Domains that a server answers under beside its own address. The contract has them in its hosted
//! edition only: here a reverse proxy does that, so there are none.

use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::management::unknown;
use vestibule_shared::ErrorCode;
use vestibule_shared::domain::Domain;

/// All domains: none.
pub fn list() -> Vec<Domain> {
    Vec::new()
}

/// Refuses to add a domain.
pub fn create() -> Result<Domain, FlowError> {
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
