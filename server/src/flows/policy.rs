//! Decisions that follow from the sign-in experience: what is allowed, what is missing.

mod email_blocklist;

pub use email_blocklist::{check as check_email, is_valid_entry as is_valid_blocklist_entry};

use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::interaction::StagedProfile;
use crate::flows::verification::Strategy;
use crate::state::App;
use serde_json::json;
use vestibule_passwords::policy::{self as password_policy, UserFacts};
use vestibule_shared::ErrorCode;
use vestibule_shared::experience::{
    IdentifierType, InteractionEvent, MissingProfile, MissingProfileField,
};
use vestibule_shared::sign_in_experience::{
    PasswordPolicy, SignInExperience, SignInMode, SignUp, SignUpIdentifier,
};
use vestibule_store::Millis;
use vestibule_store::users::UserRow;

/// The algorithm of digests that this server makes.
pub const OUR_ALGORITHM: &str = "Argon2id";

const DAY: Millis = 24 * 60 * 60 * 1000;

/// Whether the sign-in mode allows an event.
pub fn allow_event(mode: SignInMode, event: InteractionEvent) -> Result<(), Rejection> {
    let allowed = match event {
        InteractionEvent::SignIn => mode != SignInMode::Register,
        InteractionEvent::Register => mode != SignInMode::SignIn,
        InteractionEvent::ForgotPassword => true,
    };
    if allowed { Ok(()) } else { Err(reject(403, ErrorCode::AuthForbidden)) }
}

/// Whether a proof may be used to find an account for this event.
pub fn allow_strategy(
    experience: &SignInExperience,
    event: InteractionEvent,
    strategy: &dyn Strategy,
) -> Result<(), Rejection> {
    match event {
        InteractionEvent::SignIn if strategy.may_sign_in(&experience.sign_in.methods) => Ok(()),
        InteractionEvent::ForgotPassword => {
            let methods = experience.forgot_password_methods.as_deref();
            let allowed = strategy
                .resets_password()
                .is_some_and(|method| methods.is_none_or(|methods| methods.contains(&method)));
            let refusal = reject(422, ErrorCode::SessionNotSupportedForForgotPassword);
            if allowed { Ok(()) } else { Err(refusal) }
        }
        InteractionEvent::SignIn | InteractionEvent::Register => {
            Err(reject(422, ErrorCode::UserSignInMethodNotEnabled))
        }
    }
}

/// Whether an identifier is among those that registration asks for.
pub fn is_sign_up_identifier(sign_up: &SignUp, kind: IdentifierType) -> bool {
    let secondary = sign_up.secondary_identifiers.iter().flatten();
    sign_up.identifiers.contains(&kind)
        || secondary.map(|it| it.identifier).any(|it| match it {
            SignUpIdentifier::Username => kind == IdentifierType::Username,
            SignUpIdentifier::Email => kind == IdentifierType::Email,
            SignUpIdentifier::Phone => kind == IdentifierType::Phone,
            SignUpIdentifier::EmailOrPhone => kind != IdentifierType::Username,
        })
}

/// What the sign-in experience demands of every account and this one does not have.
pub fn missing_profile(
    sign_up: &SignUp,
    user: Option<&UserRow>,
    staged: &StagedProfile,
) -> Vec<MissingProfileField> {
    let has = |of_user: fn(&UserRow) -> &Option<String>, staged: &Option<String>| {
        staged.is_some() || user.is_some_and(|user| of_user(user).is_some())
    };
    let username = has(|user| &user.username, &staged.username);
    let email = has(|user| &user.primary_email, &staged.primary_email);
    let phone = has(|user| &user.primary_phone, &staged.primary_phone);
    let has_identity = user.is_some_and(|user| !user.identities.0.is_empty());
    let password = has(|user| &user.password_digest, &staged.password_digest) || has_identity;

    let mut missing = Vec::new();
    for field in demanded(sign_up) {
        let is_there = match field {
            MissingProfileField::Username => username,
            MissingProfileField::Email => email,
            MissingProfileField::Phone => phone,
            MissingProfileField::EmailOrPhone => email || phone,
            MissingProfileField::Password => password,
        };
        if !is_there && !missing.contains(&field) {
            missing.push(field);
        }
    }
    missing
}

fn demanded(sign_up: &SignUp) -> Vec<MissingProfileField> {
    let has = |kind| sign_up.identifiers.contains(&kind);
    let mut fields = Vec::new();
    if has(IdentifierType::Username) {
        fields.push(MissingProfileField::Username);
    }
    match (has(IdentifierType::Email), has(IdentifierType::Phone)) {
        (true, true) => fields.push(MissingProfileField::EmailOrPhone),
        (true, false) => fields.push(MissingProfileField::Email),
        (false, true) => fields.push(MissingProfileField::Phone),
        (false, false) => {}
    }
    let secondary = sign_up.secondary_identifiers.iter().flatten();
    fields.extend(secondary.map(|it| match it.identifier {
        SignUpIdentifier::Username => MissingProfileField::Username,
        SignUpIdentifier::Email => MissingProfileField::Email,
        SignUpIdentifier::Phone => MissingProfileField::Phone,
        SignUpIdentifier::EmailOrPhone => MissingProfileField::EmailOrPhone,
    }));
    if sign_up.password {
        fields.push(MissingProfileField::Password);
    }
    fields
}

/// Refuses with `user.missing_profile` when something is missing.
pub fn require_profile(
    sign_up: &SignUp,
    user: Option<&UserRow>,
    staged: &StagedProfile,
) -> Result<(), Rejection> {
    let missing_profile = missing_profile(sign_up, user, staged);
    if missing_profile.is_empty() {
        return Ok(());
    }
    let facts = json!(MissingProfile { missing_profile });
    Err(reject(422, ErrorCode::UserMissingProfile).with_data(facts))
}

/// Whether a new password is needed before this one may be used again.
pub fn is_password_expired(user: &UserRow, experience: &SignInExperience, now: Millis) -> bool {
    let policy = &experience.password_expiration;
    let Some(days) = policy.valid_period_days.filter(|_| policy.enabled) else { return false };
    let reference = user.password_updated_at.or(policy.enabled_at).unwrap_or(user.created_at);
    user.is_password_expired || now >= reference + Millis::from(days) * DAY
}

/// The rules for passwords with the defaults of the contract filled in.
pub fn password_rules(policy: &PasswordPolicy) -> password_policy::PasswordPolicy {
    let filled = serde_json::to_value(policy).and_then(serde_json::from_value);
    filled.unwrap_or_default()
}

/// Refuses a password that breaks the rules, with every rule that it breaks.
pub fn check_password(app: &App, password: &str, facts: &UserFacts) -> Result<(), FlowError> {
    let policy = password_rules(&app.catalog.snapshot().experience.password_policy);
    let issues = password_policy::check(password, &policy, facts, &app.breached);
    if issues.is_empty() {
        return Ok(());
    }
    Err(reject(422, ErrorCode::PasswordRejected).with_data(json!(issues)).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed;
    use vestibule_shared::sign_in_experience::SecondaryIdentifier;

    fn sign_up(identifiers: &[IdentifierType], password: bool) -> SignUp {
        SignUp {
            identifiers: identifiers.to_vec(),
            password,
            verify: true,
            secondary_identifiers: None,
        }
    }

    #[test]
    fn email_and_phone_together_mean_one_of_them() {
        let rules = sign_up(&[IdentifierType::Email, IdentifierType::Phone], true);
        let missing = missing_profile(&rules, None, &StagedProfile::default());
        assert_eq!(missing, [MissingProfileField::EmailOrPhone, MissingProfileField::Password]);
        let staged = StagedProfile {
            primary_phone: Some("491701234567".into()),
            password_digest: Some("digest".into()),
            ..StagedProfile::default()
        };
        assert!(require_profile(&rules, None, &staged).is_ok());
    }

    #[test]
    fn secondary_identifiers_come_after_the_primary_one() {
        let mut rules = sign_up(&[IdentifierType::Username], true);
        rules.secondary_identifiers = Some(vec![SecondaryIdentifier {
            identifier: SignUpIdentifier::Email,
            verify: Some(true),
        }]);
        let missing = missing_profile(&rules, None, &StagedProfile::default());
        use MissingProfileField::{Email, Password, Username};
        assert_eq!(missing, [Username, Email, Password]);
        let user = UserRow { username: Some("ann".into()), ..UserRow::default() };
        let missing = missing_profile(&rules, Some(&user), &StagedProfile::default());
        assert_eq!(missing, [Email, Password]);
    }

    #[test]
    fn the_mode_decides_which_events_there_are() {
        use InteractionEvent::{ForgotPassword, Register, SignIn};
        assert!(allow_event(SignInMode::SignIn, Register).is_err());
        assert!(allow_event(SignInMode::Register, SignIn).is_err());
        assert!(allow_event(SignInMode::SignInAndRegister, SignIn).is_ok());
        assert!(allow_event(SignInMode::Register, ForgotPassword).is_ok());
    }

    #[test]
    fn expiry_counts_from_the_last_change() {
        let mut experience = seed::sign_in_experience();
        experience.password_expiration.enabled = true;
        experience.password_expiration.valid_period_days = Some(30);
        let user = UserRow { password_updated_at: Some(0), ..UserRow::default() };
        assert!(!is_password_expired(&user, &experience, 30 * DAY - 1));
        assert!(is_password_expired(&user, &experience, 30 * DAY));
        experience.password_expiration.enabled = false;
        assert!(!is_password_expired(&user, &experience, 300 * DAY));
    }

    #[test]
    fn absent_rules_have_the_defaults_of_the_contract() {
        let rules = password_rules(&PasswordPolicy::default());
        assert_eq!((rules.length.min, rules.length.max), (8, 256));
        assert!(rules.rejects.pwned && rules.rejects.user_info);
    }
}
