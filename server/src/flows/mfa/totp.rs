//! Time-based one-time passwords (RFC 6238) as authenticator apps take them: six digits, thirty
//! seconds, SHA-1.

use crate::flows::error::FlowError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use png::{BitDepth, ColorType, Encoder};
use qrcode::{Color, EcLevel, QrCode};
use std::ops::RangeInclusive;
use totp_rs::{Builder, Secret};
use vestibule_protocol::random;
use vestibule_protocol::secret_text::SecretText;

const LENGTHS: RangeInclusive<usize> = 16..=32;
/// Pixels of a module of a QR code.
const SCALE: usize = 4;
/// Modules of light around a QR code (ISO/IEC 18004).
const QUIET: usize = 4;

/// A secret in base32, which a person's app and this server share.
#[derive(Clone, Debug)]
pub struct TotpSecret(SecretText);

impl TotpSecret {
    /// 160 random bits (RFC 4226, section 4).
    pub fn generate() -> Self {
        Self(SecretText::from(Secret::from(random::bytes::<20>()).to_base32()))
    }

    /// A secret of 16 to 32 characters of base32 without padding.
    pub fn parse(text: &str) -> Option<Self> {
        let is_base32 = |each: u8| matches!(each, b'A'..=b'Z' | b'2'..=b'7');
        let fits = LENGTHS.contains(&text.len()) && text.bytes().all(is_base32);
        (fits && Secret::try_from_base32(text).is_ok()).then(|| Self(SecretText::from(text)))
    }

    /// The secret in base32.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The step of time whose code this is, if it is that of now, of the one before or of the one
    /// after (RFC 6238, section 5.2). `seconds` since 1970.
    pub fn step_of(&self, code: &str, seconds: i64) -> Result<Option<u64>, FlowError> {
        let secret = Secret::try_from_base32(self.as_str()).map_err(internal)?;
        let seconds = u64::try_from(seconds).map_err(internal)?;
        Ok(Builder::new()
            .with_secret(secret)
            .with_skew(1)
            .build_noncompliant()
            .check(code, seconds))
    }

    /// The address by which apps take the secret over.
    fn address(&self, issuer: &str, account: &str) -> Result<String, FlowError> {
        let secret = Secret::try_from_base32(self.as_str()).map_err(internal)?;
        // A colon ends the issuer in front of the account.
        let plain = |text: &str| text.replace(':', " ");
        Builder::new()
            .with_secret(secret)
            .with_issuer(Some(plain(issuer)))
            .with_account_name(plain(account))
            // Secrets from elsewhere may have fewer than 128 bits.
            .build_noncompliant()
            .to_url()
            .map_err(internal)
    }

    /// A picture of the address for the cameras of phones, as the data URL of a PNG.
    pub fn qr_code(&self, issuer: &str, account: &str) -> Result<String, FlowError> {
        let address = self.address(issuer, account)?;
        let code = QrCode::with_error_correction_level(address, EcLevel::L).map_err(internal)?;
        Ok(format!("data:image/png;base64,{}", STANDARD.encode(picture(&code)?)))
    }
}

fn picture(code: &QrCode) -> Result<Vec<u8>, FlowError> {
    let (width, modules) = (code.width(), code.to_colors());
    let side = (width + 2 * QUIET) * SCALE;
    let module = |pixel: usize| (pixel / SCALE).checked_sub(QUIET).filter(|it| *it < width);
    let is_dark = |place: usize| {
        let (column, row) = (module(place % side)?, module(place / side)?);
        Some(modules.get(row * width + column) == Some(&Color::Dark))
    };
    let pixels: Vec<u8> = (0..side * side)
        .map(|place| if is_dark(place) == Some(true) { 0 } else { u8::MAX })
        .collect();
    let side = u32::try_from(side).map_err(internal)?;
    let mut png = Vec::new();
    let mut encoder = Encoder::new(&mut png, side, side);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(internal)?;
    writer.write_image_data(&pixels).map_err(internal)?;
    writer.finish().map_err(internal)?;
    Ok(png)
}

fn internal(error: impl std::fmt::Display) -> FlowError {
    FlowError::Internal(format!("one-time password: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_have_160_bits_and_are_not_shown() {
        let made = TotpSecret::generate();
        assert_eq!(made.as_str().len(), 32);
        assert!(TotpSecret::parse(made.as_str()).is_some());
        assert_ne!(made.as_str(), TotpSecret::generate().as_str());
        assert!(!format!("{made:?}").contains(made.as_str()));
    }

    #[test]
    fn a_secret_from_elsewhere_is_base32_of_a_bounded_length() {
        for good in ["ABCDEFGHIJKLMNOP", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"] {
            assert_eq!(TotpSecret::parse(good).unwrap().as_str(), good);
        }
        for bad in
            ["", "ABC", "abcdefghijklmnop", "ABCDEFGHIJKLMNO1", "ABCDEFGHIJKLMN==", &"A".repeat(33)]
        {
            assert!(TotpSecret::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_code_is_good_in_its_step_and_beside_it() {
        // RFC 6238, appendix B: the secret of its SHA-1 vectors at 59 and 1111111109 seconds.
        let secret = TotpSecret::parse("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        assert_eq!(secret.step_of("287082", 59).unwrap(), Some(1));
        assert_eq!(secret.step_of("081804", 1_111_111_109).unwrap(), Some(37_037_036));
        for (seconds, step) in [(29, Some(1)), (30, Some(1)), (89, Some(1)), (90, None)] {
            assert_eq!(secret.step_of("287082", seconds).unwrap(), step, "{seconds}");
        }
        for wrong in ["", "287083", "28708", "2870821", "28708a", "２８７０８２"] {
            assert_eq!(secret.step_of(wrong, 59).unwrap(), None, "{wrong}");
        }
    }

    #[test]
    fn apps_read_the_secret_from_the_picture() {
        let secret = TotpSecret::parse("JBSWY3DPEHPK3PXP").unwrap();
        let address = secret.address("id.example", "Ann: Lee").unwrap();
        assert_eq!(
            address,
            "otpauth://totp/id.example:Ann%20%20Lee?secret=JBSWY3DPEHPK3PXP&issuer=id.example"
        );
        let picture = secret.qr_code("id.example", &"ä".repeat(128)).unwrap();
        let png = picture.strip_prefix("data:image/png;base64,").unwrap();
        let png = STANDARD.decode(png).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let side = reader.next_frame(&mut pixels).unwrap().width as usize;
        // Light around, and the dark corner of the first finder pattern.
        assert!(pixels[..side * SCALE * QUIET].iter().all(|pixel| *pixel == u8::MAX));
        assert_eq!(pixels[side * SCALE * QUIET + SCALE * QUIET], 0);
    }
}
