//! Second factors: whether to have them, which one, and what their pages share.

pub mod address;
pub mod backup_codes;
pub mod choices;
pub mod totp;

use super::message::{LostStep, Message};
use super::verification_code::VerificationCode;
use crate::app::shell;
use crate::flow::Flow;
use crate::interaction::mfa::Decision;
use crate::layout::{Go, Page};
use crate::refusal::Places;
use crate::route::{CodeFlow, Route};
use crate::second_factor::{address_kind, usable};
use leptos::prelude::*;
use std::pin::Pin;
use vestibule_kit::api::Answer;
use vestibule_kit::controls::{Button, Look, Spinner, dynamic, nothing};
use vestibule_kit::{browser, t};
use vestibule_shared::experience::{InteractionEvent, MfaMissing};
use vestibule_shared::sign_in_experience::MfaFactor;

/// Whether to have second factors.
#[component]
pub fn Onboarding() -> impl IntoView {
    let Some(event) = Flow::recall().event else {
        return view! { <LostStep/> }.into_any();
    };
    let hint = t("mfa.onboarding_hint");
    view! {
        <Page title=t("mfa.onboarding") hint=hint.into_any()>
            <div class="next choices">
                {decision(Decision::Enable, "mfa.turn_on", Look::Primary, event)}
                {decision(Decision::Skip, "mfa.not_now", Look::Secondary, event)}
            </div>
        </Page>
    }
    .into_any()
}

/// A button that tells a decision.
fn decision(decision: Decision, key: &str, look: Look, event: InteractionEvent) -> AnyView {
    let shell = shell();
    let busy = RwSignal::new(false);
    let on_press = move |()| {
        shell.run(busy, async move {
            let outcome = shell.decide(decision).await;
            shell.settle(outcome, event, Places::default()).await;
        });
    };
    let name = if decision == Decision::Enable { "enable" } else { "skip" };
    view! { <Button label=t(key) look name busy on_press/> }.into_any()
}

/// Below the page: another factor to set up, or none.
#[component]
fn Instead(missing: Option<MfaMissing>, event: InteractionEvent) -> impl IntoView {
    let missing = missing.unwrap_or_default();
    let is_choice = usable(&missing.available_factors).len() > 1;
    let is_list = shell().route() == Route::MfaBindings;
    let other = (is_choice && !is_list).then(|| {
        view! { <Go to=Route::MfaBindings label=t("mfa.another_way")/> }
    });
    let skip = missing.skippable.unwrap_or_default().then(|| {
        let suggested = missing.suggestion.unwrap_or_default();
        let skip = if suggested { Decision::SkipSuggestion } else { Decision::Skip };
        decision(skip, "mfa.skip", Look::Plain, event)
    });
    (other.is_some() || skip.is_some())
        .then(|| view! { <p class="elsewhere instead">{other}{skip}</p> })
        .into_any()
}

/// The page to set one factor up.
#[component]
pub fn Binding(factor: MfaFactor) -> impl IntoView {
    let flow = Flow::recall();
    let Some(event) = flow.event else {
        return view! { <LostStep/> }.into_any();
    };
    let missing = flow.missing;
    match (factor, address_kind(factor)) {
        (MfaFactor::BackupCode, _) => view! { <backup_codes::NewCodes event/> }.into_any(),
        (_, Some(kind)) => view! { <address::NewAddress kind missing event/> }.into_any(),
        _ => view! { <totp::NewApp missing event/> }.into_any(),
    }
}

/// The page to give one factor.
#[component]
pub fn Verification(factor: MfaFactor) -> impl IntoView {
    let flow = Flow::recall();
    let Some(event) = flow.event.filter(|_| flow.required.is_some()) else {
        return view! { <LostStep/> }.into_any();
    };
    let is_sent = flow.code.is_some_and(|sent| {
        sent.flow == CodeFlow::SecondFactor && Some(sent.identifier.kind) == address_kind(factor)
    });
    match factor {
        MfaFactor::Totp => view! { <totp::OwnApp event/> }.into_any(),
        MfaFactor::BackupCode => view! { <backup_codes::OwnCode event/> }.into_any(),
        _ if is_sent => view! { <VerificationCode flow=CodeFlow::SecondFactor/> }.into_any(),
        // The code went somewhere else meanwhile.
        _ => view! { <choices::Verifications/> }.into_any(),
    }
}

/// Below a page that asks for a factor: the way to another one that the account has.
#[component]
pub fn OtherFactor() -> impl IntoView {
    let required = Flow::recall().required.unwrap_or_default();
    (usable(&required.available_factors).len() > 1)
        .then(|| {
            let label = t("mfa.another_way");
            view! { <p class="elsewhere"><Go to=Route::MfaVerifications label/></p> }
        })
        .into_any()
}

/// Nothing is offered that these pages can use.
#[component]
fn PasskeyOnly(
    /// The next step.
    children: Children,
) -> impl IntoView {
    view! { <Message key="mfa.passkey_only">{children()}</Message> }.into_any()
}

/// Draws what the server has brought; nothing if it has brought nothing.
type Draw = Box<dyn Fn() -> Option<AnyView> + Send>;

/// Asks the server for something.
type Ask = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Answer<()>>>> + Send + Sync>;

/// A part of a page that needs something of the server first. `draw` draws it as soon as `ask` has
/// brought it; a refusal can be tried again.
fn awaited(event: InteractionEvent, ask: Ask, draw: Draw) -> AnyView {
    let shell = shell();
    let busy = RwSignal::new(false);
    let ask = StoredValue::new(ask);
    let begin = move |()| {
        let answer = ask.with_value(|ask| ask());
        shell.run(busy, async move {
            let outcome = answer.await;
            shell.settle(outcome, event, Places::default()).await;
        });
    };
    begin(());
    dynamic(move || {
        if busy.get() {
            return view! { <div class="next waiting" aria-busy="true"><Spinner/></div> }
                .into_any();
        }
        draw().unwrap_or_else(|| {
            let label = t("mfa.try_again");
            view! { <div class="next"><Button label name="again" on_press=begin/></div> }.into_any()
        })
    })
}

/// Puts a text into the clipboard, where the browser lets pages do that.
fn copy_button(text: String, look: Look) -> AnyView {
    if !browser::can_copy() {
        return nothing();
    }
    let toasts = shell().toasts;
    let on_press = move |()| {
        let text = text.clone();
        leptos::task::spawn_local(async move {
            if browser::copy(&text).await {
                toasts.done(t("mfa.copied"));
            } else {
                toasts.error(t("mfa.copy_failed"));
            }
        });
    };
    view! { <Button label=t("mfa.copy") look name="copy" on_press/> }.into_any()
}
