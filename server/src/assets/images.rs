//! Pictures: which ones are taken, and how they come in.

use super::Assets;
use crate::flows::error::{FlowError, reject};
use crate::http::upload::UploadedFile;
use actix_web::web::BytesMut;
use object_store::path::Path;
use quick_xml::events::{BytesStart, Event};
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;

/// The most that a picture may hold, in bytes.
pub const IMAGE_LIMIT: usize = 20 * 1024 * 1024;
/// The same for a drawing, which is read before it is stored.
const SVG_LIMIT: usize = 512 * 1024;
/// What is looked at to see what a file is, in bytes.
const HEAD: usize = 512;

/// Kinds of pictures that browsers show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageKind {
    /// Photographs.
    Jpeg,
    /// Graphics.
    Png,
    /// Graphics that may move.
    Gif,
    /// Either.
    Webp,
    /// Uncompressed.
    Bmp,
    /// Of a browser tab.
    Icon,
    /// Drawings.
    Svg,
}

impl ImageKind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Jpeg, Self::Png, Self::Gif, Self::Webp, Self::Bmp, Self::Icon, Self::Svg];

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Bmp => "image/bmp",
            Self::Icon => "image/vnd.microsoft.icon",
            Self::Svg => "image/svg+xml",
        }
    }

    /// What names of such files end with.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Bmp => "bmp",
            Self::Icon => "ico",
            Self::Svg => "svg",
        }
    }

    /// The kind of a stored file, by its name.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.extension() == extension)
    }

    /// The kind of a file, by how it begins; neither its name nor what the sender says counts.
    fn of_content(head: &[u8]) -> Option<Self> {
        match infer::get(head) {
            Some(found) => Self::ALL
                .into_iter()
                .find(|kind| kind.media_type() == found.mime_type())
                .or_else(|| (found.mime_type() == "text/xml").then_some(Self::Svg)),
            None => {
                String::from_utf8_lossy(head).trim_start().starts_with('<').then_some(Self::Svg)
            }
        }
    }
}

/// Stores a picture of one of these kinds under a random name; the name.
pub async fn store_image(
    assets: &Assets,
    mut file: UploadedFile,
    allowed: &[ImageKind],
) -> Result<String, FlowError> {
    let _permit = assets.begin()?;
    let mut head = BytesMut::new();
    while head.len() < HEAD
        && let Some(piece) = file.next().await?
    {
        head.extend_from_slice(&piece);
    }
    let kind = ImageKind::of_content(&head).filter(|kind| allowed.contains(kind));
    let kind = kind.ok_or_else(wrong_type)?;
    let name = format!("{}.{}", random::standard_id(), kind.extension());
    if kind == ImageKind::Svg {
        while let Some(piece) = file.next().await? {
            head.extend_from_slice(&piece);
            within(head.len(), SVG_LIMIT)?;
        }
        within(head.len(), SVG_LIMIT)?;
        if !is_plain_drawing(&head) {
            return Err(wrong_type());
        }
        assets.put(&path(&name), head.freeze()).await?;
        return Ok(name);
    }
    let mut writer = assets.writer(path(&name))?;
    let mut length = head.len();
    let mut next = Some(head.freeze());
    while let Some(piece) = next {
        let written = match within(length, IMAGE_LIMIT) {
            Ok(()) => writer.write(piece).await,
            refused => refused,
        };
        let following = match written {
            Ok(()) => file.next().await.map_err(FlowError::from),
            Err(error) => Err(error),
        };
        next = match following {
            Ok(next) => next,
            Err(error) => {
                writer.abort().await;
                return Err(error);
            }
        };
        length += next.as_ref().map_or(0, |piece| piece.len());
    }
    writer.finish().await?;
    Ok(name)
}

/// Where a picture is kept.
pub fn path(name: &str) -> Path {
    Path::from_iter(["images", name])
}

fn wrong_type() -> FlowError {
    reject(400, ErrorCode::GuardMimeTypeNotAllowed).into()
}

fn within(length: usize, limit: usize) -> Result<(), FlowError> {
    if length <= limit {
        return Ok(());
    }
    let details = format!("the file has more than {limit} bytes");
    Err(reject(400, ErrorCode::GuardFileSizeExceeded).with_details(details).into())
}

/// Whether a file is a drawing and nothing else: no scripts, no documents inside of it, no
/// definitions that grow. Browsers are told not to run any, too, when it is served.
fn is_plain_drawing(content: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(content) else { return false };
    let mut reader = quick_xml::Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut has_root = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                if !has_root && element.local_name().as_ref() != b"svg" {
                    return false;
                }
                has_root = true;
                if !is_plain(&element) {
                    return false;
                }
            }
            Ok(Event::DocType(_) | Event::PI(_)) | Err(_) => return false,
            Ok(Event::Eof) => return has_root,
            Ok(_) => {}
        }
    }
}

fn is_plain(element: &BytesStart) -> bool {
    let name = element.local_name().as_ref().to_ascii_lowercase();
    let forbidden: [&[u8]; 7] =
        [b"script", b"foreignobject", b"iframe", b"object", b"embed", b"handler", b"listener"];
    if forbidden.contains(&name.as_slice()) {
        return false;
    }
    element.attributes().all(|attribute| {
        let Ok(attribute) = attribute else { return false };
        let name = attribute.key.local_name().as_ref().to_ascii_lowercase();
        let value = String::from_utf8_lossy(&attribute.value).to_ascii_lowercase();
        // Where a link leads is written plainly, so that it can be seen here.
        let leads_out =
            name == b"href" && !(value.starts_with('#') || value.starts_with("data:image/"));
        !name.starts_with(b"on") && !leads_out && !value.contains("javascript:")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_says_what_a_file_is() {
        let of = ImageKind::of_content;
        assert_eq!(of(b"\x89PNG\r\n\x1a\n0000"), Some(ImageKind::Png));
        assert_eq!(of(b"\xff\xd8\xff\xe0"), Some(ImageKind::Jpeg));
        assert_eq!(of(b"GIF89a"), Some(ImageKind::Gif));
        assert_eq!(of(b"RIFF\0\0\0\0WEBPVP8 "), Some(ImageKind::Webp));
        assert_eq!(of(b"\0\0\x01\0\x01\0"), Some(ImageKind::Icon));
        assert_eq!(of(b"BM\0\0\0\0"), Some(ImageKind::Bmp));
        assert_eq!(of(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Some(ImageKind::Svg));
        assert_eq!(of(b"<?xml version='1.0'?><svg/>"), Some(ImageKind::Svg));
        for other in [b"".as_slice(), b"PK\x03\x04", b"%PDF-1.7", b"#!/bin/sh", b"\0asm", b"text"] {
            assert_eq!(of(other), None, "{other:?}");
        }
        for kind in ImageKind::ALL {
            assert_eq!(ImageKind::of_extension(kind.extension()), Some(kind));
        }
    }

    #[test]
    fn drawings_hold_nothing_that_runs() {
        let svg =
            |inside: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{inside}</svg>");
        for good in [
            svg("<path d=\"M0 0\"/>"),
            svg("<use href=\"#a\"/><image href=\"data:image/png;base64,AA\"/>"),
            format!("\u{feff}<?xml version=\"1.0\"?><!-- logo -->{}", svg("")),
        ] {
            assert!(is_plain_drawing(good.as_bytes()), "{good}");
        }
        for bad in [
            "<html><body/></html>".to_owned(),
            "<svg>".to_owned() + "<script>alert(1)</script></svg>",
            svg("<s:script xmlns:s=\"http://www.w3.org/2000/svg\"/>"),
            svg("<g onload=\"alert(1)\"/>"),
            svg("<a href=\"javascript:alert(1)\"/>"),
            svg("<a xlink:href=\"https://evil.example\"/>"),
            svg("<a href=\"java&#115;cript:alert(1)\"/>"),
            svg("<foreignObject/>"),
            format!("<!DOCTYPE svg [<!ENTITY a \"b\">]>{}", svg("&a;")),
            format!("<?xml-stylesheet href=\"a\"?>{}", svg("")),
            "<svg".to_owned(),
            "text".to_owned(),
            String::new(),
        ] {
            assert!(!is_plain_drawing(bad.as_bytes()), "{bad}");
        }
        assert!(!is_plain_drawing(b"<svg>\xff</svg>"));
    }
}
