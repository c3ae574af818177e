//! Connectors against real servers on this machine.

#![expect(clippy::unwrap_used, reason = "the servers of a test fail with it")]

#[path = "suite/captcha.rs"]
mod captcha;
#[path = "suite/http_messages.rs"]
mod http_messages;
#[path = "suite/outbound.rs"]
mod outbound;
#[path = "suite/servers.rs"]
mod servers;
#[path = "suite/smtp.rs"]
mod smtp;
