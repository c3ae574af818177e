//! Certificates of SAML identity providers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use x509_parser::prelude::{FromDer, X509Certificate};

/// The time in which a certificate may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateValidity {
    /// Its first second, as epoch milliseconds.
    pub not_before: i64,
    /// Its last second, as epoch milliseconds.
    pub not_after: i64,
}

impl CertificateValidity {
    /// Whether the certificate may be used at this time, in epoch milliseconds.
    pub const fn contains(&self, now: i64) -> bool {
        self.not_before <= now && now <= self.not_after
    }
}

/// Reads the validity of a certificate in PEM, or in the bare base64 that SAML metadata holds.
/// `None` when it is no X.509 certificate.
pub fn validity(certificate: &str) -> Option<CertificateValidity> {
    let body: String = certificate
        .trim()
        .trim_start_matches("-----BEGIN CERTIFICATE-----")
        .trim_end_matches("-----END CERTIFICATE-----")
        .split_ascii_whitespace()
        .collect();
    let der = STANDARD.decode(body).ok()?;
    let (rest, parsed) = X509Certificate::from_der(&der).ok()?;
    let times = parsed.validity();
    rest.is_empty().then(|| CertificateValidity {
        not_before: times.not_before.timestamp().saturating_mul(1000),
        not_after: times.not_after.timestamp().saturating_mul(1000),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    #[test]
    fn a_certificate_is_read_with_and_without_its_frame() {
        let mut params = CertificateParams::default();
        params.not_before = date_time_ymd(2025, 1, 1);
        params.not_after = date_time_ymd(2030, 1, 1);
        let pem = params.self_signed(&KeyPair::generate().unwrap()).unwrap().pem();
        let expected =
            CertificateValidity { not_before: 1_735_689_600_000, not_after: 1_893_456_000_000 };
        assert_eq!(validity(&pem), Some(expected));
        let lines: Vec<&str> = pem.lines().filter(|line| !line.starts_with("---")).collect();
        assert_eq!(validity(&lines.concat()), Some(expected));
        assert_eq!(validity(&lines.join("\n    ")), Some(expected));
        assert!(expected.contains(1_800_000_000_000) && !expected.contains(1_900_000_000_000));
        assert!(!expected.contains(0));
        for bad in ["", "abc", "YWJj", "-----BEGIN CERTIFICATE-----", &format!("{pem}{pem}")] {
            assert_eq!(validity(bad), None, "{bad}");
        }
    }
}
