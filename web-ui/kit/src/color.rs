//! Colours that follow from the brand colour of a sign-in experience.

/// An opaque colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// Black or white: what is written on a coloured button.
pub const BLACK: Rgb = Rgb(0, 0, 0);
/// See [`BLACK`].
pub const WHITE: Rgb = Rgb(255, 255, 255);

/// The contrast that WCAG 2.2 (1.4.3) asks of text.
pub const TEXT_CONTRAST: f64 = 4.5;

impl Rgb {
    /// Reads `#rgb` or `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(digits, 16).ok()?;
        match digits.len() {
            3 => {
                let channel = |shift: u32| ((number >> shift & 15) * 17) as u8;
                Some(Self(channel(8), channel(4), channel(0)))
            }
            6 => {
                let channel = |shift: u32| (number >> shift & 255) as u8;
                Some(Self(channel(16), channel(8), channel(0)))
            }
            _ => None,
        }
    }

    /// `rgb(r g b / alpha)`, as CSS reads it; `alpha` in percent.
    pub fn css(self, alpha: u8) -> String {
        let Self(red, green, blue) = self;
        format!("rgb({red} {green} {blue} / {alpha}%)")
    }

    /// The colour with its HSL lightness moved by so many points of 100.
    #[must_use]
    pub fn lighter(self, points: i8) -> Self {
        let (hue, saturation, lightness) = self.hsl();
        let lightness = (lightness + f64::from(points) / 100.0).clamp(0.0, 1.0);
        Self::from_hsl(hue, saturation, lightness)
    }

    /// Relative luminance, as WCAG defines it.
    pub fn luminance(self) -> f64 {
        let channel = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(self.0) + 0.7152 * channel(self.1) + 0.0722 * channel(self.2)
    }

    /// Contrast ratio of two colours, 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Black or white, whichever is easier to read on this colour.
    pub fn text_on(self) -> Self {
        if self.contrast(WHITE) >= self.contrast(BLACK) { WHITE } else { BLACK }
    }

    /// The colour itself, or the nearest lightness at which it can be read on `ground`.
    #[must_use]
    pub fn readable_on(self, ground: Self) -> Self {
        let step = if ground.text_on() == BLACK { -2 } else { 2 };
        let mut color = self;
        // 50 steps of 2 points reach black or white from anywhere.
        for _ in 0..50 {
            if color.contrast(ground) >= TEXT_CONTRAST {
                break;
            }
            color = color.lighter(step);
        }
        color
    }

    fn hsl(self) -> (f64, f64, f64) {
        let [red, green, blue] = [self.0, self.1, self.2].map(|value| f64::from(value) / 255.0);
        let (max, min) = (red.max(green).max(blue), red.min(green).min(blue));
        let (lightness, range) = ((max + min) / 2.0, max - min);
        if range == 0.0 {
            return (0.0, 0.0, lightness);
        }
        let saturation = range / (1.0 - (2.0 * lightness - 1.0).abs());
        let hue = if max == red {
            ((green - blue) / range).rem_euclid(6.0)
        } else if max == green {
            (blue - red) / range + 2.0
        } else {
            (red - green) / range + 4.0
        };
        (hue, saturation, lightness)
    }

    /// Hue in sixths of the circle, the others from 0 to 1.
    fn from_hsl(hue: f64, saturation: f64, lightness: f64) -> Self {
        let chroma = saturation * (1.0 - (2.0 * lightness - 1.0).abs());
        // CSS Color 4, section 7.1, with the hue in sixths instead of degrees.
        let channel = |offset: f64| {
            let position = (offset + hue * 2.0).rem_euclid(12.0);
            let share = (position - 3.0).min(9.0 - position).clamp(-1.0, 1.0);
            ((lightness - chroma / 2.0 * share) * 255.0).round() as u8
        };
        Self(channel(0.0), channel(8.0), channel(4.0))
    }
}

/// The custom properties of one theme: name and value.
pub type Properties = Vec<(&'static str, String)>;

/// What follows from the brand colour `base` in one theme; `surface` is what the form stands on.
pub fn brand_properties(base: Rgb, dark: bool, surface: Rgb) -> Properties {
    let (loading, overlay) =
        if dark { (base.lighter(-10), base.lighter(30)) } else { (base.lighter(15), base) };
    vec![
        ("--color-brand-default", base.css(100)),
        ("--color-brand-hover", base.lighter(10).css(100)),
        ("--color-brand-pressed", base.lighter(-10).css(100)),
        ("--color-brand-loading", loading.css(100)),
        ("--color-overlay-brand-focused", overlay.css(16)),
        ("--color-overlay-brand-hover", overlay.css(8)),
        ("--color-overlay-brand-pressed", overlay.css(12)),
        ("--color-on-brand", base.text_on().css(100)),
        ("--color-brand-text", base.readable_on(surface).css(100)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const PURPLE: Rgb = Rgb(0x61, 0x39, 0xf6);

    #[test]
    fn both_spellings_are_read_and_nothing_else() {
        assert_eq!(Rgb::parse("#6139F6"), Some(PURPLE));
        assert_eq!(Rgb::parse("#fa0"), Some(Rgb(0xff, 0xaa, 0)));
        for text in ["", "#", "6139F6", "#6139F", "#6139F6ff", "#ggg", "red", "#+12", "#é"] {
            assert_eq!(Rgb::parse(text), None, "{text}");
        }
    }

    #[test]
    fn lightness_moves_by_points_and_stops_at_the_ends() {
        assert_eq!(Rgb(100, 0, 0).lighter(10), Rgb(151, 0, 0));
        assert_eq!(Rgb(0, 0, 255).lighter(10), Rgb(51, 51, 255));
        assert_eq!(Rgb(0, 255, 0).lighter(-10), Rgb(0, 204, 0));
        assert_eq!(PURPLE.lighter(100), WHITE);
        assert_eq!(PURPLE.lighter(-100), BLACK);
        assert_eq!(PURPLE.lighter(0), PURPLE);
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((BLACK.contrast(WHITE) - 21.0).abs() < 0.001);
        assert!((Rgb(0x77, 0x77, 0x77).contrast(WHITE) - 4.48).abs() < 0.01);
    }

    #[test]
    fn text_is_readable_whatever_the_brand_colour() {
        let dark_surface = Rgb(0x17, 0x1a, 0x21);
        for base in [PURPLE, WHITE, BLACK, Rgb(255, 221, 0), Rgb(0, 160, 120), Rgb(128, 128, 128)] {
            assert!(base.contrast(base.text_on()) >= TEXT_CONTRAST, "{base:?}");
            for ground in [WHITE, dark_surface] {
                let text = base.readable_on(ground);
                assert!(text.contrast(ground) >= TEXT_CONTRAST, "{base:?} on {ground:?}");
            }
        }
        assert_eq!(PURPLE.readable_on(WHITE), PURPLE);
    }

    #[test]
    fn the_contract_names_seven_properties() {
        let light = brand_properties(PURPLE, false, WHITE);
        assert!(light.contains(&("--color-brand-default", "rgb(97 57 246 / 100%)".into())));
        assert!(light.contains(&("--color-overlay-brand-focused", "rgb(97 57 246 / 16%)".into())));
        let dark = brand_properties(PURPLE, true, BLACK);
        let overlay = PURPLE.lighter(30).css(8);
        assert!(dark.contains(&("--color-overlay-brand-hover", overlay)));
        assert_eq!(light.iter().filter(|(name, _)| name.contains("brand-")).count(), 8);
    }
}
