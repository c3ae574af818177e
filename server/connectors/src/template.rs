//! Message templates: their variables, and the built-in texts.

mod builtin;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use builtin::builtin_template;

/// What a template's content is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContentType {
    /// Plain text.
    #[serde(rename = "text/plain")]
    Plain,
    /// HTML; values of variables are escaped.
    #[default]
    #[serde(rename = "text/html")]
    Html,
}

/// A template for e-mail, as the Management API stores one for each usage type and
/// language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmailTemplate {
    /// Subject.
    pub subject: String,
    /// Body.
    pub content: String,
    /// What the body is; HTML unless said.
    #[serde(default)]
    pub content_type: ContentType,
    /// Address that answers go to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Display name or whole sender in place of the connector's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_from: Option<String>,
}

impl EmailTemplate {
    /// Puts the values in.
    pub fn render(&self, variables: &Map<String, Value>) -> RenderedEmail {
        let content = match self.content_type {
            ContentType::Plain => render(&self.content, variables, Escape::None),
            ContentType::Html => render(&self.content, variables, Escape::Html),
        };
        let line = |template: &String| render(template, variables, Escape::Line);
        RenderedEmail {
            subject: line(&self.subject),
            content,
            content_type: self.content_type,
            reply_to: self.reply_to.as_ref().map(line),
            send_from: self.send_from.as_ref().map(line),
        }
    }
}

/// A template with its values in place.
#[derive(Clone, PartialEq, Eq)]
pub struct RenderedEmail {
    /// Subject, one line.
    pub subject: String,
    /// Body.
    pub content: String,
    /// What the body is.
    pub content_type: ContentType,
    /// Address that answers go to, one line.
    pub reply_to: Option<String>,
    /// Display name or whole sender, one line.
    pub send_from: Option<String>,
}

/// How text is made safe for the place it goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// As it is, for plain text.
    None,
    /// Values with HTML entities.
    Html,
    /// The whole result on one line, for headers.
    Line,
}

/// Replaces every `{{ path }}`, where a path is letters, digits, `_` and `.`.
///
/// A placeholder whose first segment is not among the variables stays as it is; one whose
/// later segments are not there becomes empty.
pub fn render(template: &str, variables: &Map<String, Value>, escape: Escape) -> String {
    let mut result = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        let (before, candidate) = rest.split_at(start);
        result.push_str(before);
        match placeholder(candidate) {
            Some((path, after)) => {
                match value_of(path, variables) {
                    Some(value) if escape == Escape::Html => result.push_str(&html(&value)),
                    Some(value) => result.push_str(&value),
                    None => result.push_str(&candidate[..candidate.len() - after.len()]),
                }
                rest = after;
            }
            None => {
                // One brace further: `{{{code}}` holds a placeholder after its first brace.
                result.push('{');
                rest = &candidate[1..];
            }
        }
    }
    result.push_str(rest);
    if escape == Escape::Line { one_line(&result) } else { result }
}

/// Splits a text that starts with `{{` into the path and what comes after the `}}`.
fn placeholder(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix("{{")?.trim_start();
    let length = inner
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
        .count();
    let (path, rest) = inner.split_at(length);
    let after = rest.trim_start().strip_prefix("}}")?;
    (!path.is_empty()).then_some((path, after))
}

fn value_of(path: &str, variables: &Map<String, Value>) -> Option<String> {
    let mut segments = path.split('.');
    let root = variables.get(segments.next()?)?;
    let value = segments.try_fold(root, |value, segment| value.get(segment));
    Some(match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    })
}

fn html(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Turns each run of control characters into a space: nothing starts a header of its own.
fn one_line(text: &str) -> String {
    let breaks =
        |character: char| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}');
    text.split(breaks).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn variables() -> Map<String, Value> {
        let value = json!({
            "code": "123456",
            "application": {"name": "Ärzte & <Söhne>", "branding": {"logoUrl": null}},
            "count": 3,
            "html": "<b onclick=\"x\">'</b>",
            "evil": "one\r\nBcc: all@example.com",
            "list": ["a"],
            "nested": "{{code}}",
        });
        value.as_object().unwrap().clone()
    }

    fn plain(template: &str) -> String {
        render(template, &variables(), Escape::None)
    }

    #[test]
    fn placeholders_are_replaced() {
        assert_eq!(
            plain("Code {{code}}, {{ code }}, {{\tcode  }}."),
            "Code 123456, 123456, 123456."
        );
        assert_eq!(plain("{{application.name}} {{count}}"), "Ärzte & <Söhne> 3");
        assert_eq!(plain("{{list}}"), "[\"a\"]");
    }

    #[test]
    fn missing_roots_stay_and_missing_nested_values_vanish() {
        assert_eq!(plain("{{link}} {{ user.name }}"), "{{link}} {{ user.name }}");
        assert_eq!(plain("<{{application.slogan}}>"), "<>");
        assert_eq!(plain("<{{application.branding.logoUrl}}>"), "<>");
        assert_eq!(plain("<{{code.deep.er}}>"), "<>");
        assert_eq!(plain("<{{application..name}}>"), "<>");
    }

    #[test]
    fn other_braces_stay() {
        for text in
            ["{{}}", "{{ }}", "{code}", "{{code}", "{{co de}}", "{{code-x}}", "{{", "{{é}}", "}}"]
        {
            assert_eq!(plain(text), text);
        }
        assert_eq!(plain("{{{code}}}"), "{123456}");
        assert_eq!(plain("{{ {{code}}"), "{{ 123456");
    }

    #[test]
    fn values_are_not_templates() {
        assert_eq!(plain("{{nested}}"), "{{code}}");
    }

    #[test]
    fn html_values_are_escaped_and_the_template_is_not() {
        assert_eq!(
            render("<p>{{html}} {{application.name}}</p>", &variables(), Escape::Html),
            "<p>&lt;b onclick=&quot;x&quot;&gt;&#39;&lt;/b&gt; Ärzte &amp; &lt;Söhne&gt;</p>"
        );
    }

    #[test]
    fn headers_stay_on_one_line() {
        assert_eq!(
            render("Hi {{evil}}\n\u{2028}!", &variables(), Escape::Line),
            "Hi one Bcc: all@example.com !"
        );
        let template = EmailTemplate {
            subject: "{{evil}}".into(),
            content: "{{evil}}".into(),
            content_type: ContentType::Plain,
            reply_to: Some("{{evil}}".into()),
            send_from: Some("{{evil}}".into()),
        };
        let rendered = template.render(&variables());
        for line in [&rendered.subject, &rendered.reply_to.unwrap(), &rendered.send_from.unwrap()] {
            assert_eq!(line, "one Bcc: all@example.com");
        }
        assert_eq!(rendered.content, "one\r\nBcc: all@example.com");
    }

    #[test]
    fn stored_templates_default_to_html() {
        let template: EmailTemplate =
            serde_json::from_value(json!({"subject": "s", "content": "c"})).unwrap();
        assert_eq!(template.content_type, ContentType::Html);
    }
}
