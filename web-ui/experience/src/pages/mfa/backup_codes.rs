//! Backup codes: one of those that the account has, or a new set.

use super::{Ask, Draw, OtherFactor, awaited, copy_button};
use crate::app::shell;
use crate::interaction::mfa;
use crate::layout::{Form, Page};
use crate::refusal::Places;
use crate::route::Route;
use leptos::prelude::*;
use vestibule_kit::controls::{Button, Look, TextField};
use vestibule_kit::{browser, t};
use vestibule_shared::ErrorCode;
use vestibule_shared::experience::{BackupCodesResponse, InteractionEvent};
use vestibule_shared::sign_in_experience::MfaFactor;

const WRONG: &str = ErrorCode::SessionMfaInvalidBackupCode.as_str();

/// One of the account's codes.
#[component]
pub fn OwnCode(event: InteractionEvent) -> impl IntoView {
    let shell = shell();
    let value = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let on_submit = move |()| {
        let code = value.get_untracked().trim().to_owned();
        if code.is_empty() {
            error.set(Some(t("mfa.backup_code_required")));
            browser::focus_first_invalid();
            return;
        }
        shell.run(busy, async move {
            let outcome = async {
                mfa::verify_backup_code(code).await?;
                shell.finish().await
            };
            match outcome.await {
                Err(failure) if failure.code() == WRONG => {
                    error.set(Some(failure.message()));
                    browser::focus_first_invalid();
                }
                outcome => shell.settle(outcome, event, Places::default()).await,
            }
        });
    };
    let label = t("mfa.BackupCode");
    view! {
        <Page title=t("mfa.own_code") hint=t("mfa.own_code_hint").into_any() back=Route::SignIn>
            <Form on_submit=Callback::new(on_submit)>
                <TextField name="code" label value error leading=None trailing=None hint=None/>
                <Button label=t("action.continue") busy/>
            </Form>
            <OtherFactor/>
        </Page>
    }
    .into_any()
}

/// A new set of codes, to be kept somewhere else.
#[component]
pub fn NewCodes(event: InteractionEvent) -> impl IntoView {
    let made: StoredValue<Option<BackupCodesResponse>> = StoredValue::new(None);
    let ask: Ask = Box::new(move || {
        Box::pin(async move {
            made.set_value(Some(mfa::generate_backup_codes().await?));
            Ok(())
        })
    });
    let draw: Draw = Box::new(move || made.get_value().map(|made| new_codes(made, event)));
    view! {
        <Page title=t("mfa.new_codes") hint=t("mfa.new_codes_hint").into_any()>
            {awaited(event, ask, draw)}
        </Page>
    }
    .into_any()
}

fn new_codes(made: BackupCodesResponse, event: InteractionEvent) -> AnyView {
    let shell = shell();
    let BackupCodesResponse { verification_id, codes } = made;
    let text = codes.join("\n");
    let file = ["data:text/plain,", &codes.join("%0A")].concat();
    let busy = RwSignal::new(false);
    let on_submit = move |()| {
        let verification_id = verification_id.clone();
        shell.run(busy, async move {
            let outcome = shell.bind(MfaFactor::BackupCode, verification_id).await;
            shell.settle(outcome, event, Places::default()).await;
        });
    };
    let codes = codes.into_iter().map(|code| view! { <li>{code}</li> }).collect_view();
    view! {
        <ul class="codes" dir="ltr" translate="no">{codes}</ul>
        <div class="keep">
            {copy_button(text, Look::Secondary)}
            <a class="button secondary" href=file download="backup-codes.txt">{t("mfa.download")}</a>
        </div>
        <Form on_submit=Callback::new(on_submit)>
            <Button label=t("mfa.saved") busy/>
        </Form>
    }
    .into_any()
}
