//! Sign-in pages of an administrator's own, which take the place of the built-in ones.

use super::Assets;
use super::archive::{Archive, ArchiveError, INDEX, is_servable};
use crate::flows::error::{FlowError, Rejection, invalid_input, reject};
use crate::http::upload::UploadedFile;
use object_store::GetResult;
use object_store::path::Path;
use std::io::Seek;
use tokio::io::AsyncWriteExt;
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;

/// The most that an archive may hold, in bytes.
const ARCHIVE_LIMIT: usize = 20 * 1024 * 1024;

/// Which of the pages' files is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Page<'a> {
    /// The page that everything begins with.
    Index,
    /// A file by its path, without a slash at its beginning.
    File(&'a str),
}

/// Unpacks a ZIP archive and stores what it holds; the id of the pages. `scratch` is a folder for
/// the archive while it is read.
pub async fn store_pages(
    assets: &Assets,
    file: UploadedFile,
    scratch: &std::path::Path,
) -> Result<String, FlowError> {
    let _permit = assets.begin()?;
    let archive = receive(file, scratch).await?;
    let mut archive = blocking(move || Archive::open(archive)).await?.map_err(refused)?;
    let id = random::standard_id();
    let folder = Path::from_iter(["pages", id.as_str()]);
    for (place, name) in archive.files.clone() {
        let (same, content) = blocking(move || {
            let content = archive.read(place);
            (archive, content)
        })
        .await?;
        archive = same;
        let stored = match content {
            Ok(content) => match path(&id, &name) {
                Some(path) => assets.put(&path, content.into()).await,
                None => Err(refused(ArchiveError::Name(name)).into()),
            },
            Err(error) => Err(refused(error).into()),
        };
        if let Err(error) = stored {
            assets.remove_all(&folder).await;
            return Err(error);
        }
    }
    Ok(id)
}

impl Assets {
    /// A file of pages that were uploaded, if it is there.
    pub async fn page(&self, id: &str, page: Page<'_>) -> Result<Option<GetResult>, FlowError> {
        let name = match page {
            Page::Index => INDEX,
            Page::File(name) => name,
        };
        match path(id, name) {
            Some(path) => self.get(&path).await,
            None => Ok(None),
        }
    }
}

fn path(id: &str, name: &str) -> Option<Path> {
    let is_id = !id.is_empty() && id.bytes().all(|each| each.is_ascii_alphanumeric());
    let path = format!("pages/{id}/{name}");
    Path::parse(path).ok().filter(|_| is_id && is_servable(name))
}

/// Writes an upload into a file without a name.
async fn receive(
    mut file: UploadedFile,
    scratch: &std::path::Path,
) -> Result<std::fs::File, FlowError> {
    let unwritable = |error: std::io::Error| FlowError::Internal(format!("an upload: {error}"));
    let archive = tempfile::tempfile_in(scratch).map_err(unwritable)?;
    let mut archive = tokio::fs::File::from_std(archive);
    let mut length = 0;
    while let Some(piece) = file.next().await? {
        length += piece.len();
        if length > ARCHIVE_LIMIT {
            let details = format!("the file has more than {ARCHIVE_LIMIT} bytes");
            return Err(reject(400, ErrorCode::GuardFileSizeExceeded).with_details(details).into());
        }
        archive.write_all(&piece).await.map_err(unwritable)?;
    }
    archive.flush().await.map_err(unwritable)?;
    let mut archive = archive.into_std().await;
    archive.rewind().map_err(unwritable)?;
    Ok(archive)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, FlowError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| FlowError::Internal(error.to_string()))
}

fn refused(error: ArchiveError) -> Rejection {
    let code = match error {
        ArchiveError::Unreadable(_) => ErrorCode::GuardMimeTypeNotAllowed,
        ArchiveError::TooManyFiles | ArchiveError::TooLarge => ErrorCode::GuardFileSizeExceeded,
        ArchiveError::Name(_) | ArchiveError::NoIndex => {
            return invalid_input("file", &error.to_string());
        }
    };
    reject(400, code).with_details(error.to_string())
}
