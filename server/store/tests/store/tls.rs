//! TLS to a PostgreSQL whose certificate a private authority has signed.

use crate::support::Address;
use crate::support::tls_postgres::{Authority, TlsPostgres};
use std::fs;
use std::path::Path;
use vestibule_store::{
    RootCertificates, RootCertificatesError, STATEMENT_LIMIT, Store, StoreError, StoreOptions,
};

async fn open(url: &str, trusted: Option<&Path>) -> Result<Store, StoreError> {
    let root_certificates = trusted.map(|path| RootCertificates::read(path).unwrap());
    let statement_limit = STATEMENT_LIMIT;
    let url = url.into();
    let options = StoreOptions { url, connections: 2, root_certificates, statement_limit };
    Store::open(&options).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_named_authority_is_trusted_and_no_other() {
    let ours = Authority::new("Ours");
    let server = TlsPostgres::start(&ours);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("roots.pem");
    let other = Authority::new("Other").pem();
    let required = server.url("localhost", "require");

    // Neither the public authorities nor a strange one have signed it.
    let refused = open(&required, None).await.err().unwrap().to_string();
    assert!(refused.contains("UnknownIssuer"), "{refused}");
    fs::write(&file, &other).unwrap();
    let refused = open(&required, Some(&file)).await.err().unwrap().to_string();
    assert!(refused.contains("certificate"), "{refused}");

    // A file may hold several.
    fs::write(&file, format!("# ours is the second\n{other}\n{}", ours.pem())).unwrap();
    open(&required, Some(&file)).await.unwrap().ping().await.unwrap();
    // The name must be the certificate's, too.
    let refused = open(&server.url("127.0.0.1", "require"), Some(&file)).await;
    let refused = refused.err().unwrap().to_string();
    assert!(refused.contains("certificate"), "{refused}");

    // Where an authority is named, nobody on the way can talk the two out of TLS.
    let plain = Address::postgres().await.options.url;
    for mode in ["require", "prefer", "disable"] {
        open(&server.url("localhost", mode), Some(&file)).await.unwrap().ping().await.unwrap();
        let refused = open(&plain.replace("=disable", &["=", mode].concat()), Some(&file)).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{mode}");
    }
}

#[test]
fn a_file_without_a_whole_certificate_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("roots.pem");
    let read = || RootCertificates::read(&file).err();
    assert!(matches!(read(), Some(RootCertificatesError::Unreadable(_))));
    let pem = Authority::new("Ours").pem();
    let half = &pem[..pem.len() / 2];
    let no_certificate = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    for (content, is_empty) in [("", true), ("text", true), (&key, true), (half, false)]
        .into_iter()
        .chain([(no_certificate, false)])
    {
        fs::write(&file, content).unwrap();
        let error = read().unwrap();
        assert_eq!(matches!(error, RootCertificatesError::Empty), is_empty, "{content}: {error}");
        assert!(!error.to_string().contains('\n'));
    }
    fs::write(&file, &pem).unwrap();
    assert!(read().is_none());
}
