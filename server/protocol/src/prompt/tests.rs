use super::*;
use crate::authorization_request::Parameters;
use crate::error::OAuthErrorCode;
use proptest::prelude::*;
use vestibule_shared::application::{ApplicationType, OidcClientMetadata};

const NOW: i64 = 1_800_000_000;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(NOW + seconds, 0).unwrap()
}

fn client(kind: ApplicationType, is_third_party: bool) -> Client {
    let oidc = OidcClientMetadata {
        redirect_uris: vec!["https://app.example/cb".into()],
        ..Default::default()
    };
    Client::new("app", kind, is_third_party, oidc, Default::default())
}

fn web() -> Client {
    client(ApplicationType::Traditional, false)
}

fn request(extra: &[(&str, &str)]) -> AuthorizationRequest {
    let given = [
        ("redirect_uri", "https://app.example/cb"),
        ("response_type", "code"),
        ("scope", "openid profile"),
    ];
    let pairs: Vec<_> = given
        .iter()
        .chain(extra)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    AuthorizationRequest::parse(&Parameters::read(&pairs).unwrap(), &web()).unwrap()
}

fn signed_in() -> SessionFacts<'static> {
    SessionFacts { account: Some("user"), authenticated_at: Some(at(-100)), ..Default::default() }
}

fn just_signed_in() -> SessionFacts<'static> {
    SessionFacts { authenticated_at: Some(at(0)), has_just_signed_in: true, ..signed_in() }
}

fn granted() -> GrantFacts {
    GrantFacts { scopes: ScopeSet::parse("openid profile").unwrap(), ..Default::default() }
}

fn decide_for(
    extra: &[(&str, &str)],
    session: SessionFacts<'_>,
    grant: &GrantFacts,
) -> PromptDecision {
    decide(&request(extra), &web(), &ResourceScopes::new(), &session, grant, at(0))
}

fn refusal(decision: PromptDecision) -> OAuthErrorCode {
    match decision {
        PromptDecision::Refuse(error) => error.error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn nobody_is_signed_in() {
    let nobody = SessionFacts::default();
    let login = PromptDecision::Login(vec![LoginReason::NoSession]);
    assert_eq!(decide_for(&[], nobody, &granted()), login);
    assert_eq!(decide_for(&[("prompt", "login consent")], nobody, &granted()), login);
    let silent = decide_for(&[("prompt", "none")], nobody, &granted());
    assert_eq!(refusal(silent), OAuthErrorCode::LoginRequired);
}

#[test]
fn a_session_and_a_grant_suffice() {
    assert_eq!(decide_for(&[], signed_in(), &granted()), PromptDecision::Proceed);
    assert_eq!(decide_for(&[("prompt", "none")], signed_in(), &granted()), PromptDecision::Proceed);
}

#[test]
fn prompt_login_asks_once() {
    let asked = [("prompt", "login")];
    let login = PromptDecision::Login(vec![LoginReason::Prompt]);
    assert_eq!(decide_for(&asked, signed_in(), &granted()), login);
    assert_eq!(decide_for(&asked, just_signed_in(), &granted()), PromptDecision::Proceed);
}

#[test]
fn max_age_counts_from_the_last_proof() {
    let login = PromptDecision::Login(vec![LoginReason::MaxAge]);
    for (max_age, expected) in [
        ("100", PromptDecision::Proceed),
        ("10000", PromptDecision::Proceed),
        ("99", login.clone()),
        ("1", login.clone()),
        ("0", login.clone()),
    ] {
        assert_eq!(decide_for(&[("max_age", max_age)], signed_in(), &granted()), expected);
    }
    assert_eq!(
        decide_for(&[("max_age", "0")], just_signed_in(), &granted()),
        PromptDecision::Proceed
    );
    let a_moment_ago = SessionFacts { authenticated_at: Some(at(0)), ..signed_in() };
    assert_eq!(decide_for(&[("max_age", "0")], a_moment_ago, &granted()), login);
    let unknown = SessionFacts { authenticated_at: None, ..signed_in() };
    assert_eq!(decide_for(&[("max_age", "9999")], unknown, &granted()), login);
    let silent = decide_for(&[("max_age", "1"), ("prompt", "none")], signed_in(), &granted());
    assert_eq!(refusal(silent), OAuthErrorCode::LoginRequired);
    let both = decide_for(&[("max_age", "1"), ("prompt", "login")], signed_in(), &granted());
    assert_eq!(both, PromptDecision::Login(vec![LoginReason::Prompt, LoginReason::MaxAge]));
}

#[test]
fn another_person_than_the_hinted_one() {
    let hinted = |session: SessionFacts<'static>, subject| {
        let session = SessionFacts { hinted_subject: Some(subject), ..session };
        decide_for(&[], session, &granted())
    };
    assert_eq!(hinted(signed_in(), "user"), PromptDecision::Proceed);
    let login = PromptDecision::Login(vec![LoginReason::OtherSubject]);
    assert_eq!(hinted(signed_in(), "other"), login);
    // They were asked, and are somebody else still.
    assert_eq!(refusal(hinted(just_signed_in(), "other")), OAuthErrorCode::LoginRequired);
}

fn consent(decision: PromptDecision) -> ConsentPrompt {
    match decision {
        PromptDecision::Consent(prompt) => prompt,
        other => panic!("{other:?}"),
    }
}

#[test]
fn missing_scopes_need_consent() {
    let grant = GrantFacts { scopes: ScopeSet::parse("openid").unwrap(), ..Default::default() };
    let prompt = consent(decide_for(&[], signed_in(), &grant));
    assert_eq!(prompt.missing_scopes.to_string(), "profile");
    assert!(prompt.is_automatic);
    let silent = decide_for(&[("prompt", "none")], signed_in(), &grant);
    assert_eq!(refusal(silent), OAuthErrorCode::ConsentRequired);
}

#[test]
fn missing_resource_scopes_need_consent() {
    let api = "https://api.example";
    let scopes = |text: &str| ScopeSet::parse(text).unwrap();
    let asked =
        ResourceScopes::from([(api.into(), scopes("read write")), ("urn:x".into(), scopes(""))]);
    let decide_with = |held: ResourceScopes| {
        let grant = GrantFacts { resource_scopes: held, ..granted() };
        decide(&request(&[]), &web(), &asked, &signed_in(), &grant, at(0))
    };
    let missing = |held| consent(decide_with(held)).missing_resource_scopes;
    let all = ResourceScopes::from([(api.into(), scopes("read write"))]);
    assert_eq!(missing(ResourceScopes::new()), all);
    let one = ResourceScopes::from([(api.into(), scopes("read"))]);
    assert_eq!(missing(one), ResourceScopes::from([(api.into(), scopes("write"))]));
    assert_eq!(decide_with(all), PromptDecision::Proceed);
}

#[test]
fn prompt_consent_asks_once() {
    let asked = [("prompt", "consent")];
    let prompt = consent(decide_for(&asked, signed_in(), &granted()));
    assert!(prompt.missing_scopes.is_empty());
    let fresh = GrantFacts { is_fresh: true, ..granted() };
    assert_eq!(decide_for(&asked, signed_in(), &fresh), PromptDecision::Proceed);
}

#[test]
fn native_clients_are_never_served_silently() {
    let native = client(ApplicationType::Native, false);
    let decide_with = |extra: &[(&str, &str)], grant: GrantFacts| {
        decide(&request(extra), &native, &ResourceScopes::new(), &signed_in(), &grant, at(0))
    };
    assert!(consent(decide_with(&[], granted())).is_automatic);
    let silent = decide_with(&[("prompt", "none")], granted());
    assert_eq!(refusal(silent), OAuthErrorCode::ConsentRequired);
    let fresh = GrantFacts { is_fresh: true, ..granted() };
    assert_eq!(decide_with(&[], fresh), PromptDecision::Proceed);
}

#[test]
fn third_parties_are_not_served_automatically() {
    let theirs = client(ApplicationType::Traditional, true);
    let grant = GrantFacts::default();
    let decision =
        decide(&request(&[]), &theirs, &ResourceScopes::new(), &signed_in(), &grant, at(0));
    assert!(!consent(decision).is_automatic);
}

proptest! {
    /// Whatever the facts, nobody gets a code without being signed in, and `prompt=none` never
    /// shows a page.
    #[test]
    fn no_code_without_an_account_and_no_page_when_silent(
        has_account: bool,
        authenticated in proptest::option::of(-1000_i64..10),
        has_just_signed_in: bool,
        hinted in proptest::option::of(prop_oneof![Just("user"), Just("other")]),
        is_fresh: bool,
        is_native: bool,
        max_age in proptest::option::of(0_u32..2000),
        prompt in proptest::sample::select(vec!["", "none", "login", "consent", "login consent"]),
    ) {
        let session = SessionFacts {
            account: has_account.then_some("user"),
            authenticated_at: authenticated.map(at),
            has_just_signed_in,
            hinted_subject: hinted,
        };
        let kind = if is_native { ApplicationType::Native } else { ApplicationType::Traditional };
        let mut request = request(&[("prompt", prompt)]);
        request.max_age = max_age;
        let grant = GrantFacts { is_fresh, ..granted() };
        let decision =
            decide(&request, &client(kind, false), &ResourceScopes::new(), &session, &grant, at(0));
        match decision {
            PromptDecision::Proceed => {
                prop_assert!(has_account && hinted != Some("other"));
                prop_assert!(has_just_signed_in || !prompt.contains("login"));
                prop_assert!(is_fresh || !(is_native || prompt.contains("consent")));
            }
            PromptDecision::Login(_) | PromptDecision::Consent(_) => prop_assert_ne!(prompt, "none"),
            PromptDecision::Refuse(_) => {}
        }
    }
}
