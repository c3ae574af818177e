//! Rules for the ways in: whatever is offered works.

use crate::flows::error::invalid_input;
use crate::flows::error::{Rejection, reject};
use crate::flows::management::connectors::Delivery;
use serde_json::json;
use vestibule_shared::ErrorCode;
use vestibule_shared::experience::IdentifierType;
use vestibule_shared::sign_in_experience::{
    ForgotPasswordMethod, SignIn, SignInExperience, SignInExperiencePatch, SignInMethod, SignUp,
    SignUpIdentifier,
};

/// Checks what is sent, as it will stand beside what is not.
pub fn check(
    patch: &SignInExperiencePatch,
    next: &SignInExperience,
    delivery: Delivery,
) -> Result<(), Rejection> {
    if patch.sign_up.is_some() {
        check_sign_up(&next.sign_up, delivery)?;
    }
    if patch.sign_in.is_some() {
        check_sign_in(&next.sign_in, delivery)?;
    }
    if patch.sign_in.is_some() || patch.sign_up.is_some() {
        check_together(&next.sign_in, &next.sign_up)?;
    }
    if patch.forgot_password_methods.is_some() {
        check_forgot_password(next, delivery)?;
    }
    if patch.password_expiration.is_some() || patch.forgot_password_methods.is_some() {
        require_password_renewal(next, delivery)?;
    }
    Ok(())
}

/// Refuses that passwords expire where nobody could set a new one.
pub fn require_password_renewal(
    experience: &SignInExperience,
    delivery: Delivery,
) -> Result<(), Rejection> {
    use ForgotPasswordMethod::{EmailVerificationCode, PhoneVerificationCode};
    let methods = experience.forgot_password_methods.as_deref();
    let methods = methods.unwrap_or(&[EmailVerificationCode, PhoneVerificationCode]);
    let works = methods.iter().any(|method| reaches(*method, delivery));
    if works || !experience.password_expiration.enabled {
        return Ok(());
    }
    Err(reject(422, ErrorCode::SieExpirationRequiresForgotPassword))
}

fn reaches(method: ForgotPasswordMethod, delivery: Delivery) -> bool {
    match method {
        ForgotPasswordMethod::EmailVerificationCode => delivery.email,
        ForgotPasswordMethod::PhoneVerificationCode => delivery.sms,
    }
}

fn check_sign_up(sign_up: &SignUp, delivery: Delivery) -> Result<(), Rejection> {
    let secondary = sign_up.secondary_identifiers.as_deref().unwrap_or_default();
    if sign_up.identifiers.is_empty() && !secondary.is_empty() {
        return Err(reject(400, ErrorCode::SieMissingSignUpIdentifiers));
    }
    let primary = sign_up.identifiers.iter().map(|it| (as_sign_up(*it), sign_up.verify));
    let secondary = secondary.iter().map(|it| (it.identifier, it.verify == Some(true)));
    let all: Vec<(SignUpIdentifier, bool)> = primary.chain(secondary).collect();
    let names: Vec<SignUpIdentifier> = all.iter().map(|(name, _)| *name).collect();
    if has_duplicates(&names) {
        return Err(reject(400, ErrorCode::SieDuplicatedSignUpIdentifiers));
    }
    for (name, is_verified) in all {
        if name != SignUpIdentifier::Username && !is_verified {
            return Err(reject(400, ErrorCode::SiePasswordlessRequiresVerify));
        }
        let (email, sms) = needs(name);
        require_connectors(email, sms, delivery)?;
    }
    Ok(())
}

fn check_sign_in(sign_in: &SignIn, delivery: Delivery) -> Result<(), Rejection> {
    let names: Vec<IdentifierType> = sign_in.methods.iter().map(|it| it.identifier).collect();
    if has_duplicates(&names) {
        return Err(invalid_input("signIn.methods", "an identifier is listed twice"));
    }
    for method in &sign_in.methods {
        let takes_code = takes_code(method);
        if !method.password && !takes_code {
            return Err(reject(400, ErrorCode::SieAtLeastOneFactor));
        }
        let (email, sms) = needs(as_sign_up(method.identifier));
        require_connectors(email && takes_code, sms && takes_code, delivery)?;
    }
    Ok(())
}

/// Who registers with a code alone can come back with a code.
fn check_together(sign_in: &SignIn, sign_up: &SignUp) -> Result<(), Rejection> {
    let mut methods = sign_in.methods.iter();
    let can_come_back = !sign_up.verify
        || sign_up.password
        || methods.all(|it| it.identifier == IdentifierType::Username || it.verification_code);
    if can_come_back { Ok(()) } else { Err(reject(400, ErrorCode::SieCodeSignInMustBeEnabled)) }
}

fn check_forgot_password(next: &SignInExperience, delivery: Delivery) -> Result<(), Rejection> {
    let methods = next.forgot_password_methods.as_deref().unwrap_or_default();
    if has_duplicates(methods) {
        return Err(invalid_input("forgotPasswordMethods", "a method is listed twice"));
    }
    match methods.iter().find(|method| !reaches(**method, delivery)) {
        None => Ok(()),
        Some(method) => Err(reject(400, ErrorCode::SieForgotPasswordRequiresConnector)
            .with_data(json!({ "method": method }))),
    }
}

/// No code can be sent to a user name.
fn takes_code(method: &SignInMethod) -> bool {
    method.verification_code && method.identifier != IdentifierType::Username
}

fn as_sign_up(identifier: IdentifierType) -> SignUpIdentifier {
    match identifier {
        IdentifierType::Username => SignUpIdentifier::Username,
        IdentifierType::Email => SignUpIdentifier::Email,
        IdentifierType::Phone => SignUpIdentifier::Phone,
    }
}

/// Whether codes for it leave by e-mail, and by SMS.
fn needs(identifier: SignUpIdentifier) -> (bool, bool) {
    match identifier {
        SignUpIdentifier::Username => (false, false),
        SignUpIdentifier::Email => (true, false),
        SignUpIdentifier::Phone => (false, true),
        SignUpIdentifier::EmailOrPhone => (true, true),
    }
}

fn require_connectors(email: bool, sms: bool, delivery: Delivery) -> Result<(), Rejection> {
    let missing = |kind: &str| {
        reject(400, ErrorCode::SieEnabledConnectorNotFound).with_data(json!({ "type": kind }))
    };
    if email && !delivery.email {
        Err(missing("Email"))
    } else if sms && !delivery.sms {
        Err(missing("Sms"))
    } else {
        Ok(())
    }
}

fn has_duplicates<T: PartialEq>(items: &[T]) -> bool {
    // More of them than there are kinds, and two are the same: this stays short.
    items.iter().enumerate().any(|(index, item)| items.iter().take(index).any(|it| it == item))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed;
    use serde_json::Value;

    const ALL: Delivery = Delivery { email: true, sms: true };
    const NONE: Delivery = Delivery { email: false, sms: false };

    fn refusal(patch: Value, delivery: Delivery) -> Option<(u16, ErrorCode)> {
        let patch: SignInExperiencePatch = serde_json::from_value(patch).unwrap();
        let next = super::super::apply(&seed::sign_in_experience(), patch.clone(), 1);
        check(&patch, &next, delivery).err().map(|it| (it.status, it.code))
    }

    fn sign_up(identifiers: Value, verify: bool, secondary: Value) -> Value {
        json!({ "signUp": {
            "identifiers": identifiers, "password": true, "verify": verify,
            "secondaryIdentifiers": secondary,
        } })
    }

    fn method(identifier: &str, password: bool, code: bool) -> Value {
        json!({
            "identifier": identifier, "password": password, "verificationCode": code,
            "isPasswordPrimary": true,
        })
    }

    #[test]
    fn sign_up_identifiers_are_complete_and_proved() {
        use ErrorCode::*;
        let code = |body: Value| refusal(body, ALL).map(|it| it.1);
        let email = |verify: bool| json!([{ "identifier": "email", "verify": verify }]);
        assert_eq!(code(sign_up(json!([]), false, json!([]))), None);
        assert_eq!(code(sign_up(json!(["username"]), false, email(true))), None);
        assert_eq!(code(sign_up(json!(["email", "phone"]), true, json!([]))), None);
        let missing = Some(SieMissingSignUpIdentifiers);
        assert_eq!(code(sign_up(json!([]), true, email(true))), missing);
        let twice = Some(SieDuplicatedSignUpIdentifiers);
        assert_eq!(code(sign_up(json!(["email"]), true, email(true))), twice);
        assert_eq!(code(sign_up(json!(["email", "email"]), true, json!([]))), twice);
        let unproved = Some(SiePasswordlessRequiresVerify);
        assert_eq!(code(sign_up(json!(["email"]), false, json!([]))), unproved);
        assert_eq!(code(sign_up(json!(["username"]), false, email(false))), unproved);
        let either = json!([{ "identifier": "emailOrPhone" }]);
        assert_eq!(code(sign_up(json!(["username"]), false, either)), unproved);
    }

    #[test]
    fn codes_need_a_way_out() {
        let refused = Some((400, ErrorCode::SieEnabledConnectorNotFound));
        let email_only = Delivery { email: true, sms: false };
        assert_eq!(refusal(sign_up(json!(["email"]), true, json!([])), NONE), refused);
        assert_eq!(refusal(sign_up(json!(["phone"]), true, json!([])), email_only), refused);
        let either = json!([{ "identifier": "emailOrPhone", "verify": true }]);
        assert_eq!(refusal(sign_up(json!(["username"]), false, either), email_only), refused);
        let sign_in = |methods: Value| json!({ "signIn": { "methods": methods } });
        assert_eq!(refusal(sign_in(json!([method("email", true, true)])), NONE), refused);
        assert_eq!(refusal(sign_in(json!([method("phone", true, true)])), email_only), refused);
        assert_eq!(refusal(sign_in(json!([method("email", true, false)])), NONE), None);
    }

    #[test]
    fn every_method_has_a_factor() {
        let of = |methods: Value| refusal(json!({ "signIn": { "methods": methods } }), ALL);
        let refused = Some((400, ErrorCode::SieAtLeastOneFactor));
        assert_eq!(of(json!([method("email", false, false)])), refused);
        assert_eq!(of(json!([method("username", false, true)])), refused);
        assert_eq!(
            of(json!([method("email", false, true), method("username", true, false)])),
            None
        );
        assert_eq!(of(json!([])), None);
        let twice = json!([method("email", false, true), method("email", true, false)]);
        assert_eq!(of(twice), Some((400, ErrorCode::GuardInvalidInput)));
    }

    #[test]
    fn who_registers_by_code_can_sign_in_by_code() {
        let by_code = |code: bool| {
            json!({
                "signUp": { "identifiers": ["email"], "password": false, "verify": true },
                "signIn": { "methods": [
                    method("email", true, code),
                    method("username", true, false),
                ] },
            })
        };
        assert_eq!(refusal(by_code(true), ALL), None);
        let refused = Some((400, ErrorCode::SieCodeSignInMustBeEnabled));
        assert_eq!(refusal(by_code(false), ALL), refused);
    }

    #[test]
    fn a_way_to_reset_a_password_has_its_connector() {
        let of = |delivery| {
            refusal(json!({ "forgotPasswordMethods": ["PhoneVerificationCode"] }), delivery)
        };
        assert_eq!(of(ALL), None);
        let refused = Some((400, ErrorCode::SieForgotPasswordRequiresConnector));
        assert_eq!(of(Delivery { email: true, sms: false }), refused);
        assert_eq!(refusal(json!({ "forgotPasswordMethods": null }), NONE), None);
    }

    #[test]
    fn passwords_that_expire_can_be_renewed() {
        let expiring = |methods: Value| {
            json!({
                "passwordExpiration": { "enabled": true, "validPeriodDays": 30 },
                "forgotPasswordMethods": methods,
            })
        };
        let refused = Some((422, ErrorCode::SieExpirationRequiresForgotPassword));
        assert_eq!(refusal(expiring(json!(["EmailVerificationCode"])), ALL), None);
        assert_eq!(refusal(expiring(json!([])), ALL), refused);
        assert_eq!(refusal(expiring(json!(null)), ALL), None);
        assert_eq!(refusal(expiring(json!(null)), NONE), refused);
    }

    #[test]
    fn what_is_not_sent_is_not_checked_again() {
        assert_eq!(refusal(json!({ "signInMode": "SignIn" }), NONE), None);
    }
}
