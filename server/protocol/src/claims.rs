//! Claims of ID tokens, access tokens and the userinfo endpoint (OpenID Connect Core sections 2 and
//! 5.1, RFC 9068 section 2.2).

use crate::jose::SigningAlgorithm;
use crate::scope::{ORGANIZATION_ROLES, ORGANIZATIONS, ScopeSet};
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use vestibule_shared::JsonObject;
use vestibule_shared::user::{Address, UserProfile};

/// What is known about a person. Only what the scopes ask for need be filled in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserFacts {
    /// The `sub` claim.
    pub id: String,
    /// User name.
    pub username: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// Address of a picture.
    pub avatar: Option<String>,
    /// E-mail address; verified whenever it is there.
    pub primary_email: Option<String>,
    /// Phone number; verified whenever it is there.
    pub primary_phone: Option<String>,
    /// Other claims of the `profile` and `address` scopes.
    pub profile: UserProfile,
    /// Free fields.
    pub custom_data: JsonObject,
    /// Social identities by target.
    pub identities: JsonObject,
    /// Enterprise identities: `{ issuer, identityId, detail }`.
    pub sso_identities: Vec<Value>,
    /// Names of roles.
    pub roles: Vec<String>,
    /// Organizations of the person.
    pub organizations: Vec<OrganizationFacts>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// An organization of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganizationFacts {
    /// Identifier.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Names of the roles that the person has in it.
    pub roles: Vec<String>,
}

/// Claims of an ID token.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct IdTokenClaims {
    /// Who issued it.
    pub iss: String,
    /// Who signed in.
    pub sub: String,
    /// The client.
    pub aud: String,
    /// When, in seconds since the epoch.
    pub iat: i64,
    /// Its end, in seconds since the epoch.
    pub exp: i64,
    /// As in the authorization request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// See [`at_hash`]; only where the token comes with a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// The session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// When the person last proved who they are; only where `max_age` was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// Claims about the person, from [`user_claims`].
    #[serde(flatten)]
    pub user: Map<String, Value>,
}

/// Claims of an access token for a resource.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct AccessTokenClaims {
    /// Unique.
    pub jti: String,
    /// The person, or the client where there is none.
    pub sub: String,
    /// When it was issued, in seconds since the epoch.
    pub iat: i64,
    /// Its end, in seconds since the epoch.
    pub exp: i64,
    /// Scopes, separated by spaces.
    pub scope: String,
    /// The client.
    pub client_id: String,
    /// Who issued it.
    pub iss: String,
    /// The resource indicator.
    pub aud: String,
    /// All other claims.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Where claims go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination<'a> {
    /// The userinfo endpoint gives everything that the scopes ask for.
    Userinfo,
    /// ID tokens leave out the larger claims but for those named here.
    IdToken {
        /// Names of claims such as `roles`.
        extended: &'a [String],
    },
}

/// Claims about a person that the scopes ask for, without `sub`.
pub fn user_claims(
    facts: &UserFacts,
    scopes: &ScopeSet,
    destination: Destination<'_>,
) -> Map<String, Value> {
    let mut claims = Map::new();
    for scope in scopes.iter() {
        let of_scope = match scope {
            "profile" => profile_claims(facts),
            "email" => vec![
                ("email", json!(facts.primary_email)),
                ("email_verified", json!(facts.primary_email.is_some())),
            ],
            "phone" => vec![
                ("phone_number", json!(facts.primary_phone)),
                ("phone_number_verified", json!(facts.primary_phone.is_some())),
            ],
            "address" => {
                facts.profile.address.iter().map(|held| ("address", address(held))).collect()
            }
            _ => extended_claims(facts, scope, destination),
        };
        claims.extend(of_scope.into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    claims
}

/// The answer of the userinfo endpoint.
pub fn userinfo(facts: &UserFacts, scopes: &ScopeSet) -> Map<String, Value> {
    let mut claims = user_claims(facts, scopes, Destination::Userinfo);
    claims.insert("sub".to_owned(), json!(facts.id));
    claims
}

/// The left half of the access token's hash (OpenID Connect Core section 3.1.3.6). The hash is that
/// of the signature: SHA-512 for Ed25519.
pub fn at_hash(algorithm: SigningAlgorithm, access_token: &str) -> String {
    let hash = match algorithm {
        SigningAlgorithm::Es256 | SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 => {
            &digest::SHA256
        }
        SigningAlgorithm::Es384 => &digest::SHA384,
        SigningAlgorithm::EdDsa => &digest::SHA512,
    };
    let digest = digest::digest(hash, access_token.as_bytes());
    let (left, _) = digest.as_ref().split_at(digest.as_ref().len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}

/// Name, picture and user name are there even when they are null; the others only when they are
/// known. Times are in milliseconds.
fn profile_claims(facts: &UserFacts) -> Vec<(&'static str, Value)> {
    let profile = &facts.profile;
    let mut claims = vec![
        ("name", json!(facts.name)),
        ("picture", json!(facts.avatar)),
        ("username", json!(facts.username)),
        ("created_at", json!(facts.created_at.timestamp_millis())),
        ("updated_at", json!(facts.updated_at.timestamp_millis())),
    ];
    let preferred_username = profile.preferred_username.as_ref().or(facts.username.as_ref());
    let if_known = [
        ("family_name", profile.family_name.as_ref()),
        ("given_name", profile.given_name.as_ref()),
        ("middle_name", profile.middle_name.as_ref()),
        ("nickname", profile.nickname.as_ref()),
        ("preferred_username", preferred_username),
        ("profile", profile.profile.as_ref()),
        ("website", profile.website.as_ref()),
        ("gender", profile.gender.as_ref()),
        ("birthdate", profile.birthdate.as_ref()),
        ("zoneinfo", profile.zoneinfo.as_ref()),
        ("locale", profile.locale.as_ref()),
    ];
    claims.extend(if_known.into_iter().filter_map(|(name, value)| Some((name, json!(value?)))));
    claims
}

/// Members are named as in OpenID Connect Core section 5.1.1.
fn address(address: &Address) -> Value {
    let members = [
        ("formatted", &address.formatted),
        ("street_address", &address.street_address),
        ("locality", &address.locality),
        ("region", &address.region),
        ("postal_code", &address.postal_code),
        ("country", &address.country),
    ];
    let known = members
        .into_iter()
        .filter_map(|(name, value)| value.as_ref().map(|value| (name.to_owned(), json!(value))));
    Value::Object(known.collect())
}

fn extended_claims(
    facts: &UserFacts,
    scope: &str,
    destination: Destination<'_>,
) -> Vec<(&'static str, Value)> {
    let organizations = &facts.organizations;
    let mut claims = match scope {
        "custom_data" => vec![("custom_data", json!(facts.custom_data))],
        "identities" => vec![
            ("identities", json!(facts.identities)),
            ("sso_identities", json!(facts.sso_identities)),
        ],
        "roles" => vec![("roles", json!(facts.roles))],
        ORGANIZATIONS => {
            let describe = |held: &OrganizationFacts| json!({ "id": held.id, "name": held.name, "description": held.description });
            vec![
                ("organizations", organizations.iter().map(|held| json!(held.id)).collect()),
                ("organization_data", organizations.iter().map(describe).collect()),
            ]
        }
        ORGANIZATION_ROLES => {
            let spell = |held: &OrganizationFacts| {
                let id = held.id.clone();
                held.roles.clone().into_iter().map(move |role| json!(format!("{id}:{role}")))
            };
            vec![("organization_roles", organizations.iter().flat_map(spell).collect())]
        }
        _ => Vec::new(),
    };
    if let Destination::IdToken { extended } = destination {
        claims.retain(|(name, _)| extended.iter().any(|enabled| enabled == name));
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> UserFacts {
        UserFacts {
            id: "user00000001".into(),
            username: Some("jo".into()),
            primary_email: Some("jo@example.com".into()),
            profile: UserProfile {
                given_name: Some("Jo".into()),
                address: Some(Address {
                    street_address: Some("1 Main St".into()),
                    postal_code: Some("12345".into()),
                    ..Default::default()
                }),
                ..Default::default()
            },
            custom_data: [("a", 1)].into_iter().collect(),
            roles: vec!["admin".into()],
            organizations: vec![OrganizationFacts {
                id: "org".into(),
                name: "Org".into(),
                description: None,
                roles: vec!["owner".into(), "dev".into()],
            }],
            created_at: DateTime::from_timestamp_millis(1_700_000_000_123).unwrap(),
            updated_at: DateTime::from_timestamp_millis(1_700_000_001_456).unwrap(),
            ..Default::default()
        }
    }

    fn claims(scopes: &str, destination: Destination<'_>) -> Value {
        Value::Object(user_claims(&facts(), &ScopeSet::parse(scopes).unwrap(), destination))
    }

    #[test]
    fn profile() {
        assert_eq!(
            claims("openid profile", Destination::Userinfo),
            json!({
                "name": null,
                "picture": null,
                "username": "jo",
                "preferred_username": "jo",
                "given_name": "Jo",
                "created_at": 1_700_000_000_123_i64,
                "updated_at": 1_700_000_001_456_i64,
            })
        );
        let mut facts = facts();
        facts.profile.preferred_username = Some("joey".into());
        let profile = ScopeSet::parse("profile").unwrap();
        let read = |facts: &UserFacts| user_claims(facts, &profile, Destination::Userinfo);
        assert_eq!(read(&facts)["preferred_username"], "joey");
        facts.profile.preferred_username = None;
        facts.username = None;
        assert_eq!(read(&facts)["username"], Value::Null);
        assert_eq!(read(&facts).get("preferred_username"), None);
    }

    #[test]
    fn email_phone_and_address() {
        assert_eq!(
            claims("email phone address", Destination::IdToken { extended: &[] }),
            json!({
                "email": "jo@example.com",
                "email_verified": true,
                "phone_number": null,
                "phone_number_verified": false,
                "address": { "street_address": "1 Main St", "postal_code": "12345" },
            })
        );
        let mut facts = facts();
        facts.profile.address = None;
        let address = ScopeSet::parse("address").unwrap();
        assert!(user_claims(&facts, &address, Destination::Userinfo).is_empty());
    }

    const EXTENDED: &str = "custom_data identities roles urn:logto:scope:organizations \
                            urn:logto:scope:organization_roles";

    #[test]
    fn extended_claims_are_in_userinfo() {
        assert_eq!(
            claims(EXTENDED, Destination::Userinfo),
            json!({
                "custom_data": { "a": 1 },
                "identities": {},
                "sso_identities": [],
                "roles": ["admin"],
                "organizations": ["org"],
                "organization_data": [{ "id": "org", "name": "Org", "description": null }],
                "organization_roles": ["org:owner", "org:dev"],
            })
        );
    }

    #[test]
    fn extended_claims_are_in_id_tokens_where_enabled() {
        assert_eq!(claims(EXTENDED, Destination::IdToken { extended: &[] }), json!({}));
        let extended = ["roles".to_owned(), "organizations".to_owned()];
        let destination = Destination::IdToken { extended: &extended };
        let expected = json!({ "roles": ["admin"], "organizations": ["org"] });
        assert_eq!(claims(EXTENDED, destination), expected);
        assert_eq!(claims("openid email", destination).get("roles"), None);
    }

    #[test]
    fn no_scope_gives_the_subject_only() {
        let userinfo = userinfo(&facts(), &ScopeSet::parse("openid offline_access x").unwrap());
        assert_eq!(Value::Object(userinfo), json!({ "sub": "user00000001" }));
    }

    #[test]
    fn token_claims_are_flat() {
        let id_token = IdTokenClaims {
            iss: "i".into(),
            sub: "s".into(),
            aud: "c".into(),
            iat: 1,
            exp: 2,
            nonce: Some("n".into()),
            user: Map::from_iter([("email".to_owned(), json!("jo@example.com"))]),
            ..Default::default()
        };
        assert_eq!(
            serde_json::to_value(id_token).unwrap(),
            json!({
                "iss": "i", "sub": "s", "aud": "c", "iat": 1, "exp": 2, "nonce": "n",
                "email": "jo@example.com",
            })
        );
        let access_token = AccessTokenClaims { scope: "a b".into(), ..Default::default() };
        let written = serde_json::to_value(&access_token).unwrap();
        assert_eq!(written.as_object().unwrap().len(), 8);
        assert_eq!(serde_json::from_value::<AccessTokenClaims>(written).unwrap(), access_token);
    }

    /// The example of OpenID Connect Core, appendix A.3.
    #[test]
    fn at_hash_of_a_known_token() {
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        assert_eq!(at_hash(SigningAlgorithm::Rs256, token), "77QmUPtjPfzWtF2AnpK9RQ");
        assert_eq!(at_hash(SigningAlgorithm::Es256, token), "77QmUPtjPfzWtF2AnpK9RQ");
        let lengths = SigningAlgorithm::ALL.map(|algorithm| at_hash(algorithm, token).len());
        assert_eq!(lengths, [22, 32, 22, 22, 43]);
    }
}
