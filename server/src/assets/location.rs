//! The setting that says where files are kept.

use std::path::{Path, PathBuf};
use url::Url;
use vestibule_protocol::secret_text::SecretText;

/// Where files are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// Nothing can be uploaded.
    Nowhere,
    /// On this machine.
    Folder(PathBuf),
    /// In a store that speaks the protocol of Amazon S3.
    S3(Bucket),
}

/// A part of such a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// What names of files begin with.
    pub prefix: String,
    /// Address of the store, unless it is Amazon's own.
    pub endpoint: Option<String>,
    /// Region that requests are signed for.
    pub region: String,
    /// Who asks.
    pub access_key: SecretText,
    /// Proves it.
    pub secret_key: SecretText,
}

impl Bucket {
    /// Whether the store is asked without TLS.
    pub fn is_unencrypted(&self) -> bool {
        self.endpoint.as_deref().is_some_and(|it| it.starts_with("http://"))
    }
}

impl Location {
    /// Reads `none`, `file:PATH` or `s3://BUCKET/PREFIX?endpoint=…&region=…`; without a text it is
    /// a folder beside the database. Keys are for S3 only.
    pub fn parse(
        text: Option<&str>,
        data_dir: &Path,
        keys: (Option<String>, Option<String>),
    ) -> Result<Self, String> {
        match text {
            None => Ok(Self::Folder(data_dir.join("assets"))),
            Some("none") => Ok(Self::Nowhere),
            Some(text) => match text.strip_prefix("file:") {
                Some("") => Err("a path must follow `file:`".into()),
                Some(path) => Ok(Self::Folder(path.into())),
                None => bucket(text, keys).map(Self::S3),
            },
        }
    }
}

fn bucket(text: &str, keys: (Option<String>, Option<String>)) -> Result<Bucket, String> {
    let unknown = || "must be `none`, or begin with `file:` or `s3://`".to_owned();
    let url = Url::parse(text).ok().filter(|url| url.scheme() == "s3").ok_or_else(unknown)?;
    let name = url.host_str().filter(|name| !name.is_empty()).ok_or("names no bucket")?;
    if !url.username().is_empty() || url.password().is_some() || url.port().is_some() {
        return Err("keys and ports do not belong into it".into());
    }
    let (Some(access_key), Some(secret_key)) = keys else {
        return Err("needs the settings assets_access_key and assets_secret_key, too".into());
    };
    let (mut endpoint, mut region) = (None, "us-east-1".to_owned());
    for (name, value) in url.query_pairs() {
        match name.as_ref() {
            "endpoint" => {
                let parsed = Url::parse(&value).ok();
                let is_web = parsed.is_some_and(|it| matches!(it.scheme(), "http" | "https"));
                if !is_web {
                    return Err("`endpoint` must be an http(s) address".into());
                }
                endpoint = Some(value.trim_end_matches('/').to_owned());
            }
            "region" => region = value.into_owned(),
            other => return Err(format!("knows no `{other}`")),
        }
    }
    Ok(Bucket {
        name: name.to_owned(),
        prefix: url.path().trim_matches('/').to_owned(),
        endpoint,
        region,
        access_key: access_key.into(),
        secret_key: secret_key.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: Option<&str>) -> Result<Location, String> {
        let keys = (Some("key".to_owned()), Some("a secret".to_owned()));
        Location::parse(text, Path::new("data"), keys)
    }

    #[test]
    fn a_folder_or_a_bucket() {
        assert_eq!(parse(None), Ok(Location::Folder("data/assets".into())));
        assert_eq!(parse(Some("none")), Ok(Location::Nowhere));
        assert_eq!(parse(Some("file:/srv/assets")), Ok(Location::Folder("/srv/assets".into())));
        let text = "s3://pictures/vestibule/?region=eu-1&endpoint=http://minio:9000/";
        let Ok(Location::S3(bucket)) = parse(Some(text)) else { panic!() };
        assert_eq!((bucket.name.as_str(), bucket.prefix.as_str()), ("pictures", "vestibule"));
        assert_eq!(bucket.endpoint.as_deref(), Some("http://minio:9000"));
        assert!(bucket.is_unencrypted() && bucket.region == "eu-1");
        assert!(!format!("{bucket:?}").contains("a secret"));
        let Ok(Location::S3(bucket)) = parse(Some("s3://pictures")) else { panic!() };
        assert_eq!((bucket.prefix.as_str(), bucket.region.as_str()), ("", "us-east-1"));
        assert!(!bucket.is_unencrypted());
    }

    #[test]
    fn what_it_does_not_know_is_refused() {
        for bad in [
            "",
            "file:",
            "assets",
            "ftp://pictures",
            "s3://",
            "s3://key:secret@pictures",
            "s3://pictures?acl=public",
            "s3://pictures?endpoint=minio:9000",
        ] {
            assert!(parse(Some(bad)).is_err(), "{bad}");
        }
        let without = Location::parse(Some("s3://pictures"), Path::new("data"), (None, None));
        assert!(without.unwrap_err().contains("assets_access_key"));
    }
}
