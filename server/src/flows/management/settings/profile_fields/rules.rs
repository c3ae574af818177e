//! What a field may be called, and what its settings must keep to.

use crate::flows::error::{Rejection, invalid_input, reject};
use std::collections::BTreeSet;
use vestibule_shared::ErrorCode;
use vestibule_shared::profile_field::{
    ProfileFieldConfig, ProfileFieldPart, ProfileFieldType, PutProfileField,
};

/// Names that already mean a way to sign in.
const IDENTIFIERS: [&str; 5] = ["username", "email", "phone", "primaryEmail", "primaryPhone"];
/// Properties of an account that are not the person's to answer.
const BUILT_IN: [&str; 17] = [
    "applicationId",
    "cimdClientId",
    "createdAt",
    "hasPassword",
    "id",
    "identities",
    "isPasswordExpired",
    "isSuspended",
    "lastSignInAt",
    "logtoConfig",
    "mfaVerifications",
    "passwordEncrypted",
    "passwordEncryptionMethod",
    "passwordUpdatedAt",
    "ssoIdentities",
    "tenantId",
    "updatedAt",
];
const ADDRESS_PARTS: [&str; 6] =
    ["formatted", "streetAddress", "locality", "region", "postalCode", "country"];
const NAME_PARTS: [&str; 3] = ["givenName", "middleName", "familyName"];
const DATE_FORMATS: [&str; 4] = ["MM/dd/yyyy", "dd/MM/yyyy", "yyyy-MM-dd", "custom"];
const MAX_OPTIONS: usize = 500;

/// Letters and digits, and nothing that has a meaning already. An address and a full name have
/// names of their own, since they fill properties that every account has.
pub fn check_name(name: &str, kind: ProfileFieldType) -> Result<(), Rejection> {
    if name.is_empty() {
        return Err(reject(400, ErrorCode::CustomProfileFieldsNameRequired));
    }
    let refuse = |code| Err(reject(400, code).with("name", name));
    if name.len() > 128 || !name.bytes().all(|each| each.is_ascii_alphanumeric()) {
        return refuse(ErrorCode::CustomProfileFieldsInvalidName);
    }
    let is_others = match name {
        "address" => kind != ProfileFieldType::Address,
        "fullname" => kind != ProfileFieldType::Fullname,
        _ => false,
    };
    if is_others {
        return refuse(ErrorCode::CustomProfileFieldsNameConflictBuiltInProp);
    }
    check_key(name)
}

/// Whether an answer may be given under this name.
pub fn check_key(name: &str) -> Result<(), Rejection> {
    let code = if BUILT_IN.contains(&name) {
        ErrorCode::CustomProfileFieldsNameConflictBuiltInProp
    } else if IDENTIFIERS.contains(&name) {
        ErrorCode::CustomProfileFieldsNameConflictSignInIdentifier
    } else if name == "customData" {
        ErrorCode::CustomProfileFieldsNameConflictCustomData
    } else {
        return Ok(());
    };
    Err(reject(400, code).with("name", name))
}

/// Everything about a field but its name.
pub fn check(field: &PutProfileField) -> Result<(), Rejection> {
    if field.kind == ProfileFieldType::Checkbox && field.required {
        return Err(invalid_input("required", "a checkbox cannot be required"));
    }
    check_config("config", field.kind, field.config.as_ref())
}

/// The settings of a field of this type. Some types cannot do without.
fn check_config(
    path: &str,
    kind: ProfileFieldType,
    config: Option<&ProfileFieldConfig>,
) -> Result<(), Rejection> {
    use ProfileFieldType as Kind;
    let Some(config) = config else {
        return match kind {
            Kind::Select | Kind::Regex | Kind::Address | Kind::Fullname => {
                Err(invalid_input(path, "is required for this type"))
            }
            Kind::Text | Kind::Number | Kind::Date | Kind::Checkbox | Kind::Url => Ok(()),
        };
    };
    match kind {
        Kind::Text => check_bounds(config.min_length.as_ref(), config.max_length.as_ref()),
        Kind::Number => {
            let float = |number: &Option<serde_json::Number>| number.as_ref()?.as_f64();
            check_bounds(float(&config.min_value).as_ref(), float(&config.max_value).as_ref())
        }
        Kind::Date => check_date(path, config),
        Kind::Checkbox => match config.default_value.as_deref() {
            Some("true" | "false") => Ok(()),
            Some(_) => Err(reject(400, ErrorCode::CustomProfileFieldsInvalidDefaultValue)),
            None => Err(invalid_input(&format!("{path}.defaultValue"), "must be true or false")),
        },
        Kind::Select => check_options(config),
        Kind::Url => Ok(()),
        Kind::Regex => check_expression(config),
        Kind::Address => check_parts(
            config,
            &ADDRESS_PARTS,
            ErrorCode::CustomProfileFieldsInvalidAddressComponents,
        ),
        Kind::Fullname => check_parts(
            config,
            &NAME_PARTS,
            ErrorCode::CustomProfileFieldsInvalidFullnameComponents,
        ),
    }
}

fn check_bounds<T: PartialOrd>(least: Option<&T>, most: Option<&T>) -> Result<(), Rejection> {
    match (least, most) {
        (Some(least), Some(most)) if least > most => {
            Err(reject(400, ErrorCode::CustomProfileFieldsInvalidMinMaxInput))
        }
        _ => Ok(()),
    }
}

fn check_date(path: &str, config: &ProfileFieldConfig) -> Result<(), Rejection> {
    let format = config.format.as_deref().unwrap_or_default();
    if !DATE_FORMATS.contains(&format) {
        return Err(invalid_input(&format!("{path}.format"), "is no known format of dates"));
    }
    if format == "custom" && config.custom_format.as_deref().is_none_or(str::is_empty) {
        return Err(invalid_input(&format!("{path}.customFormat"), "is missing"));
    }
    Ok(())
}

fn check_options(config: &ProfileFieldConfig) -> Result<(), Rejection> {
    let options = config.options.as_deref().unwrap_or_default();
    let values: BTreeSet<&str> = options.iter().map(|it| it.value.as_str()).collect();
    let are_different = values.len() == options.len() && !values.contains("");
    if options.is_empty() || options.len() > MAX_OPTIONS || !are_different {
        return Err(reject(400, ErrorCode::CustomProfileFieldsInvalidOptions));
    }
    match config.default_value.as_deref() {
        Some(value) if !values.contains(value) => {
            Err(reject(400, ErrorCode::CustomProfileFieldsInvalidDefaultValue))
        }
        _ => Ok(()),
    }
}

/// The expression is tried in browsers, so it is read as they read it.
fn check_expression(config: &ProfileFieldConfig) -> Result<(), Rejection> {
    let expression = config.format.as_deref().filter(|text| !text.is_empty());
    match expression.map(regress::Regex::new) {
        Some(Ok(_)) => Ok(()),
        Some(Err(_)) | None => Err(reject(400, ErrorCode::CustomProfileFieldsInvalidRegexFormat)),
    }
}

fn check_parts(
    config: &ProfileFieldConfig,
    known: &[&str],
    code: ErrorCode,
) -> Result<(), Rejection> {
    let parts = config.parts.as_deref().unwrap_or_default();
    let names: BTreeSet<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    let are_known = names.iter().all(|name| known.contains(name));
    if parts.is_empty() || names.len() != parts.len() || !are_known {
        return Err(reject(400, code));
    }
    parts.iter().try_for_each(check_part)
}

/// Parts are simple fields.
fn check_part(part: &ProfileFieldPart) -> Result<(), Rejection> {
    if matches!(part.kind, ProfileFieldType::Address | ProfileFieldType::Fullname) {
        return Err(reject(400, ErrorCode::CustomProfileFieldsInvalidSubComponentType));
    }
    check_config("config.parts.config", part.kind, part.config.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ProfileFieldType as Kind;
    use serde_json::{Value, json};

    fn refusal(kind: Kind, config: &Value) -> Option<ErrorCode> {
        let config: Option<ProfileFieldConfig> = serde_json::from_value(config.clone()).unwrap();
        let field =
            PutProfileField { kind, label: None, description: None, required: false, config };
        check(&field).err().map(|it| {
            assert_eq!(it.status, 400);
            it.code
        })
    }

    #[test]
    fn names_mean_nothing_else() {
        for good in ["company", "nickname", "name", "avatar", "birthdate", "a1", "1a"] {
            assert!(check_name(good, Kind::Text).is_ok(), "{good}");
        }
        let long = "a".repeat(129);
        for (bad, code) in [
            ("", ErrorCode::CustomProfileFieldsNameRequired),
            ("a-b", ErrorCode::CustomProfileFieldsInvalidName),
            ("a b", ErrorCode::CustomProfileFieldsInvalidName),
            ("ä", ErrorCode::CustomProfileFieldsInvalidName),
            (long.as_str(), ErrorCode::CustomProfileFieldsInvalidName),
            ("email", ErrorCode::CustomProfileFieldsNameConflictSignInIdentifier),
            ("username", ErrorCode::CustomProfileFieldsNameConflictSignInIdentifier),
            ("customData", ErrorCode::CustomProfileFieldsNameConflictCustomData),
            ("identities", ErrorCode::CustomProfileFieldsNameConflictBuiltInProp),
            ("address", ErrorCode::CustomProfileFieldsNameConflictBuiltInProp),
        ] {
            let refusal = check_name(bad, Kind::Text).unwrap_err();
            assert_eq!((refusal.status, refusal.code), (400, code), "{bad}");
        }
        assert!(check_name("address", Kind::Address).is_ok());
        assert!(check_name("fullname", Kind::Fullname).is_ok());
    }

    fn part(name: &str, kind: &str) -> Value {
        json!({ "name": name, "type": kind, "enabled": true, "required": false })
    }

    #[test]
    fn settings_that_fit_the_type() {
        for (kind, config) in [
            (Kind::Text, json!(null)),
            (Kind::Text, json!({ "minLength": 2, "maxLength": 2 })),
            (Kind::Number, json!({ "minValue": -1.5, "maxValue": 1 })),
            (Kind::Date, json!(null)),
            (Kind::Date, json!({ "format": "yyyy-MM-dd" })),
            (Kind::Date, json!({ "format": "custom", "customFormat": "yyyy" })),
            (Kind::Checkbox, json!({ "defaultValue": "true" })),
            (Kind::Select, json!({ "options": [{ "value": "a" }], "defaultValue": "a" })),
            (Kind::Url, json!({ "placeholder": "https://" })),
            (Kind::Regex, json!({ "format": "^[(]+(?=a|b)\\p{L}$" })),
            (Kind::Address, json!({ "parts": [part("country", "Text"), part("region", "Text")] })),
            (Kind::Fullname, json!({ "parts": [part("givenName", "Text")] })),
        ] {
            assert_eq!(refusal(kind, &config), None, "{config}");
        }
    }

    #[test]
    fn settings_that_do_not() {
        use ErrorCode::*;
        let bounded = |config: Value| {
            let mut part = part("givenName", "Text");
            part["config"] = config;
            json!({ "parts": [part] })
        };
        let invalid = GuardInvalidInput;
        for (kind, config, code) in [
            (
                Kind::Text,
                json!({ "minLength": 2, "maxLength": 1 }),
                CustomProfileFieldsInvalidMinMaxInput,
            ),
            (
                Kind::Number,
                json!({ "minValue": 1.5, "maxValue": 1 }),
                CustomProfileFieldsInvalidMinMaxInput,
            ),
            (Kind::Date, json!({}), invalid),
            (Kind::Date, json!({ "format": "dd" }), invalid),
            (Kind::Date, json!({ "format": "custom" }), invalid),
            (Kind::Checkbox, json!({}), invalid),
            (
                Kind::Checkbox,
                json!({ "defaultValue": "yes" }),
                CustomProfileFieldsInvalidDefaultValue,
            ),
            (Kind::Select, json!(null), invalid),
            (Kind::Select, json!({ "options": [] }), CustomProfileFieldsInvalidOptions),
            (
                Kind::Select,
                json!({ "options": [{ "value": "" }] }),
                CustomProfileFieldsInvalidOptions,
            ),
            (
                Kind::Select,
                json!({ "options": [{ "value": "a" }, { "value": "a" }] }),
                CustomProfileFieldsInvalidOptions,
            ),
            (
                Kind::Select,
                json!({ "options": [{ "value": "a" }], "defaultValue": "b" }),
                CustomProfileFieldsInvalidDefaultValue,
            ),
            (Kind::Regex, json!(null), invalid),
            (Kind::Regex, json!({}), CustomProfileFieldsInvalidRegexFormat),
            (Kind::Regex, json!({ "format": "(" }), CustomProfileFieldsInvalidRegexFormat),
            (Kind::Address, json!(null), invalid),
            (Kind::Address, json!({ "parts": [] }), CustomProfileFieldsInvalidAddressComponents),
            (
                Kind::Address,
                json!({ "parts": [part("country", "Text"), part("country", "Text")] }),
                CustomProfileFieldsInvalidAddressComponents,
            ),
            (
                Kind::Fullname,
                json!({ "parts": [part("country", "Text")] }),
                CustomProfileFieldsInvalidFullnameComponents,
            ),
            (
                Kind::Address,
                json!({ "parts": [part("country", "Address")] }),
                CustomProfileFieldsInvalidSubComponentType,
            ),
            (
                Kind::Fullname,
                bounded(json!({ "minLength": 2, "maxLength": 1 })),
                CustomProfileFieldsInvalidMinMaxInput,
            ),
        ] {
            assert_eq!(refusal(kind, &config), Some(code), "{config}");
        }
    }

    #[test]
    fn a_box_may_be_left_empty() {
        let field = PutProfileField {
            kind: Kind::Checkbox,
            label: None,
            description: None,
            required: true,
            config: None,
        };
        assert_eq!(check(&field).unwrap_err().code, ErrorCode::GuardInvalidInput);
    }
}
