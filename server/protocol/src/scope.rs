//! Scopes (RFC 6749 section 3.3).

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Asks for an ID token.
pub const OPENID: &str = "openid";
/// Asks for a refresh token.
pub const OFFLINE_ACCESS: &str = "offline_access";
/// Asks for the organizations of the user.
pub const ORGANIZATIONS: &str = "urn:logto:scope:organizations";
/// Asks for the roles of the user in organizations.
pub const ORGANIZATION_ROLES: &str = "urn:logto:scope:organization_roles";

/// Scopes with a meaning of their own; all others belong to a resource.
pub const OIDC_SCOPES: [&str; 13] = [
    OPENID,
    OFFLINE_ACCESS,
    "profile",
    "email",
    "phone",
    "address",
    "custom_data",
    "identities",
    "roles",
    ORGANIZATIONS,
    ORGANIZATION_ROLES,
    "urn:logto:scope:sessions",
    "urn:logto:scope:trusted_devices",
];

/// Scopes in one set.
const MAX_SCOPES: usize = 200;
/// Bytes in one scope.
const MAX_LENGTH: usize = 256;

/// Why a text is not a list of scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// A character that RFC 6749 does not allow.
    #[error("scope holds a character that is not allowed")]
    Character,
    /// One scope is too long.
    #[error("scope is too long")]
    TooLong,
    /// There are too many.
    #[error("too many scopes")]
    TooMany,
}

/// One scope: visible ASCII without quote and backslash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Scope(String);

impl Scope {
    /// Checks characters and length.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        if text.len() > MAX_LENGTH {
            return Err(ScopeError::TooLong);
        }
        let allowed = |c: char| c.is_ascii_graphic() && c != '"' && c != '\\';
        if text.is_empty() || !text.chars().all(allowed) {
            return Err(ScopeError::Character);
        }
        Ok(Self(text.to_owned()))
    }

    /// The scope itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is one of [`OIDC_SCOPES`].
    pub fn is_oidc(&self) -> bool {
        OIDC_SCOPES.contains(&self.as_str())
    }
}

/// Scopes in the order in which they were asked for, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeSet(Vec<Scope>);

impl ScopeSet {
    /// Reads scopes separated by spaces.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        let mut set = Self::default();
        for scope in text.split(' ').filter(|scope| !scope.is_empty()) {
            set.insert(Scope::parse(scope)?);
            if set.0.len() > MAX_SCOPES {
                return Err(ScopeError::TooMany);
            }
        }
        Ok(set)
    }

    /// Reads what was stored; what does not fit is left out.
    pub fn of<'a>(scopes: impl IntoIterator<Item = &'a str>) -> Self {
        scopes.into_iter().filter_map(|scope| Scope::parse(scope).ok()).collect()
    }

    /// Adds a scope at the end unless it is there.
    pub fn insert(&mut self, scope: Scope) {
        if !self.0.contains(&scope) {
            self.0.push(scope);
        }
    }

    /// Takes a scope out; whether it was there.
    pub fn remove(&mut self, scope: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|held| held.as_str() != scope);
        self.0.len() < before
    }

    /// Whether a scope is there.
    pub fn contains(&self, scope: &str) -> bool {
        self.iter().any(|held| held == scope)
    }

    /// The scopes in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Scope::as_str)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `other` has every scope of this set.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|scope| other.contains(scope))
    }

    /// Those for which `keep` answers yes.
    pub fn filtered(&self, keep: impl Fn(&str) -> bool) -> Self {
        self.0.iter().filter(|scope| keep(scope.as_str())).cloned().collect()
    }

    /// Those that `other` has as well.
    pub fn intersection(&self, other: &Self) -> Self {
        self.filtered(|scope| other.contains(scope))
    }

    /// Those that `other` has not.
    pub fn difference(&self, other: &Self) -> Self {
        self.filtered(|scope| !other.contains(scope))
    }

    /// These, and then those of `other`.
    pub fn union(&self, other: &Self) -> Self {
        self.0.iter().chain(&other.0).cloned().collect()
    }

    /// Those among [`OIDC_SCOPES`].
    pub fn oidc(&self) -> Self {
        self.filtered(|scope| OIDC_SCOPES.contains(&scope))
    }

    /// Those that can only belong to a resource.
    pub fn of_resources(&self) -> Self {
        self.filtered(|scope| !OIDC_SCOPES.contains(&scope))
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, scope) in self.iter().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope)?;
        }
        Ok(())
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<T: IntoIterator<Item = Scope>>(scopes: T) -> Self {
        let mut set = Self::default();
        scopes.into_iter().for_each(|scope| set.insert(scope));
        set
    }
}

/// As one text, separated by spaces.
impl Serialize for ScopeSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ScopeSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn order_is_kept_and_nothing_is_there_twice() {
        let set = ScopeSet::parse("  openid profile  openid read:things ").unwrap();
        assert_eq!(set.to_string(), "openid profile read:things");
        assert_eq!(set.oidc().to_string(), "openid profile");
        assert_eq!(set.of_resources().to_string(), "read:things");
        assert_eq!(ScopeSet::parse("").unwrap(), ScopeSet::default());
    }

    #[test]
    fn what_is_no_scope() {
        for bad in ["a\"b", "a\\b", "a\tb", "a\u{0}", "caf\u{e9}", "a\nb"] {
            assert_eq!(ScopeSet::parse(bad), Err(ScopeError::Character), "{bad:?}");
        }
        assert_eq!(ScopeSet::parse(&"x".repeat(257)), Err(ScopeError::TooLong));
        let many: Vec<_> = (0..201).map(|number| format!("s{number}")).collect();
        assert_eq!(ScopeSet::parse(&many.join(" ")), Err(ScopeError::TooMany));
        assert_eq!(ScopeSet::of(["a", "b c", "", "d"]).to_string(), "a d");
    }

    #[test]
    fn set_operations() {
        let left = ScopeSet::parse("a b c").unwrap();
        let right = ScopeSet::parse("c d b").unwrap();
        assert_eq!(left.intersection(&right).to_string(), "b c");
        assert_eq!(left.difference(&right).to_string(), "a");
        assert_eq!(left.union(&right).to_string(), "a b c d");
        assert!(left.intersection(&right).is_subset(&right));
        assert!(!left.is_subset(&right));
        let mut left = left;
        assert!(left.remove("b"));
        assert!(!left.remove("b"));
        assert_eq!(left.to_string(), "a c");
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text: String) {
            if let Ok(set) = ScopeSet::parse(&text) {
                prop_assert_eq!(ScopeSet::parse(&set.to_string()).unwrap(), set);
            }
        }

        #[test]
        fn stored_and_read_back(scopes in proptest::collection::vec("[!#-\\[\\]-~]{1,20}", 0..20)) {
            let set = ScopeSet::of(scopes.iter().map(String::as_str));
            let json = serde_json::to_string(&set).unwrap();
            prop_assert_eq!(serde_json::from_str::<ScopeSet>(&json).unwrap(), set);
        }
    }
}
