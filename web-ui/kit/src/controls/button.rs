use super::{dynamic, nothing};
use leptos::prelude::*;

/// How much a button stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The one thing to do on the page.
    Primary,
    /// Another thing that can be done.
    Secondary,
    /// Looks like a link.
    Plain,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Secondary => "button secondary",
            Self::Plain => "link",
        }
    }
}

/// A button; without `on_press` it submits its form. While busy it shows a spinner, keeps its
/// size and its focus, and does nothing.
#[component]
pub fn Button(
    /// What it says.
    label: String,
    /// How much it stands out.
    #[prop(default = Look::Primary)]
    look: Look,
    /// `name` attribute.
    #[prop(default = "submit")]
    name: &'static str,
    /// Whether the request it started is still under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// What it does.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
) -> impl IntoView {
    let kind = if on_press.is_some() { "button" } else { "submit" };
    let press = move |event: web_sys::MouseEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    let is_busy = Signal::derive(move || busy.get().then_some("true"));
    view! {
        <button
            type=kind
            name=name
            class=look.class()
            aria-busy=is_busy
            aria-disabled=is_busy
            on:click=press
        >
            <span class="button-label">{label}</span>
            {dynamic(move || if busy.get() { view! { <Spinner/> }.into_any() } else { nothing() })}
        </button>
    }
    .into_any()
}

/// Turns while something is under way; what is under way is said elsewhere.
#[component]
pub fn Spinner() -> impl IntoView {
    view! { <span class="spinner" aria-hidden="true"></span> }.into_any()
}
