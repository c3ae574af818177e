//! A whole sign-in by password, request for request what a browser and its application send.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use reqwest::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Method, RequestBuilder, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::management::PASSWORD;
use crate::server::Application;

mod cookies;

use cookies::Cookies;

/// Nothing listens there: the code is read from the redirect.
pub const REDIRECT_URI: &str = "http://127.0.0.1:9/callback";
/// The pair of RFC 7636, appendix B.
const CODE_VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CODE_CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// Redirects between the end of the interaction and the application: resume, consent, resume.
const HOPS: usize = 5;

/// The application that people sign in to.
#[derive(Clone)]
pub struct Client {
    pub http: reqwest::Client,
    pub endpoint: String,
    pub application: Application,
}

/// What the application has in the end.
#[derive(Deserialize)]
pub struct Tokens {
    /// Opaque, because no resource is asked for.
    pub access_token: String,
    /// Present with `offline`.
    pub refresh_token: Option<String>,
}

/// Whether the application asks for a refresh token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Online,
    Offline,
}

struct Browser<'a> {
    client: &'a Client,
    cookies: Cookies,
}

impl Client {
    /// Signs a user in, from the authorization request to the tokens.
    ///
    /// # Errors
    /// Names the step whose answer was not the expected one.
    pub async fn sign_in(&self, username: &str, access: Access) -> Result<Tokens> {
        let mut browser = Browser { client: self, cookies: Cookies::default() };
        browser.authorize(access).await?;
        let resume = browser.interact(username).await?;
        let code = browser.follow(resume).await?;
        self.exchange(&code).await
    }

    /// Opens an interaction and returns the sign-in page's address with the cookies to fetch it.
    ///
    /// # Errors
    /// When the authorization request is not answered with a redirect.
    pub async fn open_sign_in_page(&self) -> Result<(Url, String)> {
        let mut browser = Browser { client: self, cookies: Cookies::default() };
        let page = browser.authorize(Access::Online).await?;
        let cookies = browser.cookies.header(page.path());
        Ok((page, cookies))
    }

    fn authorization_url(&self, access: Access) -> Result<Url> {
        let mut url = Url::parse(&format!("{}/oidc/auth", self.endpoint))?;
        url.query_pairs_mut().extend_pairs([
            ("client_id", self.application.id.as_str()),
            ("redirect_uri", REDIRECT_URI),
            ("response_type", "code"),
            ("state", "bench"),
            ("nonce", "bench"),
            ("code_challenge", CODE_CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        url.query_pairs_mut().extend_pairs(match access {
            Access::Online => vec![("scope", "openid profile email")],
            Access::Offline => {
                vec![("scope", "openid profile offline_access"), ("prompt", "consent")]
            }
        });
        Ok(url)
    }

    async fn exchange(&self, code: &str) -> Result<Tokens> {
        let answer = self
            .http
            .post(format!("{}/oidc/token", self.endpoint))
            .basic_auth(&self.application.id, Some(&self.application.secret))
            .form(&[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", REDIRECT_URI),
                ("code_verifier", CODE_VERIFIER),
            ])
            .send()
            .await?;
        Ok(expect(answer, 200, "token").await?.json().await?)
    }
}

impl Browser<'_> {
    /// The authorization request; the answer is the page to sign in on.
    async fn authorize(&mut self, access: Access) -> Result<Url> {
        let url = self.client.authorization_url(access)?;
        let request = self.client.http.get(url.clone());
        let answer = self.send(&url, request).await?;
        location(&url, &answer).with_context(|| format!("authorize: {}", answer.status()))
    }

    async fn begin(&mut self) -> Result<()> {
        let event = json!({ "interactionEvent": "SignIn" });
        let answer = self.api(Method::PUT, "", Some(event)).await?;
        expect(answer, 204, "interaction").await?;
        Ok(())
    }

    /// What the sign-in page does; the answer is where the browser goes on.
    async fn interact(&mut self, username: &str) -> Result<Url> {
        self.begin().await?;
        let credentials = json!({
            "identifier": { "type": "username", "value": username },
            "password": PASSWORD,
        });
        let answer = self.api(Method::POST, "/verification/password", Some(credentials)).await?;
        let record: Value = expect(answer, 200, "password").await?.json().await?;

        let identified = json!({ "verificationId": record["verificationId"] });
        let answer = self.api(Method::POST, "/identification", Some(identified)).await?;
        expect(answer, 204, "identification").await?;

        let answer = self.api(Method::POST, "/submit", None).await?;
        let submitted: Value = expect(answer, 200, "submit").await?.json().await?;
        let next = submitted["redirectTo"].as_str().context("submit: there is no redirectTo")?;
        Ok(Url::parse(next)?)
    }

    /// Follows redirects until one leads to the application, and takes the code out of it.
    async fn follow(&mut self, mut url: Url) -> Result<String> {
        for _ in 0..HOPS {
            let request = self.client.http.get(url.clone());
            let answer = self.send(&url, request).await?;
            url = location(&url, &answer)
                .with_context(|| format!("{}: {}", url.path(), answer.status()))?;
            if url.as_str().starts_with(REDIRECT_URI) {
                let code = url.query_pairs().find(|(name, _)| name == "code");
                let (_, code) = code.with_context(|| format!("no code in {url}"))?;
                return Ok(code.into_owned());
            }
        }
        bail!("redirects do not end, the last one goes to {url}")
    }

    async fn api(&mut self, method: Method, path: &str, body: Option<Value>) -> Result<Response> {
        let (url, mut request) = self.api_request(method, path)?;
        if let Some(body) = body {
            request = request.json(&body);
        }
        self.send(&url, request).await
    }

    fn api_request(&self, method: Method, path: &str) -> Result<(Url, RequestBuilder)> {
        let url = Url::parse(&format!("{}/api/experience{path}", self.client.endpoint))?;
        let request = self.client.http.request(method, url.clone());
        Ok((url, request.header(ORIGIN, &self.client.endpoint)))
    }

    async fn send(&mut self, url: &Url, mut request: RequestBuilder) -> Result<Response> {
        let cookies = self.cookies.header(url.path());
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies);
        }
        let answer = request.send().await?;
        for cookie in answer.headers().get_all(SET_COOKIE) {
            self.cookies.store(cookie.to_str()?);
        }
        Ok(answer)
    }
}

/// Somebody on the sign-in page who does not know the password.
pub struct Guesser<'a>(Browser<'a>);

impl<'a> Guesser<'a> {
    /// Opens the page.
    ///
    /// # Errors
    /// When the server does not let somebody begin.
    pub async fn begin(client: &'a Client) -> Result<Self> {
        let mut browser = Browser { client, cookies: Cookies::default() };
        browser.authorize(Access::Online).await?;
        browser.begin().await?;
        Ok(Self(browser))
    }

    /// Tries a wrong password, as if from this address; the answer's body.
    ///
    /// # Errors
    /// When the answer is not that of a wrong password.
    pub async fn wrong_password(&mut self, username: &str, address: &str) -> Result<String> {
        let credentials = json!({
            "identifier": { "type": "username", "value": username },
            "password": "not the password",
        });
        let (url, request) = self.0.api_request(Method::POST, "/verification/password")?;
        let request = request.header("X-Forwarded-For", address).json(&credentials);
        let answer = self.0.send(&url, request).await?;
        Ok(expect(answer, 422, "wrong password").await?.text().await?)
    }
}

async fn expect(answer: Response, status: u16, step: &str) -> Result<Response> {
    if answer.status() != status {
        bail!("{step}: {} {}", answer.status(), answer.text().await?);
    }
    Ok(answer)
}

fn location(base: &Url, answer: &Response) -> Result<Url> {
    let location = answer.headers().get(LOCATION).context("there is no redirect")?;
    Ok(base.join(location.to_str()?)?)
}

/// Sign-ins that were made, and how long each took.
#[derive(Default)]
pub struct SignIns {
    pub times: Vec<Duration>,
    /// The first failure's message, and how many there were.
    pub failures: usize,
    pub failure: Option<String>,
    /// From the first start to the last end.
    pub elapsed: Duration,
}

impl SignIns {
    fn add(&mut self, time: Duration, result: Result<Tokens>) {
        match result {
            Ok(_) => self.times.push(time),
            Err(error) => {
                self.failures += 1;
                self.failure.get_or_insert_with(|| format!("{error:#}"));
            }
        }
    }

    /// Sign-ins per second.
    pub fn rate(&self) -> f64 {
        self.times.len() as f64 / self.elapsed.as_secs_f64()
    }
}

/// As many sign-ins as `concurrency` people manage who start again as soon as they are done.
pub async fn closed_loop(
    client: &Client,
    users: &[String],
    concurrency: usize,
    period: Duration,
) -> SignIns {
    let started = Instant::now();
    let mut people = tokio::task::JoinSet::new();
    for person in 0..concurrency {
        let client = client.clone();
        let users: Vec<String> = users.iter().skip(person).step_by(concurrency).cloned().collect();
        people.spawn(async move {
            let mut sign_ins = SignIns::default();
            for user in users.iter().cycle() {
                if started.elapsed() >= period {
                    break;
                }
                let began = Instant::now();
                let result = client.sign_in(user, Access::Online).await;
                sign_ins.add(began.elapsed(), result);
            }
            sign_ins
        });
    }
    let mut all = SignIns::default();
    for part in people.join_all().await {
        all.times.extend(part.times);
        all.failures += part.failures;
        all.failure = all.failure.or(part.failure);
    }
    all.elapsed = started.elapsed();
    all
}

/// Sign-ins that begin at a steady rate, whether or not the ones before are done: what a server
/// below its limit looks like to people.
///
/// # Errors
/// When the rate is not above zero.
pub async fn open_loop(
    client: &Client,
    users: &[String],
    per_second: f64,
    period: Duration,
) -> Result<SignIns> {
    ensure!(per_second > 0.0, "there is no rate to take half of");
    let mut ticks = tokio::time::interval(Duration::from_secs_f64(1.0 / per_second));
    let started = Instant::now();
    let mut people = tokio::task::JoinSet::new();
    for user in users.iter().cycle() {
        // The time counts from when the sign-in was due.
        let due = ticks.tick().await.into_std();
        if started.elapsed() >= period {
            break;
        }
        let (client, user) = (client.clone(), user.clone());
        people.spawn(async move {
            let result = client.sign_in(&user, Access::Online).await;
            (due.elapsed(), result)
        });
    }
    let mut all = SignIns::default();
    for (time, result) in people.join_all().await {
        all.add(time, result);
    }
    all.elapsed = started.elapsed();
    Ok(all)
}
