//! Archives of pages: read from a file on disk, within bounds, whatever they say about themselves.

use std::fs::File;
use std::io::Read;
use zip::ZipArchive;

/// Files in an archive.
const MAX_FILES: usize = 2000;
/// The most that one file may hold, in bytes.
const MAX_FILE: u64 = 10 * 1024 * 1024;
/// The most that all of them may hold, in bytes.
const MAX_TOTAL: u64 = 64 * 1024 * 1024;
const MAX_NAME: usize = 250;
/// The page that everything begins with.
pub const INDEX: &str = "index.html";

/// Why an archive is not taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ArchiveError {
    /// Another kind of file, or damaged.
    #[error("is no ZIP archive that can be read: {0}")]
    Unreadable(String),
    /// More files than anybody needs.
    #[error("holds more than {MAX_FILES} files")]
    TooManyFiles,
    /// More than it may hold once it is unpacked.
    #[error("holds a file of more than {MAX_FILE} bytes, or more than {MAX_TOTAL} bytes in all")]
    TooLarge,
    /// A name that leads elsewhere, or a link.
    #[error("holds a file that cannot be served: {0:?}")]
    Name(String),
    /// Without it there is nothing to show.
    #[error("holds no {INDEX} at its top")]
    NoIndex,
}

/// An archive whose names are fine.
pub struct Archive {
    inner: ZipArchive<File>,
    /// Places and names of the files, folders left out.
    pub files: Vec<(usize, String)>,
    /// What may still be unpacked.
    room: u64,
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive").field("files", &self.files).finish_non_exhaustive()
    }
}

impl Archive {
    /// Reads the list of files.
    pub fn open(file: File) -> Result<Self, ArchiveError> {
        let mut inner = ZipArchive::new(file).map_err(unreadable)?;
        if inner.len() > MAX_FILES {
            return Err(ArchiveError::TooManyFiles);
        }
        let mut files = Vec::new();
        for place in 0..inner.len() {
            let entry = inner.by_index_raw(place).map_err(unreadable)?;
            let name = entry.name().map_err(unreadable)?.into_owned();
            if entry.is_dir() {
                continue;
            }
            let is_twice = files.iter().any(|(_, other)| *other == name);
            if !is_servable(&name) || entry.is_symlink() || entry.encrypted() || is_twice {
                return Err(ArchiveError::Name(name.chars().take(MAX_NAME).collect()));
            }
            files.push((place, name));
        }
        if !files.iter().any(|(_, name)| name == INDEX) {
            return Err(ArchiveError::NoIndex);
        }
        Ok(Self { inner, files, room: MAX_TOTAL })
    }

    /// Unpacks a file. What it says about its length is not believed.
    pub fn read(&mut self, place: usize) -> Result<Vec<u8>, ArchiveError> {
        let entry = self.inner.by_index(place).map_err(unreadable)?;
        let limit = MAX_FILE.min(self.room);
        let mut content = Vec::new();
        entry.take(limit + 1).read_to_end(&mut content).map_err(unreadable)?;
        let length = content.len() as u64;
        if length > limit {
            return Err(ArchiveError::TooLarge);
        }
        self.room -= length;
        Ok(content)
    }
}

fn unreadable(error: impl std::fmt::Display) -> ArchiveError {
    ArchiveError::Unreadable(error.to_string())
}

/// A relative path of plain names, with slashes.
pub fn is_servable(path: &str) -> bool {
    let is_plain = |name: &str| {
        let fits = |each: char| !each.is_control() && !matches!(each, '\\' | ':' | '%' | '#' | '?');
        !matches!(name, "" | "." | "..") && name.chars().all(fits)
    };
    path.len() <= MAX_NAME && path.split('/').all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Seek, Write};
    use zip::write::SimpleFileOptions;

    fn archive(files: &[(&str, &[u8])]) -> File {
        let mut writer = zip::ZipWriter::new(tempfile::tempfile().unwrap());
        for (name, content) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        let mut file = writer.finish().unwrap();
        file.rewind().unwrap();
        file
    }

    #[test]
    fn files_are_listed_and_unpacked() {
        let file = archive(&[("index.html", b"<p>"), ("assets/app.js", b"1")]);
        let mut archive = Archive::open(file).unwrap();
        assert_eq!(archive.files, [(0, INDEX.to_owned()), (1, "assets/app.js".to_owned())]);
        assert_eq!(archive.read(0).unwrap(), b"<p>");
        assert_eq!(archive.read(1).unwrap(), b"1");
    }

    #[test]
    fn names_do_not_lead_elsewhere() {
        for bad in ["../a", "/etc/passwd", "a/../../b", "a\\b", "C:a", "a//b", "./a", "a\nb"] {
            let file = archive(&[("index.html", b""), (bad, b"")]);
            let refused = Archive::open(file).map(|_| ());
            assert!(matches!(refused, Err(ArchiveError::Name(_))), "{bad}: {refused:?}");
        }
        let mut writer = zip::ZipWriter::new(tempfile::tempfile().unwrap());
        writer.start_file("index.html", SimpleFileOptions::default()).unwrap();
        writer.add_symlink("link", "/etc/passwd", SimpleFileOptions::default()).unwrap();
        let mut file = writer.finish().unwrap();
        file.rewind().unwrap();
        assert!(matches!(Archive::open(file), Err(ArchiveError::Name(_))));
    }

    #[test]
    fn an_archive_has_an_index_and_is_one() {
        let none = Archive::open(archive(&[("page/index.html", b"")])).map(|_| ());
        assert_eq!(none.unwrap_err(), ArchiveError::NoIndex);
        let mut other = tempfile::tempfile().unwrap();
        other.write_all(b"<html>").unwrap();
        other.rewind().unwrap();
        assert!(matches!(Archive::open(other), Err(ArchiveError::Unreadable(_))));
        let names: Vec<String> = (0..=MAX_FILES).map(|number| format!("{number}.txt")).collect();
        let many: Vec<(&str, &[u8])> =
            names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
        assert_eq!(
            Archive::open(archive(&many)).map(|_| ()).unwrap_err(),
            ArchiveError::TooManyFiles
        );
    }

    #[test]
    fn what_grows_too_much_is_not_unpacked() {
        let large = vec![0; usize::try_from(MAX_FILE).unwrap() + 1];
        let mut bomb = Archive::open(archive(&[("index.html", &large)])).unwrap();
        assert_eq!(bomb.read(0), Err(ArchiveError::TooLarge));
        let full = &large[1..];
        let names = ["index.html", "1", "2", "3", "4", "5", "6"];
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, full)).collect();
        let mut bomb = Archive::open(archive(&files)).unwrap();
        let results: Vec<_> = (0..7).map(|place| bomb.read(place).map(|_| ())).collect();
        assert_eq!(results.iter().filter(|it| it.is_ok()).count(), 6);
        assert_eq!(results[6], Err(ArchiveError::TooLarge));
    }
}
