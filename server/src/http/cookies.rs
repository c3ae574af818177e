//! The browser's cookies: which client's sign-in is in progress, and who is signed in.

use crate::catalog::cookie_keys::CookieKeys;
use crate::config::Endpoint;
use crate::flows::interaction::TTL_SECONDS as INTERACTION_TTL;
use crate::state::App;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use indexmap::IndexMap;
use std::collections::BTreeMap;
use std::sync::Arc;
use vestibule_store::Millis;

const INTERACTION: &str = "_interaction";
const RESUME: &str = "_interaction_resume";
const SESSION: &str = "_session";
const UI: &str = "_logto";

/// How many clients may be in the middle of a sign-in in one browser.
const MAX_INTERACTIONS: usize = 10;
/// The entry for callers that do not say which client they act for.
const FALLBACK: &str = "_legacy";

/// Reads and makes cookies. Values are signed, in a cookie of the same name with `.sig`.
pub struct Cookies<'a> {
    endpoint: &'a Endpoint,
    keys: Arc<CookieKeys>,
    now: Millis,
}

/// Interactions in progress in one browser: uid by client id, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interactions(IndexMap<String, String>);

impl Interactions {
    /// The uid for a client; without one, or without an entry for it, the last one begun.
    pub fn uid(&self, client_id: Option<&str>) -> Option<&str> {
        let entry = client_id.and_then(|client_id| self.0.get(client_id));
        entry.or_else(|| self.0.get(FALLBACK)).map(String::as_str)
    }

    /// Adds an interaction; the oldest goes when there are too many.
    pub fn insert(&mut self, client_id: &str, uid: &str) {
        for replaced in [client_id, FALLBACK] {
            self.0.shift_remove(replaced);
        }
        if self.0.len() >= MAX_INTERACTIONS {
            self.0.shift_remove_index(0);
        }
        self.0.insert(client_id.into(), uid.into());
        self.0.insert(FALLBACK.into(), uid.into());
    }

    /// Removes an interaction that has ended.
    pub fn remove(&mut self, uid: &str) {
        self.0.retain(|_, entry| entry != uid);
    }
}

impl<'a> Cookies<'a> {
    /// Cookies of this server.
    pub fn of(app: &'a App) -> Self {
        let keys = app.catalog.snapshot().cookie_keys.clone();
        Self { endpoint: &app.settings.endpoint, keys, now: app.clock.now() }
    }

    /// `__Host-` ties a cookie to this very host; browsers take it only over TLS and for `/`.
    fn name(&self, name: &str) -> String {
        if self.endpoint.is_secure() && self.endpoint.base_path().is_empty() {
            format!("__Host-{name}")
        } else {
            name.to_owned()
        }
    }

    /// The value of a cookie whose signature fits, percent-decoded.
    fn read(&self, request: &HttpRequest, name: &str) -> Option<String> {
        let value = request.cookie(name)?.value().to_owned();
        let signature = request.cookie(&format!("{name}.sig"))?;
        let signed = format!("{name}={value}");
        self.keys.verify(&signed, signature.value()).then_some(value)
    }

    fn cookie(&self, name: String, value: String, path: &str, seconds: i64) -> Cookie<'static> {
        Cookie::build(name, value)
            .path(path.to_owned())
            .http_only(true)
            .secure(self.endpoint.is_secure())
            .same_site(SameSite::Lax)
            .max_age(Duration::seconds(seconds))
            .finish()
    }

    fn signed(&self, name: &str, value: &str, path: &str, seconds: i64) -> [Cookie<'static>; 2] {
        let signature = self.keys.sign(&format!("{name}={value}"), self.now);
        [
            self.cookie(name.to_owned(), percent_encode(value), path, seconds),
            self.cookie(format!("{name}.sig"), signature, path, seconds),
        ]
    }

    fn root(&self) -> String {
        format!("{}/", self.endpoint.base_path())
    }

    /// The interactions of this browser.
    pub fn interactions(&self, request: &HttpRequest) -> Interactions {
        let text = self.read(request, &self.name(INTERACTION));
        Interactions(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Cookies that remember interactions.
    pub fn set_interactions(&self, interactions: &Interactions) -> [Cookie<'static>; 2] {
        let text = serde_json::to_string(&interactions.0).unwrap_or_default();
        let seconds = if interactions.0.is_empty() { 0 } else { INTERACTION_TTL };
        self.signed(&self.name(INTERACTION), &text, &self.root(), seconds)
    }

    fn resume_path(&self, uid: &str) -> String {
        format!("{}/oidc/auth/{uid}", self.endpoint.base_path())
    }

    /// Whether this browser began the interaction.
    pub fn may_resume(&self, request: &HttpRequest, uid: &str) -> bool {
        self.read(request, RESUME).is_some_and(|value| value == uid)
    }

    /// Cookies that let this browser, and no other, resume an interaction.
    pub fn set_resume(&self, uid: &str) -> [Cookie<'static>; 2] {
        self.signed(RESUME, uid, &self.resume_path(uid), INTERACTION_TTL)
    }

    /// Cookies that forget it.
    pub fn clear_resume(&self, uid: &str) -> [Cookie<'static>; 2] {
        self.signed(RESUME, "", &self.resume_path(uid), 0)
    }

    /// The secret of this browser's session.
    pub fn session(&self, request: &HttpRequest) -> Option<String> {
        self.read(request, &self.name(SESSION))
    }

    /// Cookies that hold a session for so many seconds.
    pub fn set_session(&self, secret: &str, seconds: i64) -> [Cookie<'static>; 2] {
        self.signed(&self.name(SESSION), secret, &self.root(), seconds)
    }

    /// Cookies that forget the session.
    pub fn clear_session(&self) -> [Cookie<'static>; 2] {
        self.signed(&self.name(SESSION), "", &self.root(), 0)
    }

    /// A cookie that pages may read: for which application and in which language they are shown.
    pub fn set_ui(&self, app_id: &str, ui_locales: Option<&str>) -> Cookie<'static> {
        let mut facts = BTreeMap::from([("appId", app_id)]);
        facts.extend(ui_locales.map(|locales| ("uiLocales", locales)));
        let text = serde_json::to_string(&facts).unwrap_or_default();
        let mut cookie =
            self.cookie(UI.into(), percent_encode(&text), &self.root(), INTERACTION_TTL);
        cookie.set_http_only(false);
        cookie
    }
}

/// Readers of cookies decode `%20`, not `+`.
fn percent_encode(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use actix_web::test::TestRequest;

    const KEY: &[u8] = b"a key of a test, long enough to be one";

    fn cookies_of<'a>(endpoint: &'a Endpoint, key: &[u8]) -> Cookies<'a> {
        Cookies { endpoint, keys: Arc::new(CookieKeys::of(key)), now: 0 }
    }

    fn endpoint(address: &str) -> Endpoint {
        Settings::for_tests(address, "data".into(), None).endpoint
    }

    /// As a browser sends them: the values as they came.
    fn sent_back(cookies: &[Cookie<'static>]) -> HttpRequest {
        let pairs: Vec<String> =
            cookies.iter().map(|it| format!("{}={}", it.name(), it.value())).collect();
        TestRequest::default().insert_header(("cookie", pairs.join("; "))).to_http_request()
    }

    #[test]
    fn interactions_come_back_by_client() {
        let endpoint = endpoint("http://localhost:3001");
        let cookies = cookies_of(&endpoint, KEY);
        let mut map = Interactions::default();
        map.insert("one", "uid-1");
        map.insert("two", "uid-2");
        let read = cookies.interactions(&sent_back(&cookies.set_interactions(&map)));
        assert_eq!(read, map);
        assert_eq!(read.uid(Some("one")), Some("uid-1"));
        assert_eq!(read.uid(None), Some("uid-2"));
        assert_eq!(read.uid(Some("other")), Some("uid-2"));
        map.remove("uid-2");
        assert_eq!(map.uid(None), None);
    }

    #[test]
    fn a_browser_keeps_a_bounded_number() {
        let mut map = Interactions::default();
        for number in 0..50 {
            map.insert(&format!("client-{number}"), &format!("uid-{number}"));
        }
        assert_eq!(map.0.len(), MAX_INTERACTIONS + 1);
        assert_eq!(map.uid(Some("client-40")), Some("uid-40"));
        // The oldest are gone: what is left for them is the last one begun.
        assert_eq!(map.uid(Some("client-39")), Some("uid-49"));
    }

    #[test]
    fn a_changed_value_or_a_foreign_signature_is_no_cookie() {
        let endpoint = endpoint("http://localhost:3001");
        let cookies = cookies_of(&endpoint, KEY);
        let [value, signature] = cookies.set_session("secret", 60);
        assert_eq!(
            cookies.session(&sent_back(&[value.clone(), signature.clone()])).as_deref(),
            Some("secret")
        );
        let mut forged = value.clone();
        forged.set_value("other");
        assert_eq!(cookies.session(&sent_back(&[forged, signature])), None);
        assert_eq!(cookies.session(&sent_back(&[value])), None);
        let theirs = cookies_of(&endpoint, b"another key of a test, also long enough")
            .set_session("secret", 60);
        assert_eq!(cookies.session(&sent_back(&theirs)), None);
    }

    #[test]
    fn attributes_follow_the_endpoint() {
        let secure = endpoint("https://example.com");
        let [cookie, _] = cookies_of(&secure, KEY).set_session("secret", 60);
        assert_eq!(cookie.name(), "__Host-_session");
        assert_eq!(cookie.path(), Some("/"));
        assert_eq!(cookie.secure(), Some(true));
        let below = endpoint("https://example.com/auth");
        let [cookie, _] = cookies_of(&below, KEY).set_session("secret", 60);
        assert_eq!((cookie.name(), cookie.path()), ("_session", Some("/auth/")));
        assert_eq!(cookie.http_only(), Some(true));
        assert_eq!(cookie.same_site(), Some(SameSite::Lax));
    }
}
