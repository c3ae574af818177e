//! When a second factor is asked for, and when one must be set up.

use super::factors::{self, choice, is_kind, last_used, unused};
use crate::flows::error::{Rejection, reject};
use crate::flows::interaction::Experience;
use crate::flows::policy::is_sign_up_identifier;
use crate::flows::verification::Record;
use serde_json::json;
use std::cmp::Reverse;
use std::sync::Arc;
use vestibule_shared::experience::{
    IdentifierType, InteractionEvent, MaskedIdentifiers, MfaMissing, MfaRequired,
};
use vestibule_shared::sign_in_experience::{MfaFactor, MfaPolicy, SignInExperience};
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::users::{UserKey, UserRow};

/// In the order in which they are offered.
const OFFERED: [MfaFactor; 4] = [
    MfaFactor::WebAuthn,
    MfaFactor::Totp,
    MfaFactor::PhoneVerificationCode,
    MfaFactor::EmailVerificationCode,
];

/// How somebody stands towards the policy.
pub struct Standing<'a> {
    /// The policy.
    pub settings: Arc<SignInExperience>,
    /// The account, without what is staged.
    pub user: &'a UserRow,
    /// What has happened so far.
    pub experience: &'a Experience,
    /// One of the account's organizations demands a second factor.
    pub by_organization: bool,
}

impl Standing<'_> {
    /// Whether a factor can be used here at all.
    pub fn is_enabled(&self, factor: MfaFactor) -> bool {
        self.settings.mfa.factors.contains(&factor)
    }

    /// Whether nobody may do without.
    pub fn is_demanded(&self) -> bool {
        self.by_organization || !self.settings.mfa.policy.is_skippable()
    }

    /// What the account has of what is enabled: passkeys, what was used last, addresses, backup
    /// codes.
    pub fn factors(&self) -> Vec<MfaFactor> {
        let mut held: Vec<&JsonObject> = self.user.mfa_verifications.0.iter().collect();
        held.sort_by_key(|factor| {
            (!is_kind(factor, MfaFactor::WebAuthn), Reverse(last_used(factor).to_owned()))
        });
        let kind = |factor: &&JsonObject| {
            let kinds = [MfaFactor::WebAuthn, MfaFactor::Totp];
            kinds.into_iter().find(|kind| is_kind(factor, *kind))
        };
        let mut found: Vec<MfaFactor> = held.iter().filter_map(kind).collect();
        found.dedup();
        if self.user.primary_phone.is_some() {
            found.push(MfaFactor::PhoneVerificationCode);
        }
        if self.user.primary_email.is_some() {
            found.push(MfaFactor::EmailVerificationCode);
        }
        if held.iter().any(|set| is_kind(set, MfaFactor::BackupCode) && unused(set) > Some(0)) {
            found.push(MfaFactor::BackupCode);
        }
        found.retain(|factor| self.is_enabled(*factor));
        found
    }

    /// Where codes go, or would.
    fn masked(&self) -> MaskedIdentifiers {
        let if_enabled = |factor, address: &Option<String>, mask: fn(&str) -> String| {
            address.as_deref().filter(|_| self.is_enabled(factor)).map(mask)
        };
        MaskedIdentifiers {
            email_verification_code: if_enabled(
                MfaFactor::EmailVerificationCode,
                &self.user.primary_email,
                masked_email,
            ),
            phone_verification_code: if_enabled(
                MfaFactor::PhoneVerificationCode,
                &self.user.primary_phone,
                masked_phone,
            ),
        }
    }

    /// Refuses with `session.mfa.require_mfa_verification` who signs in, has a second factor and
    /// has not given it.
    pub fn require_verification(&self) -> Result<(), Rejection> {
        if self.experience.event != InteractionEvent::SignIn {
            return Ok(());
        }
        let available_factors = self.factors();
        let has_opted_out = choice(self.user, "enabled") == Some(false)
            || choice(self.user, "skipMfaOnSignIn") == Some(true);
        // Which sign-ins are a risk is not judged yet, so that each is one.
        let may_skip = !self.is_demanded() && has_opted_out;
        if may_skip || self.is_verified() || available_factors.is_empty() {
            return Ok(());
        }
        let masked_identifiers = self.masked();
        let facts = MfaRequired { available_factors, masked_identifiers };
        let refusal = reject(403, ErrorCode::SessionMfaRequireMfaVerification);
        Err(refusal.with_data(json!(facts)))
    }

    /// Whether one of the account's factors was given; what is just being set up is no proof.
    fn is_verified(&self) -> bool {
        let own = self.experience.records.iter().filter(|record| self.is_own(record));
        own.filter_map(Record::proves_factor).any(|factor| self.is_enabled(factor))
    }

    /// Whether a proof is about this account and no other.
    fn is_own(&self, record: &Record) -> bool {
        let name = record.strategy().identifies();
        match name.map(|name| name.user_key(&self.settings.username_policy)) {
            Some(UserKey::Email(key)) => self.user.email_key.as_ref() == Some(&key),
            Some(UserKey::Phone(key)) => self.user.phone_key.as_ref() == Some(&key),
            Some(UserKey::Username(_)) => false,
            None => record.strategy().proves(&self.user.id),
        }
    }

    /// What the account has or will have, backup codes apart.
    fn own(&self) -> Vec<MfaFactor> {
        let mut own = self.factors();
        let profile = &self.experience.profile;
        let staged = self.experience.mfa.factors.iter();
        let staged = staged.filter_map(|it| OFFERED.into_iter().find(|kind| is_kind(it, *kind)));
        own.extend(staged);
        if profile.primary_phone.is_some() {
            own.push(MfaFactor::PhoneVerificationCode);
        }
        if profile.primary_email.is_some() {
            own.push(MfaFactor::EmailVerificationCode);
        }
        own.retain(|factor| *factor != MfaFactor::BackupCode && self.is_enabled(*factor));
        own
    }

    /// Whether the account has or will have a factor beside backup codes.
    pub fn has_factor(&self) -> bool {
        !self.own().is_empty()
    }

    fn has_skipped(&self) -> bool {
        self.experience.mfa.skipped == Some(true) || choice(self.user, "skipped") == Some(true)
    }

    /// Whether this policy says nothing while somebody registers.
    fn is_for_later(&self) -> bool {
        let registers = self.experience.event == InteractionEvent::Register;
        registers && self.settings.mfa.policy.is_only_at_sign_in()
    }

    /// Whether the account turns out to be one whose owner wants second factors; refuses with
    /// `user.suggest_mfa` where nobody has asked yet.
    pub fn suggest(&self) -> Result<Option<bool>, Rejection> {
        let mfa = &self.settings.mfa;
        let wants = self.experience.mfa.enabled.or_else(|| choice(self.user, "enabled"));
        if mfa.factors.is_empty()
            || self.is_demanded()
            || mfa.policy == MfaPolicy::NoPrompt
            || self.is_for_later()
            || self.has_skipped()
        {
            return Ok(None);
        }
        match wants {
            Some(true) => Ok(None),
            None if !self.factors().is_empty() => Ok(Some(true)),
            None | Some(false) => Err(reject(422, ErrorCode::UserSuggestMfa)),
        }
    }

    /// Refuses who must set up a factor first: `user.missing_mfa`,
    /// `session.mfa.suggest_additional_mfa` or `session.mfa.backup_code_required`.
    pub fn fulfil(&self) -> Result<(), Rejection> {
        let mfa = &self.settings.mfa;
        let is_free =
            !self.is_demanded() && (mfa.policy == MfaPolicy::NoPrompt || self.has_skipped());
        if mfa.factors.is_empty() || is_free || (self.is_for_later() && !self.by_organization) {
            return Ok(());
        }
        let own = self.own();
        let offered = |wanted: &dyn Fn(MfaFactor) -> bool| -> Vec<MfaFactor> {
            OFFERED.into_iter().filter(|it| self.is_enabled(*it) && wanted(*it)).collect()
        };
        if own.is_empty() {
            let facts = MfaMissing {
                available_factors: offered(&|_| true),
                skippable: (!self.is_demanded()).then_some(true),
                ..MfaMissing::default()
            };
            return Err(reject(422, ErrorCode::UserMissingMfa).with_data(json!(facts)));
        }
        let others = offered(&|factor| !own.contains(&factor));
        if !others.is_empty() && !self.has_skipped_suggestion() && self.all_sign_in(&own) {
            let facts = MfaMissing {
                available_factors: others,
                skippable: Some(true),
                suggestion: Some(true),
                masked_identifiers: Some(self.masked()),
                is_web_authn_used_as_sign_in_passkey: Some(own.contains(&MfaFactor::WebAuthn)),
            };
            let refusal = reject(422, ErrorCode::SessionMfaSuggestAdditionalMfa);
            return Err(refusal.with_data(json!(facts)));
        }
        let has_codes = self.factors().contains(&MfaFactor::BackupCode)
            || self.experience.mfa.holds(MfaFactor::BackupCode);
        if self.is_enabled(MfaFactor::BackupCode) && !has_codes {
            return Err(reject(422, ErrorCode::SessionMfaBackupCodeRequired));
        }
        Ok(())
    }

    fn has_skipped_suggestion(&self) -> bool {
        let name = factors::SUGGESTION_SKIPPED;
        self.experience.mfa.suggestion_skipped == Some(true)
            || choice(self.user, name) == Some(true)
    }

    /// Whether each of these also signs somebody in on its own.
    fn all_sign_in(&self, own: &[MfaFactor]) -> bool {
        own.iter().all(|factor| match factor {
            MfaFactor::EmailVerificationCode => {
                is_sign_up_identifier(&self.settings.sign_up, IdentifierType::Email)
            }
            MfaFactor::PhoneVerificationCode => {
                is_sign_up_identifier(&self.settings.sign_up, IdentifierType::Phone)
            }
            MfaFactor::WebAuthn => self.settings.passkey_sign_in.enabled == Some(true),
            MfaFactor::Totp | MfaFactor::BackupCode => false,
        })
    }
}

/// `a***@example.com`
fn masked_email(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    format!("{}***@{domain}", local.chars().next().unwrap_or_default())
}

/// `***4567`
fn masked_phone(number: &str) -> String {
    format!("***{}", number.get(number.len().saturating_sub(4)..).unwrap_or_default())
}
