//! Languages of answers: which one a request wants, and the sentences in it.

use actix_web::HttpRequest;
use actix_web::http::header::{AcceptLanguage, Header};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What is shown when nothing else fits.
pub const DEFAULT: &str = "en";

macro_rules! languages {
    ($($tag:literal),+ $(,)?) => {
        /// Languages that are built in.
        pub const BUILT_IN: &[&str] = &[$($tag),+];

        static ERRORS: LazyLock<HashMap<&'static str, HashMap<String, String>>> =
            LazyLock::new(|| {
                HashMap::from([$((
                    $tag,
                    parse($tag, include_str!(concat!("../../locales/", $tag, ".json"))),
                )),+])
            });

        /// Phrases of the pages in a built-in language, as JSON text.
        pub fn page_phrases(tag: &str) -> Option<&'static str> {
            match tag {
                $($tag => Some(include_str!(concat!("../../../web-ui/kit/locales/", $tag, ".json"))),)+
                _ => None,
            }
        }
    };
}

languages!("ar", "de", "en", "fr", "ko", "ru");

fn parse<T: serde::de::DeserializeOwned + Default>(tag: &str, text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| {
        tracing::error!(tag, %error, "a built-in language file cannot be read");
        T::default()
    })
}

/// Language tags that a request asks for, best first: `locale` parameters, then `Accept-Language`.
pub fn of_request(request: &HttpRequest) -> Vec<String> {
    let asked = form_urlencoded::parse(request.query_string().as_bytes())
        .filter(|(name, _)| name == "locale")
        .map(|(_, value)| value.into_owned());
    let accepted = AcceptLanguage::parse(request)
        .map(|header| header.ranked())
        .unwrap_or_default()
        .into_iter()
        .map(|preference| preference.to_string());
    asked.chain(accepted).take(20).collect()
}

/// The built-in language that fits the wishes best.
pub fn best(wishes: &[String]) -> &'static str {
    wishes.iter().find_map(|wish| built_in(wish)).unwrap_or(DEFAULT)
}

/// The built-in language for one tag: the same, or the same without its region.
pub fn built_in(tag: &str) -> Option<&'static str> {
    let same = |candidate: &str| {
        BUILT_IN.iter().copied().find(|built_in| built_in.eq_ignore_ascii_case(candidate))
    };
    same(tag).or_else(|| same(tag.split(['-', '_']).next().unwrap_or_default()))
}

/// The sentence for a key, with `{{name}}` replaced from `metadata`. Falls back to English, then
/// to a general sentence.
pub fn phrase(tag: &str, key: &str, metadata: &[(&'static str, String)]) -> String {
    let find = |tag: &str, key: &str| ERRORS.get(tag).and_then(|phrases| phrases.get(key));
    let text = find(tag, key)
        .or_else(|| find(DEFAULT, key))
        .or_else(|| find(tag, "internal_error"))
        .map_or(key, String::as_str);
    metadata.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{{{name}}}}}"), value)
    })
}

/// The phrases of the pages in a language, as JSON.
pub fn page_phrases_json(tag: &str) -> Value {
    page_phrases(tag).map(|text| parse(tag, text)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use vestibule_shared::ErrorCode;

    #[test]
    fn every_code_has_a_sentence_in_every_language() {
        for tag in BUILT_IN {
            let phrases = &ERRORS[tag];
            for code in ErrorCode::ALL {
                let sentence = phrases.get(code.as_str());
                assert!(sentence.is_some_and(|it| !it.is_empty()), "{tag}: {}", code.as_str());
            }
        }
    }

    #[test]
    fn every_language_has_the_same_keys() {
        fn keys(value: &Value, path: &str, found: &mut Vec<String>) {
            match value {
                Value::Object(members) => {
                    for (name, member) in members {
                        keys(member, &format!("{path}.{name}"), found);
                    }
                }
                _ => found.push(path.to_owned()),
            }
        }
        let of = |value: &Value| {
            let mut found = Vec::new();
            keys(value, "", &mut found);
            found.sort();
            found
        };
        let english = of(&page_phrases_json(DEFAULT));
        assert!(english.len() > 50);
        for tag in BUILT_IN {
            assert_eq!(of(&page_phrases_json(tag)), english, "{tag}");
            let mut errors: Vec<_> = ERRORS[tag].keys().collect();
            let mut expected: Vec<_> = ERRORS[DEFAULT].keys().collect();
            errors.sort();
            expected.sort();
            assert_eq!(errors, expected, "{tag}");
        }
    }

    #[test]
    fn the_first_language_there_is_wins() {
        let wishes = |tags: &[&str]| tags.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(best(&wishes(&["xx", "fr-CA", "de"])), "fr");
        assert_eq!(best(&wishes(&["DE-at"])), "de");
        assert_eq!(best(&wishes(&["xx"])), "en");
        assert_eq!(best(&[]), "en");
    }

    #[test]
    fn metadata_is_filled_in() {
        let text = phrase("en", "user.username_too_short", &[("min", "3".into())]);
        assert!(text.contains('3') && !text.contains("{{"), "{text}");
    }
}
