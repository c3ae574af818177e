//! The first administrator of a fresh installation, by the link that the server prints.

use super::identifier_entry::IdentifierEntry;
use super::message::SetupLink;
use super::new_password::NewPasswordEntry;
use crate::app::shell;
use crate::interaction;
use crate::layout::{Form, Page};
use crate::navigation;
use crate::refusal::Places;
use crate::route::Route;
use leptos::prelude::*;
use vestibule_kit::controls::{Button, dynamic};
use vestibule_kit::phrases::t_with;
use vestibule_kit::{browser, t};
use vestibule_shared::experience::{IdentifierType, InteractionEvent};
use vestibule_shared::setup::CreateAdministrator;

const TOKEN: &str = "vestibule:setup";

/// The page: a form, and once it was sent the way on.
#[component]
pub fn Setup() -> impl IntoView {
    let Some(token) = take_token() else {
        return view! { <SetupLink/> }.into_any();
    };
    let created = RwSignal::new(None::<String>);
    let token = StoredValue::new(token);
    let page = move || match created.get() {
        Some(name) => view! { <Done name/> }.into_any(),
        None => view! { <CreateForm token=token.get_value() created/> }.into_any(),
    };
    dynamic(page)
}

/// The token leaves the address bar, so that it does not stay in the history.
fn take_token() -> Option<String> {
    if let Some(token) = browser::query_parameter("token") {
        browser::remember(TOKEN, &token);
        navigation::replace_address(Route::Setup.path());
    }
    browser::recall(TOKEN)
}

#[component]
fn CreateForm(token: String, created: RwSignal<Option<String>>) -> impl IntoView {
    let shell = shell();
    let name = IdentifierEntry::for_new_account(vec![IdentifierType::Username]);
    let password = NewPasswordEntry::single(None);
    let busy = RwSignal::new(false);
    let places =
        Places { identifier: Some(name.error), password: Some(password.error), form: None };
    let on_submit = move |()| {
        let identifier = name.read();
        let password = password.read(identifier.as_ref());
        let (Some(identifier), Some(password)) = (identifier, password) else {
            browser::focus_first_invalid();
            return;
        };
        let token = token.clone();
        shell.run(busy, async move {
            let username = identifier.value;
            let body = CreateAdministrator { token, username: username.clone(), password };
            match interaction::create_administrator(body).await {
                Ok(()) => {
                    browser::forget(TOKEN);
                    created.set(Some(username));
                }
                Err(failure) => shell.refused(failure, InteractionEvent::Register, places).await,
            }
        });
    };
    view! {
        <Page title=t("description.setup") hint=t("description.setup_hint").into_any()>
            <Form on_submit=Callback::new(on_submit)>
                {name.field()}
                {password.fields()}
                <Button label=t("action.create_account") busy/>
            </Form>
        </Page>
    }
    .into_any()
}

#[component]
fn Done(name: String) -> impl IntoView {
    let hint = t_with("description.setup_done_hint", &[("identifier", &name)]);
    Effect::new(|_| {
        browser::focus_now("#title");
    });
    view! {
        <Page title=t("description.setup_done") hint=hint.into_any()>
            <a class="button primary" href="demo-app">{t("action.open_demo")}</a>
        </Page>
    }
    .into_any()
}
