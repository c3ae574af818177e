//! Keys that are derived from the secret key and never leave this process.

use crate::config::Settings;
use std::path::Path;
use vestibule_protocol::hash::{self, Mac};
use vestibule_protocol::random;
use vestibule_protocol::seal::Sealer;

/// Keys by purpose.
pub struct Secrets {
    /// Seals what is stored and must be shown again.
    pub sealer: Sealer,
    /// Signs refresh tokens.
    pub refresh_tokens: Mac,
    /// Hashes verification codes, which have too few values for a plain hash.
    pub verification_codes: Mac,
    /// Tells servers with different keys apart, and tells nothing about the key.
    pub fingerprint: String,
    /// The same of the keys that were in use before.
    pub older_fingerprints: Vec<String>,
}

/// A key file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("key file {path}: {reason}")]
pub struct KeyFileError {
    path: String,
    reason: String,
}

impl Secrets {
    /// Takes the key from the settings, or else from the key file, which is made when it is not
    /// there.
    pub fn load(settings: &Settings) -> Result<Self, KeyFileError> {
        let key = match &settings.secret_key {
            Some(key) => key.clone(),
            None => key_file(&settings.data_dir.join("secret.key"))?,
        };
        Ok(Self::derive(&key, &settings.previous_secret_keys))
    }

    fn derive(key: &str, previous: &[String]) -> Self {
        let older = previous.iter().map(|key| key.as_bytes());
        Self {
            sealer: Sealer::new(key.as_bytes(), older),
            refresh_tokens: Mac::derive(key.as_bytes(), "refresh tokens"),
            verification_codes: Mac::derive(key.as_bytes(), "verification codes"),
            fingerprint: fingerprint(key),
            older_fingerprints: previous.iter().map(|key| fingerprint(key)).collect(),
        }
    }
}

fn fingerprint(key: &str) -> String {
    hash::sha256_hex(&Mac::derive(key.as_bytes(), "fingerprint").sign(b"vestibule"))
}

fn key_file(path: &Path) -> Result<String, KeyFileError> {
    let failed = |reason: std::io::Error| KeyFileError {
        path: path.display().to_string(),
        reason: reason.to_string(),
    };
    match std::fs::read_to_string(path) {
        Ok(key) if key.trim().len() >= 32 => Ok(key.trim().to_owned()),
        Ok(_) => Err(KeyFileError {
            path: path.display().to_string(),
            reason: "holds fewer than 32 characters; restore it from a backup".into(),
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = random::token();
            write_private(path, &key).map_err(failed)?;
            Ok(key)
        }
        Err(error) => Err(failed(error)),
    }
}

/// Writes a new file that only its owner may read.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut file = private().create_new(true).open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

/// Makes an empty file that only its owner may read, unless it is there. SQLite gives the files
/// beside its database the same permissions.
pub fn create_private(path: &Path) -> std::io::Result<()> {
    private().create(true).truncate(false).open(path)?;
    Ok(())
}

fn private() -> std::fs::OpenOptions {
    let mut options = std::fs::OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_file_is_made_once_and_only_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        let first = key_file(&path).unwrap();
        assert_eq!(key_file(&path).unwrap(), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(&path, "short").unwrap();
        assert!(key_file(&path).is_err());
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        let secrets = Secrets::derive("a secret key of thirty-two characters", &[]);
        let signature = secrets.refresh_tokens.sign(b"text");
        assert!(secrets.refresh_tokens.verify(b"text", &signature));
        assert!(!secrets.verification_codes.verify(b"text", &signature));
    }
}
