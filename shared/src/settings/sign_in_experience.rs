//! The sign-in experience: how pages look and which ways in there are.

mod mfa;

pub use mfa::{
    Mfa, MfaFactor, MfaPolicy, OrganizationMfaPolicy, PasskeySignIn, TrustedDevicePolicy,
};

use crate::JsonObject;
use crate::account_center::ProfilePageField;
use crate::captcha_provider::PublicCaptchaConfig;
use crate::experience::IdentifierType;
use crate::profile_field::ProfileField;
use serde::{Deserialize, Serialize};

/// Colours of the pages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Color {
    /// Brand colour, `#rgb` or `#rrggbb`.
    pub primary_color: String,
    /// Whether a dark theme is offered to those whose system asks for one.
    pub is_dark_mode_enabled: bool,
    /// Brand colour of the dark theme.
    pub dark_primary_color: String,
}

/// Pictures of the pages; empty strings are stored as absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Branding {
    /// Address of the logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    /// Address of the logo on dark ground.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dark_logo_url: Option<String>,
    /// Address of the icon in the browser tab.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub favicon: Option<String>,
    /// Address of the icon on dark ground.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dark_favicon: Option<String>,
}

/// How the language of a page is found.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LanguageInfo {
    /// Follow the browser.
    pub auto_detect: bool,
    /// Otherwise, or when the browser's languages are not there.
    pub fallback_language: String,
}

/// One way to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignInMethod {
    /// The name by which the person is found.
    pub identifier: IdentifierType,
    /// A password proves it.
    pub password: bool,
    /// A verification code proves it.
    pub verification_code: bool,
    /// Where both do: ask for the password first.
    pub is_password_primary: bool,
}

/// The ways to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// In the order in which they are offered.
    pub methods: Vec<SignInMethod>,
}

/// An identifier that registration may ask for in addition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum SignUpIdentifier {
    /// A user name.
    Username,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// One of the two.
    EmailOrPhone,
}

/// A secondary identifier of the registration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondaryIdentifier {
    /// What is asked for.
    pub identifier: SignUpIdentifier,
    /// Whether a code must prove it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<bool>,
}

/// What registration asks for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignUp {
    /// One of these is the first thing asked for.
    pub identifiers: Vec<IdentifierType>,
    /// A password is set.
    pub password: bool,
    /// E-mail and phone are proved by a code.
    pub verify: bool,
    /// Asked for afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secondary_identifiers: Option<Vec<SecondaryIdentifier>>,
}

/// Which of signing in and registering is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SignInMode {
    /// No registration.
    SignIn,
    /// Registration only.
    Register,
    /// Both.
    SignInAndRegister,
}

/// When a person must agree to the terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AgreeToTermsPolicy {
    /// By going on.
    Automatic,
    /// By ticking a box when registering.
    ManualRegistrationOnly,
    /// By ticking a box, always.
    Manual,
}

/// A factor that may prove who somebody is when the password is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ForgotPasswordMethod {
    /// A code by e-mail.
    EmailVerificationCode,
    /// A code to the phone.
    PhoneVerificationCode,
}

/// Rules for new passwords; what is left out has the default of the contract.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct PasswordPolicy {
    /// Length in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<PasswordLength>,
    /// How many kinds of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub character_types: Option<PasswordCharacterTypes>,
    /// What is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejects: Option<PasswordRejects>,
}

/// Bounds of a password's length, in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct PasswordLength {
    /// Default 8.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 256))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// Default 256.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 256))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
}

/// How many of lower case, upper case, digits and symbols a password has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct PasswordCharacterTypes {
    /// 1 to 4, default 1.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 4))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
}

/// What a password may not be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct PasswordRejects {
    /// Known from breaches; default true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pwned: Option<bool>,
    /// Runs like `aaa` or `1234`; default true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repetition_and_sequence: Option<bool>,
    /// Made of the person's own names; default true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_info: Option<bool>,
    /// Made of these words; default none.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<Vec<String>>,
}

/// When repeated failures lock an identifier out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SentinelPolicy {
    /// Failures within an hour; default 100.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<u32>,
    /// Minutes; default 60.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lockout_duration: Option<u32>,
}

/// How long and how often a verification code may be tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct VerificationCodePolicy {
    /// Seconds, 60 to 3600; default 600.
    #[cfg_attr(feature = "openapi", schema(minimum = 60, maximum = 3600))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_duration: Option<u32>,
    /// 1 to 100; default 10.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_retry_attempts: Option<u32>,
}

/// Addresses that may not register.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct EmailBlocklistPolicy {
    /// Throw-away providers; hosted edition only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_disposable_addresses: Option<bool>,
    /// Addresses with `+` before the `@`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_subaddressing: Option<bool>,
    /// When not empty, only these: addresses, `@domain`, `*` wildcards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_allowlist: Option<Vec<String>>,
    /// Never these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_blocklist: Option<Vec<String>>,
}

/// Whether and when passwords expire.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct PasswordExpiration {
    /// Passwords expire.
    pub enabled: bool,
    /// After so many days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_period_days: Option<u32>,
    /// Since when, epoch milliseconds; kept by the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled_at: Option<i64>,
}

/// Characters that a user name may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsernameCharacters {
    /// a–z
    pub lowercase: bool,
    /// A–Z
    pub uppercase: bool,
    /// 0–9
    pub numbers: bool,
    /// _
    pub underscore: bool,
}

/// Rules for user names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UsernamePolicy {
    /// `Ann` and `ann` are two names.
    pub case_sensitive: bool,
    /// 1 to 128.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 128))]
    pub min_length: u32,
    /// 1 to 128.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 128))]
    pub max_length: u32,
    /// Which characters.
    pub allowed_chars: UsernameCharacters,
}

impl Default for UsernamePolicy {
    fn default() -> Self {
        Self {
            case_sensitive: true,
            min_length: 1,
            max_length: 128,
            allowed_chars: UsernameCharacters {
                lowercase: true,
                uppercase: true,
                numbers: true,
                underscore: true,
            },
        }
    }
}

/// How social sign-in treats accounts that are there already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SocialSignIn {
    /// Link to the account with the same address without asking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automatic_account_linking: Option<bool>,
    /// Do not ask for the sign-up identifiers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_required_identifiers: Option<bool>,
}

/// A switch with nothing else to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Switch {
    /// On or off; absent is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// Sign-in pages of an administrator's own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CustomUiAssets {
    /// As the upload was answered.
    pub id: String,
    /// When they were uploaded, epoch milliseconds.
    pub created_at: i64,
}

/// The row as the Management API shows it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignInExperience {
    /// Always `default`.
    pub tenant_id: String,
    /// Always `default`.
    pub id: String,
    /// Colours.
    pub color: Color,
    /// Pictures.
    pub branding: Branding,
    /// Whether the signature at the foot of the page is hidden.
    pub hide_logto_branding: bool,
    /// Languages.
    pub language_info: LanguageInfo,
    /// Address of the terms of use.
    pub terms_of_use_url: Option<String>,
    /// Address of the privacy policy.
    pub privacy_policy_url: Option<String>,
    /// When a person must agree to them.
    pub agree_to_terms_policy: AgreeToTermsPolicy,
    /// Ways to sign in.
    pub sign_in: SignIn,
    /// What registration asks for.
    pub sign_up: SignUp,
    /// Social accounts.
    pub social_sign_in: SocialSignIn,
    /// Social buttons, in order.
    pub social_sign_in_connector_targets: Vec<String>,
    /// Which of signing in and registering is open.
    pub sign_in_mode: SignInMode,
    /// Style sheet added to every page.
    pub custom_css: Option<String>,
    /// HTML beside the form, by path.
    pub custom_content: JsonObject,
    /// An uploaded sign-in page of the customer's own.
    pub custom_ui_assets: Option<CustomUiAssets>,
    /// Additions to the content security policy.
    pub custom_ui_csp: JsonObject,
    /// Rules for passwords.
    pub password_policy: PasswordPolicy,
    /// Second factors.
    pub mfa: Mfa,
    /// Second factors by risk.
    pub adaptive_mfa: Switch,
    /// Devices that need no second factor.
    pub trusted_device: TrustedDevicePolicy,
    /// Enterprise single sign-on.
    pub single_sign_on_enabled: bool,
    /// Shown on error pages.
    pub support_email: Option<String>,
    /// Shown on error pages.
    pub support_website_url: Option<String>,
    /// Where a page without a sign-in in progress leads.
    pub unknown_session_redirect_url: Option<String>,
    /// Captcha.
    pub captcha_policy: Switch,
    /// Lock-out.
    pub sentinel_policy: SentinelPolicy,
    /// Addresses that may not register.
    #[serde(default)]
    pub email_blocklist_policy: EmailBlocklistPolicy,
    /// Verification codes.
    pub verification_code_policy: VerificationCodePolicy,
    /// How to prove oneself when the password is forgotten; null allows every connector there is.
    pub forgot_password_methods: Option<Vec<ForgotPasswordMethod>>,
    /// Passkeys as the first factor.
    pub passkey_sign_in: PasskeySignIn,
    /// Extra fields of the registration; null is all.
    pub sign_up_profile_fields: Option<Vec<ProfilePageField>>,
    /// Expiry of passwords.
    pub password_expiration: PasswordExpiration,
    /// Rules for user names.
    pub username_policy: UsernamePolicy,
}

/// Body of `PATCH /api/sign-in-exp`: every column may be sent, each replaces what was there.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of SignInExperience")]
pub struct SignInExperiencePatch {
    pub color: Option<Color>,
    pub branding: Option<Branding>,
    pub hide_logto_branding: Option<bool>,
    pub language_info: Option<LanguageInfo>,
    #[serde(deserialize_with = "crate::present")]
    pub terms_of_use_url: Option<Option<String>>,
    #[serde(deserialize_with = "crate::present")]
    pub privacy_policy_url: Option<Option<String>>,
    pub agree_to_terms_policy: Option<AgreeToTermsPolicy>,
    pub sign_in: Option<SignIn>,
    pub sign_up: Option<SignUp>,
    pub social_sign_in: Option<SocialSignIn>,
    pub social_sign_in_connector_targets: Option<Vec<String>>,
    pub sign_in_mode: Option<SignInMode>,
    #[cfg_attr(feature = "openapi", schema(max_length = 65536))]
    #[serde(deserialize_with = "crate::present")]
    pub custom_css: Option<Option<String>>,
    pub custom_content: Option<JsonObject>,
    #[serde(deserialize_with = "crate::present")]
    pub custom_ui_assets: Option<Option<CustomUiAssets>>,
    pub custom_ui_csp: Option<JsonObject>,
    pub password_policy: Option<PasswordPolicy>,
    pub mfa: Option<Mfa>,
    pub adaptive_mfa: Option<Switch>,
    pub trusted_device: Option<TrustedDevicePolicy>,
    pub single_sign_on_enabled: Option<bool>,
    #[serde(deserialize_with = "crate::present")]
    pub support_email: Option<Option<String>>,
    #[serde(deserialize_with = "crate::present")]
    pub support_website_url: Option<Option<String>>,
    #[serde(deserialize_with = "crate::present")]
    pub unknown_session_redirect_url: Option<Option<String>>,
    pub captcha_policy: Option<Switch>,
    pub sentinel_policy: Option<SentinelPolicy>,
    pub email_blocklist_policy: Option<EmailBlocklistPolicy>,
    pub verification_code_policy: Option<VerificationCodePolicy>,
    #[serde(deserialize_with = "crate::present")]
    pub forgot_password_methods: Option<Option<Vec<ForgotPasswordMethod>>>,
    pub passkey_sign_in: Option<PasskeySignIn>,
    #[serde(deserialize_with = "crate::present")]
    pub sign_up_profile_fields: Option<Option<Vec<ProfilePageField>>>,
    pub password_expiration: Option<PasswordExpiration>,
    pub username_policy: Option<UsernamePolicy>,
}

/// User names that would be the same if case did not count.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UsernameConflicts {
    /// How many groups of them there are.
    pub total_conflicts: usize,
    /// Some of the groups.
    pub samples: Vec<UsernameConflict>,
}

/// Users whose names differ only in case.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UsernameConflict {
    /// The name in lower case.
    pub username_lower: String,
    /// Who has it.
    pub user_ids: Vec<String>,
}

/// Which ways there are to prove oneself when the password is forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ForgotPassword {
    /// By e-mail.
    pub email: bool,
    /// By phone.
    pub phone: bool,
}

/// Google One Tap: signing in with the Google account of the browser.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GoogleOneTap {
    /// Whether it is offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_enabled: Option<bool>,
    /// Without asking, where that is possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_select: Option<bool>,
    /// Gone once somebody clicks elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_on_tap_outside: Option<bool>,
    /// Also where browsers prevent tracking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub itp_support: Option<bool>,
    /// Google's id of the client.
    pub client_id: String,
    /// The connector that takes the answer.
    pub connector_id: String,
}

/// Answer of `GET /api/.well-known/sign-in-exp`: the row without what pages need not know, and
/// what follows from other rows. A page reads the fields it uses and ignores the rest.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PublicSignInExperience {
    /// The row.
    #[serde(flatten)]
    pub experience: SignInExperience,
    /// Social connectors that are set up.
    pub social_connectors: Vec<JsonObject>,
    /// Enterprise connectors that are set up.
    pub sso_connectors: Vec<JsonObject>,
    /// Ways to reset a password.
    pub forgot_password: ForgotPassword,
    /// Whether a notice about a development tenant is shown; never here.
    pub is_development_tenant: bool,
    /// Extra fields of the registration.
    pub custom_profile_fields: Vec<ProfileField>,
    /// All extra fields.
    pub custom_profile_field_catalog: Vec<ProfileField>,
    /// The service that tells people from programs, where one is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captcha_config: Option<PublicCaptchaConfig>,
    /// Google One Tap, where it is set up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub google_one_tap: Option<GoogleOneTap>,
}
