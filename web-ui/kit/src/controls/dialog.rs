use super::button::{Button, Look};
use super::{dynamic, nothing};
use crate::phrases::t;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// A question that is asked before anything else goes on.
pub struct Question {
    /// The question; drawn when it is asked.
    pub body: AnyView,
    /// Label of the button that agrees.
    pub confirm: String,
    /// Label of the button that does not; without it the dialog only tells something.
    pub cancel: Option<String>,
}

impl Question {
    /// Yes or no.
    pub fn confirm(body: String, confirm: String) -> Self {
        Self { body: body.into_any(), confirm, cancel: Some(t("action.cancel")) }
    }

    /// Something the person must have read.
    pub fn alert(body: String) -> Self {
        Self { body: body.into_any(), confirm: t("action.got_it"), cancel: None }
    }
}

struct Asked {
    question: Question,
    resolve: js_sys::Function,
}

/// Asks questions, one at a time.
#[derive(Clone, Copy)]
pub struct Dialogs(RwSignal<Option<Asked>, LocalStorage>);

impl Default for Dialogs {
    fn default() -> Self {
        Self(RwSignal::new_local(None))
    }
}

impl Dialogs {
    /// Shows the question and waits; whatever closes the dialog but agreeing is a no.
    pub async fn ask(self, question: Question) -> bool {
        let mut question = Some(question);
        let answer = js_sys::Promise::new(&mut |resolve, _| {
            self.0.set(question.take().map(|question| Asked { question, resolve }));
        });
        JsFuture::from(answer).await.is_ok_and(|answer| answer.is_truthy())
    }
}

/// Where questions appear.
#[component]
pub fn DialogHost(
    /// The questions.
    dialogs: Dialogs,
) -> impl IntoView {
    dynamic(move || {
        // Taken out without telling anybody: what is drawn stays until the answer.
        dialogs.0.track();
        let asked = dialogs.0.try_update_untracked(Option::take).flatten();
        asked.map_or_else(nothing, |asked| view! { <OpenDialog dialogs asked/> }.into_any())
    })
}

#[component]
fn OpenDialog(dialogs: Dialogs, asked: Asked) -> impl IntoView {
    let Asked { question, resolve } = asked;
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            // Fails only if it is open already.
            let _ = dialog.show_modal();
        }
    });
    let answer = move |agreed: bool| {
        let _ = resolve.call1(&JsValue::UNDEFINED, &agreed.into());
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        dialogs.0.set(None);
    };
    let answer = StoredValue::new_local(answer);
    let give = move |agreed: bool| answer.with_value(|answer| answer(agreed));
    let cancel = question.cancel.map(|label| {
        view! {
            <Button label look=Look::Secondary name="cancel" on_press=move |()| give(false)/>
        }
    });
    view! {
        <dialog node_ref=dialog class="dialog" aria-labelledby="dialog-body"
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                give(false);
            }>
            <div id="dialog-body">{question.body}</div>
            <div class="dialog-actions">
                {cancel}
                <Button label=question.confirm name="confirm" on_press=move |()| give(true)/>
            </div>
        </dialog>
    }
    .into_any()
}
