//! Pages that say why it does not go on, and what to do next.

use crate::app::shell;
use crate::layout::{Go, Page};
use crate::route::Route;
use leptos::prelude::*;
use vestibule_kit::controls::{Button, nothing};
use vestibule_kit::{browser, t};

/// Heading, explanation, next step, and where to get help.
#[component]
pub fn Message(
    /// Key of the heading; the explanation has the same key with `_hint`.
    key: &'static str,
    /// The next step.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let hint = t(&[key, "_hint"].concat());
    view! {
        <Page title=t(key) hint=hint.into_any()>
            {children.map(|children| view! { <div class="next">{children()}</div> })}
            <Support/>
        </Page>
    }
    .into_any()
}

#[component]
fn Support() -> impl IntoView {
    let settings = shell().settings;
    let email = settings.support_email.as_deref().map(|address| {
        view! { <a class="link" href=["mailto:", address].concat()>{address}</a> }
    });
    let website = settings.support_website_url.as_deref().map(|address| {
        let label = t("description.support_website");
        view! { <a class="link" href=address target="_blank" rel="noopener">{label}</a> }
    });
    (email.is_some() || website.is_some())
        .then(|| view! { <p class="support">{t("description.support")}{email}{website}</p> })
        .into_any()
}

/// Where a page without a next step leads: to the address that the settings name for people who
/// got lost, or to the page that they came from. A tab that has shown nothing else has none.
#[component]
fn GoBack() -> impl IntoView {
    let label = t("action.go_back");
    if let Some(address) = shell().settings.unknown_session_redirect_url.as_deref() {
        return view! { <a class="button primary" href=address>{label}</a> }.into_any();
    }
    if !browser::has_page_before() {
        return nothing();
    }
    view! { <Button label name="back" on_press=Callback::new(|()| browser::go_back())/> }.into_any()
}

/// No sign-in is under way, or it got lost.
#[component]
pub fn InvalidSession() -> impl IntoView {
    view! {
        <Message key="error.invalid_session">
            <GoBack/>
        </Message>
    }
    .into_any()
}

/// The page needs what an earlier page has found out.
#[component]
pub fn LostStep() -> impl IntoView {
    view! {
        <Message key="error.lost_step">
            <Go to=Route::SignIn label=t("action.start_again") class="button primary"/>
        </Message>
    }
    .into_any()
}

/// The account may not be used.
#[component]
pub fn Suspended() -> impl IntoView {
    view! {
        <Message key="error.account_suspended">
            <Go to=Route::SignIn label=t("action.to_sign_in") class="button secondary"/>
        </Message>
    }
    .into_any()
}

/// No such page.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Message key="error.not_found">
            <GoBack/>
        </Message>
    }
    .into_any()
}

/// Nothing is turned on by which one could sign in.
#[component]
pub fn NoSignInMethod() -> impl IntoView {
    view! {
        <Message key="error.no_sign_in_method">
            <GoBack/>
        </Message>
    }
    .into_any()
}

/// The link to create the first administrator is spent.
#[component]
pub fn SetupLink() -> impl IntoView {
    view! { <Message key="error.setup_link"/> }.into_any()
}
