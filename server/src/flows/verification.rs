//! Ways to prove who somebody is. Each strategy lives in its own file; a flow asks what has been
//! proved, not how.

pub mod backup_code;
pub mod new_password_identity;
pub mod password;
mod second_factor;
pub mod totp;
pub mod verification_code;

use crate::flows::identifier::AccountName;
use crate::flows::interaction::StagedProfile;
use backup_code::BackupCodeRecord;
use new_password_identity::NewPasswordIdentityRecord;
use password::PasswordRecord;
use serde::{Deserialize, Serialize};
use totp::TotpRecord;
use verification_code::CodeRecord;
use vestibule_shared::experience::{IdentifierType, PublicVerificationRecord};
use vestibule_shared::sign_in_experience::{ForgotPasswordMethod, MfaFactor, SignInMethod};

/// What a flow may ask of a verification record. What a strategy does not say, it is not good for.
pub trait Strategy {
    /// Names the record.
    fn id(&self) -> &str;
    /// Whether the proof was given.
    fn is_verified(&self) -> bool;
    /// Whose account is proved, if it proves one that is there.
    fn identifies(&self) -> Option<AccountName> {
        None
    }
    /// Whether it is a proof for this account, which has that name now; it may have been another's
    /// when the proof was given.
    fn proves(&self, user_id: &str) -> bool;
    /// Whether one of the enabled methods allows it to sign somebody in.
    fn may_sign_in(&self, _methods: &[SignInMethod]) -> bool {
        false
    }
    /// The name of this proof where a password is reset, if it is good for that.
    fn resets_password(&self) -> Option<ForgotPasswordMethod> {
        None
    }
    /// What it contributes to a new account, if it may create one.
    fn contributes(&self) -> Option<StagedProfile> {
        None
    }
    /// The public form.
    fn to_wire(&self) -> PublicVerificationRecord;
}

/// A verification record of any strategy.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "type")]
#[expect(missing_docs, reason = "the variants are the strategies")]
pub enum Record {
    Password(PasswordRecord),
    EmailVerificationCode(CodeRecord),
    PhoneVerificationCode(CodeRecord),
    MfaEmailVerificationCode(CodeRecord),
    MfaPhoneVerificationCode(CodeRecord),
    Totp(TotpRecord),
    BackupCode(BackupCodeRecord),
    NewPasswordIdentity(NewPasswordIdentityRecord),
}

impl Record {
    /// What the flows see of it.
    pub fn strategy(&self) -> &dyn Strategy {
        match self {
            Self::Password(record) => record,
            Self::EmailVerificationCode(record)
            | Self::PhoneVerificationCode(record)
            | Self::MfaEmailVerificationCode(record)
            | Self::MfaPhoneVerificationCode(record) => record,
            Self::Totp(record) => record,
            Self::BackupCode(record) => record,
            Self::NewPasswordIdentity(record) => record,
        }
    }

    /// Whether it belongs to an account that is known already.
    pub fn is_second_factor(&self) -> bool {
        matches!(
            self,
            Self::MfaEmailVerificationCode(_)
                | Self::MfaPhoneVerificationCode(_)
                | Self::Totp(_)
                | Self::BackupCode(_)
        )
    }

    /// The second factor of the account that was given with it. What is new to the account proves
    /// nothing.
    pub fn proves_factor(&self) -> Option<MfaFactor> {
        let factor = match self {
            Self::MfaEmailVerificationCode(_) => MfaFactor::EmailVerificationCode,
            Self::MfaPhoneVerificationCode(_) => MfaFactor::PhoneVerificationCode,
            Self::Totp(record) if !record.is_new() => MfaFactor::Totp,
            Self::BackupCode(_) => MfaFactor::BackupCode,
            Self::Totp(_)
            | Self::Password(_)
            | Self::EmailVerificationCode(_)
            | Self::PhoneVerificationCode(_)
            | Self::NewPasswordIdentity(_) => return None,
        };
        self.strategy().is_verified().then_some(factor)
    }
}

/// Whether one of the methods takes an identifier of this kind with the wanted factor.
fn any_method(
    methods: &[SignInMethod],
    kind: IdentifierType,
    factor: fn(&SignInMethod) -> bool,
) -> bool {
    methods.iter().any(|method| method.identifier == kind && factor(method))
}
