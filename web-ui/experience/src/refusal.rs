//! What the pages do when the server refuses a step, as far as every page does the same.

use crate::app::{Obstacle, Shell};
use crate::flow::Flow;
use crate::route::{CodeFlow, Route};
use leptos::prelude::*;
use vestibule_kit::api::{Answer, Failure};
use vestibule_kit::controls::Question;
use vestibule_kit::json::Json;
use vestibule_kit::{browser, phrases, t, wire};
use vestibule_shared::ErrorCode;
use vestibule_shared::experience::InteractionEvent;
use vestibule_shared::sign_in_experience::MfaFactor;

const SUSPENDED: &str = ErrorCode::UserSuspended.as_str();
const NO_SESSION: &str = ErrorCode::SessionNotFound.as_str();
const NO_INTERACTION: &str = ErrorCode::SessionInteractionNotFound.as_str();
const NO_VERIFICATION: &str = ErrorCode::SessionVerificationSessionNotFound.as_str();
const NOT_IDENTIFIED: &str = ErrorCode::SessionIdentifierNotFound.as_str();
const MISSING_PROFILE: &str = ErrorCode::UserMissingProfile.as_str();
const PASSWORD_EXPIRED: &str = ErrorCode::PasswordExpired.as_str();
const PASSWORD_REJECTED: &str = ErrorCode::PasswordRejected.as_str();
const SAME_PASSWORD: &str = ErrorCode::UserSamePassword.as_str();
const INVALID_CREDENTIALS: &str = ErrorCode::SessionInvalidCredentials.as_str();
const EMAIL_NOT_ALLOWED: &str = ErrorCode::SessionEmailBlocklistNotAllowed.as_str();
const EMAIL_SUBADDRESSING: &str = ErrorCode::SessionEmailBlocklistSubaddressing.as_str();
const MFA_REQUIRED: &str = ErrorCode::SessionMfaRequireMfaVerification.as_str();
const MFA_SUGGESTED: &str = ErrorCode::UserSuggestMfa.as_str();
const MFA_MISSING: &str = ErrorCode::UserMissingMfa.as_str();
const MFA_INCOMPLETE: &str = ErrorCode::SessionMfaSuggestAdditionalMfa.as_str();
const BACKUP_CODES_MISSING: &str = ErrorCode::SessionMfaBackupCodeRequired.as_str();
const INVALID_TOKEN: &str = ErrorCode::SetupInvalidToken.as_str();

/// The places of a page where a refusal can be told.
#[derive(Clone, Copy, Default)]
pub struct Places {
    /// Below the identifier.
    pub identifier: Option<RwSignal<Option<String>>>,
    /// Below the new password.
    pub password: Option<RwSignal<Option<String>>>,
    /// Below the form.
    pub form: Option<RwSignal<Option<String>>>,
}

impl Shell {
    /// Handles the outcome of a step; `event` is what the person came to do.
    pub async fn settle(self, outcome: Answer<()>, event: InteractionEvent, places: Places) {
        if let Err(failure) = outcome {
            self.refused(failure, event, places).await;
        }
    }

    /// Tells a refusal, or goes to the page that resolves it.
    pub async fn refused(self, failure: Failure, event: InteractionEvent, places: Places) {
        let code = failure.code();
        match code {
            SUSPENDED => {
                Flow::forget();
                self.go_instead(Route::AccountSuspended);
            }
            NO_SESSION | NO_INTERACTION => self.stop(Obstacle::InvalidSession),
            INVALID_TOKEN => self.stop(Obstacle::SetupLink),
            NO_VERIFICATION | NOT_IDENTIFIED => {
                self.alert(t("error.step_replaced")).await;
                self.go_instead(Route::start_of(event));
            }
            MISSING_PROFILE => self.ask_for_missing(&failure, event),
            MFA_REQUIRED => {
                let required = wire::mfa_required(&failure.data()).unwrap_or_default();
                self.ask_for_factor(required, event).await;
            }
            MFA_MISSING | MFA_INCOMPLETE => {
                let missing = wire::mfa_missing(&failure.data()).unwrap_or_default();
                self.offer_factors(missing, event);
            }
            MFA_SUGGESTED => self.go_on(Route::MfaOnboarding, event),
            BACKUP_CODES_MISSING => self.go_on(Route::MfaBinding(MfaFactor::BackupCode), event),
            PASSWORD_EXPIRED if !self.settings.recovery_identifiers().is_empty() => {
                self.alert(failure.message()).await;
                self.go(Route::ForgotPassword);
            }
            EMAIL_NOT_ALLOWED | EMAIL_SUBADDRESSING => {
                self.alert(failure.message()).await;
                if self.route() == Route::Code(CodeFlow::Register) {
                    self.go_instead(Route::Register);
                }
            }
            PASSWORD_REJECTED => {
                let issues = failure.data().items().unwrap_or_default();
                let told = issues.first().and_then(issue_message);
                let told = told.unwrap_or_else(|| failure.message());
                self.tell(places.password, told);
            }
            SAME_PASSWORD => self.tell(places.password, failure.message()),
            INVALID_CREDENTIALS => self.tell(places.form, failure.message()),
            _ if is_about_identifier(code) => self.tell(places.identifier, failure.message()),
            _ => self.toasts.error(failure.message()),
        }
    }

    /// Shows a message at its place, or as a toast where the page has no such place.
    fn tell(self, place: Option<RwSignal<Option<String>>>, message: String) {
        match place {
            Some(place) => {
                place.set(Some(message));
                browser::focus_first_invalid();
            }
            None => self.toasts.error(message),
        }
    }

    fn ask_for_missing(self, failure: &Failure, event: InteractionEvent) {
        let missing = failure.data().get("missingProfile").items().unwrap_or_default();
        match missing.first().and_then(wire::missing_profile_field) {
            Some(field) => self.go_on(Route::Continue(field), event),
            None => self.toasts.error(failure.message()),
        }
    }

    /// Asks yes or no.
    pub async fn confirm(self, question: String, yes: &str) -> bool {
        self.dialogs.ask(Question::confirm(question, t(yes))).await
    }
}

/// Refusals of a name: its form, or that somebody has it.
fn is_about_identifier(code: &str) -> bool {
    code.starts_with("user.username_")
        || code == ErrorCode::UserEmailAlreadyInUse.as_str()
        || code == ErrorCode::UserPhoneAlreadyInUse.as_str()
        || code == ErrorCode::SessionEmailBlocklistInvalidEmail.as_str()
}

/// Whether the account has already what was to be added: an earlier try got so far.
pub fn is_added_already(failure: &Failure) -> bool {
    failure.code().ends_with("_exists_in_profile")
}

/// A rule that a password breaks (`vestibule_shared::experience::PasswordIssue`), in words.
fn issue_message(issue: &Json) -> Option<String> {
    let mut message = t(&["error.", &issue.text_at("code")?].concat());
    let figures = issue.get("interpolation");
    for name in figures.names() {
        let figure = figures.number_at(&name).unwrap_or_default().to_string();
        message = phrases::fill(message, &[(&name, &figure)]);
    }
    Some(message)
}
