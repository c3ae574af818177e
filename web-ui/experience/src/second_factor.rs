//! Second factors: the pages to which the server's demands lead.

use crate::app::Shell;
use crate::flow::Flow;
use crate::interaction::mfa::{self, Decision};
use crate::route::{CodeFlow, Route};
use vestibule_kit::api::Answer;
use vestibule_shared::experience::{
    Identifier, IdentifierType, InteractionEvent, MaskedIdentifiers, MfaMissing, MfaRequired,
};
use vestibule_shared::sign_in_experience::MfaFactor;

/// Those that these pages can use: passkeys are none of them yet.
pub fn usable(factors: &[MfaFactor]) -> Vec<MfaFactor> {
    factors.iter().copied().filter(|factor| *factor != MfaFactor::WebAuthn).collect()
}

/// Where the codes of a factor go; nothing if it has none that are sent.
pub fn address_kind(factor: MfaFactor) -> Option<IdentifierType> {
    match factor {
        MfaFactor::EmailVerificationCode => Some(IdentifierType::Email),
        MfaFactor::PhoneVerificationCode => Some(IdentifierType::Phone),
        MfaFactor::Totp | MfaFactor::BackupCode | MfaFactor::WebAuthn => None,
    }
}

/// The factor of codes that go to this kind of address.
pub fn factor_of(kind: IdentifierType) -> MfaFactor {
    match kind {
        IdentifierType::Phone => MfaFactor::PhoneVerificationCode,
        IdentifierType::Email | IdentifierType::Username => MfaFactor::EmailVerificationCode,
    }
}

/// The account's own address, as far as it may be shown.
pub fn masked(factor: MfaFactor, masked: &MaskedIdentifiers) -> Option<String> {
    match factor {
        MfaFactor::EmailVerificationCode => masked.email_verification_code.clone(),
        MfaFactor::PhoneVerificationCode => masked.phone_verification_code.clone(),
        MfaFactor::Totp | MfaFactor::BackupCode | MfaFactor::WebAuthn => None,
    }
}

impl Shell {
    /// Asks for one of the account's factors, the best first.
    pub async fn ask_for_factor(self, required: MfaRequired, event: InteractionEvent) {
        let best = usable(&required.available_factors).first().copied();
        Flow::update(|flow| {
            flow.event = Some(event);
            flow.required = Some(required);
        });
        let outcome = match best {
            Some(factor) => self.begin_factor(factor, event).await,
            None => {
                self.go(Route::MfaVerifications);
                Ok(())
            }
        };
        if let Err(failure) = outcome {
            // There it can be tried again, or another one instead.
            self.go(Route::MfaVerifications);
            self.toasts.error(failure.message());
        }
    }

    /// Goes to the page of one of the account's factors; sends the code first where it needs one.
    pub async fn begin_factor(self, factor: MfaFactor, event: InteractionEvent) -> Answer<()> {
        if let Some(kind) = address_kind(factor) {
            let required = Flow::recall().required.unwrap_or_default();
            let value = masked(factor, &required.masked_identifiers).unwrap_or_default();
            self.send_code(CodeFlow::SecondFactor, Identifier { kind, value }, event).await?;
        }
        self.go(Route::MfaVerification(factor));
        Ok(())
    }

    /// Offers factors to set up; a single one is no question.
    pub fn offer_factors(self, missing: MfaMissing, event: InteractionEvent) {
        let route = match usable(&missing.available_factors).as_slice() {
            [only] => Route::MfaBinding(*only),
            _ => Route::MfaBindings,
        };
        Flow::update(|flow| {
            flow.event = Some(event);
            flow.missing = Some(missing);
        });
        self.go(route);
    }

    /// Goes to a page that asks the server for whatever else it needs.
    pub fn go_on(self, route: Route, event: InteractionEvent) {
        Flow::update(|flow| flow.event = Some(event));
        self.go(route);
    }

    /// Adds a factor that was proved, and goes back to the application.
    pub async fn bind(self, factor: MfaFactor, verification_id: String) -> Answer<()> {
        mfa::bind(factor, verification_id).await?;
        self.finish().await
    }

    /// Tells a decision about second factors, and goes back to the application.
    pub async fn decide(self, decision: Decision) -> Answer<()> {
        mfa::decide(decision).await?;
        self.finish().await
    }
}
