//! Form controls and messages, on native elements.
//!
//! Fields show their mistake in a live region beside them and point to it; everything works by
//! keyboard, in both writing directions.

use leptos::prelude::*;
use leptos::tachys::reactive_graph::SharedReactiveFunction;
use std::sync::{Arc, Mutex};

mod button;
mod checkbox;
mod code_input;
mod dialog;
mod identifier_field;
mod text_field;
mod toast;

pub use button::{Button, Look, Spinner};
pub use checkbox::Checkbox;
pub use code_input::{CODE_LENGTH, CodeInput};
pub use dialog::{DialogHost, Dialogs, Question};
pub use identifier_field::IdentifierField;
pub use text_field::{NewPasswordField, PasswordField, TextField};
pub use toast::{ToastHost, Toasts};

/// A part of a page that is drawn anew when a signal changes that it reads.
///
/// Every closure in a `view!` brings a copy of the code that redraws; they all share this one.
pub fn dynamic(draw: impl FnMut() -> AnyView + Send + 'static) -> AnyView {
    let draw: SharedReactiveFunction<AnyView> = Arc::new(Mutex::new(draw));
    draw.into_any()
}

/// Nothing to see.
pub fn nothing() -> AnyView {
    ().into_any()
}
