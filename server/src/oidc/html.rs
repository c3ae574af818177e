//! The few pages that the server renders itself: forms that post themselves, and sign-out.

use crate::flows::error::FlowError;
use crate::http::language;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use actix_web::{HttpRequest, HttpResponse};
use minijinja::{Environment, context};
use std::sync::LazyLock;
use url::Url;
use vestibule_protocol::random;

static TEMPLATES: LazyLock<Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.add_template("layout.html", include_str!("../../templates/layout.html"))?;
    environment.add_template("post_form.html", include_str!("../../templates/post_form.html"))?;
    environment.add_template("notice.html", include_str!("../../templates/notice.html"))?;
    Ok(environment)
});

/// A form that a browser posts, by itself or when the person presses the button.
pub struct PostForm<'a> {
    /// Title, in the language of the page.
    pub title: String,
    /// A sentence below it.
    pub text: String,
    /// The button.
    pub button: String,
    /// Where it is posted.
    pub action: &'a str,
    /// Hidden fields.
    pub fields: &'a [(&'a str, String)],
    /// Whether the browser posts it by itself.
    pub automatic: bool,
    /// A way back: address and text.
    pub cancel: Option<(String, String)>,
    /// Where the browser is sent afterwards; the content security policy must allow it.
    pub leads_to: Option<&'a str>,
}

/// The language of a page.
pub fn language_of(request: &HttpRequest) -> &'static str {
    let asked = form_urlencoded::parse(request.query_string().as_bytes())
        .find(|(name, _)| name == "ui_locales")
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default();
    let mut wishes: Vec<String> = asked.split_whitespace().take(10).map(str::to_owned).collect();
    wishes.extend(language::of_request(request));
    language::best(&wishes)
}

/// Renders a form.
pub fn post_form(app: &App, language: &str, form: &PostForm<'_>) -> Result<HttpResponse, Problem> {
    let targets = [Some(form.action), form.leads_to];
    let targets: Vec<String> = targets.into_iter().flatten().filter_map(source).collect();
    let (cancel, cancel_text) = form.cancel.clone().unzip();
    render(
        app,
        language,
        "post_form.html",
        &targets,
        context! {
            title => &form.title,
            text => &form.text,
            button => &form.button,
            action => form.action,
            fields => fields(form.fields),
            automatic => form.automatic,
            cancel,
            cancel_text,
        },
    )
}

/// Pairs of name and value, as the template walks them.
fn fields(fields: &[(&str, String)]) -> minijinja::Value {
    fields.iter().map(|(name, value)| vec![(*name).to_owned(), value.clone()]).collect()
}

/// Renders a page that only says something.
pub fn notice(
    app: &App,
    language: &str,
    title: String,
    text: String,
) -> Result<HttpResponse, Problem> {
    render(app, language, "notice.html", &[], context! { title, text })
}

/// An address as a content security policy names it: its origin, or its scheme.
fn source(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    // A URL may hold what ends a source there.
    if url.host_str().is_some_and(|host| host.contains([';', ',', '*', '\''])) {
        return None;
    }
    Some(match url.scheme() {
        "http" | "https" => url.origin().ascii_serialization(),
        scheme => format!("{scheme}:"),
    })
}

fn render(
    app: &App,
    language: &str,
    template: &str,
    form_targets: &[String],
    content: minijinja::Value,
) -> Result<HttpResponse, Problem> {
    let nonce = random::token();
    let color = app.catalog.snapshot().experience.color.clone();
    let dark = if color.is_dark_mode_enabled {
        color.dark_primary_color.clone()
    } else {
        color.primary_color.clone()
    };
    let frame = context! {
        language,
        direction => if language == "ar" { "rtl" } else { "ltr" },
        nonce => &nonce,
        brand => &color.primary_color,
        on_brand => readable_on(&color.primary_color),
        dark_brand => &dark,
        on_dark_brand => readable_on(&dark),
    };
    let failed = |error: &minijinja::Error| FlowError::Internal(error.to_string());
    let page = TEMPLATES.as_ref().map_err(failed)?;
    let page = page.get_template(template).map_err(|error| failed(&error))?;
    let page = page.render(context! { ..content, ..frame }).map_err(|error| failed(&error))?;
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; \
         form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        form_targets.join(" ")
    );
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .body(page))
}

/// Black or white, whichever is easier to read on a colour (WCAG relative luminance).
fn readable_on(color: &str) -> &'static str {
    let digits = color.trim_start_matches('#');
    let digits: String = if digits.len() == 3 {
        digits.chars().flat_map(|digit| [digit, digit]).collect()
    } else {
        digits.to_owned()
    };
    let Ok(value) = u32::from_str_radix(&digits, 16) else { return "#fff" };
    let channel = |shift: u32| {
        let part = f64::from((value >> shift) & 0xff) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let luminance = 0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0);
    if luminance > 0.179 { "#14161a" } else { "#fff" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_on_the_brand_colour_can_be_read() {
        assert_eq!(readable_on("#ffffff"), "#14161a");
        assert_eq!(readable_on("#000"), "#fff");
        assert_eq!(readable_on("#4F46E5"), "#fff");
    }

    #[test]
    fn policies_name_origins_and_schemes() {
        assert_eq!(source("https://a.example/b?c").as_deref(), Some("https://a.example"));
        assert_eq!(source("com.example.app:/cb").as_deref(), Some("com.example.app:"));
        assert_eq!(source("https://a;sandbox.example/"), None);
    }

    #[test]
    fn the_templates_render_and_escape() {
        let templates = TEMPLATES.as_ref().unwrap();
        let hostile = "\"><script>alert(1)</script>";
        for name in ["post_form.html", "notice.html"] {
            let page = templates
                .get_template(name)
                .unwrap()
                .render(context! {
                    title => hostile,
                    text => hostile,
                    action => hostile,
                    fields => vec![vec!["state", hostile]],
                })
                .unwrap();
            assert!(page.contains("<h1>"), "{name}");
            assert!(!page.contains("<script>alert"), "{name}: {page}");
        }
    }
}
