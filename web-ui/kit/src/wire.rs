//! Reads the types of the wire from JSON. The types are those of `vestibule-shared`; a test
//! compares every name with what the server writes.

use crate::json::Json;
use vestibule_shared::experience::{
    Identifier, IdentifierType, InteractionEvent, MaskedIdentifiers, MfaMissing, MfaRequired,
    MissingProfileField,
};
use vestibule_shared::sign_in_experience::{
    AgreeToTermsPolicy, Branding, Color, ForgotPassword, MfaFactor, PasswordCharacterTypes,
    PasswordLength, PasswordPolicy, PasswordRejects, SecondaryIdentifier, SignIn, SignInMethod,
    SignInMode, SignUp, SignUpIdentifier, UsernameCharacters, UsernamePolicy,
};

/// Reads an enum by the names of its variants.
macro_rules! by_name {
    ($(#[$doc:meta])* $function:ident -> $type:ident { $($name:literal => $variant:ident,)+ }) => {
        $(#[$doc])*
        pub fn $function(json: &Json) -> Option<$type> {
            match json.text()?.as_str() {
                $($name => Some($type::$variant),)+
                _ => None,
            }
        }
    };
}

by_name! {
    /// Kind of identifier.
    identifier_type -> IdentifierType {
        "username" => Username,
        "email" => Email,
        "phone" => Phone,
    }
}

by_name! {
    /// What the person came to do.
    interaction_event -> InteractionEvent {
        "SignIn" => SignIn,
        "Register" => Register,
        "ForgotPassword" => ForgotPassword,
    }
}

by_name! {
    /// What an account lacks.
    missing_profile_field -> MissingProfileField {
        "username" => Username,
        "email" => Email,
        "phone" => Phone,
        "password" => Password,
        "emailOrPhone" => EmailOrPhone,
    }
}

by_name! {
    /// A second factor.
    mfa_factor -> MfaFactor {
        "Totp" => Totp,
        "WebAuthn" => WebAuthn,
        "BackupCode" => BackupCode,
        "EmailVerificationCode" => EmailVerificationCode,
        "PhoneVerificationCode" => PhoneVerificationCode,
    }
}

by_name! {
    /// A further identifier of the registration.
    sign_up_identifier -> SignUpIdentifier {
        "username" => Username,
        "email" => Email,
        "phone" => Phone,
        "emailOrPhone" => EmailOrPhone,
    }
}

by_name! {
    /// When a person must agree to the terms.
    agree_to_terms_policy -> AgreeToTermsPolicy {
        "Automatic" => Automatic,
        "ManualRegistrationOnly" => ManualRegistrationOnly,
        "Manual" => Manual,
    }
}

by_name! {
    /// Which of signing in and registering is open.
    sign_in_mode -> SignInMode {
        "SignIn" => SignIn,
        "Register" => Register,
        "SignInAndRegister" => SignInAndRegister,
    }
}

/// An identifier.
pub fn identifier(json: &Json) -> Option<Identifier> {
    let kind = identifier_type(&json.get("type"))?;
    Some(Identifier { kind, value: json.text_at("value")? })
}

/// Second factors by which somebody can go on.
pub fn mfa_required(json: &Json) -> Option<MfaRequired> {
    json.get("availableFactors").items()?;
    Some(MfaRequired {
        available_factors: json.items_at("availableFactors", |factor| mfa_factor(&factor)),
        masked_identifiers: masked_identifiers(&json.get("maskedIdentifiers")),
    })
}

/// Second factors that somebody can add. The addresses of the account are not read: they are
/// nothing to add.
pub fn mfa_missing(json: &Json) -> Option<MfaMissing> {
    json.get("availableFactors").items()?;
    Some(MfaMissing {
        available_factors: json.items_at("availableFactors", |factor| mfa_factor(&factor)),
        skippable: json.get("skippable").flag(),
        suggestion: json.get("suggestion").flag(),
        ..MfaMissing::default()
    })
}

/// Addresses of the account as far as they are shown.
pub fn masked_identifiers(json: &Json) -> MaskedIdentifiers {
    MaskedIdentifiers {
        email_verification_code: json.text_at("EmailVerificationCode"),
        phone_verification_code: json.text_at("PhoneVerificationCode"),
    }
}

/// Colours.
pub fn color(json: &Json) -> Color {
    Color {
        primary_color: json.text_at("primaryColor").unwrap_or_default(),
        is_dark_mode_enabled: json.flag_at("isDarkModeEnabled"),
        dark_primary_color: json.text_at("darkPrimaryColor").unwrap_or_default(),
    }
}

/// Pictures.
pub fn branding(json: &Json) -> Branding {
    Branding {
        logo_url: json.text_at("logoUrl"),
        dark_logo_url: json.text_at("darkLogoUrl"),
        favicon: json.text_at("favicon"),
        dark_favicon: json.text_at("darkFavicon"),
    }
}

/// Ways to sign in.
pub fn sign_in(json: &Json) -> SignIn {
    let method = |json: Json| {
        Some(SignInMethod {
            identifier: identifier_type(&json.get("identifier"))?,
            password: json.flag_at("password"),
            verification_code: json.flag_at("verificationCode"),
            is_password_primary: json.flag_at("isPasswordPrimary"),
        })
    };
    SignIn { methods: json.items_at("methods", method) }
}

/// What registration asks for.
pub fn sign_up(json: &Json) -> SignUp {
    let secondary = |json: Json| {
        let identifier = sign_up_identifier(&json.get("identifier"))?;
        Some(SecondaryIdentifier { identifier, verify: json.get("verify").flag() })
    };
    SignUp {
        identifiers: json.items_at("identifiers", |json| identifier_type(&json)),
        password: json.flag_at("password"),
        verify: json.flag_at("verify"),
        secondary_identifiers: Some(json.items_at("secondaryIdentifiers", secondary)),
    }
}

/// Rules for passwords.
pub fn password_policy(json: &Json) -> PasswordPolicy {
    let (length, types, rejects) =
        (json.get("length"), json.get("characterTypes"), json.get("rejects"));
    PasswordPolicy {
        length: Some(PasswordLength { min: length.number_at("min"), max: length.number_at("max") }),
        character_types: Some(PasswordCharacterTypes { min: types.number_at("min") }),
        rejects: Some(PasswordRejects {
            pwned: rejects.get("pwned").flag(),
            repetition_and_sequence: rejects.get("repetitionAndSequence").flag(),
            user_info: rejects.get("userInfo").flag(),
            words: Some(rejects.items_at("words", |word| word.text())),
        }),
    }
}

/// Ways to replace a forgotten password.
pub fn forgot_password(json: &Json) -> ForgotPassword {
    ForgotPassword { email: json.flag_at("email"), phone: json.flag_at("phone") }
}

/// Rules for usernames.
pub fn username_policy(json: &Json) -> UsernamePolicy {
    let allowed = json.get("allowedChars");
    UsernamePolicy {
        case_sensitive: json.flag_at("caseSensitive"),
        min_length: json.number_at("minLength").unwrap_or(1),
        max_length: json.number_at("maxLength").unwrap_or(128),
        allowed_chars: UsernameCharacters {
            lowercase: allowed.flag_at("lowercase"),
            uppercase: allowed.flag_at("uppercase"),
            numbers: allowed.flag_at("numbers"),
            underscore: allowed.flag_at("underscore"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;
    use std::fmt::Debug;

    /// What is written is read.
    fn round<T: Serialize + Clone + PartialEq + Debug>(read: fn(&Json) -> T, values: &[T]) {
        for value in values {
            let json = Json::from(serde_json::to_value(value).unwrap());
            assert_eq!(read(&json), *value);
        }
    }

    #[test]
    fn names_of_variants_are_those_of_the_wire() {
        use IdentifierType::{Email, Phone, Username};
        round(identifier_type, &[Some(Username), Some(Email), Some(Phone), None]);
        use InteractionEvent::{ForgotPassword, Register, SignIn};
        round(interaction_event, &[Some(SignIn), Some(Register), Some(ForgotPassword)]);
        use MissingProfileField as Field;
        round(
            missing_profile_field,
            &[Field::Username, Field::Email, Field::Phone, Field::Password, Field::EmailOrPhone]
                .map(Some),
        );
        use SignUpIdentifier as Further;
        round(
            sign_up_identifier,
            &[Further::Username, Further::Email, Further::Phone, Further::EmailOrPhone].map(Some),
        );
        use MfaFactor::{BackupCode, EmailVerificationCode, PhoneVerificationCode};
        use MfaFactor::{Totp, WebAuthn};
        let codes = [BackupCode, EmailVerificationCode, PhoneVerificationCode].map(Some);
        round(mfa_factor, &codes);
        round(mfa_factor, &[Some(Totp), Some(WebAuthn)]);
        use AgreeToTermsPolicy::{Automatic, Manual, ManualRegistrationOnly};
        round(
            agree_to_terms_policy,
            &[Some(Automatic), Some(Manual), Some(ManualRegistrationOnly)],
        );
        use SignInMode as Mode;
        round(sign_in_mode, &[Mode::SignIn, Mode::Register, Mode::SignInAndRegister].map(Some));
    }

    #[test]
    fn names_of_fields_are_those_of_the_wire() {
        round(
            identifier,
            &[Some(Identifier { kind: IdentifierType::Email, value: "a@b.c".into() })],
        );
        round(
            color,
            &[Color {
                primary_color: "#123".into(),
                is_dark_mode_enabled: true,
                dark_primary_color: "#456".into(),
            }],
        );
        let all = ["a", "b", "c", "d"].map(|text| Some(text.to_owned()));
        let [logo_url, dark_logo_url, favicon, dark_favicon] = all;
        round(branding, &[Branding { logo_url, dark_logo_url, favicon, dark_favicon }]);
        round(forgot_password, &[ForgotPassword { email: true, phone: false }]);
        round(forgot_password, &[ForgotPassword { email: false, phone: true }]);
    }

    #[test]
    fn second_factors_are_read() {
        let required = |masked_identifiers| {
            let available_factors = vec![MfaFactor::Totp, MfaFactor::BackupCode];
            Some(MfaRequired { available_factors, masked_identifiers })
        };
        let address = || Some("a***@example.com".to_owned());
        let email = MaskedIdentifiers {
            email_verification_code: address(),
            ..MaskedIdentifiers::default()
        };
        let phone = MaskedIdentifiers {
            phone_verification_code: address(),
            ..MaskedIdentifiers::default()
        };
        round(mfa_required, &[None, required(email), required(phone)]);
        let missing = |skippable, suggestion| {
            let available_factors = vec![MfaFactor::EmailVerificationCode];
            Some(MfaMissing { available_factors, skippable, suggestion, ..MfaMissing::default() })
        };
        round(mfa_missing, &[None, missing(None, None), missing(Some(true), None)]);
        round(mfa_missing, &[missing(None, Some(true))]);
    }

    #[test]
    fn methods_and_registration_are_read() {
        let method = |which: [bool; 3]| SignInMethod {
            identifier: IdentifierType::Phone,
            password: which[0],
            verification_code: which[1],
            is_password_primary: which[2],
        };
        let methods = vec![
            method([true, false, false]),
            method([false, true, false]),
            method([false, false, true]),
        ];
        round(sign_in, &[SignIn { methods }]);
        let further =
            SecondaryIdentifier { identifier: SignUpIdentifier::Email, verify: Some(true) };
        let sign_up_of = |password| SignUp {
            identifiers: vec![IdentifierType::Username],
            password,
            verify: !password,
            secondary_identifiers: Some(vec![further.clone()]),
        };
        round(sign_up, &[sign_up_of(true), sign_up_of(false)]);
    }

    #[test]
    fn policies_are_read() {
        round(
            password_policy,
            &[PasswordPolicy {
                length: Some(PasswordLength { min: Some(9), max: Some(20) }),
                character_types: Some(PasswordCharacterTypes { min: Some(2) }),
                rejects: Some(PasswordRejects {
                    pwned: Some(false),
                    repetition_and_sequence: Some(true),
                    user_info: None,
                    words: Some(vec!["acme".into()]),
                }),
            }],
        );
        let characters = |which: [bool; 4]| UsernameCharacters {
            lowercase: which[0],
            uppercase: which[1],
            numbers: which[2],
            underscore: which[3],
        };
        let policy = |which| UsernamePolicy {
            case_sensitive: which == [true, false, false, false],
            min_length: 2,
            max_length: 30,
            allowed_chars: characters(which),
        };
        round(
            username_policy,
            &[
                policy([true, false, false, false]),
                policy([false, true, false, false]),
                policy([false, false, true, false]),
                policy([false, false, false, true]),
            ],
        );
    }
}
