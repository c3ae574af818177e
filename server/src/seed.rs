//! What a fresh installation starts with.

use crate::clock::Clock;
use crate::config::Settings;
use crate::secrets::Secrets;
use vestibule_protocol::jose::{KeyPair, Signer, SigningAlgorithm};
use vestibule_protocol::random;
use vestibule_shared::JsonObject;
use vestibule_shared::experience::IdentifierType;
use vestibule_shared::sign_in_experience::{
    AgreeToTermsPolicy, Branding, Color, EmailBlocklistPolicy, LanguageInfo, Mfa, MfaPolicy,
    PasskeySignIn, PasswordExpiration, PasswordPolicy, SentinelPolicy, SignIn, SignInExperience,
    SignInMethod, SignInMode, SignUp, SocialSignIn, Switch, TrustedDevicePolicy, UsernamePolicy,
    VerificationCodePolicy,
};
use vestibule_store::cookie_keys::{self, CookieKeyRow};
use vestibule_store::resources::{ResourceRow, ScopeRow};
use vestibule_store::roles::{self, RoleRow};
use vestibule_store::signing_keys::{self, SigningKeyRow};
use vestibule_store::{
    Durability, Json, Millis, Store, StoreError, configuration, sign_in_experience as rows,
};

/// The only tenant; a fixed name on the wire.
pub const TENANT: &str = "default";
/// Indicator of the Management API.
pub const MANAGEMENT_API: &str = "https://default.logto.app/api";
/// The scope of the Management API that allows everything.
pub const MANAGEMENT_SCOPE: &str = "all";
/// Role of applications that the server itself trusts; not shown in lists.
pub const INTERNAL_ADMIN_ROLE: &str = "admin-role";
/// Role of applications that manage the server.
pub const MANAGEMENT_ROLE: &str = "management-api-access";
/// Role of people who manage the server.
pub const ADMINISTRATOR_ROLE: &str = "administrator";
/// The purpose that private keys are sealed for.
pub const KEY_SEAL: &str = "signing key";
/// The purpose that keys of cookies are sealed for.
pub const COOKIE_SEAL: &str = "cookie key";

pub(crate) const FINGERPRINT: &str = "secret_key.fingerprint";

/// A database that belongs to a server with another secret key.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// See above.
    #[error(
        "setting VESTIBULE_SECRET_KEY: this database was made with another key; set the key that \
         its servers share"
    )]
    OtherSecretKey,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No key could be made.
    #[error("no signing key could be made: {0}")]
    Key(String),
}

impl vestibule_store::TransactionError for SeedError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::OtherSecretKey | Self::Key(_) => None,
        }
    }
}

/// Inserts what is missing. Servers that start together agree on one result.
pub async fn run(
    store: &Store,
    settings: &Settings,
    secrets: &Secrets,
    clock: &Clock,
) -> Result<(), SeedError> {
    let now = clock.now();
    let is_seeded = is_seeded(store, secrets).await?;
    // An installation that is older than keys for cookies has none.
    let has_cookie_key = !cookie_keys::list(&mut store.read().await?).await?.is_empty();
    if is_seeded && has_cookie_key {
        return Ok(());
    }
    let key = new_signing_key(settings.signing_algorithm, secrets, now)?;
    let cookie_key = new_cookie_key(secrets, now);
    store
        .write(Durability::Durable, async |connection| {
            let ours = &secrets.fingerprint;
            if configuration::get_or_insert(connection, FINGERPRINT, ours).await? != *ours {
                return Err(SeedError::OtherSecretKey);
            }
            signing_keys::seed(connection, &key).await?;
            if cookie_keys::list(connection).await?.is_empty() {
                cookie_keys::insert(connection, &cookie_key).await?;
            }
            rows::seed(connection, &sign_in_experience(), now).await?;
            roles::seed(connection, &management_api(), &management_scope(now), &admin_roles())
                .await?;
            configuration::raise_version(connection).await?;
            Ok(())
        })
        .await
}

async fn is_seeded(store: &Store, secrets: &Secrets) -> Result<bool, SeedError> {
    let mut connection = store.read().await?;
    let stored = configuration::get(&mut connection, FINGERPRINT).await?;
    drop(connection);
    match stored {
        None => Ok(false),
        Some(theirs) if theirs == secrets.fingerprint => Ok(true),
        Some(theirs) if secrets.older_fingerprints.contains(&theirs) => {
            store
                .write(Durability::Durable, async |connection| {
                    configuration::set(connection, FINGERPRINT, &secrets.fingerprint).await
                })
                .await?;
            Ok(true)
        }
        Some(_) => Err(SeedError::OtherSecretKey),
    }
}

/// Makes a key that is the current one as soon as it is inserted.
pub fn new_signing_key(
    algorithm: SigningAlgorithm,
    secrets: &Secrets,
    now: Millis,
) -> Result<SigningKeyRow, SeedError> {
    let failed = |error: String| SeedError::Key(error);
    let pair = KeyPair::generate(algorithm).map_err(|error| failed(error.to_string()))?;
    let signer = Signer::new(&pair).map_err(|error| failed(error.to_string()))?;
    let jwk = serde_json::to_value(signer.jwk()).map_err(|it| failed(it.to_string()))?;
    Ok(SigningKeyRow {
        id: signer.kid().to_owned(),
        algorithm: algorithm.to_string(),
        sealed_private_key: secrets.sealer.seal(KEY_SEAL, pair.to_pem().as_bytes()),
        public_jwk: Json(jwk),
        status: "Current".into(),
        created_at: now,
        effective_at: None,
    })
}

/// Makes a key that signs cookies.
pub fn new_cookie_key(secrets: &Secrets, now: Millis) -> CookieKeyRow {
    CookieKeyRow {
        id: random::standard_id(),
        sealed_value: secrets.sealer.seal(COOKIE_SEAL, random::secret().as_bytes()),
        created_at: now,
    }
}

fn management_api() -> ResourceRow {
    ResourceRow {
        id: "management-api".into(),
        name: "Vestibule Management API".into(),
        indicator: MANAGEMENT_API.into(),
        is_default: false,
        access_token_ttl: 3600,
    }
}

fn management_scope(now: Millis) -> ScopeRow {
    ScopeRow {
        id: "management-api-all".into(),
        resource_id: "management-api".into(),
        name: MANAGEMENT_SCOPE.into(),
        description: Some("Everything that the Management API can do.".into()),
        created_at: now,
    }
}

fn admin_roles() -> [RoleRow; 3] {
    let role = |id: &str, name: &str, description: &str, kind: &str| RoleRow {
        id: id.into(),
        name: name.into(),
        description: description.into(),
        kind: kind.into(),
        is_default: false,
    };
    [
        role(
            INTERNAL_ADMIN_ROLE,
            "#internal:admin",
            "Internal administration role.",
            "MachineToMachine",
        ),
        role(
            MANAGEMENT_ROLE,
            "Vestibule Management API access",
            "Applications with this role may call the Management API.",
            "MachineToMachine",
        ),
        role(
            ADMINISTRATOR_ROLE,
            "default:admin",
            "People with this role administer the server.",
            "User",
        ),
    ]
}

/// The sign-in experience of a fresh installation.
pub fn sign_in_experience() -> SignInExperience {
    SignInExperience {
        tenant_id: TENANT.into(),
        id: "default".into(),
        color: Color {
            primary_color: "#4F46E5".into(),
            is_dark_mode_enabled: true,
            dark_primary_color: "#8B85F5".into(),
        },
        branding: Branding::default(),
        hide_logto_branding: false,
        language_info: LanguageInfo { auto_detect: true, fallback_language: "en".into() },
        terms_of_use_url: None,
        privacy_policy_url: None,
        agree_to_terms_policy: AgreeToTermsPolicy::Automatic,
        sign_in: SignIn {
            methods: vec![SignInMethod {
                identifier: IdentifierType::Username,
                password: true,
                verification_code: false,
                is_password_primary: true,
            }],
        },
        sign_up: SignUp {
            identifiers: vec![IdentifierType::Username],
            password: true,
            verify: false,
            secondary_identifiers: Some(Vec::new()),
        },
        social_sign_in: SocialSignIn::default(),
        social_sign_in_connector_targets: Vec::new(),
        sign_in_mode: SignInMode::SignInAndRegister,
        custom_css: None,
        custom_content: JsonObject::default(),
        custom_ui_assets: None,
        custom_ui_csp: JsonObject::default(),
        password_policy: PasswordPolicy::default(),
        mfa: Mfa {
            factors: Vec::new(),
            policy: MfaPolicy::UserControlled,
            organization_required_mfa_policy: None,
        },
        adaptive_mfa: Switch::default(),
        trusted_device: TrustedDevicePolicy::default(),
        single_sign_on_enabled: false,
        support_email: None,
        support_website_url: None,
        unknown_session_redirect_url: None,
        captcha_policy: Switch::default(),
        sentinel_policy: SentinelPolicy::default(),
        email_blocklist_policy: EmailBlocklistPolicy::default(),
        verification_code_policy: VerificationCodePolicy::default(),
        forgot_password_methods: Some(Vec::new()),
        passkey_sign_in: PasskeySignIn::default(),
        // Nothing until somebody chooses what is asked.
        sign_up_profile_fields: Some(Vec::new()),
        password_expiration: PasswordExpiration::default(),
        username_policy: UsernamePolicy::default(),
    }
}
