//! Six digits that were sent by e-mail or to a phone.

use super::code_entry::CodeEntry;
use super::message::LostStep;
use super::mfa::OtherFactor;
use crate::app::{Shell, shell};
use crate::flow::{Flow, SentCode};
use crate::interaction::{self, mfa};
use crate::layout::{Go, Page};
use crate::refusal::Places;
use crate::route::{CodeFlow, Route};
use crate::second_factor::factor_of;
use crate::terms::Place;
use leptos::prelude::*;
use std::time::Duration;
use vestibule_kit::api::{Answer, Failure};
use vestibule_kit::controls::{Button, Look, dynamic};
use vestibule_kit::identifier::display;
use vestibule_kit::phrases::{around, t_with};
use vestibule_kit::t;
use vestibule_shared::ErrorCode;
use vestibule_shared::experience::{
    Identifier, IdentifierType, InteractionEvent, MfaCodeIdentifier, ProfileUpdate,
};

/// Seconds before another code can be asked for.
const RESEND_AFTER: u64 = 59;

const CODE_EXPIRED: &str = ErrorCode::VerificationCodeExpired.as_str();
const CODE_MISMATCH: &str = ErrorCode::VerificationCodeMismatch.as_str();
const NO_USER: &str = ErrorCode::UserNotExist.as_str();
const EMAIL_IN_USE: &str = ErrorCode::UserEmailAlreadyInUse.as_str();
const PHONE_IN_USE: &str = ErrorCode::UserPhoneAlreadyInUse.as_str();

/// The page of one flow.
#[component]
pub fn VerificationCode(flow: CodeFlow) -> impl IntoView {
    let shell = shell();
    // A new second factor is proved on the page of every other address that is added.
    let is_bound = flow == CodeFlow::Continue && remembered(CodeFlow::Bind).is_some();
    let flow = if is_bound { CodeFlow::Bind } else { flow };
    let Some((sent, event)) = remembered(flow) else {
        return view! { <LostStep/> }.into_any();
    };
    let kind = sent.identifier.kind;
    let back = before(flow, kind);
    let entry = CodeEntry::new();
    let on_code = Callback::new(move |code| {
        entry.send(async move {
            if let Err(failure) = verify(shell, flow, event, code).await {
                refused(shell, failure, event, entry, back).await;
            }
        });
    });
    let name = match flow {
        // Masked: a plus sign before the rest of a number would be wrong.
        CodeFlow::SecondFactor => sent.identifier.value,
        _ => display(&sent.identifier),
    };
    let hint = sentence_with(&t("description.code_sent_to"), &name);
    let by_password = shell.settings.method(kind).is_some_and(|way| way.password);
    view! {
        <Page title=title(kind) hint back>
            {entry.form("passcode", None, on_code)}
            <Resend flow event/>
            {(flow == CodeFlow::SecondFactor).then(|| view! { <OtherFactor/> })}
            {(flow == CodeFlow::SignIn && by_password).then(|| view! {
                <p class="elsewhere">
                    <Go to=Route::SignInPassword label=t("secondary.use_password")/>
                </p>
            })}
        </Page>
    }
    .into_any()
}

/// The code of this flow that is on its way, and what the person came to do.
fn remembered(flow: CodeFlow) -> Option<(SentCode, InteractionEvent)> {
    let remembered = Flow::recall();
    let sent = remembered.code.filter(|sent| sent.flow == flow)?;
    Some((sent, remembered.event?))
}

fn title(kind: IdentifierType) -> String {
    match kind {
        IdentifierType::Phone => t("description.code_phone"),
        IdentifierType::Email | IdentifierType::Username => t("description.code_email"),
    }
}

/// The page on which the address was typed.
fn before(flow: CodeFlow, kind: IdentifierType) -> Route {
    use vestibule_shared::experience::MissingProfileField::EmailOrPhone;
    match flow {
        CodeFlow::SignIn | CodeFlow::SecondFactor => Route::SignIn,
        CodeFlow::Register => Route::Register,
        CodeFlow::ForgotPassword => Route::ForgotPassword,
        CodeFlow::Continue => Route::Continue(EmailOrPhone),
        CodeFlow::Bind => Route::MfaBinding(factor_of(kind)),
    }
}

/// A sentence with a name that is set apart from it, whatever its writing direction.
fn sentence_with(sentence: &str, name: &str) -> AnyView {
    let (before, after) = around(sentence, "identifier");
    view! { {before}<bdi class="name">{name.to_owned()}</bdi>{after} }.into_any()
}

impl Shell {
    /// Sends a code and remembers it.
    pub async fn send_code(
        self,
        flow: CodeFlow,
        identifier: Identifier,
        event: InteractionEvent,
    ) -> Answer<()> {
        let verification_id = match flow {
            CodeFlow::SecondFactor => mfa::send_code(own_address(identifier.kind)).await?,
            // The address is new to the account, whatever the person came to do.
            CodeFlow::Bind => {
                interaction::send_code(identifier.clone(), InteractionEvent::Register).await?
            }
            _ => interaction::send_code(identifier.clone(), event).await?,
        };
        let sent_at = now();
        Flow::update(|remembered| {
            remembered.event = Some(event);
            remembered.code = Some(SentCode { flow, identifier, verification_id, sent_at });
        });
        Ok(())
    }
}

fn own_address(kind: IdentifierType) -> MfaCodeIdentifier {
    match kind {
        IdentifierType::Phone => MfaCodeIdentifier::Phone,
        IdentifierType::Email | IdentifierType::Username => MfaCodeIdentifier::Email,
    }
}

async fn verify(shell: Shell, flow: CodeFlow, event: InteractionEvent, code: String) -> Answer<()> {
    // Asked anew: another code may have been sent since the page was drawn.
    let Some((sent, _)) = remembered(flow) else {
        shell.stop(crate::app::Obstacle::InvalidSession);
        return Ok(());
    };
    let SentCode { identifier, verification_id, .. } = sent;
    let proof = if flow == CodeFlow::SecondFactor {
        mfa::verify_code(own_address(identifier.kind), verification_id, code).await?
    } else {
        interaction::verify_code(identifier.clone(), verification_id, code).await?
    };
    match flow {
        CodeFlow::SignIn => match identify(shell, &proof).await {
            Err(failure) if failure.code() == NO_USER => {
                register_instead(shell, &identifier, proof, failure).await
            }
            outcome => outcome,
        },
        CodeFlow::Register => match identify(shell, &proof).await {
            Err(failure) if matches!(failure.code(), EMAIL_IN_USE | PHONE_IN_USE) => {
                sign_in_instead(shell, &identifier, proof, failure).await
            }
            outcome => outcome,
        },
        CodeFlow::ForgotPassword => {
            interaction::identify(Some(proof)).await?;
            shell.go_instead(Route::ForgotPasswordReset);
            Ok(())
        }
        CodeFlow::Continue => add(shell, &identifier, proof, event).await,
        CodeFlow::Bind => shell.bind(factor_of(identifier.kind), proof).await,
        CodeFlow::SecondFactor => shell.finish().await,
    }
}

async fn identify(shell: Shell, proof: &str) -> Answer<()> {
    interaction::identify(Some(proof.to_owned())).await?;
    shell.finish().await
}

/// Nobody has this address: offers to create an account with it, where that is possible.
async fn register_instead(
    shell: Shell,
    identifier: &Identifier,
    proof: String,
    failure: Failure,
) -> Answer<()> {
    if !shell.settings.registers_with(identifier.kind) {
        shell.alert(failure.message()).await;
        shell.go_instead(Route::SignIn);
        return Ok(());
    }
    let question = question("description.no_account_yet", identifier);
    if !shell.confirm(question, "action.create_account").await
        || !shell.agrees(Place::RegisterAfterAll).await
    {
        shell.go_instead(Route::SignIn);
        return Ok(());
    }
    switch(shell, InteractionEvent::Register, proof).await
}

/// Somebody has this address: offers to sign in with it, where that is possible.
async fn sign_in_instead(
    shell: Shell,
    identifier: &Identifier,
    proof: String,
    failure: Failure,
) -> Answer<()> {
    let by_code =
        shell.settings.method(identifier.kind).is_some_and(|method| method.verification_code);
    let question = question("description.email_has_account", identifier);
    if !by_code {
        shell.alert(failure.message()).await;
    } else if shell.confirm(question, "action.sign_in").await {
        return switch(shell, InteractionEvent::SignIn, proof).await;
    }
    shell.go_instead(Route::Register);
    Ok(())
}

fn question(key: &str, identifier: &Identifier) -> String {
    t_with(key, &[("identifier", &display(identifier))])
}

/// Goes on with the same proof as another event.
async fn switch(shell: Shell, event: InteractionEvent, proof: String) -> Answer<()> {
    interaction::change_event(event).await?;
    Flow::update(|flow| flow.event = Some(event));
    let outcome = identify(shell, &proof).await;
    // What follows belongs to the new event, not to that of the page.
    shell.settle(outcome, event, Places::default()).await;
    Ok(())
}

/// Adds a verified address to an account that lacks one.
async fn add(
    shell: Shell,
    identifier: &Identifier,
    verification_id: String,
    event: InteractionEvent,
) -> Answer<()> {
    let update = match identifier.kind {
        IdentifierType::Phone => ProfileUpdate::Phone { verification_id: verification_id.clone() },
        IdentifierType::Email | IdentifierType::Username => {
            ProfileUpdate::Email { verification_id: verification_id.clone() }
        }
    };
    let outcome = shell.complete_with(update, event).await;
    match outcome {
        Err(failure)
            if matches!(failure.code(), EMAIL_IN_USE | PHONE_IN_USE)
                && event == InteractionEvent::Register =>
        {
            sign_in_instead(shell, identifier, verification_id, failure).await
        }
        outcome => outcome,
    }
}

async fn refused(
    shell: Shell,
    failure: Failure,
    event: InteractionEvent,
    entry: CodeEntry,
    back: Route,
) {
    match failure.code() {
        CODE_EXPIRED | CODE_MISMATCH => entry.refuse(failure.message()),
        NO_USER | EMAIL_IN_USE | PHONE_IN_USE => {
            shell.alert(failure.message()).await;
            shell.go_instead(back);
        }
        _ => {
            entry.empty();
            shell.refused(failure, event, Places::default()).await;
        }
    }
}

/// Another code, once the last one had time to arrive.
#[component]
fn Resend(flow: CodeFlow, event: InteractionEvent) -> impl IntoView {
    let shell = shell();
    let seconds_left = RwSignal::new(seconds_until_resend(flow));
    // Only a change is drawn: the button must not lose its focus every second.
    let tick = move || {
        let seconds = seconds_until_resend(flow);
        if seconds != seconds_left.get_untracked() {
            seconds_left.set(seconds);
        }
    };
    if let Ok(timer) = set_interval_with_handle(tick, Duration::from_secs(1)) {
        on_cleanup(move || timer.clear());
    }
    let busy = RwSignal::new(false);
    let resend = move |()| {
        let Some((sent, _)) = remembered(flow) else {
            return;
        };
        shell.run(busy, async move {
            match shell.send_code(flow, sent.identifier, event).await {
                Ok(()) => {
                    tick();
                    shell.toasts.done(t("description.code_resent"));
                }
                Err(failure) => shell.refused(failure, event, Places::default()).await,
            }
        });
    };
    let offer = move || match seconds_left.get() {
        0 => {
            let label = t("action.resend_code");
            view! {
                {t("description.code_missing")} " "
                <Button label look=Look::Plain name="resend" busy on_press=resend/>
            }
            .into_any()
        }
        seconds => {
            let wait = t_with("description.code_wait", &[("seconds", &seconds.to_string())]);
            view! { <span class="wait">{wait}</span> }.into_any()
        }
    };
    view! { <p class="elsewhere">{dynamic(offer)}</p> }.into_any()
}

fn seconds_until_resend(flow: CodeFlow) -> u64 {
    let sent_at = remembered(flow).map_or(0, |(sent, _)| sent.sent_at);
    // A clock that was set back must not make anybody wait longer.
    let passed = now().saturating_sub(sent_at) / 1000;
    RESEND_AFTER.saturating_sub(passed)
}

/// Milliseconds since the epoch.
fn now() -> u64 {
    js_sys::Date::now() as u64
}
