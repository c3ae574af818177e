//! Form controls and messages, on native elements.
//!
//! Fields show their mistake in a live region beside them and point to it; everything works by
//! keyboard, in both writing directions.

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
