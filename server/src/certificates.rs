//! Keys with self-signed X.509 certificates, which SAML partners exchange (RFC 5280).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256,
    date_time_ymd,
};
use std::time::Duration;
use vestibule_protocol::hash;
use vestibule_protocol::jose::{self, SigningAlgorithm};
use vestibule_protocol::secret_text::SecretText;
use vestibule_store::Millis;

const PEM_BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const PEM_END: &str = "-----END CERTIFICATE-----";
/// The end of the year 9999, in seconds: a certificate cannot say anything later.
const LAST_SECOND: Millis = 253_402_300_799;

/// A private key and what says that its public part belongs to a name.
#[derive(Clone, Debug)]
pub struct KeyAndCertificate {
    /// RSA, 2048 bits; PKCS#8 in PEM.
    pub private_key: SecretText,
    /// X.509 in PEM.
    pub certificate: String,
    /// SHA-256 of the certificate.
    pub fingerprint: Fingerprint,
    /// When the certificate ends; full seconds.
    pub expires_at: Millis,
}

/// SHA-256 of a certificate, for people who compare it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// `AB:CD:…`
    pub formatted: String,
    /// `ABCD…`
    pub unformatted: String,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The key could not be made.
    #[error("key: {0}")]
    Key(#[from] jose::KeyError),
    /// The certificate could not be made.
    #[error("certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The life span has no end, or cannot be written in a certificate.
    #[error("a certificate cannot live from {0} to {1}")]
    LifeSpan(Millis, Millis),
}

/// Makes an RSA key and a certificate for it that is signed with it. Both times are cut to full
/// seconds. Takes a good part of a second of processor time, so it belongs on a blocking thread.
pub fn self_signed(
    common_name: &str,
    not_before: Millis,
    not_after: Millis,
) -> Result<KeyAndCertificate, CertificateError> {
    let (starts, ends) = (not_before / 1000, not_after / 1000);
    if starts < 0 || ends <= starts || ends > LAST_SECOND {
        return Err(CertificateError::LifeSpan(not_before, not_after));
    }
    let time =
        |seconds: Millis| date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds.unsigned_abs());
    let pair = jose::KeyPair::generate(SigningAlgorithm::Rs256)?;
    let key = KeyPair::from_pkcs8_pem_and_sign_algo(pair.to_pem(), &PKCS_RSA_SHA256)?;
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.not_before = time(starts);
    params.not_after = time(ends);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let certificate = params.self_signed(&key)?;
    Ok(KeyAndCertificate {
        private_key: SecretText::from(pair.to_pem()),
        fingerprint: Fingerprint::of_der(certificate.der()),
        certificate: certificate.pem(),
        expires_at: ends * 1000,
    })
}

/// The bytes of the only certificate in a PEM text; `None` when there is something else.
///
/// They are decoded, not understood.
pub fn der(pem: &str) -> Option<Vec<u8>> {
    let body = pem.trim().strip_prefix(PEM_BEGIN)?.strip_suffix(PEM_END)?;
    let body: String = body.split_ascii_whitespace().collect();
    STANDARD.decode(body).ok().filter(|bytes| !bytes.is_empty())
}

impl Fingerprint {
    /// The fingerprint of a certificate in PEM; `None` when it is none.
    pub fn of_pem(pem: &str) -> Option<Self> {
        der(pem).map(|der| Self::of_der(&der))
    }

    fn of_der(der: &[u8]) -> Self {
        let unformatted = hash::sha256_hex_of(der).to_ascii_uppercase();
        let mut formatted = String::with_capacity(unformatted.len() * 3 / 2);
        for (place, digit) in unformatted.chars().enumerate() {
            if place > 0 && place % 2 == 0 {
                formatted.push(':');
            }
            formatted.push(digit);
        }
        Self { formatted, unformatted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use x509_parser::prelude::{FromDer, X509Certificate};

    const NOW: Millis = 1_795_000_000_123;
    const YEAR: Millis = 365 * 24 * 60 * 60 * 1000;

    #[test]
    fn a_certificate_is_signed_with_its_own_key_for_its_life_span() {
        let made = self_signed("app <1>", NOW, NOW + YEAR).unwrap();
        let der = der(&made.certificate).unwrap();
        let (rest, parsed) = X509Certificate::from_der(&der).unwrap();
        assert!(rest.is_empty());
        assert_eq!(parsed.subject().to_string(), "CN=app <1>");
        assert_eq!(parsed.subject(), parsed.issuer());
        assert_eq!(parsed.validity().not_before.timestamp(), NOW / 1000);
        assert_eq!(parsed.validity().not_after.timestamp(), (NOW + YEAR) / 1000);
        assert_eq!(made.expires_at, (NOW + YEAR) / 1000 * 1000);
        parsed.verify_signature(None).unwrap();
        let pair = jose::KeyPair::from_pem(SigningAlgorithm::Rs256, made.private_key.as_str());
        assert!(jose::Signer::new(&pair).is_ok(), "the key that belongs to it can be used");
    }

    #[test]
    fn fingerprints_are_the_hash_in_both_forms() {
        let made = self_signed("a", NOW, NOW + YEAR).unwrap();
        let Fingerprint { formatted, unformatted } = made.fingerprint.clone();
        assert_eq!((formatted.len(), unformatted.len()), (95, 64));
        assert_eq!(formatted.replace(':', ""), unformatted);
        assert_eq!(Fingerprint::of_pem(&made.certificate), Some(made.fingerprint));
        let other = self_signed("a", NOW, NOW + YEAR).unwrap();
        assert_ne!(other.fingerprint.unformatted, unformatted, "each has a key of its own");
    }

    #[test]
    fn what_is_no_certificate_has_no_bytes() {
        for bad in [
            "",
            "abc",
            "-----BEGIN CERTIFICATE----------END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----",
            "-----BEGIN PRIVATE KEY-----\nYQ==\n-----END PRIVATE KEY-----",
        ] {
            assert_eq!(der(bad), None, "{bad}");
        }
        assert_eq!(
            der("-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n"),
            Some(b"a".to_vec())
        );
    }

    #[test]
    fn a_life_span_has_an_end_that_can_be_written() {
        for (from, to) in [(NOW, NOW), (NOW, NOW - YEAR), (-1000, NOW), (NOW, Millis::MAX)] {
            assert!(matches!(self_signed("a", from, to), Err(CertificateError::LifeSpan(..))));
        }
    }
}
