//! An address that becomes a second factor.

use super::Instead;
use crate::app::{Shell, shell};
use crate::layout::{Form, Page};
use crate::pages::identifier_entry::IdentifierEntry;
use crate::refusal::Places;
use crate::route::{CodeFlow, Route};
use leptos::prelude::*;
use vestibule_kit::api::Answer;
use vestibule_kit::controls::Button;
use vestibule_kit::{browser, t};
use vestibule_shared::experience::{Identifier, IdentifierType, InteractionEvent, MfaMissing};

/// Where codes shall go from now on.
#[component]
pub fn NewAddress(
    kind: IdentifierType,
    missing: Option<MfaMissing>,
    event: InteractionEvent,
) -> impl IntoView {
    let shell = shell();
    let entry = IdentifierEntry::new(vec![kind]);
    let busy = RwSignal::new(false);
    let places = Places { identifier: Some(entry.error), ..Places::default() };
    let on_submit = move |()| {
        let Some(identifier) = entry.read() else {
            browser::focus_first_invalid();
            return;
        };
        shell.run(busy, async move {
            let outcome = send(shell, identifier, event).await;
            shell.settle(outcome, event, places).await;
        });
    };
    let (title, hint) = match kind {
        IdentifierType::Phone => ("description.continue_phone", "mfa.new_phone_hint"),
        IdentifierType::Email | IdentifierType::Username => {
            ("description.continue_email", "mfa.new_email_hint")
        }
    };
    view! {
        <Page title=t(title) hint=t(hint).into_any()>
            <Form on_submit=Callback::new(on_submit)>
                {entry.field()}
                <Button label=t("action.continue") busy/>
            </Form>
            <Instead missing event/>
        </Page>
    }
    .into_any()
}

async fn send(shell: Shell, identifier: Identifier, event: InteractionEvent) -> Answer<()> {
    shell.send_code(CodeFlow::Bind, identifier, event).await?;
    // The same page as for every other address that is added.
    shell.go(Route::Code(CodeFlow::Continue));
    Ok(())
}
