//! Languages: writing direction and the country that a language tag suggests.

/// Whether a language is written from right to left, by the main part of its tag.
pub fn is_right_to_left(tag: &str) -> bool {
    matches!(main_part(tag), "ar" | "fa" | "he" | "ur" | "ps" | "ckb")
}

/// The country (ISO 3166) whose calling code is offered first.
///
/// The region of the tag if it has one; else the language itself where a country of that
/// name is known; else the United States.
pub fn country_of<'a>(tag: &'a str, known: impl Fn(&str) -> bool) -> String {
    let region = tag
        .split('-')
        .skip(1)
        .find(|part: &&'a str| part.len() == 2)
        .map(str::to_ascii_uppercase)
        .filter(|region| known(region));
    let by_language = || {
        let country = match main_part(tag) {
            "zh" => "CN".to_owned(),
            "en" => "US".to_owned(),
            "ja" => "JP".to_owned(),
            "ko" => "KR".to_owned(),
            // Spelled like a country that does not speak it.
            "ar" => "SA".to_owned(),
            language => language.to_ascii_uppercase(),
        };
        Some(country).filter(|country| known(country))
    };
    region.or_else(by_language).unwrap_or_else(|| "US".to_owned())
}

/// The first of several languages, separated by blanks as in `ui_locales`.
pub fn first_tag(locales: &str) -> Option<&str> {
    locales.split_whitespace().next()
}

fn main_part(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calling_codes::calling_code;

    fn country(tag: &str) -> String {
        country_of(tag, |country| calling_code(country).is_some())
    }

    #[test]
    fn direction_follows_the_language_not_the_region() {
        assert!(is_right_to_left("ar") && is_right_to_left("fa-IR") && is_right_to_left("ar-AR"));
        assert!(!is_right_to_left("en") && !is_right_to_left("de-AE") && !is_right_to_left(""));
    }

    #[test]
    fn country_is_found_by_region_then_language() {
        for (tag, expected) in [
            ("pt-BR", "BR"),
            ("zh-Hant-TW", "TW"),
            ("de", "DE"),
            ("en", "US"),
            ("en-GB", "GB"),
            ("ja", "JP"),
            ("ko", "KR"),
            ("zh", "CN"),
            ("ar", "SA"),
            ("eo", "US"),
            ("", "US"),
            ("de-XX", "DE"),
        ] {
            assert_eq!(country(tag), expected, "{tag}");
        }
    }

    #[test]
    fn the_first_wish_counts() {
        assert_eq!(first_tag("fr-CA de en"), Some("fr-CA"));
        assert_eq!(first_tag("  "), None);
    }
}
