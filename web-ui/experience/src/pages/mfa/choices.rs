//! Which second factor: to give, or to set up.

use super::{Instead, LostStep, PasskeyOnly};
use crate::app::shell;
use crate::flow::Flow;
use crate::layout::{Go, Page};
use crate::refusal::Places;
use crate::route::Route;
use crate::second_factor::{masked, usable};
use leptos::prelude::*;
use vestibule_kit::phrases::around;
use vestibule_kit::t;
use vestibule_shared::experience::MaskedIdentifiers;
use vestibule_shared::sign_in_experience::MfaFactor;

/// Which of the account's factors to give.
#[component]
pub fn Verifications() -> impl IntoView {
    let shell = shell();
    let flow = Flow::recall();
    let (Some(required), Some(event)) = (flow.required, flow.event) else {
        return view! { <LostStep/> }.into_any();
    };
    let factors = usable(&required.available_factors);
    if factors.is_empty() {
        return view! { <PasskeyOnly><ToSignIn/></PasskeyOnly> }.into_any();
    }
    let busy = RwSignal::new(false);
    let on_choose = Callback::new(move |factor| {
        shell.run(busy, async move {
            let outcome = shell.begin_factor(factor, event).await;
            shell.settle(outcome, event, Places::default()).await;
        });
    });
    let hint = t("mfa.verify_hint");
    view! {
        <Page title=t("mfa.verify") hint=hint.into_any() back=Route::SignIn>
            {choices(factors, &required.masked_identifiers, on_choose)}
        </Page>
    }
    .into_any()
}

/// Which factor to set up.
#[component]
pub fn Bindings() -> impl IntoView {
    let shell = shell();
    let flow = Flow::recall();
    let (Some(missing), Some(event)) = (flow.missing, flow.event) else {
        return view! { <LostStep/> }.into_any();
    };
    let factors = usable(&missing.available_factors);
    if factors.is_empty() {
        let may_skip = missing.skippable.unwrap_or_default();
        return view! {
            <PasskeyOnly>
                {(!may_skip).then(|| view! { <ToSignIn/> })}
                <Instead missing=Some(missing) event/>
            </PasskeyOnly>
        }
        .into_any();
    }
    let key = if missing.suggestion.unwrap_or_default() { "mfa.add" } else { "mfa.set_up" };
    let on_choose = Callback::new(move |factor| shell.go(Route::MfaBinding(factor)));
    view! {
        <Page title=t(key) hint=t(&[key, "_hint"].concat()).into_any()>
            {choices(factors, &MaskedIdentifiers::default(), on_choose)}
            <Instead missing=Some(missing) event/>
        </Page>
    }
    .into_any()
}

#[component]
fn ToSignIn() -> impl IntoView {
    let label = t("action.to_sign_in");
    view! { <Go to=Route::SignIn label class="button secondary"/> }.into_any()
}

/// A button for each factor; those with an address of the account show it.
fn choices(
    factors: Vec<MfaFactor>,
    addresses: &MaskedIdentifiers,
    on_choose: Callback<MfaFactor>,
) -> AnyView {
    let choice = |factor: MfaFactor| {
        let name = factor.as_str();
        let key = ["mfa.", name].concat();
        let hint = match masked(factor, addresses) {
            Some(address) => {
                let (before, after) = around(&t("mfa.code_to"), "identifier");
                view! { {before}<bdi dir="ltr">{address}</bdi>{after} }.into_any()
            }
            None => t(&[&key, "_hint"].concat()).into_any(),
        };
        view! {
            <li>
                <button type="button" class="choice" name=name on:click=move |_| on_choose.run(factor)>
                    <span class="icon" aria-hidden="true" inner_html=icon(factor)></span>
                    <span class="choice-text">
                        <strong>{t(&key)}</strong>
                        <span class="choice-hint">{hint}</span>
                    </span>
                </button>
            </li>
        }
        .into_any()
    };
    view! { <ul class="choices">{factors.into_iter().map(choice).collect_view()}</ul> }.into_any()
}

fn icon(factor: MfaFactor) -> &'static str {
    match factor {
        MfaFactor::EmailVerificationCode => {
            r#"<svg viewBox="0 0 24 24"><rect x="3" y="5" width="18" height="14" rx="2"/><path d="m4 7 8 6 8-6"/></svg>"#
        }
        MfaFactor::PhoneVerificationCode => {
            r#"<svg viewBox="0 0 24 24"><path d="M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2ZM8 10.5h.01M12 10.5h.01M16 10.5h.01"/></svg>"#
        }
        MfaFactor::BackupCode => {
            r#"<svg viewBox="0 0 24 24"><path d="M6 3h9l4 4v14H6ZM9.5 12h6M9.5 16h6"/></svg>"#
        }
        MfaFactor::Totp | MfaFactor::WebAuthn => {
            r#"<svg viewBox="0 0 24 24"><rect x="6" y="2.5" width="12" height="19" rx="2.5"/><path d="M9.5 13v-2.2a2.5 2.5 0 0 1 5 0V13M9 13h6v4H9Z"/></svg>"#
        }
    }
}
