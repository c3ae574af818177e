use super::*;
use crate::error::OAuthErrorCode::{self, *};
use proptest::prelude::*;
use vestibule_shared::application::{ApplicationType, CustomClientMetadata, OidcClientMetadata};

const REDIRECT: &str = "https://app.example/cb";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn client(kind: ApplicationType) -> Client {
    let oidc = OidcClientMetadata { redirect_uris: vec![REDIRECT.into()], ..Default::default() };
    Client::new("app", kind, false, oidc, CustomClientMetadata::default())
}

fn pairs(given: &[(&str, &str)]) -> Vec<(String, String)> {
    given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A request that is good but for `changes`: they replace, or add where they are there twice.
fn with(changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let good = [
        ("client_id", "app"),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", "xyz"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let kept = good.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    pairs(&kept.chain(changes).copied().collect::<Vec<_>>())
}

fn parse_as(
    kind: ApplicationType,
    pairs: &[(String, String)],
) -> Result<AuthorizationRequest, AuthorizationError> {
    let parameters = Parameters::read(pairs).map_err(AuthorizationError::Direct)?;
    AuthorizationRequest::parse(&parameters, &client(kind))
}

fn parse(changes: &[(&str, &str)]) -> Result<AuthorizationRequest, AuthorizationError> {
    parse_as(ApplicationType::SPA, &with(changes))
}

fn good(changes: &[(&str, &str)]) -> AuthorizationRequest {
    parse(changes).unwrap()
}

/// The error that is reported to the client, with the state.
fn redirected(changes: &[(&str, &str)]) -> OAuthErrorCode {
    match parse(changes).unwrap_err() {
        AuthorizationError::Redirect { error, target } => {
            assert_eq!(target.redirect_uri, REDIRECT);
            error.error
        }
        AuthorizationError::Direct(error) => panic!("shown directly: {error}"),
    }
}

fn direct(changes: &[(&str, &str)]) -> OAuthErrorCode {
    match parse(changes).unwrap_err() {
        AuthorizationError::Direct(error) => error.error,
        AuthorizationError::Redirect { error, .. } => panic!("redirected: {error}"),
    }
}

#[test]
fn a_plain_request() {
    let request = good(&[]);
    assert_eq!(request.client_id, "app");
    assert_eq!(request.redirect_uri, REDIRECT);
    assert_eq!(request.response_mode, ResponseMode::Query);
    assert!(request.is_openid());
    assert_eq!(request.code_challenge.as_ref().unwrap().as_str(), CHALLENGE);
    assert_eq!(request.target().state.as_deref(), Some("xyz"));
    assert_eq!(request.extras, Extras::default());
}

#[test]
fn everything_at_once_survives_storage() {
    let request = good(&[
        ("response_mode", "form_post"),
        ("scope", "openid offline_access profile read:things"),
        ("nonce", "n"),
        ("prompt", "login consent"),
        ("max_age", "300"),
        ("login_hint", "a@b.example"),
        ("id_token_hint", "a.b.c"),
        ("ui_locales", "de en"),
        ("claims_locales", "de"),
        ("acr_values", "x"),
        ("display", "popup"),
        ("resource", "https://api.example"),
        ("resource", "urn:logto:resource:organizations"),
        ("first_screen", "identifier:sign_in"),
        ("identifier", "email username"),
        ("direct_sign_in", "social:google"),
        ("organization_id", "org"),
        ("one_time_token", "ott"),
        ("google_one_tap_credential", "cred"),
        ("interaction_mode", "signUp"),
    ]);
    assert_eq!(request.max_age, Some(300));
    assert_eq!(request.display, Some(Display::Popup));
    assert_eq!(request.resources.len(), 2);
    assert!(request.has_prompt(Prompt::Login) && request.has_prompt(Prompt::Consent));
    assert_eq!(request.extras.first_screen(), FirstScreen::IdentifierSignIn);
    let json = serde_json::to_string(&request).unwrap();
    assert_eq!(serde_json::from_str::<AuthorizationRequest>(&json).unwrap(), request);
    let debug = format!("{request:?}");
    assert!(
        !debug.contains("a.b.c") && !debug.contains("ott") && !debug.contains("cred\""),
        "{debug}"
    );
}

#[test]
fn bad_clients_and_redirect_uris_are_shown_directly() {
    assert_eq!(direct(&[("redirect_uri", "https://evil.example/cb")]), InvalidRedirectUri);
    assert_eq!(direct(&[("redirect_uri", "")]), InvalidRequest);
    assert_eq!(direct(&[("redirect_uri", REDIRECT), ("redirect_uri", REDIRECT)]), InvalidRequest);
    assert_eq!(direct(&[("redirect_uri", &"x".repeat(2049))]), InvalidRequest);
    assert_eq!(direct(&[("state", "a\0b")]), InvalidRequest);
    assert_eq!(direct(&[("unknown", "a\0b")]), InvalidRequest);
    assert_eq!(direct(&[("un\0known", "a")]), InvalidRequest);
    let client_id = |given: &[(&str, &str)]| {
        Parameters::read(&pairs(given)).unwrap().client_id().map(str::to_owned)
    };
    assert_eq!(client_id(&[("client_id", "app")]).unwrap(), "app");
    for bad in [vec![], vec![("client_id", "")], vec![("client_id", "a"), ("client_id", "a")]] {
        assert_eq!(client_id(&bad).unwrap_err().error, InvalidRequest);
    }
}

#[test]
fn no_parameter_comes_twice_but_resource() {
    for name in [
        "response_type",
        "response_mode",
        "scope",
        "state",
        "nonce",
        "prompt",
        "max_age",
        "code_challenge",
        "code_challenge_method",
        "login_hint",
        "id_token_hint",
        "ui_locales",
        "first_screen",
        "one_time_token",
        "request",
    ] {
        assert_eq!(redirected(&[(name, "a"), (name, "b")]), InvalidRequest, "{name}");
        assert_eq!(redirected(&[(name, "a"), (name, "")]), InvalidRequest, "{name}");
    }
    good(&[("unknown", "a"), ("unknown", "b")]);
}

/// A state that came twice cannot be given back.
#[test]
fn errors_carry_the_state_if_there_is_one() {
    let target = |changes: &[(&str, &str)]| match parse(changes).unwrap_err() {
        AuthorizationError::Redirect { target, .. } => (target.state, target.response_mode),
        AuthorizationError::Direct(error) => panic!("{error}"),
    };
    let xyz = Some("xyz".to_owned());
    assert_eq!(target(&[("prompt", "x")]), (xyz.clone(), ResponseMode::Query));
    let fragment = target(&[("prompt", "x"), ("response_mode", "fragment")]);
    assert_eq!(fragment, (xyz.clone(), ResponseMode::Fragment));
    assert_eq!(target(&[("response_mode", "query.jwt")]), (xyz, ResponseMode::Query));
    assert_eq!(target(&[("state", "a"), ("state", "b")]).0, None);
    assert_eq!(target(&[("state", &"x".repeat(2049))]).0, None);
}

#[test]
fn endless_values_are_refused() {
    for (name, limit) in [
        ("state", 2048),
        ("nonce", 2048),
        ("login_hint", 512),
        ("ui_locales", 512),
        ("id_token_hint", 8192),
        ("acr_values", 512),
        ("scope", 8192),
        ("identifier", 512),
    ] {
        good(&[(name, &"x".repeat(limit.min(256)))]);
        assert_eq!(redirected(&[(name, &"x".repeat(limit + 1))]), InvalidRequest, "{name}");
    }
    assert_eq!(
        redirected(&[("resource", &format!("https://{}", "x".repeat(2048)))]),
        InvalidRequest
    );
}

#[test]
fn response_types_and_modes() {
    assert_eq!(redirected(&[("response_type", "")]), InvalidRequest);
    for other in ["token", "id_token", "code id_token", "none", "Code", "x"] {
        assert_eq!(redirected(&[("response_type", other)]), UnsupportedResponseType, "{other}");
    }
    for other in ["query.jwt", "web_message", "Query"] {
        assert_eq!(redirected(&[("response_mode", other)]), UnsupportedResponseMode, "{other}");
    }
    let m2m = parse_as(ApplicationType::MachineToMachine, &with(&[])).unwrap_err();
    assert!(
        matches!(m2m, AuthorizationError::Redirect { error, .. } if error.error == UnauthorizedClient)
    );
}

#[test]
fn request_objects_are_not_supported() {
    assert_eq!(redirected(&[("request", "eyJhbGciOiJub25lIn0.e30.")]), RequestNotSupported);
    assert_eq!(redirected(&[("request_uri", "https://app.example/r")]), RequestUriNotSupported);
    assert_eq!(redirected(&[("registration", "{}")]), RegistrationNotSupported);
    good(&[("request", ""), ("claims", "{\"id_token\":{\"sub\":{\"essential\":true}}}")]);
}

#[test]
fn pkce_is_required_of_public_clients() {
    let no_pkce = [("code_challenge", ""), ("code_challenge_method", "")];
    assert_eq!(redirected(&no_pkce), InvalidRequest);
    let error = parse(&no_pkce).unwrap_err();
    assert!(matches!(error, AuthorizationError::Redirect { error, .. } if error.description
        == "Authorization Server policy requires PKCE to be used for this request"));
    let confidential = parse_as(ApplicationType::Traditional, &with(&no_pkce)).unwrap();
    assert_eq!(confidential.code_challenge, None);
    for kind in [ApplicationType::SPA, ApplicationType::Traditional] {
        for bad in [
            [("code_challenge_method", "plain"), ("code_challenge", CHALLENGE)],
            [("code_challenge_method", ""), ("code_challenge", CHALLENGE)],
            [("code_challenge_method", "s256"), ("code_challenge", CHALLENGE)],
            [("code_challenge_method", "S256"), ("code_challenge", "")],
            [("code_challenge_method", "S256"), ("code_challenge", "short")],
        ] {
            let error = parse_as(kind, &with(&bad)).unwrap_err();
            assert!(
                matches!(error, AuthorizationError::Redirect { error, .. } if error.error == InvalidRequest)
            );
        }
    }
}

#[test]
fn prompts() {
    assert_eq!(good(&[("prompt", "none")]).prompt, BTreeSet::from([Prompt::None]));
    assert_eq!(good(&[("prompt", "")]).prompt, BTreeSet::new());
    assert_eq!(good(&[("prompt", " login  login ")]).prompt, BTreeSet::from([Prompt::Login]));
    for bad in ["none login", "consent none", "create", "select_account", "Login", "login,consent"]
    {
        assert_eq!(redirected(&[("prompt", bad)]), InvalidRequest, "{bad}");
    }
}

#[test]
fn offline_access_needs_consent_and_a_client_that_may_refresh() {
    let scope =
        |kind, changes: &[(&str, &str)]| parse_as(kind, &with(changes)).unwrap().scope.to_string();
    let asked = ("scope", "openid offline_access");
    let spa = ApplicationType::SPA;
    assert_eq!(scope(spa, &[asked, ("prompt", "consent")]), "openid offline_access");
    assert_eq!(scope(spa, &[asked, ("prompt", "login consent")]), "openid offline_access");
    assert_eq!(scope(spa, &[asked, ("prompt", "login")]), "openid");
    assert_eq!(scope(spa, &[asked]), "openid");
    let mut request = client(spa);
    request.rules.grant_types.retain(|grant_type| *grant_type != GrantType::RefreshToken);
    let parameters = Parameters::read(&with(&[asked, ("prompt", "consent")])).unwrap();
    let parsed = AuthorizationRequest::parse(&parameters, &request).unwrap();
    assert_eq!(parsed.scope.to_string(), "openid");
}

#[test]
fn scopes() {
    assert_eq!(good(&[("scope", "")]).scope.to_string(), "");
    let request = good(&[("scope", "unknown openid read:x")]);
    assert_eq!(request.scope.oidc().to_string(), "openid");
    assert_eq!(request.scope.of_resources().to_string(), "unknown read:x");
    assert_eq!(redirected(&[("scope", "open\"id")]), InvalidScope);
    assert_eq!(redirected(&[("scope", "caf\u{e9}")]), InvalidScope);
}

#[test]
fn max_ages() {
    assert_eq!(good(&[("max_age", "0")]).max_age, Some(0));
    assert_eq!(good(&[("max_age", "10000")]).max_age, Some(10_000));
    assert_eq!(good(&[("max_age", "99999999999999999999")]).max_age, Some(u32::MAX));
    assert_eq!(good(&[("max_age", "")]).max_age, None);
    for bad in ["-1", "+1", "1.5", "x", " 1", "1e3"] {
        assert_eq!(redirected(&[("max_age", bad)]), InvalidRequest, "{bad}");
    }
}

#[test]
fn resources() {
    let request = good(&[
        ("resource", "https://a.example, https://b.example"),
        ("resource", "https://a.example"),
        ("resource", ""),
        ("resource", "urn:x:y"),
    ]);
    assert_eq!(request.resources, ["https://a.example", "https://b.example", "urn:x:y"]);
    for bad in ["api", "/api", "https://a.example#x", "https://", "https://a.example,x"] {
        assert_eq!(redirected(&[("resource", bad)]), InvalidTarget, "{bad}");
    }
    let many: Vec<_> = (0..21).map(|number| format!("urn:r:{number}")).collect();
    assert_eq!(redirected(&[("resource", &many.join(","))]), InvalidTarget);
}

#[test]
fn one_invalid_extra_drops_them_all() {
    let hint = ("login_hint", "a@b.example");
    let first = ("first_screen", "register");
    assert_eq!(good(&[first, hint]).extras.first_screen(), FirstScreen::Register);
    for bad in [
        ("first_screen", "somewhere"),
        ("interaction_mode", "sign_up"),
        ("direct_sign_in", "google"),
        ("direct_sign_in", "other:google"),
        ("direct_sign_in", "social:"),
        ("direct_sign_in", "social:../x"),
        ("direct_sign_in", "social:a/b"),
        ("direct_sign_in", "social:.."),
    ] {
        let request = good(&[bad, hint, ("organization_id", "org")]);
        assert_eq!(request.extras, Extras::default(), "{bad:?}");
        assert_eq!(request.login_hint.as_deref(), Some("a@b.example"));
    }
    assert_eq!(
        good(&[("interaction_mode", "signUp")]).extras.first_screen(),
        FirstScreen::Register
    );
    assert_eq!(good(&[("interaction_mode", "signIn")]).extras.first_screen(), FirstScreen::SignIn);
}

#[test]
fn display_and_unknown_parameters_never_fail() {
    for display in ["page", "popup", "touch", "wap", "hologram"] {
        good(&[("display", display), ("extra", "foobar")]);
    }
}

proptest! {
    #[test]
    fn any_parameters_are_judged_without_a_panic(
        given in proptest::collection::vec(
            (
                prop_oneof![
                    proptest::sample::select(vec![
                        "prompt", "scope", "max_age", "resource", "state", "response_mode",
                        "code_challenge", "direct_sign_in", "first_screen", "request",
                    ]).prop_map(str::to_owned),
                    any::<String>(),
                ],
                prop_oneof![any::<String>(), "[a-z0-9:, .#-]{0,60}"],
            ),
            0..8,
        ),
    ) {
        let all: Vec<_> = with(&[]).into_iter().chain(given.iter().cloned()).collect();
        for pairs in [given, all] {
            if let Ok(request) = parse_as(ApplicationType::SPA, &pairs) {
                prop_assert_eq!(&request.redirect_uri, REDIRECT);
                prop_assert!(request.code_challenge.is_some());
                let json = serde_json::to_string(&request).unwrap();
                prop_assert_eq!(serde_json::from_str::<AuthorizationRequest>(&json).unwrap(), request);
            }
        }
    }
}
