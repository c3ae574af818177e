//! Files that forms carry (RFC 7578), read piece by piece.

use crate::api::operations::{Describe, Description};
use crate::flows::error::{Rejection, invalid_input};
use crate::http::problem::Problem;
use actix_multipart::{Field, Multipart};
use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use futures_util::stream::Fuse;
use std::future::{Ready, ready};
use std::time::Duration;

/// The most time between two pieces.
const PATIENCE: Duration = Duration::from_secs(30);

/// A form that has not been read yet.
pub struct Form(Multipart);

impl FromRequest for Form {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self(Multipart::new(request.headers(), payload.take()))))
    }
}

impl Describe for Form {
    fn describe(description: &mut Description) {
        description.form();
        description.errors(&[400]);
    }
}

impl Form {
    /// Opens the file of a form whose first field is `file`.
    pub async fn file(mut self) -> Result<UploadedFile, Rejection> {
        match patiently(self.0.next()).await? {
            Some(Ok(field)) if field.name() == Some("file") => {
                Ok(UploadedFile { field: field.fuse(), _form: self })
            }
            Some(Err(error)) => Err(invalid_input("file", &error.to_string())),
            Some(Ok(_)) | None => Err(invalid_input("file", "must be the first field of the form")),
        }
    }
}

/// A file that is being sent.
pub struct UploadedFile {
    // Before the form, whose reader it shares.
    field: Fuse<Field>,
    _form: Form,
}

impl UploadedFile {
    /// The next piece, some kilobytes; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Rejection> {
        match patiently(self.field.next()).await? {
            None => Ok(None),
            Some(Ok(piece)) => Ok(Some(piece)),
            Some(Err(error)) => Err(invalid_input("file", &error.to_string())),
        }
    }
}

async fn patiently<T>(waiting: impl Future<Output = T>) -> Result<T, Rejection> {
    let done = tokio::time::timeout(PATIENCE, waiting).await;
    done.map_err(|_| invalid_input("file", "did not come in time"))
}
