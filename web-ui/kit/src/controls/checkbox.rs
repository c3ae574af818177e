use leptos::prelude::*;

/// A box to tick, with its label beside it.
#[component]
pub fn Checkbox(
    /// `name` and `id` attribute.
    name: &'static str,
    /// Whether it is ticked.
    checked: RwSignal<bool>,
    /// The label; may hold links.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="checkbox">
            <input type="checkbox" name=name id=name
                prop:checked=checked
                on:change=move |event| checked.set(event_target_checked(&event))
            />
            <label for=name>{children()}</label>
        </div>
    }
    .into_any()
}
