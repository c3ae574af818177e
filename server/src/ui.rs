//! Serving the browser apps from a folder. The server knows nothing of what they do: it adds the
//! base path, a nonce and the content security policy.

mod content_policy;

use crate::assets::Page;
use crate::catalog::Snapshot;
use crate::config::Settings;
use crate::flows::interaction::Interaction;
use crate::http::cookies::Cookies;
use crate::http::problem::Problem;
use crate::http::query::parameter;
use crate::state::App;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ETAG, IF_NONE_MATCH,
    VARY,
};
use actix_web::web::{Bytes, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, web};
use anyhow::Context;
use object_store::GetResult;
use std::collections::HashMap;
use std::path::Path;
use vestibule_protocol::{hash, random};
use vestibule_shared::captcha_provider::PublicCaptchaConfig;

/// What Trunk writes where a nonce belongs.
const NONCE: &str = "{{__TRUNK NONCE__}}";
const BASE: &str = "<base href=\"/\"";

/// Pages that make sense only while somebody is signing in.
const GUARDED: [&str; 6] = [
    "/sign-in",
    "/consent",
    "/register",
    "/single-sign-on",
    "/social/register",
    "/forgot-password",
];

/// The apps, in memory: some hundred kilobytes that every browser asks for.
pub struct Ui {
    experience: Option<Bundle>,
    demo: Option<Bundle>,
}

struct Bundle {
    index: String,
    assets: HashMap<String, Asset>,
}

struct Asset {
    plain: Bytes,
    brotli: Option<Bytes>,
    mime: String,
    tag: String,
    /// The name holds a hash of the content.
    is_immutable: bool,
}

impl Ui {
    /// Reads what is in the folder; an app that is not there is not served.
    pub fn load(settings: &Settings) -> anyhow::Result<Self> {
        let base = settings.endpoint.base_path();
        let load = |name: &str, mount: &str| {
            let folder = settings.ui_dir.join(name);
            if !folder.join("index.html").is_file() {
                tracing::warn!(folder = %folder.display(), "no app to serve (VESTIBULE_UI_DIR)");
                return Ok(None);
            }
            Bundle::load(&folder, &format!("{base}{mount}")).map(Some)
        };
        Ok(Self { experience: load("experience", "/")?, demo: load("demo", "/demo-app/")? })
    }
}

impl Bundle {
    fn load(folder: &Path, mount: &str) -> anyhow::Result<Self> {
        let mut assets = HashMap::new();
        read_folder(folder, "", &mut assets)?;
        let index = assets.remove("index.html").context("index.html")?;
        let index = String::from_utf8(index.plain.to_vec())
            .with_context(|| format!("{}/index.html", folder.display()))?;
        Ok(Self { index: index.replace(BASE, &format!("<base href=\"{mount}\"")), assets })
    }
}

fn read_folder(
    folder: &Path,
    prefix: &str,
    assets: &mut HashMap<String, Asset>,
) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            read_folder(&path, &format!("{name}/"), assets)?;
        } else if !name.ends_with(".br") {
            assets.insert(name.clone(), Asset::read(&path, &name)?);
        }
    }
    Ok(())
}

impl Asset {
    fn read(path: &Path, name: &str) -> anyhow::Result<Self> {
        let plain = std::fs::read(path).with_context(|| path.display().to_string())?;
        let brotli = std::fs::read(format!("{}.br", path.display())).ok();
        let stem = name.rsplit('/').next().unwrap_or(name).replace("_bg", "");
        let hashes = stem
            .split(['.', '-', '_'])
            .any(|part| part.len() >= 12 && part.chars().all(|each| each.is_ascii_hexdigit()));
        Ok(Self {
            tag: format!("\"{}\"", &hash::sha256_hex_of(&plain)),
            plain: plain.into(),
            brotli: brotli.map(Bytes::from),
            mime: mime_guess::from_path(name).first_or_octet_stream().to_string(),
            is_immutable: hashes,
        })
    }

    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let cache =
            if self.is_immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
        let mut response = if header(IF_NONE_MATCH) == Some(&self.tag) {
            HttpResponse::NotModified()
        } else {
            HttpResponse::Ok()
        };
        response
            .insert_header((CACHE_CONTROL, cache))
            .insert_header((ETAG, self.tag.clone()))
            .insert_header((VARY, "accept-encoding"));
        if header(IF_NONE_MATCH) == Some(&self.tag) {
            return response.finish();
        }
        response.content_type(self.mime.as_str());
        let takes_brotli = header(ACCEPT_ENCODING).is_some_and(|text| {
            text.split(',').any(|it| it.trim().split(';').next() == Some("br"))
        });
        match &self.brotli {
            Some(brotli) if takes_brotli => {
                response.insert_header((CONTENT_ENCODING, "br")).body(brotli.clone())
            }
            _ => response.body(self.plain.clone()),
        }
    }
}

/// Everything that no other route takes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/demo-app", web::get().to(demo_page))
        .route("/demo-app/{path:.*}", web::get().to(demo_asset))
        .default_service(web::to(experience));
}

async fn demo_page(app: Data<App>, ui: Data<Ui>) -> HttpResponse {
    match &ui.demo {
        // Nobody signs in there.
        Some(bundle) => page(bundle, &app.settings, None),
        None => not_installed("demo"),
    }
}

async fn demo_asset(request: HttpRequest, ui: Data<Ui>) -> Result<HttpResponse, Problem> {
    let path = request.match_info().get("path").unwrap_or_default();
    let asset = ui.demo.as_ref().and_then(|bundle| bundle.assets.get(path));
    asset.map(|asset| asset.answer(&request)).ok_or_else(not_found)
}

/// A file of the sign-in app, or else the app itself, which knows its pages by their paths.
async fn experience(
    request: HttpRequest,
    app: Data<App>,
    ui: Data<Ui>,
) -> Result<HttpResponse, Problem> {
    let base = app.settings.endpoint.base_path();
    let path = request.path().strip_prefix(base).unwrap_or(request.path());
    let is_api = ["/api/", "/oidc/"].iter().any(|root| path.starts_with(root));
    let reads = request.method() == actix_web::http::Method::GET
        || request.method() == actix_web::http::Method::HEAD;
    if is_api || !reads {
        return Err(not_found());
    }
    let own = own_pages(&app, path);
    if let Some(id) = &own
        && let Some(file) = own_file(&app, id, path.trim_start_matches('/')).await
    {
        return Ok(file.answer(&request, &app.catalog.snapshot()));
    }
    if let Some(bundle) = &ui.experience
        && let Some(asset) = bundle.assets.get(path.trim_start_matches('/'))
    {
        return Ok(asset.answer(&request));
    }
    if needs_interaction(&request, path) && !has_interaction(&app, &request).await? {
        return Ok(HttpResponse::Found()
            .insert_header(("location", unknown_session(&app)))
            .insert_header((CACHE_CONTROL, "no-store"))
            .finish());
    }
    if let Some(id) = &own
        && let Some(index) = own_page(&app, id, Page::Index).await
    {
        return Ok(HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((CONTENT_SECURITY_POLICY, own_policy(&app.catalog.snapshot())))
            .no_chunking(index.meta.size)
            .streaming(index.into_stream()));
    }
    match &ui.experience {
        Some(bundle) => {
            let snapshot = app.catalog.snapshot();
            Ok(page(bundle, &app.settings, snapshot.shown_captcha()))
        }
        None => Ok(not_installed("experience")),
    }
}

/// The id of an administrator's own pages, where they stand in for the built-in ones. The page
/// that makes the first administrator is always built in.
fn own_pages(app: &App, path: &str) -> Option<String> {
    let snapshot = app.catalog.snapshot();
    let own = snapshot.experience.custom_ui_assets.as_ref();
    own.filter(|_| path != "/setup").map(|pages| pages.id.clone())
}

/// Opens one of an administrator's own pages. When the store is away, the built-in ones let people
/// sign in.
async fn own_page(app: &App, id: &str, page: Page<'_>) -> Option<GetResult> {
    match app.assets.page(id, page).await {
        Ok(found) => found,
        Err(error) => {
            tracing::warn!(?error, id, "uploaded pages cannot be read");
            None
        }
    }
}

/// A file of an administrator's own pages.
struct OwnFile {
    content: GetResult,
    mime: String,
    tag: String,
}

async fn own_file(app: &App, id: &str, name: &str) -> Option<OwnFile> {
    // Pages have paths without a dot, and are no files.
    if !name.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        return None;
    }
    let content = own_page(app, id, Page::File(name)).await?;
    Some(OwnFile {
        mime: mime_guess::from_path(name).first_or_octet_stream().to_string(),
        tag: format!("\"{}\"", hash::sha256_hex(&format!("{id}/{name}"))),
        content,
    })
}

impl OwnFile {
    /// Other pages have another id, so what a name stands for changes only with them.
    fn answer(self, request: &HttpRequest, snapshot: &Snapshot) -> HttpResponse {
        let known = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        let mut response =
            if known == Some(&self.tag) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response
            .insert_header((CACHE_CONTROL, "no-cache"))
            .insert_header((ETAG, self.tag.clone()))
            .insert_header((CONTENT_SECURITY_POLICY, own_policy(snapshot)));
        if known == Some(&self.tag) {
            return response.finish();
        }
        response
            .content_type(self.mime)
            .no_chunking(self.content.meta.size)
            .streaming(self.content.into_stream())
    }
}

fn needs_interaction(request: &HttpRequest, path: &str) -> bool {
    let is_preview = form_urlencoded::parse(request.query_string().as_bytes())
        .any(|(name, _)| name == "preview");
    let is_guarded =
        path == "/" || path.is_empty() || GUARDED.iter().any(|it| path.starts_with(it));
    is_guarded && !is_preview
}

async fn has_interaction(app: &App, request: &HttpRequest) -> Result<bool, Problem> {
    let cookies = Cookies::of(app);
    let client_id = parameter(request, "app_id");
    let interactions = cookies.interactions(request);
    let Some(uid) = interactions.uid(client_id.as_deref()) else { return Ok(false) };
    let mut connection = app.store.read().await?;
    let id = Interaction::id_of(uid);
    let row = vestibule_store::interactions::by_id(&mut connection, &id, app.clock.now()).await?;
    Ok(row.is_some())
}

fn unknown_session(app: &App) -> String {
    let configured = app.catalog.snapshot().experience.unknown_session_redirect_url.clone();
    configured
        .filter(|address| !address.is_empty())
        .unwrap_or_else(|| app.settings.endpoint.at("/unknown-session"))
}

fn own_policy(snapshot: &Snapshot) -> String {
    content_policy::own_pages(snapshot.shown_captcha())
}

fn page(
    bundle: &Bundle,
    settings: &Settings,
    captcha: Option<&PublicCaptchaConfig>,
) -> HttpResponse {
    let nonce = random::token();
    let policy = content_policy::built_in(&nonce, settings.endpoint.is_secure(), captcha);
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .body(bundle.index.replace(NONCE, &nonce))
}

fn not_found() -> Problem {
    use crate::flows::error::reject;
    reject(404, vestibule_shared::ErrorCode::RequestNotFound).into()
}

fn not_installed(app: &str) -> HttpResponse {
    HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body(format!(
        "The app {app:?} is not installed. Build it with `cargo xtask build-ui` and point \
         VESTIBULE_UI_DIR at the folder."
    ))
}
