//! Replacing a forgotten password.

use super::identifier_entry::IdentifierEntry;
use super::message::{LostStep, Message};
use super::new_password::NewPasswordEntry;
use crate::app::{Shell, shell};
use crate::flow::Flow;
use crate::interaction;
use crate::layout::{Form, Go, Page};
use crate::refusal::Places;
use crate::route::{CodeFlow, Route};
use leptos::prelude::*;
use vestibule_kit::api::Answer;
use vestibule_kit::controls::Button;
use vestibule_kit::{browser, t};
use vestibule_shared::experience::{Identifier, InteractionEvent};

const EVENT: InteractionEvent = InteractionEvent::ForgotPassword;

/// Who forgot the password.
#[component]
pub fn ForgotPassword() -> impl IntoView {
    let shell = shell();
    let identifiers = shell.settings.recovery_identifiers();
    if identifiers.is_empty() {
        return view! {
            <Message key="error.reset_not_possible">
                <Go to=Route::SignIn label=t("action.to_sign_in") class="button secondary"/>
            </Message>
        }
        .into_any();
    }
    let entry = IdentifierEntry::new(identifiers);
    let busy = RwSignal::new(false);
    let places = Places { identifier: Some(entry.error), ..Places::default() };
    let on_submit = move |()| {
        let Some(identifier) = entry.read() else {
            browser::focus_first_invalid();
            return;
        };
        shell.run(busy, async move {
            let outcome = begin(shell, identifier).await;
            shell.settle(outcome, EVENT, places).await;
        });
    };
    let hint = t("description.forgot_password_hint");
    view! {
        <Page title=t("description.forgot_password") hint=hint.into_any() back=Route::SignIn>
            <Form on_submit=Callback::new(on_submit)>
                {entry.field()}
                <Button label=t("action.continue") busy/>
            </Form>
        </Page>
    }
    .into_any()
}

async fn begin(shell: Shell, identifier: Identifier) -> Answer<()> {
    Flow::update(|flow| {
        flow.identifier = Some(identifier.clone());
        flow.event = Some(EVENT);
    });
    shell.start(EVENT).await?;
    shell.send_code(CodeFlow::ForgotPassword, identifier, EVENT).await?;
    shell.go(Route::Code(CodeFlow::ForgotPassword));
    Ok(())
}

/// The new password.
#[component]
pub fn ResetPassword() -> impl IntoView {
    let shell = shell();
    let flow = Flow::recall();
    let Some(identifier) = flow.identifier.filter(|_| flow.event == Some(EVENT)) else {
        return view! { <LostStep/> }.into_any();
    };
    let name = vestibule_kit::identifier::display(&identifier);
    let entry = NewPasswordEntry::new(Some(identifier));
    let busy = RwSignal::new(false);
    let places = Places { password: Some(entry.error), ..Places::default() };
    let on_submit = move |()| {
        let Some(password) = entry.read(None) else {
            browser::focus_first_invalid();
            return;
        };
        shell.run(busy, async move {
            match save(password).await {
                Ok(()) => {
                    Flow::update(|flow| flow.event = None);
                    shell.go_instead(Route::SignIn);
                    shell.toasts.done(t("description.password_changed"));
                }
                Err(failure) => shell.refused(failure, EVENT, places).await,
            }
        });
    };
    view! {
        <Page title=t("description.new_password") hint=t("description.new_password_hint").into_any()>
            <Form on_submit=Callback::new(on_submit)>
                <input type="text" name="username" autocomplete="username" value=name hidden=true
                    readonly=true/>
                {entry.fields()}
                <Button label=t("action.save_password") busy/>
            </Form>
        </Page>
    }
    .into_any()
}

async fn save(password: String) -> Answer<()> {
    interaction::reset_password(password).await?;
    interaction::submit().await.map(|_| ())
}
