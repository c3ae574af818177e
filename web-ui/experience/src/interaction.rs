//! The calls of the Experience API that the pages are made of.

pub mod mfa;

use vestibule_kit::api::{Answer, Failure, call, send};
use vestibule_kit::json::Json;
use vestibule_shared::experience::{
    ChangeInteractionEvent, CreateInteraction, Identification, Identifier, InteractionEvent,
    PasswordVerification, ProfileUpdate, ResetPassword, SendVerificationCode,
    VerifyVerificationCode,
};
use vestibule_shared::setup::CreateAdministrator;

/// Begins a new interaction; an older one of this browser and application is dropped.
pub async fn start(
    interaction_event: InteractionEvent,
    captcha_token: Option<String>,
) -> Answer<()> {
    let body = CreateInteraction { interaction_event, captcha_token };
    call("PUT", "api/experience", &body).await.map(|_| ())
}

/// Goes on with the same proofs but another aim.
pub async fn change_event(interaction_event: InteractionEvent) -> Answer<()> {
    let body = ChangeInteractionEvent { interaction_event };
    call("PUT", "api/experience/interaction-event", &body).await.map(|_| ())
}

/// Checks a password; answers with the id of the proof.
pub async fn verify_password(identifier: Identifier, password: String) -> Answer<String> {
    let body = PasswordVerification { identifier, password };
    let path = "api/experience/verification/password";
    proof(call("POST", path, &body).await?)
}

/// Sends a code; answers with the id under which it is checked.
pub async fn send_code(
    identifier: Identifier,
    interaction_event: InteractionEvent,
) -> Answer<String> {
    let body = SendVerificationCode { identifier, interaction_event };
    let path = "api/experience/verification/verification-code";
    proof(call("POST", path, &body).await?)
}

/// Checks a code; answers with the id of the proof.
pub async fn verify_code(
    identifier: Identifier,
    verification_id: String,
    code: String,
) -> Answer<String> {
    let body = VerifyVerificationCode { identifier, verification_id, code };
    let path = "api/experience/verification/verification-code/verify";
    proof(call("POST", path, &body).await?)
}

/// Names the account by a proof, or creates it from what was collected.
pub async fn identify(verification_id: Option<String>) -> Answer<()> {
    let body = Identification { verification_id, link_social_identity: None };
    call("POST", "api/experience/identification", &body).await.map(|_| ())
}

/// Adds to the account what it lacks.
pub async fn add_profile(update: ProfileUpdate) -> Answer<()> {
    call("POST", "api/experience/profile", &update).await.map(|_| ())
}

/// Sets the password that replaces a forgotten one.
pub async fn reset_password(password: String) -> Answer<()> {
    call("PUT", "api/experience/profile/password", &ResetPassword { password }).await.map(|_| ())
}

/// Ends the interaction; answers with the address that resumes the application's request, or
/// with nothing after a password was replaced.
pub async fn submit() -> Answer<Option<String>> {
    let answer = send("POST", "api/experience/submit", None).await?;
    Ok(answer.text_at("redirectTo"))
}

/// Creates the first administrator of an installation.
pub async fn create_administrator(body: CreateAdministrator) -> Answer<()> {
    call("POST", "api/setup/administrator", &body).await.map(|_| ())
}

/// The id in the answer of a verification step.
fn proof(answer: Json) -> Answer<String> {
    answer.text_at("verificationId").ok_or(Failure::Unexpected)
}
