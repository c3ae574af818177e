//! Query parameters, read strictly.

use crate::api::operations::parameters::MAX_VALUE;
use crate::api::operations::{Describe, Description};
use crate::flows::error::invalid_input;
use crate::flows::error::{Rejection, reject};
use crate::flows::management::search;
use crate::http::problem::Problem;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use std::future::{Ready, ready};
use vestibule_shared::ErrorCode;
use vestibule_store::search::Search;

/// The parameters of a request, in their order.
pub struct Query(Vec<(String, String)>);

impl Query {
    /// A parameter that may be sent once.
    pub fn one<'a>(&'a self, name: &'a str) -> Result<Option<&'a str>, Rejection> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            (_, Some(_)) => Err(invalid_input(name, "is sent more than once")),
        }
    }

    /// Every value of a parameter that may be repeated.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(each, _)| each == name).map(|(_, value)| value.as_str())
    }

    /// `true` or `false`, if it is sent; other spellings of them are known, too.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Rejection> {
        match self.one(name)?.map(str::to_ascii_lowercase).as_deref() {
            None => Ok(None),
            Some("true" | "1" | "yes" | "y") => Ok(Some(true)),
            Some("false" | "0" | "no" | "n") => Ok(Some(false)),
            Some(_) => Err(invalid_input(name, "must be true or false")),
        }
    }

    /// What the list is searched for, in one of these fields (names on the wire, and columns).
    pub fn search(&self, fields: &[(&str, &'static str)]) -> Result<Search, Rejection> {
        search::parse(&self.0, fields)
    }

    /// Two parameters of which one at most may be sent.
    pub fn either(
        &self,
        first: &str,
        second: &str,
    ) -> Result<(Option<String>, Option<String>), Rejection> {
        let found = (self.one(first)?.map(str::to_owned), self.one(second)?.map(str::to_owned));
        if found.0.is_some() && found.1.is_some() {
            let both = format!("{first} and {second} cannot be used together");
            return Err(reject(400, ErrorCode::RequestInvalidInput).with_details(both));
        }
        Ok(found)
    }

    fn parse(text: &str) -> Result<Self, Rejection> {
        let pairs: Vec<(String, String)> =
            form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        if pairs.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Err(invalid_input("", "a parameter holds the character U+0000"));
        }
        if let Some((name, _)) = pairs.iter().find(|(_, value)| value.chars().count() > MAX_VALUE) {
            let name: String = name.chars().take(MAX_VALUE).collect();
            return Err(invalid_input(&name, "is too long"));
        }
        Ok(Self(pairs))
    }
}

impl Describe for Query {
    fn describe(description: &mut Description) {
        description.errors(&[400]);
    }
}

impl FromRequest for Query {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::parse(request.query_string()).map_err(Problem::from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Query {
        Query::parse(text).ok().unwrap()
    }

    #[test]
    fn a_parameter_is_sent_once_or_may_be_repeated() {
        let query = query("target=smtp&types=SPA&types=Native&b=%C3%A4");
        assert_eq!(query.one("target").ok(), Some(Some("smtp")));
        assert_eq!(query.one("none").ok(), Some(None));
        assert_eq!(query.one("b").ok(), Some(Some("ä")));
        assert!(query.one("types").is_err());
        assert_eq!(query.all("types").collect::<Vec<_>>(), ["SPA", "Native"]);
    }

    #[test]
    fn flags() {
        let query = query("a=true&b=0&c=perhaps&d=");
        assert_eq!(query.flag("a").ok(), Some(Some(true)));
        assert_eq!(query.flag("b").ok(), Some(Some(false)));
        assert_eq!(query.flag("none").ok(), Some(None));
        assert!(query.flag("c").is_err() && query.flag("d").is_err());
    }

    #[test]
    fn nul_is_refused() {
        assert!(Query::parse("a=%00").is_err() && Query::parse("a%00=1").is_err());
    }

    #[test]
    fn values_have_a_bound() {
        assert!(Query::parse(&format!("a={}", "x".repeat(MAX_VALUE))).is_ok());
        assert!(Query::parse(&format!("a={}", "x".repeat(MAX_VALUE + 1))).is_err());
    }
}
