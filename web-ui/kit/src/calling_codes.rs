//! Calling codes of countries and territories (ITU-T E.164), with the spelling of ISO 3166.

/// Country and calling code. Where several share a code, the one that is shown for a number
/// typed with `+` comes first.
const CALLING_CODES: &str = "\
US1 CA1 RU7 KZ7 EG20 ZA27 GR30 NL31 BE32 FR33 ES34 HU36 IT39 VA39 RO40 CH41 AT43 GB44 GG44 IM44 \
JE44 DK45 SE46 NO47 SJ47 PL48 DE49 PE51 MX52 CU53 AR54 BR55 CL56 CO57 VE58 MY60 AU61 CX61 CC61 \
ID62 PH63 NZ64 SG65 TH66 JP81 KR82 VN84 CN86 TR90 IN91 PK92 AF93 LK94 MM95 IR98 SS211 MA212 EH212 \
DZ213 TN216 LY218 GM220 SN221 MR222 ML223 GN224 CI225 BF226 NE227 TG228 BJ229 MU230 LR231 SL232 \
GH233 NG234 TD235 CF236 CM237 CV238 ST239 GQ240 GA241 CG242 CD243 AO244 GW245 IO246 AC247 SC248 \
SD249 RW250 ET251 SO252 DJ253 KE254 TZ255 UG256 BI257 MZ258 ZM260 MG261 RE262 YT262 ZW263 NA264 \
MW265 LS266 BW267 SZ268 KM269 SH290 TA290 ER291 AW297 FO298 GL299 GI350 PT351 LU352 IE353 IS354 \
AL355 MT356 CY357 FI358 AX358 BG359 LT370 LV371 EE372 MD373 AM374 BY375 AD376 MC377 SM378 UA380 \
RS381 ME382 XK383 HR385 SI386 BA387 MK389 CZ420 SK421 LI423 FK500 BZ501 GT502 SV503 HN504 NI505 \
CR506 PA507 PM508 HT509 GP590 BL590 MF590 BO591 GY592 EC593 GF594 PY595 MQ596 SR597 UY598 CW599 \
BQ599 TL670 NF672 BN673 NR674 PG675 TO676 SB677 VU678 FJ679 PW680 WF681 CK682 NU683 WS685 KI686 \
NC687 TV688 PF689 TK690 FM691 MH692 KP850 HK852 MO853 KH855 LA856 BD880 TW886 MV960 LB961 JO962 \
SY963 IQ964 KW965 SA966 YE967 OM968 PS970 AE971 IL972 BH973 QA974 BT975 MN976 NP977 TJ992 TM993 \
AZ994 GE995 KG996 UZ998 AG1268 AI1264 AS1684 BB1246 BM1441 BS1242 DM1767 DO1809 GD1473 GU1671 \
JM1876 KN1869 KY1345 LC1758 MP1670 MS1664 PR1787 SX1721 TC1649 TT1868 VC1784 VG1284 VI1340";

/// Every country with its calling code, without `+`.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    CALLING_CODES.split(' ').filter_map(|entry| entry.split_at_checked(2))
}

/// The calling code of a country, without `+`.
pub fn calling_code(country: &str) -> Option<&'static str> {
    all().find(|(name, _)| *name == country).map(|(_, code)| code)
}

/// Splits digits that begin with a calling code into country and the rest.
///
/// No calling code is the beginning of another but for North America's, where the longer wins.
pub fn split_international(digits: &str) -> Option<(&'static str, &str)> {
    let mut best: Option<(&'static str, &'static str)> = None;
    for (country, code) in all() {
        if digits.starts_with(code) && best.is_none_or(|(_, found)| code.len() > found.len()) {
            best = Some((country, code));
        }
    }
    best.map(|(country, code)| (country, digits.strip_prefix(code).unwrap_or(digits)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn entries_are_well_formed_and_unique() {
        let mut seen = HashSet::new();
        for (country, code) in all() {
            assert!(country.bytes().all(|byte| byte.is_ascii_uppercase()), "{country}");
            assert!(code.bytes().all(|byte| byte.is_ascii_digit()), "{country}{code}");
            assert!((1..=4).contains(&code.len()), "{country}{code}");
            assert!(seen.insert(country), "{country} twice");
        }
        assert!(seen.len() > 230);
    }

    #[test]
    fn international_numbers_are_split() {
        assert_eq!(split_international("4915112345678"), Some(("DE", "15112345678")));
        assert_eq!(split_international("12025550123"), Some(("US", "2025550123")));
        assert_eq!(split_international("18765550123"), Some(("JM", "5550123")));
        assert_eq!(split_international("0000"), None);
        assert_eq!(split_international(""), None);
    }

    #[test]
    fn codes_are_found_by_country() {
        assert_eq!(calling_code("DE"), Some("49"));
        assert_eq!(calling_code("ZZ"), None);
    }
}
