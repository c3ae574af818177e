//! The first page of signing in: identifier and password at once, or the identifier first.

use super::identifier_entry::IdentifierEntry;
use super::message::NoSignInMethod;
use crate::app::{Shell, shell};
use crate::flow::Flow;
use crate::interaction;
use crate::layout::{Form, FormError, Go, Page};
use crate::refusal::Places;
use crate::route::{CodeFlow, Route};
use crate::terms::{Place, TermsBox, TermsNotice};
use leptos::prelude::*;
use vestibule_kit::api::Answer;
use vestibule_kit::controls::{Button, PasswordField};
use vestibule_kit::settings::limited;
use vestibule_kit::{browser, t};
use vestibule_shared::experience::{Identifier, InteractionEvent};
use vestibule_shared::sign_in_experience::SignInMode;

/// The page; `focused` limits it to the identifiers that the application asked for.
#[component]
pub fn SignIn(#[prop(optional)] focused: bool) -> impl IntoView {
    let shell = shell();
    let settings = shell.settings;
    if settings.sign_in_mode == SignInMode::Register {
        shell.go_instead(Route::Register);
        return ().into_any();
    }
    let mut identifiers = settings.sign_in_identifiers();
    if focused {
        identifiers = limited(identifiers, browser::query_parameter("identifier").as_deref());
    }
    if identifiers.is_empty() {
        return view! { <NoSignInMethod/> }.into_any();
    }
    let entry = IdentifierEntry::new(identifiers);
    let form = if settings.has_password_form() {
        view! { <PasswordForm entry/> }.into_any()
    } else {
        view! { <IdentifierForm entry/> }.into_any()
    };
    view! {
        <Page title=t("description.sign_in") hint=t("description.sign_in_hint").into_any()>
            {form}
            <TermsNotice place=Place::SignIn/>
            <Elsewhere focused/>
        </Page>
    }
    .into_any()
}

/// Below the form: create an account, or all ways to sign in.
#[component]
fn Elsewhere(focused: bool) -> impl IntoView {
    let registers = shell().settings.allows_registration();
    let link = if focused {
        view! { <Go to=Route::SignIn label=t("secondary.all_options")/> }.into_any()
    } else if registers {
        let label = t("action.create_account");
        view! { {t("secondary.new_here")} " " <Go to=Route::Register label/> }.into_any()
    } else {
        return ().into_any();
    };
    view! { <p class="elsewhere">{link}</p> }.into_any()
}

#[component]
fn PasswordForm(entry: IdentifierEntry) -> impl IntoView {
    let shell = shell();
    let form = PasswordStep::new();
    let on_submit = move |()| {
        let (identifier, password) = (entry.read(), form.read());
        match (identifier, password) {
            (Some(identifier), Some(password)) => form.send(shell, identifier, password),
            _ => browser::focus_first_invalid(),
        }
    };
    let forgot = shell.settings.recovery_identifiers();
    view! {
        <Form on_submit=Callback::new(on_submit)>
            {entry.field()}
            {form.field()}
            {(!forgot.is_empty()).then(|| view! { <ForgotPasswordLink/> })}
            <TermsBox place=Place::SignIn/>
            <FormError error=form.refusal/>
            <Button label=t("action.sign_in") busy=form.busy/>
        </Form>
    }
    .into_any()
}

/// The way to a new password.
#[component]
pub fn ForgotPasswordLink() -> impl IntoView {
    view! {
        <p class="field-link">
            <Go to=Route::ForgotPassword label=t("secondary.forgot_password")/>
        </p>
    }
    .into_any()
}

/// The password field and what sending it does; two pages share it.
#[derive(Clone, Copy)]
pub struct PasswordStep {
    /// Whether the request is under way.
    pub busy: RwSignal<bool>,
    /// Why the server refused.
    pub refusal: RwSignal<Option<String>>,
    password: RwSignal<String>,
    error: RwSignal<Option<String>>,
}

impl PasswordStep {
    /// An empty field.
    pub fn new() -> Self {
        Self {
            busy: RwSignal::new(false),
            refusal: RwSignal::new(None),
            password: RwSignal::new(String::new()),
            error: RwSignal::new(None),
        }
    }

    /// The field.
    pub fn field(self) -> AnyView {
        let Self { password: value, error, .. } = self;
        view! { <PasswordField label=t("input.password") value error/> }.into_any()
    }

    /// What was typed; tells the person if it is nothing.
    pub fn read(self) -> Option<String> {
        let password = self.password.get_untracked();
        if password.is_empty() {
            self.error.set(Some(t("error.password_required")));
            return None;
        }
        Some(password)
    }

    /// Signs in.
    pub fn send(self, shell: Shell, identifier: Identifier, password: String) {
        let event = InteractionEvent::SignIn;
        let places = Places { form: Some(self.refusal), ..Places::default() };
        self.refusal.set(None);
        shell.run(self.busy, async move {
            if !shell.agrees(Place::SignIn).await {
                return;
            }
            Flow::update(|flow| {
                flow.identifier = Some(identifier.clone());
                flow.event = Some(event);
            });
            let outcome = sign_in(shell, identifier, password).await;
            shell.settle(outcome, event, places).await;
        });
    }
}

async fn sign_in(shell: Shell, identifier: Identifier, password: String) -> Answer<()> {
    shell.start(InteractionEvent::SignIn).await?;
    let proof = interaction::verify_password(identifier, password).await?;
    interaction::identify(Some(proof)).await?;
    shell.finish().await
}

#[component]
fn IdentifierForm(entry: IdentifierEntry) -> impl IntoView {
    let shell = shell();
    let busy = RwSignal::new(false);
    let event = InteractionEvent::SignIn;
    let places = Places { identifier: Some(entry.error), ..Places::default() };
    let on_submit = move |()| {
        let Some(identifier) = entry.read() else {
            browser::focus_first_invalid();
            return;
        };
        shell.run(busy, async move {
            if shell.agrees(Place::SignIn).await {
                let outcome = next_step(shell, identifier).await;
                shell.settle(outcome, event, places).await;
            }
        });
    };
    view! {
        <Form on_submit=Callback::new(on_submit)>
            {entry.field()}
            <TermsBox place=Place::SignIn/>
            <Button label=t("action.continue") busy/>
        </Form>
    }
    .into_any()
}

/// Password or code, as the settings say for this kind of identifier.
async fn next_step(shell: Shell, identifier: Identifier) -> Answer<()> {
    let event = InteractionEvent::SignIn;
    Flow::update(|flow| {
        flow.identifier = Some(identifier.clone());
        flow.event = Some(event);
    });
    let method = shell.settings.method(identifier.kind);
    let password_first = method.is_none_or(|method| {
        method.password && (method.is_password_primary || !method.verification_code)
    });
    if password_first {
        shell.go(Route::SignInPassword);
        return Ok(());
    }
    shell.start(event).await?;
    shell.send_code(CodeFlow::SignIn, identifier, event).await?;
    shell.go(Route::Code(CodeFlow::SignIn));
    Ok(())
}
