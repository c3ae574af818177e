//! Proof by a code that was sent by e-mail or SMS.

use super::{Record, Strategy, any_method};
use crate::flows::captcha;
use crate::flows::error::invalid_input;
use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::identifier::AccountName;
use crate::flows::interaction::{Experience, Interaction, InteractionRef, StagedProfile};
use crate::flows::messages::{self, Draft};
use crate::flows::policy;
use crate::flows::sentinel::{self, Action};
use crate::state::App;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::net::IpAddr;
use vestibule_connectors::factory::ConnectorType;
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_shared::email_template::TemplateType;
use vestibule_shared::experience::{
    Identifier, IdentifierType, InteractionEvent, MfaCodeIdentifier, PublicVerificationRecord,
    SendVerificationCode, VerifyMfaCode, VerifyVerificationCode,
};
use vestibule_shared::sign_in_experience::{
    ForgotPasswordMethod, MfaFactor, SignInExperience, SignInMethod,
};
use vestibule_store::verification_codes::{self as codes, VerificationCodeRow};
use vestibule_store::{Connection, Millis, users};

const DEFAULT_LIFETIME_SECONDS: u32 = 600;
const DEFAULT_TRIES: u32 = 10;

/// A code that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct CodeRecord {
    id: String,
    identifier: Identifier,
    template_type: String,
    /// What the caller sent it for.
    event: InteractionEvent,
    verified: bool,
}

impl CodeRecord {
    fn is_email(&self) -> bool {
        self.identifier.kind == IdentifierType::Email
    }

    /// Whether the code went to an address of the account, to prove it once more.
    fn is_second_factor(&self) -> bool {
        self.template_type == TemplateType::MfaVerification.as_str()
    }

    /// What the message said that the code is for. Whoever reads a code out to somebody else goes
    /// by these words, so it is good for nothing else.
    fn promised_a_reset(&self) -> bool {
        self.event == InteractionEvent::ForgotPassword
    }
}

impl Strategy for CodeRecord {
    fn id(&self) -> &str {
        &self.id
    }

    fn is_verified(&self) -> bool {
        self.verified
    }

    fn identifies(&self) -> Option<AccountName> {
        AccountName::parse(&self.identifier).ok()
    }

    fn proves(&self, _: &str) -> bool {
        // The code came to the address, whoever has it in an account.
        true
    }

    fn may_sign_in(&self, methods: &[SignInMethod]) -> bool {
        !self.promised_a_reset()
            && !self.is_second_factor()
            && any_method(methods, self.identifier.kind, |method| method.verification_code)
    }

    fn resets_password(&self) -> Option<ForgotPasswordMethod> {
        let method = if self.is_email() {
            ForgotPasswordMethod::EmailVerificationCode
        } else {
            ForgotPasswordMethod::PhoneVerificationCode
        };
        self.promised_a_reset().then_some(method)
    }

    fn contributes(&self) -> Option<StagedProfile> {
        if self.is_second_factor() {
            return None;
        }
        let value = Some(self.identifier.value.clone());
        Some(if self.is_email() {
            StagedProfile { primary_email: value, ..StagedProfile::default() }
        } else {
            StagedProfile { primary_phone: value, ..StagedProfile::default() }
        })
    }

    fn to_wire(&self) -> PublicVerificationRecord {
        let (id, identifier) = (self.id.clone(), self.identifier.clone());
        let (template_type, verified) = (self.template_type.clone(), self.verified);
        use PublicVerificationRecord::*;
        match (self.is_email(), self.is_second_factor()) {
            (true, false) => EmailVerificationCode { id, identifier, template_type, verified },
            (false, false) => PhoneVerificationCode { id, identifier, template_type, verified },
            (true, true) => MfaEmailVerificationCode { id, identifier, template_type, verified },
            (false, true) => MfaPhoneVerificationCode { id, identifier, template_type, verified },
        }
    }
}

/// Parses an identifier that messages can be sent to.
fn recipient(identifier: &Identifier) -> Result<AccountName, FlowError> {
    match identifier.kind {
        IdentifierType::Username => {
            Err(invalid_input("identifier.type", "must be email or phone").into())
        }
        IdentifierType::Email | IdentifierType::Phone => Ok(AccountName::parse(identifier)?),
    }
}

/// Who wants a code.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// What people read.
    pub language: &'static str,
    /// Where the request came from.
    pub address: IpAddr,
}

/// Sends a code; answers with the id of the record. Where nobody may know whether there is such
/// an account, the answer is the same and nothing is sent.
pub async fn send(
    app: &App,
    at: &InteractionRef,
    asker: Asker,
    request: SendVerificationCode,
) -> Result<String, FlowError> {
    let name = recipient(&request.identifier)?;
    let snapshot = app.catalog.snapshot();
    let event = request.interaction_event;
    let interaction = at.load(app).await?;
    let experience = interaction.experience()?;
    if experience.user_id.is_none() {
        captcha::require(&snapshot, experience)?;
    }
    if let (InteractionEvent::Register, AccountName::Email(email)) = (event, &name) {
        policy::check_email(&snapshot.experience.email_blocklist_policy, email)?;
    }
    let settings = &snapshot.experience;
    deliver(app, at, asker, &interaction, &name, async |connection, interaction, id| {
        let suppressed = is_suppressed(connection, settings, interaction, event, &name).await?;
        let usage_type = usage_type(settings, interaction.experience()?, event, &name);
        let record = CodeRecord {
            id,
            identifier: request.identifier.clone(),
            template_type: usage_type.as_str().to_owned(),
            event,
            verified: false,
        };
        let is_email = record.is_email();
        interaction.experience_mut()?.put_record(if is_email {
            Record::EmailVerificationCode(record)
        } else {
            Record::PhoneVerificationCode(record)
        });
        Ok((usage_type, suppressed))
    })
    .await
}

/// Sends a code to an address of the account that was identified, as second factor; answers with
/// the id of the record.
pub async fn send_second_factor(
    app: &App,
    at: &InteractionRef,
    asker: Asker,
    to: MfaCodeIdentifier,
) -> Result<String, FlowError> {
    let interaction = at.load(app).await?;
    let user_id = interaction.experience()?.user_id.clone();
    // The contract has another status here than elsewhere.
    let user_id = user_id.ok_or_else(|| reject(400, ErrorCode::SessionIdentifierNotFound))?;
    let user = users::by_id(&mut app.store.read().await?, &user_id).await?;
    let user = user.ok_or_else(|| reject(400, ErrorCode::SessionIdentifierNotFound))?;
    let (kind, address, factor) = match to {
        MfaCodeIdentifier::Email => {
            (IdentifierType::Email, user.primary_email, MfaFactor::EmailVerificationCode)
        }
        MfaCodeIdentifier::Phone => {
            (IdentifierType::Phone, user.primary_phone, MfaFactor::PhoneVerificationCode)
        }
    };
    let is_enabled = app.catalog.snapshot().experience.mfa.factors.contains(&factor);
    let missing = || reject(400, ErrorCode::SessionMfaMfaFactorNotEnabled);
    let value = address.filter(|_| is_enabled).ok_or_else(missing)?;
    let identifier = Identifier { kind, value };
    let name = recipient(&identifier)?;
    deliver(app, at, asker, &interaction, &name, async |_, interaction, id| {
        let experience = interaction.experience_mut()?;
        if experience.user_id.as_deref() != Some(&user_id) {
            return Err(reject(409, ErrorCode::SessionIdentityConflict).into());
        }
        let record = CodeRecord {
            id,
            identifier: identifier.clone(),
            template_type: TemplateType::MfaVerification.as_str().to_owned(),
            event: experience.event,
            verified: false,
        };
        experience.put_record(match to {
            MfaCodeIdentifier::Email => Record::MfaEmailVerificationCode(record),
            MfaCodeIdentifier::Phone => Record::MfaPhoneVerificationCode(record),
        });
        Ok((TemplateType::MfaVerification, false))
    })
    .await
}

/// Counts, writes and sends a code. `put` puts the record with this id into the interaction and says
/// what the message is for, and whether it is only pretended to leave.
async fn deliver(
    app: &App,
    at: &InteractionRef,
    asker: Asker,
    interaction: &Interaction,
    name: &AccountName,
    put: impl AsyncFn(
        &mut Connection,
        &mut Interaction,
        String,
    ) -> Result<(TemplateType, bool), FlowError>,
) -> Result<String, FlowError> {
    let connector_type = match name {
        AccountName::Email(_) => ConnectorType::Email,
        _ => ConnectorType::Sms,
    };
    let route = messages::route(app, connector_type)?;
    let client_row = app.catalog.client(&app.store, &interaction.client_id).await?;
    let application = client_row.map(|it| json!({ "id": it.id, "name": it.name }));
    let key = messages::recipient_key(name);
    let id = random::standard_id();
    messages::count_send(app, &key).await?;
    let (code, row) = issue(app, id.clone(), key);
    let to = name.to_wire().value;
    at.change(app, async |connection, interaction| {
        let (usage_type, suppressed) = put(connection, interaction, id.clone()).await?;
        codes::insert(connection, &row).await?;
        let draft = Draft {
            connector_type,
            usage_type,
            to: to.clone(),
            code: code.clone(),
            locale: asker.language,
            application: application.clone(),
            ui_locales: interaction.request.ui_locales.clone(),
            ip: asker.address,
            expires_at: row.expires_at,
        };
        messages::enqueue(app, connection, &draft, route, suppressed).await
    })
    .await?;
    app.new_message.notify_one();
    Ok(id)
}

async fn is_suppressed(
    connection: &mut Connection,
    experience: &SignInExperience,
    interaction: &Interaction,
    event: InteractionEvent,
    name: &AccountName,
) -> Result<bool, FlowError> {
    let key = name.user_key(&experience.username_policy);
    let is_unknown = users::by_key(connection, &key).await?.is_none();
    let nobody_identified = interaction.experience()?.user_id.is_none();
    let may_register = policy::allow_event(experience.sign_in_mode, InteractionEvent::Register);
    Ok(match event {
        InteractionEvent::ForgotPassword => is_unknown,
        InteractionEvent::SignIn => nobody_identified && may_register.is_err() && is_unknown,
        InteractionEvent::Register => false,
    })
}

fn usage_type(
    settings: &SignInExperience,
    experience: &Experience,
    event: InteractionEvent,
    name: &AccountName,
) -> TemplateType {
    let (kind, _) = name.comparable();
    if experience.user_id.is_some() && !policy::is_sign_up_identifier(&settings.sign_up, kind) {
        return TemplateType::BindMfa;
    }
    match event {
        InteractionEvent::SignIn => TemplateType::SignIn,
        InteractionEvent::Register => TemplateType::Register,
        InteractionEvent::ForgotPassword => TemplateType::ForgotPassword,
    }
}

/// A new code, and the row that remembers it under this id.
pub fn issue(app: &App, id: String, recipient: String) -> (String, VerificationCodeRow) {
    let policy = app.catalog.snapshot().experience.verification_code_policy;
    let lifetime = policy.expiration_duration.unwrap_or(DEFAULT_LIFETIME_SECONDS);
    let now = app.clock.now();
    let code = random::numeric_code();
    let row = VerificationCodeRow {
        code_hash: hash_code(app, &id, &code),
        id,
        recipient,
        attempts: 0,
        consumed_at: None,
        created_at: now,
        expires_at: now + Millis::from(lifetime) * 1000,
    };
    (code, row)
}

/// Bound to the record: a code is good for nothing else.
fn hash_code(app: &App, record_id: &str, code: &str) -> String {
    app.secrets.verification_codes.sign(format!("{record_id}:{code}").as_bytes())
}

/// Checks a code; answers with the id of the record, which is verified then.
pub async fn verify(
    app: &App,
    at: &InteractionRef,
    client: IpAddr,
    request: VerifyVerificationCode,
) -> Result<String, FlowError> {
    let name = recipient(&request.identifier)?;
    let interaction = at.load(app).await?;
    let missing = || reject(404, ErrorCode::SessionVerificationSessionNotFound);
    let record = match interaction.experience()?.record(&request.verification_id)? {
        Record::EmailVerificationCode(it) | Record::PhoneVerificationCode(it) => it,
        _ => return Err(missing().into()),
    };
    let sent_to = record.identifies();
    if sent_to.as_ref().map(messages::recipient_key) != Some(messages::recipient_key(&name)) {
        return Err(mismatch(request.identifier.kind).into());
    }
    judge(app, at, client, (&interaction.client_id, record), &request.code).await
}

/// Checks a code that was sent as second factor.
pub async fn verify_second_factor(
    app: &App,
    at: &InteractionRef,
    client: IpAddr,
    request: VerifyMfaCode,
) -> Result<String, FlowError> {
    let interaction = at.load(app).await?;
    let missing = || reject(404, ErrorCode::SessionVerificationSessionNotFound);
    let record = match interaction.experience()?.record(&request.verification_id)? {
        Record::MfaEmailVerificationCode(it) | Record::MfaPhoneVerificationCode(it) => it,
        _ => return Err(missing().into()),
    };
    if record.is_email() != (request.identifier_type == MfaCodeIdentifier::Email) {
        let kind = match request.identifier_type {
            MfaCodeIdentifier::Email => IdentifierType::Email,
            MfaCodeIdentifier::Phone => IdentifierType::Phone,
        };
        return Err(mismatch(kind).into());
    }
    judge(app, at, client, (&interaction.client_id, record), &request.code).await
}

fn mismatch(kind: IdentifierType) -> Rejection {
    reject(
        400,
        match kind {
            IdentifierType::Phone => ErrorCode::VerificationCodePhoneMismatch,
            _ => ErrorCode::VerificationCodeEmailMismatch,
        },
    )
}

/// Uses the code of a record up; the record is verified then.
async fn judge(
    app: &App,
    at: &InteractionRef,
    client: IpAddr,
    (client_id, record): (&str, &CodeRecord),
    code: &str,
) -> Result<String, FlowError> {
    let target = sentinel::target(&recipient(&record.identifier)?);
    let attempt = sentinel::begin(app, &target, Action::VerificationCode, client).await?;
    let attempt = attempt.naming(&record.identifier, client_id);
    if let Err(refusal) = use_up(app, &record.id, code).await? {
        return Err(attempt.fail(app, refusal).await);
    }
    at.change(app, async |connection, interaction| {
        attempt.succeed_in(connection).await?;
        let records = &mut interaction.experience_mut()?.records;
        let held = records.iter_mut().find_map(|held| match held {
            Record::EmailVerificationCode(it)
            | Record::PhoneVerificationCode(it)
            | Record::MfaEmailVerificationCode(it)
            | Record::MfaPhoneVerificationCode(it) => (it.id == record.id).then_some(it),
            _ => None,
        });
        let missing = || reject(404, ErrorCode::SessionVerificationSessionNotFound);
        held.ok_or_else(missing)?.verified = true;
        Ok(())
    })
    .await?;
    Ok(record.id.clone())
}

type Judged = Result<(), Rejection>;

/// Uses the code up if it is right. Every try counts, and is counted before it is compared.
pub async fn use_up(app: &App, id: &str, code: &str) -> Result<Judged, FlowError> {
    let policy = app.catalog.snapshot().experience.verification_code_policy;
    let tries = i32::try_from(policy.max_retry_attempts.unwrap_or(DEFAULT_TRIES)).unwrap_or(1);
    let now = app.clock.now();
    let presented = hash_code(app, id, code);
    let refuse = |code| Ok(Err(reject(400, code)));
    app.store
        .write(vestibule_store::Durability::Relaxed, async |connection| {
            let Some(row) = codes::attempt(connection, id).await? else {
                return refuse(ErrorCode::VerificationCodeNotFound);
            };
            if row.expires_at <= now {
                return refuse(ErrorCode::VerificationCodeExpired);
            }
            if row.attempts > tries {
                return refuse(ErrorCode::VerificationCodeExceedMaxTry);
            }
            if !vestibule_protocol::hash::equal(&row.code_hash, &presented) {
                return refuse(ErrorCode::VerificationCodeMismatch);
            }
            if !codes::consume(connection, id, now).await? {
                return refuse(ErrorCode::VerificationCodeNotFound);
            }
            Ok(Ok(()))
        })
        .await
}
