//! Lock-out: too many failed proofs of one identifier, or from one address.
//!
//! An attempt is counted as failed before it is evaluated and turned into a success afterwards, so
//! that however many attempts run at once, no more than the limit are ever evaluated.

use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::identifier::AccountName;
use crate::flows::webhooks;
use crate::state::App;
use std::net::IpAddr;
use vestibule_protocol::{hash, random};
use vestibule_shared::ErrorCode;
use vestibule_shared::experience::Identifier;
use vestibule_store::{Connection, Durability, Millis, StoreError, rate_limits, sentinel as rows};

/// Failures count for an hour.
pub const WINDOW: Millis = 60 * 60 * 1000;
const DEFAULT_ATTEMPTS: u32 = 100;
const DEFAULT_LOCKOUT_MINUTES: u32 = 60;
/// Failures from one address, whatever the identifiers, within [`ADDRESS_WINDOW`].
const ADDRESS_FAILURES: i32 = 300;
const ADDRESS_WINDOW: Millis = 10 * 60 * 1000;

/// What was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A password.
    Password,
    /// A verification code.
    VerificationCode,
    /// A code of an authenticator app.
    MfaTotp,
    /// A backup code.
    MfaBackupCode,
}

impl Action {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "Password",
            Self::VerificationCode => "VerificationCode",
            Self::MfaTotp => "MfaTotp",
            Self::MfaBackupCode => "MfaBackupCode",
        }
    }
}

/// What attempts on an account name are counted under. Passwords and codes share a counter.
pub fn target(name: &AccountName) -> String {
    let (_, comparable) = name.comparable();
    target_of_text(&comparable)
}

/// The same for a text that is no account name.
pub fn target_of_text(text: &str) -> String {
    format!("Identifier:{}", hash::sha256_hex(text))
}

/// What attempts with a second factor of an account are counted under, each kind by itself.
pub fn target_of_user(user_id: &str, action: Action) -> String {
    format!("{}:{}", action.as_str(), hash::sha256_hex(user_id))
}

/// An attempt that is under way.
#[derive(Clone, Debug)]
pub struct Attempt {
    id: String,
    target: String,
    address_key: String,
    /// Whether a failure of this one reaches the limit.
    is_last: bool,
    rule: Rule,
    /// Whose identifier it is, in which client's interaction.
    named: Option<(Identifier, String)>,
}

/// The policy of the sign-in experience.
#[derive(Clone, Copy, Debug)]
struct Rule {
    /// Failures within [`WINDOW`] that lock out.
    limit: i64,
    /// How long, at least.
    lockout: Millis,
}

impl Rule {
    fn of(app: &App) -> Self {
        let policy = app.catalog.snapshot().experience.sentinel_policy;
        let minutes = policy.lockout_duration.unwrap_or(DEFAULT_LOCKOUT_MINUTES).max(1);
        Self {
            limit: i64::from(policy.max_attempts.unwrap_or(DEFAULT_ATTEMPTS).max(1)),
            lockout: Millis::from(minutes) * 60 * 1000,
        }
    }

    /// When so many failures will be too old to count that fewer than the limit are left.
    async fn has_room_at(
        &self,
        connection: &mut Connection,
        target: &str,
        now: Millis,
    ) -> Result<Millis, StoreError> {
        let start = now - WINDOW;
        let failed_at = rows::nth_newest_failure(connection, target, start, self.limit).await?;
        Ok(failed_at.map_or(now, |failed_at| failed_at + WINDOW))
    }
}

/// Counts an attempt, unless the identifier or the address is locked out.
pub async fn begin(
    app: &App,
    target: &str,
    action: Action,
    client: IpAddr,
) -> Result<Attempt, FlowError> {
    let rule = Rule::of(app);
    let now = app.clock.now();
    let id = random::standard_id();
    let address_key = format!("failures:{}", rate_limit_key(client));
    let failures = app
        .store
        .write(Durability::Relaxed, async |connection| {
            let from_address = rate_limits::current(connection, &address_key, now).await?;
            if from_address >= ADDRESS_FAILURES {
                let seconds = u32::try_from(ADDRESS_WINDOW / 1000).unwrap_or(u32::MAX);
                let refusal = reject(429, ErrorCode::RequestRateLimited);
                return Err(FlowError::from(refusal.with_retry_after(seconds)));
            }
            let standing = rows::standing(connection, target, now - WINDOW, now).await?;
            let mut free_at = standing.blocked_until;
            if standing.failures >= rule.limit {
                free_at = free_at.max(rule.has_room_at(connection, target, now).await?);
            }
            if free_at > now {
                return Err(blocked(free_at - now).into());
            }
            rows::record(connection, &id, target, action.as_str(), now).await?;
            Ok(standing.failures)
        })
        .await?;
    let is_last = failures + 1 >= rule.limit;
    Ok(Attempt { id, target: target.to_owned(), address_key, is_last, rule, named: None })
}

impl Attempt {
    /// Says what was tried, for whoever is told of a lock-out.
    pub fn naming(self, identifier: &Identifier, client_id: &str) -> Self {
        Self { named: Some((identifier.clone(), client_id.to_owned())), ..self }
    }

    /// It succeeded; on the caller's transaction.
    pub async fn succeed_in(&self, connection: &mut Connection) -> Result<(), FlowError> {
        Ok(rows::succeed(connection, &self.id).await?)
    }

    /// It succeeded.
    pub async fn succeed(&self, app: &App) -> Result<(), FlowError> {
        app.store
            .write(Durability::Relaxed, async |connection| self.succeed_in(connection).await)
            .await
    }

    /// It could not be evaluated, for reasons that are not the person's; it does not count.
    pub async fn withdraw(&self, app: &App) {
        let withdrawn = app
            .store
            .write::<_, StoreError, _>(Durability::Relaxed, async |connection| {
                rows::withdraw(connection, &self.id).await
            })
            .await;
        if let Err(error) = withdrawn {
            tracing::warn!(%error, "an attempt that was not evaluated stays counted");
        }
    }

    /// It failed: what to tell the client, which is `rejection` unless this failure locks out.
    pub async fn fail(&self, app: &App, rejection: Rejection) -> FlowError {
        let now = app.clock.now();
        let recorded = app
            .store
            .write::<_, FlowError, _>(Durability::Relaxed, async |connection| {
                rate_limits::count(connection, &self.address_key, ADDRESS_WINDOW, now).await?;
                if !self.is_last {
                    return Ok(None);
                }
                let room = self.rule.has_room_at(connection, &self.target, now).await?;
                let until = room.max(now + self.rule.lockout);
                rows::block(connection, &self.target, until).await?;
                if let Some((identifier, client_id)) = &self.named {
                    webhooks::locked_out(app, connection, identifier, client_id).await?;
                }
                Ok(Some(until - now))
            })
            .await;
        match recorded {
            Err(error) => error,
            Ok(Some(remaining)) => blocked(remaining).into(),
            Ok(None) => rejection.into(),
        }
    }
}

fn blocked(remaining: Millis) -> Rejection {
    let minutes = (remaining + 59_999) / 60_000;
    reject(400, ErrorCode::SessionVerificationBlocked).with("minutes", minutes)
}

/// What attempts from one client are counted under: an IPv6 client owns a whole /64.
fn rate_limit_key(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv6_clients_are_counted_by_their_network() {
        let key = |text: &str| rate_limit_key(text.parse().unwrap());
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), key("2001:db8:1:2:ffff::1"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("192.0.2.1"), "192.0.2.1");
    }
}
