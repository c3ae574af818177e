//! Rules for single fields that a wire type cannot tell (`crate::api::operations::limits`). What
//! breaks one is `guard.invalid_input` with the field's path.

use crate::flows::error::Rejection;
use crate::flows::error::invalid_input;
use std::ops::RangeInclusive;
use url::Url;

const MAX_ADDRESS: usize = 2048;

/// `http://…` or `https://…`: what a page may load or lead to.
pub fn web_address(path: &str, text: &str) -> Result<(), Rejection> {
    // What a parser would repair, another may read otherwise.
    let is_plain = !text.chars().any(|each| each.is_whitespace() || each.is_control());
    let is_web = Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if is_plain && is_web && text.len() <= MAX_ADDRESS {
        Ok(())
    } else {
        Err(invalid_input(path, "must be an http(s) URL of at most 2048 bytes"))
    }
}

/// An address that forms may also leave empty.
pub fn optional_web_address(path: &str, text: Option<&str>) -> Result<(), Rejection> {
    text.filter(|text| !text.is_empty()).map_or(Ok(()), |text| web_address(path, text))
}

/// A text with so many characters.
pub fn length(path: &str, text: &str, bounds: RangeInclusive<usize>) -> Result<(), Rejection> {
    if bounds.contains(&text.chars().count()) {
        return Ok(());
    }
    let (least, most) = bounds.into_inner();
    Err(invalid_input(path, &format!("must have {least} to {most} characters")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_of_the_web() {
        for good in ["https://example.com", "http://localhost:3001/a?b#c", "https://ü.example/"] {
            assert!(web_address("url", good).is_ok(), "{good}");
        }
        let long = format!("https://example.com/{}", "a".repeat(MAX_ADDRESS));
        for bad in [
            "",
            "example.com",
            "/terms",
            "//example.com",
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            " https://example.com",
            "https://exa\tmple.com",
            "data:text/html,x",
            "ftp://example.com",
            "https://",
            long.as_str(),
        ] {
            assert!(web_address("url", bad).is_err(), "{bad}");
        }
        assert!(optional_web_address("url", None).is_ok());
        assert!(optional_web_address("url", Some("")).is_ok());
        assert!(optional_web_address("url", Some("javascript:x")).is_err());
    }

    #[test]
    fn bounds_are_inclusive_and_count_characters() {
        assert!(length("name", "äöü", 3..=3).is_ok());
        assert!(length("name", "", 1..=3).is_err());
        assert!(length("name", "abcd", 1..=3).is_err());
        let refusal = length("a.b", "abc", 1..=2).unwrap_err();
        assert!(refusal.details.unwrap().contains("\"a.b\""));
    }
}
