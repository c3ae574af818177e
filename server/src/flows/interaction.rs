//! A sign-in in progress: what it is for, and what has happened so far.

use crate::flows::error::{FlowError, reject};
use crate::flows::extra_profile::ExtraProfile;
use crate::flows::mfa::factors::is_kind;
use crate::flows::verification::Record;
use crate::state::App;
use serde::{Deserialize, Serialize};
use vestibule_protocol::authorization_request::AuthorizationRequest;
use vestibule_protocol::error::OAuthError;
use vestibule_protocol::hash;
use vestibule_shared::experience::{
    CaptchaState, InteractionEvent, InteractionState, MfaState, PublicProfile, StagedFactor,
};
use vestibule_shared::sign_in_experience::MfaFactor;
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::{Connection, Durability, Millis, StoreError, interactions};

/// Seconds that an interaction lives.
pub const TTL_SECONDS: i64 = 3600;

/// What a new or changed account will get when the interaction is submitted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct StagedProfile {
    /// User name.
    pub username: Option<String>,
    /// E-mail address.
    pub primary_email: Option<String>,
    /// Phone number.
    pub primary_phone: Option<String>,
    /// Digest of a password.
    pub password_digest: Option<String>,
    /// Answers to an administrator's own questions.
    pub extra: ExtraProfile,
}

impl StagedProfile {
    /// Whether nothing is staged.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether nothing is staged that somebody could be found or recognized by.
    pub fn is_anonymous(&self) -> bool {
        Self { extra: ExtraProfile::default(), ..self.clone() }.is_empty()
    }
}

/// What the person has decided about second factors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct StagedMfa {
    /// Wants them.
    pub enabled: Option<bool>,
    /// Does without.
    pub skipped: Option<bool>,
    /// Wants no further one.
    pub suggestion_skipped: Option<bool>,
    /// Wants no passkey for signing in.
    pub passkey_skipped: Option<bool>,
    /// New ones, as the account will keep them.
    pub factors: Vec<JsonObject>,
}

impl StagedMfa {
    /// Whether nothing was decided.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether one of this kind is waiting.
    pub fn holds(&self, kind: MfaFactor) -> bool {
        self.factors.iter().any(|factor| is_kind(factor, kind))
    }

    fn to_wire(&self) -> MfaState {
        let staged = |factor| self.holds(factor).then_some(StagedFactor { factor });
        MfaState {
            mfa_enabled: self.enabled,
            mfa_skipped: self.skipped,
            additional_binding_suggestion_skipped: self.suggestion_skipped,
            passkey_skipped: self.passkey_skipped,
            totp: staged(MfaFactor::Totp),
            backup_code: staged(MfaFactor::BackupCode),
        }
    }
}

/// What has been done through the Experience API.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Experience {
    /// What the person came to do.
    pub event: InteractionEvent,
    /// Set once somebody is identified or created.
    pub user_id: Option<String>,
    /// What is staged for the account.
    pub profile: StagedProfile,
    /// Proofs, at most one of a type.
    pub records: Vec<Record>,
    /// The form with an administrator's own questions was sent.
    #[serde(default)]
    pub extra_profile_submitted: bool,
    /// What was decided about second factors.
    #[serde(default)]
    pub mfa: StagedMfa,
    /// Whether a captcha was passed.
    #[serde(default)]
    pub captcha: CaptchaState,
}

impl Experience {
    /// A fresh one.
    pub fn new(event: InteractionEvent) -> Self {
        Self {
            event,
            user_id: None,
            profile: StagedProfile::default(),
            records: Vec::new(),
            extra_profile_submitted: false,
            mfa: StagedMfa::default(),
            captcha: CaptchaState::default(),
        }
    }

    /// The record with this id.
    pub fn record(&self, id: &str) -> Result<&Record, FlowError> {
        let missing = || reject(404, ErrorCode::SessionVerificationSessionNotFound).into();
        self.records.iter().find(|record| record.strategy().id() == id).ok_or_else(missing)
    }

    /// Adds a record in place of the one of its type.
    pub fn put_record(&mut self, record: Record) {
        self.records
            .retain(|other| std::mem::discriminant(other) != std::mem::discriminant(&record));
        self.records.push(record);
    }

    /// Who was identified.
    pub fn identified(&self) -> Result<&str, FlowError> {
        let missing = || reject(404, ErrorCode::SessionIdentifierNotFound).into();
        self.user_id.as_deref().ok_or_else(missing)
    }

    /// The public form, without secrets.
    pub fn to_wire(&self) -> InteractionState {
        let extra = self.profile.extra.clone();
        let filled = |members: JsonObject| Some(members).filter(|it| !it.is_empty());
        InteractionState {
            interaction_event: self.event,
            user_id: self.user_id.clone(),
            profile: PublicProfile {
                username: self.profile.username.clone(),
                primary_email: self.profile.primary_email.clone(),
                primary_phone: self.profile.primary_phone.clone(),
                name: extra.name,
                avatar: extra.avatar,
                profile: filled(extra.profile),
                custom_data: filled(extra.custom_data),
            },
            mfa: self.mfa.to_wire(),
            verification_records: self
                .records
                .iter()
                .map(|record| record.strategy().to_wire())
                .collect(),
            captcha: self.captcha,
        }
    }
}

/// How the interaction ended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Outcome {
    /// Somebody proved who they are.
    SignedIn {
        /// Who.
        user_id: String,
        /// When, epoch milliseconds.
        at: Millis,
    },
    /// The person gave up.
    Aborted,
}

/// Everything that is saved of an interaction's progress.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct State {
    /// What has been done through the Experience API.
    pub experience: Option<Experience>,
    /// How it ended.
    pub outcome: Option<Outcome>,
}

/// The authorization request, as it is stored.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Asked {
    /// The request. The token of its hint is not kept: it was checked.
    pub request: AuthorizationRequest,
    /// Whom the hint names.
    pub hinted_subject: Option<String>,
}

/// An interaction.
#[derive(Clone, Debug)]
pub struct Interaction {
    /// What the browser holds.
    pub uid: String,
    /// Whose authorization request it is.
    pub client_id: String,
    /// The authorization request.
    pub request: AuthorizationRequest,
    /// Who must sign in, where the request names somebody.
    pub hinted_subject: Option<String>,
    /// The session at the time of the request.
    pub session_uid: Option<String>,
    /// Progress.
    pub state: State,
    version: i64,
}

impl Interaction {
    /// The key of the row.
    pub fn id_of(uid: &str) -> String {
        hash::sha256_hex(uid)
    }

    /// Reads a row.
    pub fn from_row(uid: &str, row: interactions::InteractionRow) -> Result<Self, StoreError> {
        let corrupt = |error: serde_json::Error| StoreError::Corrupt {
            table: "interactions",
            reason: error.to_string(),
        };
        let asked: Asked = serde_json::from_str(&row.request).map_err(corrupt)?;
        Ok(Self {
            uid: uid.to_owned(),
            client_id: row.client_id,
            request: asked.request,
            hinted_subject: asked.hinted_subject,
            session_uid: row.session_uid,
            state: serde_json::from_str(&row.state).map_err(corrupt)?,
            version: row.version,
        })
    }

    /// The interaction with this uid. `client_id`, where the caller names one, must be its client.
    pub async fn load(
        connection: &mut Connection,
        uid: &str,
        client_id: Option<&str>,
        now: Millis,
    ) -> Result<Self, FlowError> {
        let row = interactions::by_id(connection, &Self::id_of(uid), now).await?;
        let row = row.filter(|row| client_id.is_none_or(|wanted| wanted == row.client_id));
        let row = row.ok_or_else(|| reject(400, ErrorCode::SessionNotFound))?;
        Ok(Self::from_row(uid, row)?)
    }

    /// What has been done through the Experience API; refused before that has begun, and after
    /// the interaction has ended.
    pub fn experience(&self) -> Result<&Experience, FlowError> {
        let missing = || reject(404, ErrorCode::SessionInteractionNotFound).into();
        self.state.experience.as_ref().ok_or_else(missing)
    }

    /// The same, to be changed.
    pub fn experience_mut(&mut self) -> Result<&mut Experience, FlowError> {
        let missing = || reject(404, ErrorCode::SessionInteractionNotFound).into();
        self.state.experience.as_mut().ok_or_else(missing)
    }

    /// Saves the progress over the version it was loaded as.
    pub async fn save(&self, connection: &mut Connection) -> Result<(), FlowError> {
        let state = serde_json::to_string(&self.state)
            .map_err(|error| FlowError::Internal(error.to_string()))?;
        let id = Self::id_of(&self.uid);
        if interactions::save(connection, &id, self.version, &state).await? {
            return Ok(());
        }
        // Loading again and trying again is what the transaction does with this.
        Err(StoreError::Serialization("the interaction was changed meanwhile".into()).into())
    }
}

/// Which interaction a request is about.
#[derive(Clone, Debug)]
pub struct InteractionRef {
    /// From the cookie.
    pub uid: String,
    /// From the header or the query; must be the interaction's client.
    pub client_id: Option<String>,
}

impl InteractionRef {
    /// Reads the interaction.
    pub async fn load(&self, app: &App) -> Result<Interaction, FlowError> {
        let mut connection = app.store.read().await?;
        self.load_in(&mut connection, app).await
    }

    /// Reads the interaction on a connection.
    pub async fn load_in(
        &self,
        connection: &mut Connection,
        app: &App,
    ) -> Result<Interaction, FlowError> {
        let client_id = self.client_id.as_deref();
        let loaded = Interaction::load(connection, &self.uid, client_id, app.clock.now()).await;
        match loaded {
            Err(FlowError::Rejected(it)) if it.code == ErrorCode::SessionNotFound => {
                // The Experience API says this in the words of OAuth.
                Err(OAuthError::session_not_found().into())
            }
            other => other,
        }
    }

    /// Changes the experience in a transaction that loads, changes and saves it.
    pub async fn change<T>(
        &self,
        app: &App,
        change: impl AsyncFn(&mut Connection, &mut Interaction) -> Result<T, FlowError>,
    ) -> Result<T, FlowError> {
        self.change_with(app, Durability::Relaxed, change).await
    }

    /// The same, where a power cut must not take what the transaction also writes.
    pub async fn change_with<T>(
        &self,
        app: &App,
        durability: Durability,
        change: impl AsyncFn(&mut Connection, &mut Interaction) -> Result<T, FlowError>,
    ) -> Result<T, FlowError> {
        app.store
            .write(durability, async |connection| {
                let mut interaction = self.load_in(connection, app).await?;
                let value = change(connection, &mut interaction).await?;
                interaction.save(connection).await?;
                Ok(value)
            })
            .await
    }
}
