//! One module per page, or per group of pages that differ in little.

mod code_entry;
mod continue_profile;
mod forgot_password;
mod identifier_entry;
mod message;
mod mfa;
mod new_password;
mod register;
mod setup;
mod sign_in;
mod sign_in_password;
mod verification_code;

use crate::app::Obstacle;
use crate::route::Route;
use leptos::prelude::*;
use vestibule_shared::experience::MissingProfileField;

/// The page with this address.
pub fn page(route: Route) -> AnyView {
    match route {
        Route::SignIn => view! { <sign_in::SignIn/> }.into_any(),
        Route::IdentifierSignIn => view! { <sign_in::SignIn focused=true/> }.into_any(),
        Route::SignInPassword => view! { <sign_in_password::SignInPassword/> }.into_any(),
        Route::SignInMethods => view! { <sign_in_password::SignInMethods/> }.into_any(),
        Route::Register => view! { <register::Register/> }.into_any(),
        Route::IdentifierRegister => view! { <register::Register focused=true/> }.into_any(),
        Route::RegisterPassword => view! { <register::RegisterPassword/> }.into_any(),
        Route::ForgotPassword => view! { <forgot_password::ForgotPassword/> }.into_any(),
        Route::ResetPassword => view! { <forgot_password::ForgotPassword/> }.into_any(),
        Route::ForgotPasswordReset => view! { <forgot_password::ResetPassword/> }.into_any(),
        Route::Code(flow) => view! { <verification_code::VerificationCode flow/> }.into_any(),
        Route::Continue(MissingProfileField::Password) => {
            view! { <continue_profile::ContinuePassword/> }.into_any()
        }
        Route::Continue(field) => view! { <continue_profile::ContinueName field/> }.into_any(),
        Route::MfaOnboarding => view! { <mfa::Onboarding/> }.into_any(),
        Route::MfaBindings => view! { <mfa::choices::Bindings/> }.into_any(),
        Route::MfaBinding(factor) => view! { <mfa::Binding factor/> }.into_any(),
        Route::MfaVerifications => view! { <mfa::choices::Verifications/> }.into_any(),
        Route::MfaVerification(factor) => view! { <mfa::Verification factor/> }.into_any(),
        Route::UnknownSession => obstacle(Obstacle::InvalidSession),
        Route::AccountSuspended => view! { <message::Suspended/> }.into_any(),
        Route::Setup => view! { <setup::Setup/> }.into_any(),
        Route::NotFound => view! { <message::NotFound/> }.into_any(),
    }
}

/// The page that tells why another one cannot be shown.
pub fn obstacle(obstacle: Obstacle) -> AnyView {
    match obstacle {
        Obstacle::InvalidSession => view! { <message::InvalidSession/> }.into_any(),
        Obstacle::SetupLink => view! { <message::SetupLink/> }.into_any(),
    }
}
