//! A code of six digits with its state and checks.

use crate::app::shell;
use crate::layout::Form;
use leptos::prelude::*;
use vestibule_kit::controls::{Button, CODE_LENGTH, CodeInput};
use vestibule_kit::{browser, t};

/// What is typed as a code.
#[derive(Clone, Copy)]
pub struct CodeEntry {
    code: RwSignal<String>,
    error: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

impl CodeEntry {
    /// Nothing typed yet.
    pub fn new() -> Self {
        Self {
            code: RwSignal::new(String::new()),
            error: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// The form; hands a complete code over. The inputs are named `name_0` and so on; a label is
    /// needed where the heading of the page is none.
    pub fn form(
        self,
        name: &'static str,
        label: Option<String>,
        on_code: Callback<String>,
    ) -> AnyView {
        let Self { code, error, busy } = self;
        let submit = Callback::new(move |()| {
            let typed = code.get_untracked();
            if typed.len() == CODE_LENGTH {
                on_code.run(typed);
            } else {
                error.set(Some(t("error.code_required")));
                browser::focus_first_invalid();
            }
        });
        view! {
            <Form on_submit=submit>
                <CodeInput name label code error on_complete=submit/>
                <Button label=t("action.continue") busy/>
            </Form>
        }
        .into_any()
    }

    /// Sends the code, unless one is on its way.
    pub fn send(self, task: impl Future<Output = ()> + 'static) {
        shell().run(self.busy, task);
    }

    /// Asks for another code.
    pub fn empty(self) {
        self.code.set(String::new());
    }

    /// Tells why the code was refused, and asks for another one.
    pub fn refuse(self, message: String) {
        self.empty();
        self.error.set(Some(message));
        browser::focus_first_invalid();
    }
}
