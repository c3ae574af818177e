use super::{dynamic, nothing};
use crate::phrases::t;
use leptos::prelude::*;
use std::time::Duration;

/// Short messages that do not belong to a field. Errors stay until they are dismissed or the
/// next one comes; other messages leave by themselves.
#[derive(Clone, Copy)]
pub struct Toasts(RwSignal<Option<Toast>>);

#[derive(Clone, PartialEq, Eq)]
struct Toast {
    message: String,
    is_error: bool,
}

/// How long a message stays that asks for nothing.
const SHOWN_FOR: Duration = Duration::from_secs(8);

impl Default for Toasts {
    fn default() -> Self {
        Self(RwSignal::new(None))
    }
}

impl Toasts {
    /// Tells that something failed.
    pub fn error(self, message: String) {
        self.0.set(Some(Toast { message, is_error: true }));
    }

    /// Tells that something was done.
    pub fn done(self, message: String) {
        let toast = Toast { message, is_error: false };
        self.0.set(Some(toast.clone()));
        set_timeout(
            move || {
                if self.0.get_untracked() == Some(toast) {
                    self.clear();
                }
            },
            SHOWN_FOR,
        );
    }

    /// Takes the message away.
    pub fn clear(self) {
        self.0.set(None);
    }
}

/// Where messages appear; both live regions are there before the first message.
#[component]
pub fn ToastHost(
    /// The messages.
    toasts: Toasts,
) -> impl IntoView {
    let shown = move |errors: bool| {
        let toast = toasts.0.get().filter(|toast| toast.is_error == errors);
        toast.map_or_else(nothing, |toast| show(toasts, toast))
    };
    view! {
        <div class="toasts" role="alert">{dynamic(move || shown(true))}</div>
        <div class="toasts" role="status">{dynamic(move || shown(false))}</div>
    }
    .into_any()
}

fn show(toasts: Toasts, toast: Toast) -> AnyView {
    view! {
        <div class=if toast.is_error { "toast error" } else { "toast" }>
            <p>{toast.message}</p>
            <button type="button" name="dismiss" class="toast-close"
                aria-label=t("action.close") on:click=move |_| toasts.clear()>
                <span aria-hidden="true">"×"</span>
            </button>
        </div>
    }
    .into_any()
}
