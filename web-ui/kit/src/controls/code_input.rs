use super::text_field::is_invalid;
use crate::phrases::t_with;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, FocusEvent, HtmlInputElement, KeyboardEvent};

/// Digits of a verification code.
pub const CODE_LENGTH: usize = 6;

/// The typed digits, one per input.
type Slots = [Option<char>; CODE_LENGTH];

/// Six boxes for six digits. Typing, pasting and the browser's own suggestion fill them; the
/// last digit hands the code over.
#[component]
pub fn CodeInput(
    /// The inputs are named `name_0` to `name_5`.
    name: &'static str,
    /// The label; the heading of the page if there is none.
    label: Option<String>,
    /// The digits typed so far, without gaps.
    code: RwSignal<String>,
    /// What is wrong with the code.
    error: RwSignal<Option<String>>,
    /// Is called with a complete code.
    on_complete: Callback<()>,
) -> impl IntoView {
    let slots = RwSignal::new(Slots::default());
    let group = NodeRef::<html::Div>::new();
    // The page empties the code after a mistake.
    Effect::new(move || {
        if code.with(String::is_empty) && slots.get_untracked().iter().any(Option::is_some) {
            slots.set(Slots::default());
            show(group, &Slots::default());
            focus(group, 0);
        }
    });
    let fill = move |start: usize, typed: &str| {
        let mut filled = slots.get_untracked();
        let next = distribute(&mut filled, start, typed);
        slots.set(filled);
        show(group, &filled);
        error.set(None);
        code.set(filled.iter().flatten().collect());
        focus(group, next);
        if filled.iter().all(Option::is_some) {
            on_complete.run(());
        }
    };
    let erase = move |position: usize| {
        slots.update(|slots| {
            if let Some(slot) = slots.get_mut(position) {
                *slot = None;
            }
        });
        show(group, &slots.get_untracked());
        code.set(slots.get_untracked().iter().flatten().collect());
    };
    let inputs = (0..CODE_LENGTH).map(|position| {
        let name = [name, "_", &position.to_string()].concat();
        let typed = move |event: web_sys::Event| {
            let text = event_target_value(&event);
            let before = slots.get_untracked().get(position).copied().flatten();
            match new_digits(&text, before) {
                digits if digits.is_empty() => erase(position),
                digits => fill(position, &digits),
            }
        };
        let pressed = move |event: KeyboardEvent| {
            let target = match event.key().as_str() {
                "Backspace" if slots.get_untracked().get(position) == Some(&None) => {
                    let previous = position.saturating_sub(1);
                    erase(previous);
                    previous
                }
                "ArrowLeft" => position.saturating_sub(1),
                "ArrowRight" => position + 1,
                "Home" => 0,
                "End" => CODE_LENGTH - 1,
                _ => return,
            };
            event.prevent_default();
            focus(group, target);
        };
        let pasted = move |event: ClipboardEvent| {
            event.prevent_default();
            let text = event.clipboard_data().and_then(|data| data.get_data("text").ok());
            let digits = new_digits(&text.unwrap_or_default(), None);
            let start = if digits.len() >= CODE_LENGTH { 0 } else { position };
            fill(start, &digits);
        };
        let label = t_with("input.code_digit", &[("position", &(position + 1).to_string())]);
        view! {
            <input name=name.clone() id=name type="text" inputmode="numeric" pattern="[0-9]*"
                autocomplete=if position == 0 { "one-time-code" } else { "off" }
                aria-label=label
                aria-invalid=is_invalid(error)
                aria-describedby="code-error"
                on:input=typed on:keydown=pressed on:paste=pasted on:focus=select_content
            />
        }
    });
    let labelled_by = if label.is_some() { "code-label" } else { "title" };
    view! {
        <div class="field">
            {label.map(|label| view! { <p class="code-label" id="code-label">{label}</p> })}
            <div class="code" role="group" aria-labelledby=labelled_by dir="ltr" node_ref=group>
                {inputs.collect_view()}
            </div>
            <p class="field-error" id="code-error" aria-live="polite">{error}</p>
        </div>
    }
    .into_any()
}

/// The digits that were typed into a box that held `before`.
fn new_digits(text: &str, before: Option<char>) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match before {
        // Typed behind the digit that was there, or before it.
        Some(old) if digits.len() == 2 => match digits.strip_prefix(old) {
            Some(new) => new.to_owned(),
            None => digits.strip_suffix(old).unwrap_or(&digits).to_owned(),
        },
        _ => digits,
    }
}

/// Puts digits into the boxes from `start` on; answers with the box to go on with.
fn distribute(slots: &mut Slots, start: usize, digits: &str) -> usize {
    let mut next = start;
    for (slot, digit) in slots.iter_mut().skip(start).zip(digits.chars()) {
        *slot = Some(digit);
        next += 1;
    }
    next.min(CODE_LENGTH - 1)
}

fn input(group: NodeRef<html::Div>, position: usize) -> Option<HtmlInputElement> {
    let position = u32::try_from(position).ok()?;
    group.get_untracked()?.children().item(position)?.dyn_into().ok()
}

fn show(group: NodeRef<html::Div>, slots: &Slots) {
    for (position, slot) in slots.iter().enumerate() {
        if let Some(input) = input(group, position) {
            input.set_value(&slot.map(String::from).unwrap_or_default());
        }
    }
}

fn focus(group: NodeRef<html::Div>, position: usize) {
    if let Some(input) = input(group, position) {
        let _ = input.focus();
    }
}

/// The next digit replaces the one that is there.
fn select_content(event: FocusEvent) {
    if let Some(input) = event.target().and_then(|target| target.dyn_into().ok()) {
        let input: HtmlInputElement = input;
        input.select();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_fill_the_boxes_from_where_they_were_typed() {
        let mut slots = Slots::default();
        assert_eq!(distribute(&mut slots, 0, "12"), 2);
        assert_eq!(distribute(&mut slots, 2, "3456789"), 5);
        assert_eq!(slots.iter().flatten().collect::<String>(), "123456");
    }

    #[test]
    fn only_new_digits_count() {
        assert_eq!(new_digits("7", Some('1')), "7");
        assert_eq!(new_digits("17", Some('1')), "7");
        assert_eq!(new_digits("71", Some('1')), "7");
        assert_eq!(new_digits("11", Some('1')), "1");
        assert_eq!(new_digits(" 12 34-56 ", None), "123456");
        assert_eq!(new_digits("x", Some('1')), "");
    }
}
