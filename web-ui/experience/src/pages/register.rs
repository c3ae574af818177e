//! Creating an account: the identifier, and the password of an account with a username.

use super::identifier_entry::IdentifierEntry;
use super::message::{LostStep, NotFound};
use super::new_password::NewPasswordEntry;
use crate::app::{Shell, shell};
use crate::flow::Flow;
use crate::interaction;
use crate::layout::{Form, Go, Page};
use crate::refusal::{Places, is_added_already};
use crate::route::{CodeFlow, Route};
use crate::terms::{Place, TermsBox, TermsNotice};
use leptos::prelude::*;
use vestibule_kit::api::Answer;
use vestibule_kit::controls::Button;
use vestibule_kit::settings::limited;
use vestibule_kit::{browser, t};
use vestibule_shared::ErrorCode;
use vestibule_shared::experience::{Identifier, IdentifierType, InteractionEvent, ProfileUpdate};
use vestibule_shared::sign_in_experience::SignInMode;

const EVENT: InteractionEvent = InteractionEvent::Register;

/// The first page; `focused` limits it to the identifiers that the application asked for.
#[component]
pub fn Register(#[prop(optional)] focused: bool) -> impl IntoView {
    let shell = shell();
    let settings = shell.settings;
    if settings.sign_in_mode == SignInMode::SignIn {
        shell.go_instead(Route::SignIn);
        return ().into_any();
    }
    let mut identifiers = settings.sign_up.identifiers.clone();
    if focused {
        identifiers = limited(identifiers, browser::query_parameter("identifier").as_deref());
    }
    if identifiers.is_empty() {
        return view! { <NotFound/> }.into_any();
    }
    let entry = IdentifierEntry::for_new_account(identifiers);
    let busy = RwSignal::new(false);
    let places = Places { identifier: Some(entry.error), ..Places::default() };
    let on_submit = move |()| {
        let Some(identifier) = entry.read() else {
            browser::focus_first_invalid();
            return;
        };
        shell.run(busy, async move {
            if shell.agrees(Place::Register).await {
                let outcome = begin(shell, identifier).await;
                shell.settle(outcome, EVENT, places).await;
            }
        });
    };
    view! {
        <Page title=t("description.create_account")>
            <Form on_submit=Callback::new(on_submit)>
                {entry.field()}
                <TermsBox place=Place::Register/>
                <Button label=t("action.create_account") busy/>
            </Form>
            <TermsNotice place=Place::Register/>
            <Elsewhere focused/>
        </Page>
    }
    .into_any()
}

/// Below the form: sign in, or all ways to register.
#[component]
fn Elsewhere(focused: bool) -> impl IntoView {
    let signs_in = shell().settings.sign_in_mode == SignInMode::SignInAndRegister;
    let link = if focused {
        view! { <Go to=Route::Register label=t("secondary.all_options")/> }.into_any()
    } else if signs_in {
        let label = t("action.sign_in");
        view! { {t("secondary.has_account")} " " <Go to=Route::SignIn label/> }.into_any()
    } else {
        return ().into_any();
    };
    view! { <p class="elsewhere">{link}</p> }.into_any()
}

async fn begin(shell: Shell, identifier: Identifier) -> Answer<()> {
    Flow::update(|flow| {
        flow.identifier = Some(identifier.clone());
        flow.event = Some(EVENT);
    });
    shell.start(EVENT).await?;
    if identifier.kind != IdentifierType::Username {
        shell.send_code(CodeFlow::Register, identifier, EVENT).await?;
        shell.go(Route::Code(CodeFlow::Register));
        return Ok(());
    }
    interaction::add_profile(ProfileUpdate::Username { value: identifier.value }).await?;
    let sign_up = &shell.settings.sign_up;
    let asks_more = sign_up.secondary_identifiers.as_ref().is_some_and(|more| !more.is_empty());
    if sign_up.password && !asks_more {
        shell.go(Route::RegisterPassword);
        return Ok(());
    }
    interaction::identify(None).await?;
    shell.finish().await
}

/// The password of a new account with a username.
#[component]
pub fn RegisterPassword() -> impl IntoView {
    let shell = shell();
    let flow = Flow::recall();
    let is_registering = |identifier: &Identifier| {
        identifier.kind == IdentifierType::Username && flow.event == Some(EVENT)
    };
    let Some(identifier) = flow.identifier.clone().filter(is_registering) else {
        return view! { <LostStep/> }.into_any();
    };
    let name = identifier.value.clone();
    let entry = NewPasswordEntry::new(Some(identifier));
    let busy = RwSignal::new(false);
    let on_submit = move |()| {
        let Some(password) = entry.read(None) else {
            browser::focus_first_invalid();
            return;
        };
        shell.run(busy, save(shell, entry, password));
    };
    let hint = t("description.register_password_hint");
    view! {
        <Page title=t("description.register_password") hint=hint.into_any() back=Route::Register>
            <Form on_submit=Callback::new(on_submit)>
                <input type="text" name="username" autocomplete="username" value=name hidden=true
                    readonly=true/>
                {entry.fields()}
                <Button label=t("action.create_account") busy/>
            </Form>
        </Page>
    }
    .into_any()
}

async fn save(shell: Shell, entry: NewPasswordEntry, password: String) {
    let update = ProfileUpdate::Password { value: password };
    let places = Places { password: Some(entry.error), ..Places::default() };
    let Err(failure) = shell.register_with(update).await else {
        return;
    };
    if failure.code() == ErrorCode::UserUsernameAlreadyInUse.as_str() {
        shell.alert(failure.message()).await;
        shell.go_instead(Route::Register);
    } else {
        shell.refused(failure, EVENT, places).await;
    }
}

impl Shell {
    /// Adds something to the new account, creates it and goes back to the application.
    pub async fn register_with(self, update: ProfileUpdate) -> Answer<()> {
        match interaction::add_profile(update).await {
            // The account was created before, only the answer got lost.
            Err(failure) if is_added_already(&failure) => self.finish().await,
            outcome => {
                outcome?;
                interaction::identify(None).await?;
                self.finish().await
            }
        }
    }

    /// Ends the interaction and goes back to the application.
    pub async fn finish(self) -> Answer<()> {
        if let Some(address) = interaction::submit().await? {
            self.leave(address).await;
        }
        Ok(())
    }
}
