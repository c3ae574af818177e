//! What happens: the audit log, figures, limits, and everything that leaves the server.

pub mod activity;
pub mod audit;
pub mod hooks;
pub mod messages;
pub mod outbox;
pub mod rate_limits;
pub mod sentinel;
