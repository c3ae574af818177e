//! The second page of signing in: the password, or the choice between password and code.

use super::message::LostStep;
use super::sign_in::{ForgotPasswordLink, PasswordStep};
use crate::app::{Shell, shell};
use crate::flow::Flow;
use crate::layout::{Form, FormError, Go, Page, Person};
use crate::refusal::Places;
use crate::route::{CodeFlow, Route};
use leptos::prelude::*;
use vestibule_kit::controls::{Button, Look};
use vestibule_kit::identifier::display;
use vestibule_kit::{browser, t};
use vestibule_shared::experience::{Identifier, InteractionEvent};

/// The password of the remembered identifier.
#[component]
pub fn SignInPassword() -> impl IntoView {
    let shell = shell();
    let allowed = |identifier: &Identifier| {
        shell.settings.method(identifier.kind).is_some_and(|method| method.password)
    };
    let Some(identifier) = Flow::recall().identifier.filter(allowed) else {
        return view! { <LostStep/> }.into_any();
    };
    let form = PasswordStep::new();
    let name = display(&identifier);
    let by_code = CodeChoice::of(shell, &identifier);
    let on_submit = move |()| match form.read() {
        Some(password) => form.send(shell, identifier.clone(), password),
        None => browser::focus_first_invalid(),
    };
    let forgot = shell.settings.recovery_identifiers();
    let person = view! { <Person name=name.clone() change=Route::SignIn/> };
    view! {
        <Page title=t("description.enter_password") hint=person.into_any()>
            <Form on_submit=Callback::new(on_submit)>
                // Tells a password manager whose password it is.
                <input type="text" name="username" autocomplete="username" value=name hidden=true
                    readonly=true/>
                {form.field()}
                {(!forgot.is_empty()).then(|| view! { <ForgotPasswordLink/> })}
                <FormError error=form.refusal/>
                <Button label=t("action.sign_in") busy=form.busy/>
            </Form>
            {by_code.map(|choice| {
                choice.button(t("secondary.use_code"), Look::Plain, form.busy)
            })}
        </Page>
    }
    .into_any()
}

/// Password or code.
#[component]
pub fn SignInMethods() -> impl IntoView {
    let shell = shell();
    let Some(identifier) = Flow::recall().identifier else {
        return view! { <LostStep/> }.into_any();
    };
    let busy = RwSignal::new(false);
    let method = shell.settings.method(identifier.kind);
    let by_password = method.is_some_and(|method| method.password).then(|| {
        let on_press = move |()| shell.go(Route::SignInPassword);
        view! { <Button label=t("input.password") look=Look::Secondary name="password" on_press/> }
    });
    let by_code = CodeChoice::of(shell, &identifier)
        .map(|choice| choice.button(t("action.get_code"), Look::Secondary, busy));
    let person = view! { <Person name=display(&identifier) change=Route::SignIn/> };
    view! {
        <Page title=t("description.choose_method") hint=person.into_any()>
            <div class="choices">{by_password}{by_code}</div>
            <p class="elsewhere">
                <Go to=Route::SignIn label=t("action.back")/>
            </p>
        </Page>
    }
    .into_any()
}

/// Signing in with a code, where the settings allow it for this identifier.
struct CodeChoice {
    shell: Shell,
    identifier: Identifier,
}

impl CodeChoice {
    fn of(shell: Shell, identifier: &Identifier) -> Option<Self> {
        let allowed = shell.settings.method(identifier.kind)?.verification_code;
        allowed.then(|| Self { shell, identifier: identifier.clone() })
    }

    fn button(self, label: String, look: Look, busy: RwSignal<bool>) -> AnyView {
        let Self { shell, identifier } = self;
        let on_press = move |()| {
            let identifier = identifier.clone();
            shell.run(busy, async move {
                let event = InteractionEvent::SignIn;
                let outcome = async {
                    shell.start(event).await?;
                    shell.send_code(CodeFlow::SignIn, identifier, event).await
                };
                match outcome.await {
                    Ok(()) => shell.go(Route::Code(CodeFlow::SignIn)),
                    Err(failure) => shell.refused(failure, event, Places::default()).await,
                }
            });
        };
        let button = view! { <Button label look name="code" on_press/> };
        match look {
            Look::Plain => view! { <p class="elsewhere">{button}</p> }.into_any(),
            Look::Primary | Look::Secondary => button.into_any(),
        }
    }
}
