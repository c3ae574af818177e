//! What pages may load and do: nothing of others but what a captcha service needs, while people
//! have to pass one.

use vestibule_shared::captcha_provider::{CaptchaType, PublicCaptchaConfig};

/// Where reCAPTCHA's script comes from unless an administrator names another host.
const RECAPTCHA_HOST: &str = "www.google.com";

/// What a captcha service adds to directives; each text begins with a space, or is empty.
#[derive(Default)]
struct Sources {
    script: String,
    frame: String,
    connect: String,
}

impl Sources {
    fn of(captcha: Option<&PublicCaptchaConfig>) -> Self {
        let Some(captcha) = captcha else { return Self::default() };
        match captcha.kind {
            CaptchaType::Turnstile => {
                let own = " https://challenges.cloudflare.com".to_owned();
                Self { script: own.clone(), frame: own, connect: String::new() }
            }
            CaptchaType::RecaptchaEnterprise => {
                let host = captcha.domain.as_deref().unwrap_or(RECAPTCHA_HOST);
                let own = format!(" https://{host}/recaptcha/");
                Self {
                    script: format!("{own} https://www.gstatic.com/recaptcha/"),
                    frame: format!("{own} https://recaptcha.google.com/recaptcha/"),
                    connect: own,
                }
            }
        }
    }
}

/// The policy of the built-in pages. Where the server itself has no TLS, neither may the logos.
pub fn built_in(nonce: &str, is_secure: bool, captcha: Option<&PublicCaptchaConfig>) -> String {
    let Sources { script, frame, connect } = Sources::of(captcha);
    let pictures = if is_secure { "https:" } else { "https: http:" };
    let frame = if frame.is_empty() { " 'none'" } else { &frame };
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'{script}; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' data: {pictures}; font-src 'self'; \
         connect-src 'self'{connect}; frame-src{frame}; manifest-src 'self'; base-uri 'self'; \
         form-action 'self'; frame-ancestors 'self'"
    )
}

/// The policy of an administrator's own pages: load and call this server, and show pictures.
pub fn own_pages(captcha: Option<&PublicCaptchaConfig>) -> String {
    let Sources { script, frame, connect } = Sources::of(captcha);
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{script}; \
         style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https:; \
         font-src 'self' data:; connect-src 'self'{connect}; frame-src 'self'{frame}; \
         object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    )
}
