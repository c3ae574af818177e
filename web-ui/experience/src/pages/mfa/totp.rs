//! The authenticator app: the one of the account, or a new one.

use super::{Ask, Draw, Instead, OtherFactor, awaited, copy_button};
use crate::app::{Shell, shell};
use crate::interaction::mfa;
use crate::layout::Page;
use crate::pages::code_entry::CodeEntry;
use crate::refusal::Places;
use crate::route::Route;
use leptos::prelude::*;
use vestibule_kit::api::Answer;
use vestibule_kit::controls::Look;
use vestibule_kit::t;
use vestibule_shared::ErrorCode;
use vestibule_shared::experience::{InteractionEvent, MfaMissing, TotpSecretResponse};
use vestibule_shared::sign_in_experience::MfaFactor;

const WRONG: &str = ErrorCode::SessionMfaInvalidTotpCode.as_str();

/// The code of the account's app.
#[component]
pub fn OwnApp(event: InteractionEvent) -> impl IntoView {
    view! {
        <Page title=t("mfa.totp") hint=t("mfa.totp_hint").into_any() back=Route::SignIn>
            {code_form(None, None, event)}
            <OtherFactor/>
        </Page>
    }
    .into_any()
}

/// A secret for a new app, and the code that proves that the app has it.
#[component]
pub fn NewApp(missing: Option<MfaMissing>, event: InteractionEvent) -> impl IntoView {
    let made: StoredValue<Option<TotpSecretResponse>> = StoredValue::new(None);
    let ask: Ask = Box::new(move || {
        Box::pin(async move {
            made.set_value(Some(mfa::create_totp().await?));
            Ok(())
        })
    });
    let draw: Draw = Box::new(move || {
        let TotpSecretResponse { verification_id, secret, secret_qr_code } = made.get_value()?;
        let label = Some(t("mfa.totp_enter"));
        Some(
            view! {
                <img class="qr-code" src=secret_qr_code alt=t("mfa.qr_code")/>
                <div class="secret">
                    <p>{t("mfa.secret")}</p>
                    <code dir="ltr" translate="no">{in_groups(&secret)}</code>
                    {copy_button(secret, Look::Plain)}
                </div>
                {code_form(Some(verification_id), label, event)}
            }
            .into_any(),
        )
    });
    view! {
        <Page title=t("mfa.new_app") hint=t("mfa.new_app_hint").into_any()>
            {awaited(event, ask, draw)}
            <Instead missing event/>
        </Page>
    }
    .into_any()
}

/// Four and four, as one reads a key aloud.
fn in_groups(secret: &str) -> String {
    let grouped = secret.char_indices().flat_map(|(position, letter)| {
        (position > 0 && position % 4 == 0).then_some(' ').into_iter().chain([letter])
    });
    grouped.collect()
}

/// The six digits of the app; `new` is the server's name for the secret of a new one.
fn code_form(new: Option<String>, label: Option<String>, event: InteractionEvent) -> AnyView {
    let shell = shell();
    let entry = CodeEntry::new();
    let on_code = Callback::new(move |code| {
        let new = new.clone();
        entry.send(async move {
            match verify(shell, code, new).await {
                Err(failure) if failure.code() == WRONG => entry.refuse(failure.message()),
                Err(failure) => {
                    entry.empty();
                    shell.refused(failure, event, Places::default()).await;
                }
                Ok(()) => {}
            }
        });
    });
    entry.form("totpCode", label, on_code)
}

async fn verify(shell: Shell, code: String, new: Option<String>) -> Answer<()> {
    let is_new = new.is_some();
    let proof = mfa::verify_totp(code, new).await?;
    if is_new { shell.bind(MfaFactor::Totp, proof).await } else { shell.finish().await }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_read_in_groups() {
        assert_eq!(in_groups("ABCDEFGHIJ"), "ABCD EFGH IJ");
        assert_eq!(in_groups("ABCD"), "ABCD");
        assert_eq!(in_groups(""), "");
    }
}
