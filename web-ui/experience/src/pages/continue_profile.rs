//! What an account still lacks before the sign-in can end.

use super::identifier_entry::IdentifierEntry;
use super::message::LostStep;
use super::new_password::NewPasswordEntry;
use crate::app::{Shell, shell};
use crate::flow::Flow;
use crate::interaction;
use crate::layout::{Form, Page};
use crate::refusal::{Places, is_added_already};
use crate::route::{CodeFlow, Route};
use leptos::prelude::*;
use vestibule_kit::api::Answer;
use vestibule_kit::controls::Button;
use vestibule_kit::{browser, t};
use vestibule_shared::experience::{
    Identifier, IdentifierType, InteractionEvent, MissingProfileField, ProfileUpdate,
};

/// A password for an account without one.
#[component]
pub fn ContinuePassword() -> impl IntoView {
    let shell = shell();
    let flow = Flow::recall();
    let Some(event) = flow.event else {
        return view! { <LostStep/> }.into_any();
    };
    let entry = NewPasswordEntry::new(flow.identifier);
    let busy = RwSignal::new(false);
    let places = Places { password: Some(entry.error), ..Places::default() };
    let on_submit = move |()| {
        let Some(password) = entry.read(None) else {
            browser::focus_first_invalid();
            return;
        };
        shell.run(busy, async move {
            let update = ProfileUpdate::Password { value: password };
            let outcome = shell.complete_with(update, event).await;
            shell.settle(outcome, event, places).await;
        });
    };
    let hint = t("description.continue_password_hint");
    view! {
        <Page title=t("description.continue_password") hint=hint.into_any()>
            <Form on_submit=Callback::new(on_submit)>
                {entry.fields()}
                <Button label=t("action.continue") busy/>
            </Form>
        </Page>
    }
    .into_any()
}

/// A username, an e-mail address, a phone number.
#[component]
pub fn ContinueName(field: MissingProfileField) -> impl IntoView {
    let shell = shell();
    let Some(event) = Flow::recall().event else {
        return view! { <LostStep/> }.into_any();
    };
    let (title, hint, kinds) = texts(field);
    let entry = IdentifierEntry::for_new_account(kinds);
    let busy = RwSignal::new(false);
    let places = Places { identifier: Some(entry.error), ..Places::default() };
    let on_submit = move |()| {
        let Some(identifier) = entry.read() else {
            browser::focus_first_invalid();
            return;
        };
        shell.run(busy, async move {
            let outcome = add(shell, identifier, event).await;
            shell.settle(outcome, event, places).await;
        });
    };
    view! {
        <Page title=t(title) hint=t(hint).into_any()>
            <Form on_submit=Callback::new(on_submit)>
                {entry.field()}
                <Button label=t("action.continue") busy/>
            </Form>
        </Page>
    }
    .into_any()
}

fn texts(field: MissingProfileField) -> (&'static str, &'static str, Vec<IdentifierType>) {
    use IdentifierType::{Email, Phone, Username};
    match field {
        MissingProfileField::Username | MissingProfileField::Password => {
            ("description.continue_username", "description.continue_username_hint", vec![Username])
        }
        MissingProfileField::Email => {
            ("description.continue_email", "description.continue_email_hint", vec![Email])
        }
        MissingProfileField::Phone => {
            ("description.continue_phone", "description.continue_phone_hint", vec![Phone])
        }
        MissingProfileField::EmailOrPhone => (
            "description.continue_email_or_phone",
            "description.continue_email_or_phone_hint",
            vec![Email, Phone],
        ),
    }
}

async fn add(shell: Shell, identifier: Identifier, event: InteractionEvent) -> Answer<()> {
    if identifier.kind == IdentifierType::Username {
        let update = ProfileUpdate::Username { value: identifier.value };
        return shell.complete_with(update, event).await;
    }
    shell.send_code(CodeFlow::Continue, identifier, event).await?;
    shell.go(Route::Code(CodeFlow::Continue));
    Ok(())
}

impl Shell {
    /// Adds what was missing and goes back to the application.
    pub async fn complete_with(self, update: ProfileUpdate, event: InteractionEvent) -> Answer<()> {
        if event == InteractionEvent::Register {
            return self.register_with(update).await;
        }
        match interaction::add_profile(update).await {
            Err(failure) if !is_added_already(&failure) => Err(failure),
            _ => self.finish().await,
        }
    }
}
