//! Files that administrators and people upload: pictures, and sign-in pages of their own.
//!
//! They are kept in a folder or in an S3-compatible store and served by this server under random
//! names, so that the store itself may stay private.

mod archive;
mod images;
mod location;
mod pages;
mod serve;

pub use images::{IMAGE_LIMIT, ImageKind, store_image};
pub use location::Location;
pub use pages::{Page, store_pages};
pub use serve::routes;

use crate::flows::error::{FlowError, reject};
use actix_web::web::Bytes;
use anyhow::Context;
use futures_util::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{GetResult, ObjectStore, ObjectStoreExt};
use std::sync::Arc;
use tokio::io::AsyncWriteExt;
use tokio::sync::{Semaphore, SemaphorePermit};
use vestibule_shared::ErrorCode;

/// What is sent to the store at once; less than this S3 does not take as a part.
const PART: usize = 5 * 1024 * 1024;
/// Uploads at the same time. Each holds at most two parts in memory.
const UPLOADS: usize = 4;

/// Where files are kept, ready to be used.
pub struct Assets {
    store: Option<Arc<dyn ObjectStore>>,
    uploads: Semaphore,
}

impl Assets {
    /// Opens the place; makes the folder if it is one.
    pub fn open(location: &Location) -> anyhow::Result<Self> {
        let store: Option<Arc<dyn ObjectStore>> = match location {
            Location::Nowhere => None,
            Location::Folder(folder) => {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("folder {}", folder.display()))?;
                Some(Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true)))
            }
            Location::S3(bucket) => {
                let mut builder = AmazonS3Builder::new()
                    .with_bucket_name(&bucket.name)
                    .with_region(&bucket.region)
                    .with_access_key_id(bucket.access_key.as_str())
                    .with_secret_access_key(bucket.secret_key.as_str());
                if let Some(endpoint) = &bucket.endpoint {
                    builder =
                        builder.with_endpoint(endpoint).with_allow_http(bucket.is_unencrypted());
                }
                let store = builder.build().context("setting VESTIBULE_ASSETS_URL")?;
                Some(Arc::new(PrefixStore::new(store, bucket.prefix.as_str())))
            }
        };
        Ok(Self { store, uploads: Semaphore::new(UPLOADS) })
    }

    /// Whether anything can be kept.
    pub fn is_configured(&self) -> bool {
        self.store.is_some()
    }

    fn store(&self) -> Result<&Arc<dyn ObjectStore>, FlowError> {
        let none = || reject(400, ErrorCode::StorageNotConfigured).into();
        self.store.as_ref().ok_or_else(none)
    }

    /// A place among the uploads that may run at the same time.
    fn begin(&self) -> Result<SemaphorePermit<'_>, FlowError> {
        self.store()?;
        self.uploads.try_acquire().map_err(|_| FlowError::Busy { retry_after: 5 })
    }

    /// Begins a file that comes in pieces.
    fn writer(&self, path: Path) -> Result<Writer, FlowError> {
        let inner = BufWriter::with_capacity(self.store()?.clone(), path, PART);
        Ok(Writer { inner: inner.with_max_concurrency(1) })
    }

    /// Keeps a whole file.
    async fn put(&self, path: &Path, content: Bytes) -> Result<(), FlowError> {
        self.store()?.put(path, content.into()).await.map_err(failed)?;
        Ok(())
    }

    /// Opens a file, if it is there.
    async fn get(&self, path: &Path) -> Result<Option<GetResult>, FlowError> {
        let Some(store) = &self.store else { return Ok(None) };
        match store.get(path).await {
            Ok(found) => Ok(Some(found)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(FlowError::Internal(format!("file {path}: {error}"))),
        }
    }

    /// Deletes whatever is in a folder, as far as that works.
    async fn remove_all(&self, folder: &Path) {
        let Some(store) = &self.store else { return };
        let removed = store
            .list(Some(folder))
            .try_for_each(async |file| store.delete(&file.location).await)
            .await;
        if let Err(error) = removed {
            tracing::warn!(%folder, %error, "files of an upload that failed are left");
        }
    }
}

/// A file that comes in pieces. It is there as a whole after [`Writer::finish`], or not at all.
struct Writer {
    inner: BufWriter,
}

impl Writer {
    async fn write(&mut self, piece: Bytes) -> Result<(), FlowError> {
        self.inner.put(piece).await.map_err(failed)
    }

    async fn finish(mut self) -> Result<(), FlowError> {
        self.inner.shutdown().await.map_err(failed)
    }

    /// Forgets what was written.
    async fn abort(mut self) {
        if let Err(error) = self.inner.abort().await {
            tracing::warn!(%error, "an upload that was given up may leave parts in the store");
        }
    }
}

fn failed(error: impl std::fmt::Display) -> FlowError {
    tracing::error!(%error, "a file could not be stored");
    reject(500, ErrorCode::StorageUploadError).into()
}
