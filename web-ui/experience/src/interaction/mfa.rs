//! The calls about second factors.

use super::proof;
use vestibule_kit::api::{Answer, Failure, call, send};
use vestibule_shared::experience::{
    BackupCodesResponse, BindMfa, MfaCodeIdentifier, SendMfaCode, TotpSecretResponse,
    VerifyBackupCode, VerifyMfaCode, VerifyTotp,
};
use vestibule_shared::sign_in_experience::MfaFactor;

/// Makes a secret for a new authenticator app.
pub async fn create_totp() -> Answer<TotpSecretResponse> {
    let made = send("POST", "api/experience/verification/totp/secret", None).await?;
    let text = |name| made.text_at(name).ok_or(Failure::Unexpected);
    Ok(TotpSecretResponse {
        verification_id: text("verificationId")?,
        secret: text("secret")?,
        secret_qr_code: text("secretQrCode")?,
    })
}

/// Checks what an authenticator app shows: that of the account, or the new one with this id.
/// Answers with the id of the proof.
pub async fn verify_totp(code: String, verification_id: Option<String>) -> Answer<String> {
    let body = VerifyTotp { code, verification_id };
    proof(call("POST", "api/experience/verification/totp/verify", &body).await?)
}

/// Makes a set of backup codes.
pub async fn generate_backup_codes() -> Answer<BackupCodesResponse> {
    let made = send("POST", "api/experience/verification/backup-code/generate", None).await?;
    let codes = made.items_at("codes", |code| code.text());
    Ok(BackupCodesResponse { verification_id: proof(made)?, codes })
}

/// Uses a backup code up.
pub async fn verify_backup_code(code: String) -> Answer<()> {
    let path = "api/experience/verification/backup-code/verify";
    call("POST", path, &VerifyBackupCode { code }).await.map(|_| ())
}

/// Sends a code to an address of the account; answers with the id under which it is checked.
pub async fn send_code(identifier_type: MfaCodeIdentifier) -> Answer<String> {
    let path = "api/experience/verification/mfa-verification-code";
    proof(call("POST", path, &SendMfaCode { identifier_type }).await?)
}

/// Checks a code that was sent to an address of the account; answers with the id of the proof.
pub async fn verify_code(
    identifier_type: MfaCodeIdentifier,
    verification_id: String,
    code: String,
) -> Answer<String> {
    let body = VerifyMfaCode { verification_id, code, identifier_type };
    let path = "api/experience/verification/mfa-verification-code/verify";
    proof(call("POST", path, &body).await?)
}

/// Adds a factor that was proved.
pub async fn bind(factor: MfaFactor, verification_id: String) -> Answer<()> {
    let body = BindMfa { factor, verification_id };
    call("POST", "api/experience/profile/mfa", &body).await.map(|_| ())
}

/// What a person decides about second factors without giving one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// To have them.
    Enable,
    /// To do without.
    Skip,
    /// To have no further one.
    SkipSuggestion,
}

/// Tells a decision.
pub async fn decide(decision: Decision) -> Answer<()> {
    let path = match decision {
        Decision::Enable => "api/experience/profile/mfa/mfa-enabled",
        Decision::Skip => "api/experience/profile/mfa/mfa-skipped",
        Decision::SkipSuggestion => "api/experience/profile/mfa/mfa-suggestion-skipped",
    };
    send("POST", path, None).await.map(|_| ())
}
