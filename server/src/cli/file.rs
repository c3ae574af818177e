//! Files that commands read and write.

use anyhow::Context;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// A file that is being written: the whole is there in the end, or what was there before.
pub struct Output {
    target: Option<(PathBuf, PathBuf)>,
    writer: BufWriter<Box<dyn Write>>,
}

impl Output {
    /// Begins. Without a path, or for `-`, it is standard output. With `is_private` only the owner
    /// may read the file.
    pub fn create(path: Option<&Path>, is_private: bool) -> anyhow::Result<Self> {
        let Some(path) = path.filter(|path| *path != Path::new("-")) else {
            let writer: Box<dyn Write> = Box::new(std::io::stdout().lock());
            return Ok(Self { target: None, writer: BufWriter::new(writer) });
        };
        let mut name = path.file_name().context("the path names no file")?.to_owned();
        name.push(format!(".{}.partial", std::process::id()));
        let partial = path.with_file_name(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if is_private {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        let file = options.open(&partial).with_context(|| partial.display().to_string())?;
        let target = Some((partial, path.to_owned()));
        Ok(Self { target, writer: BufWriter::new(Box::new(Kept(file))) })
    }

    /// Where to write to.
    pub fn writer(&mut self) -> &mut dyn Write {
        &mut self.writer
    }

    /// Makes it the file that it is to be.
    pub fn finish(mut self) -> anyhow::Result<()> {
        self.writer.flush()?;
        if let Some((partial, path)) = self.target.take() {
            std::fs::rename(&partial, &path).with_context(|| path.display().to_string())?;
        }
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Some((partial, _)) = &self.target {
            // What was not finished is nobody's.
            let _ = std::fs::remove_file(partial);
        }
    }
}

/// A file that is on the disk when it is flushed.
struct Kept(File);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.sync_all()
    }
}

/// A file to read, or standard input for `-`.
pub fn open(path: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let file = File::open(path).with_context(|| path.display().to_string())?;
    Ok(Box::new(BufReader::with_capacity(1 << 16, file)))
}

/// The text of a file, or of standard input for `-`.
pub fn read(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    open(path)?.read_to_string(&mut text).with_context(|| path.display().to_string())?;
    Ok(text)
}
