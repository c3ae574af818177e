//! TLS to PostgreSQL, and the authorities whose certificates are believed.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::sync::Arc;

/// Certificates of the authorities that are trusted instead of the public ones.
#[derive(Clone, Debug)]
pub struct RootCertificates(Arc<RootCertStore>);

/// A file of root certificates that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RootCertificatesError {
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(std::io::Error),
    /// There is no certificate in it.
    #[error("holds no PEM certificate")]
    Empty,
    /// What is in it is not whole.
    #[error("holds a damaged PEM certificate")]
    Damaged,
}

impl RootCertificates {
    /// Reads all certificates of a PEM file; what else is in it is passed over.
    pub fn read(path: &Path) -> Result<Self, RootCertificatesError> {
        let unusable = |error| match error {
            PemError::Io(error) => RootCertificatesError::Unreadable(error),
            _ => RootCertificatesError::Damaged,
        };
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(path).map_err(unusable)? {
            let added = roots.add(certificate.map_err(unusable)?);
            added.map_err(|_| RootCertificatesError::Damaged)?;
        }
        if roots.is_empty() {
            return Err(RootCertificatesError::Empty);
        }
        Ok(Self(Arc::new(roots)))
    }
}

/// Believes these authorities, or the public ones.
pub fn client_config(roots: Option<&RootCertificates>) -> Result<ClientConfig, rustls::Error> {
    let roots = match roots {
        Some(RootCertificates(roots)) => Arc::clone(roots),
        None => Arc::new(webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect()),
    };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
