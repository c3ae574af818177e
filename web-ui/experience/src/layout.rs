//! What all pages look like: the frame around them, their heading, links between them.

use crate::app::{Shell, shell};
use crate::navigation;
use crate::route::Route;
use leptos::prelude::*;
use vestibule_kit::controls::{dynamic, nothing};
use vestibule_kit::{browser, t};

const MARK: &str = r#"<svg viewBox="0 0 24 24"><path d="M4 21V11a8 8 0 0 1 16 0v10"/><path d="M9 21v-9a3 3 0 0 1 6 0v9"/></svg>"#;

/// Logo, page, signature, and the HTML that the settings put beside the page.
#[component]
pub fn Frame(
    /// The page that is shown.
    route: Signal<Route>,
    /// The page.
    children: Children,
) -> impl IntoView {
    let settings = shell().settings;
    let beside = move || {
        let path = ["/", route.get().path()].concat();
        settings.custom_content.text_at(&path).map_or_else(nothing, |html| {
            view! { <aside class="beside logto_custom-content" inner_html=html></aside> }.into_any()
        })
    };
    view! {
        <div class="page logto_page-container">
            <div class="columns">
                {dynamic(beside)}
                <main class="card logto_main-content">
                    <Logo/>
                    {children()}
                </main>
            </div>
            {(!settings.hide_logto_branding).then(|| view! { <Signature/> })}
        </div>
    }
    .into_any()
}

#[component]
fn Logo() -> impl IntoView {
    let shell = shell();
    let missing = RwSignal::new(false);
    let logo = move || {
        let address = shell.settings.logo(shell.dark.get());
        match address.filter(|_| !missing.get()) {
            Some(address) => view! {
                <img src=address alt="" on:error=move |_| missing.set(true)/>
            }
            .into_any(),
            None if shell.settings.hide_logto_branding => nothing(),
            None => {
                view! { <span class="mark" aria-hidden="true" inner_html=MARK></span> }.into_any()
            }
        }
    };
    view! { <header class="logo logto_branding-header">{dynamic(logo)}</header> }.into_any()
}

#[component]
fn Signature() -> impl IntoView {
    view! {
        <footer class="signature logto_signature">
            {t("secondary.powered_by")}
            <span class="mark" aria-hidden="true" inner_html=MARK></span>
            <strong>"Vestibule"</strong>
        </footer>
    }
    .into_any()
}

/// Heading and content of one page; sets the title of the document.
#[component]
pub fn Page(
    /// The heading.
    title: String,
    /// A sentence below it.
    #[prop(optional, into)]
    hint: Option<AnyView>,
    /// Where "back" leads; first pages have none.
    #[prop(optional)]
    back: Option<Route>,
    /// The rest of the page.
    children: Children,
) -> impl IntoView {
    browser::document().set_title(&title);
    let shell = shell();
    let back = back.map(|route| {
        view! {
            <nav class="back">
                <a href=navigation::address(route) on:click=move |event| follow(shell, event, route)>
                    <span class="arrow" aria-hidden="true">"←"</span>
                    {t("action.back")}
                </a>
            </nav>
        }
    });
    view! {
        <div class="content">
            {back}
            <h1 id="title" tabindex="-1">{title}</h1>
            {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
            {children()}
        </div>
    }
    .into_any()
}

/// A form that is sent by this program.
#[component]
pub fn Form(
    /// What sending it does.
    on_submit: Callback<()>,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        on_submit.run(());
    };
    view! {
        <form method="post" novalidate=true aria-labelledby="title" on:submit=submit>
            {children()}
        </form>
    }
    .into_any()
}

/// A message about the whole form, announced when it appears.
#[component]
pub fn FormError(
    /// The message.
    error: RwSignal<Option<String>>,
) -> impl IntoView {
    view! { <div class="form-error" role="alert">{error}</div> }.into_any()
}

/// A link to another page.
#[component]
pub fn Go(
    /// The page.
    to: Route,
    /// What the link says.
    label: String,
    /// Style class.
    #[prop(default = "link")]
    class: &'static str,
) -> impl IntoView {
    let shell = shell();
    view! {
        <a class=class href=navigation::address(to) on:click=move |event| follow(shell, event, to)>
            {label}
        </a>
    }
    .into_any()
}

/// Who is signing in, with the way back to change it.
#[component]
pub fn Person(
    /// Shown as it was typed.
    name: String,
    /// Where it can be changed.
    change: Route,
) -> impl IntoView {
    view! {
        <span class="person">
            <bdi>{name}</bdi>
            <Go to=change label=t("secondary.change")/>
        </span>
    }
    .into_any()
}

/// Goes to the page without loading it, unless the person wants another tab or window.
fn follow(shell: Shell, event: web_sys::MouseEvent, route: Route) {
    let plain = event.button() == 0
        && !(event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key());
    if plain {
        event.prevent_default();
        shell.go(route);
    }
}
