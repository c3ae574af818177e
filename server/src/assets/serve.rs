//! Pictures on their way to browsers.

use super::images::{ImageKind, path};
use crate::flows::error::reject;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use vestibule_shared::ErrorCode;

/// Whoever opens a file as a page gets a page that can do nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Routes at the root.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        web::resource("/user-assets/{name}")
            .route(web::get().to(image))
            .route(web::head().to(image)),
    );
}

async fn image(app: Data<App>, name: Path<String>) -> Result<impl Responder, Problem> {
    let missing = || Problem::from(reject(404, ErrorCode::RequestNotFound));
    let kind = kind_of(&name).ok_or_else(missing)?;
    let found = app.assets.get(&path(&name)).await?.ok_or_else(missing)?;
    // A drawing is shown by pages that embed it, and never as a page of its own.
    let disposition = if kind == ImageKind::Svg { "attachment" } else { "inline" };
    Ok(HttpResponse::Ok()
        .content_type(kind.media_type())
        // The name is never used again.
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // Applications show the pictures of their users.
        .insert_header(("cross-origin-resource-policy", "cross-origin"))
        .no_chunking(found.meta.size)
        .streaming(found.into_stream()))
}

/// What the name of a stored picture says; other names are not looked up.
fn kind_of(name: &str) -> Option<ImageKind> {
    let (id, extension) = name.split_once('.')?;
    let is_id = !id.is_empty() && id.bytes().all(|each| each.is_ascii_alphanumeric());
    ImageKind::of_extension(extension).filter(|_| is_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_names_are_looked_up() {
        assert_eq!(kind_of("k3jd8s.png"), Some(ImageKind::Png));
        for other in ["", "a", ".png", "a.html", "../a.png", "a/b.png", "a.b.png", "a.PNG", "ä.png"]
        {
            assert_eq!(kind_of(other), None, "{other}");
        }
    }
}
