//! The addresses of the pages.

use vestibule_shared::experience::{InteractionEvent, MissingProfileField};
use vestibule_shared::sign_in_experience::MfaFactor;

/// What a verification code is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum CodeFlow {
    /// To sign in.
    SignIn,
    /// To create an account.
    Register,
    /// To replace a forgotten password.
    ForgotPassword,
    /// To add an address to an account that lacks it.
    Continue,
    /// To add an address as a second factor.
    Bind,
    /// As the second factor.
    SecondFactor,
}

impl CodeFlow {
    /// The flow that serializes to this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "SignIn" => Some(Self::SignIn),
            "Register" => Some(Self::Register),
            "ForgotPassword" => Some(Self::ForgotPassword),
            "Continue" => Some(Self::Continue),
            "Bind" => Some(Self::Bind),
            "SecondFactor" => Some(Self::SecondFactor),
            _ => None,
        }
    }
}

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// First page of signing in.
    SignIn,
    /// Password of the remembered identifier.
    SignInPassword,
    /// Password or code.
    SignInMethods,
    /// Signing in without the way to other pages, as an application may ask for.
    IdentifierSignIn,
    /// First page of creating an account.
    Register,
    /// Password of a new account.
    RegisterPassword,
    /// Creating an account without the way to other pages.
    IdentifierRegister,
    /// Who forgot the password.
    ForgotPassword,
    /// The new password.
    ForgotPasswordReset,
    /// As the first page an application asks for.
    ResetPassword,
    /// Six digits.
    Code(CodeFlow),
    /// Something the account still lacks.
    Continue(MissingProfileField),
    /// Whether to have second factors.
    MfaOnboarding,
    /// Which second factor to add.
    MfaBindings,
    /// Adding a second factor.
    MfaBinding(MfaFactor),
    /// Which second factor to give.
    MfaVerifications,
    /// Giving a second factor.
    MfaVerification(MfaFactor),
    /// No sign-in is under way.
    UnknownSession,
    /// The account may not be used.
    AccountSuspended,
    /// The first administrator of an installation.
    Setup,
    /// No such page.
    NotFound,
}

/// Every page that has an address, with its path below the base path.
const PATHS: [(&str, Route); 33] = [
    ("sign-in", Route::SignIn),
    ("sign-in/password", Route::SignInPassword),
    ("sign-in/verification-methods", Route::SignInMethods),
    ("sign-in/verification-code", Route::Code(CodeFlow::SignIn)),
    ("identifier-sign-in", Route::IdentifierSignIn),
    ("register", Route::Register),
    ("register/password", Route::RegisterPassword),
    ("register/verification-code", Route::Code(CodeFlow::Register)),
    ("identifier-register", Route::IdentifierRegister),
    ("forgot-password", Route::ForgotPassword),
    ("forgot-password/reset", Route::ForgotPasswordReset),
    ("forgot-password/verification-code", Route::Code(CodeFlow::ForgotPassword)),
    ("reset-password", Route::ResetPassword),
    ("continue/verification-code", Route::Code(CodeFlow::Continue)),
    ("continue/password", Route::Continue(MissingProfileField::Password)),
    ("continue/username", Route::Continue(MissingProfileField::Username)),
    ("continue/email", Route::Continue(MissingProfileField::Email)),
    ("continue/phone", Route::Continue(MissingProfileField::Phone)),
    ("continue/emailOrPhone", Route::Continue(MissingProfileField::EmailOrPhone)),
    ("mfa-onboarding", Route::MfaOnboarding),
    ("mfa-binding", Route::MfaBindings),
    ("mfa-binding/Totp", Route::MfaBinding(MfaFactor::Totp)),
    ("mfa-binding/BackupCode", Route::MfaBinding(MfaFactor::BackupCode)),
    ("mfa-binding/EmailVerificationCode", Route::MfaBinding(MfaFactor::EmailVerificationCode)),
    ("mfa-binding/PhoneVerificationCode", Route::MfaBinding(MfaFactor::PhoneVerificationCode)),
    ("mfa-verification", Route::MfaVerifications),
    ("mfa-verification/Totp", Route::MfaVerification(MfaFactor::Totp)),
    ("mfa-verification/BackupCode", Route::MfaVerification(MfaFactor::BackupCode)),
    (
        "mfa-verification/EmailVerificationCode",
        Route::MfaVerification(MfaFactor::EmailVerificationCode),
    ),
    (
        "mfa-verification/PhoneVerificationCode",
        Route::MfaVerification(MfaFactor::PhoneVerificationCode),
    ),
    ("unknown-session", Route::UnknownSession),
    ("account-suspended", Route::AccountSuspended),
    ("setup", Route::Setup),
];

impl Route {
    /// The page of an absolute path, where the application is mounted at `base` (with slashes
    /// at both ends).
    pub fn parse(path: &str, base: &str) -> Self {
        let Some(path) = path.strip_prefix(base) else {
            return Self::NotFound;
        };
        let path = path.trim_end_matches('/');
        if path.is_empty() {
            return Self::SignIn;
        }
        let found = PATHS.iter().find(|(known, _)| *known == path);
        found.map_or(Self::NotFound, |(_, route)| *route)
    }

    /// The path below the base path, without a slash in front.
    pub fn path(self) -> &'static str {
        let found = PATHS.iter().find(|(_, route)| *route == self);
        found.map_or("not-found", |(path, _)| *path)
    }

    /// Where one begins again.
    pub fn start_of(event: InteractionEvent) -> Self {
        match event {
            InteractionEvent::SignIn => Self::SignIn,
            InteractionEvent::Register => Self::Register,
            InteractionEvent::ForgotPassword => Self::ForgotPassword,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_leads_to_its_page_and_back() {
        for (path, route) in PATHS {
            assert_eq!(Route::parse(&format!("/{path}"), "/"), route);
            assert_eq!(Route::parse(&format!("/auth/{path}/"), "/auth/"), route);
            assert_eq!(route.path(), path);
        }
    }

    #[test]
    fn flows_are_remembered_by_name() {
        use CodeFlow::{Bind, Continue, ForgotPassword, Register, SecondFactor, SignIn};
        for flow in [SignIn, Register, ForgotPassword, Continue, Bind, SecondFactor] {
            let name = serde_json::to_value(flow).unwrap();
            assert_eq!(CodeFlow::named(name.as_str().unwrap()), Some(flow));
        }
    }

    #[test]
    fn anything_else_is_not_found() {
        for path in ["/nowhere", "/sign-in/other", "/sign-inn", "/continue", "/SIGN-IN"] {
            assert_eq!(Route::parse(path, "/"), Route::NotFound, "{path}");
        }
        assert_eq!(Route::parse("/sign-in", "/auth/"), Route::NotFound);
        assert_eq!(Route::parse("/auth/", "/auth/"), Route::SignIn);
    }
}
