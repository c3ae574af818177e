//! The pool with real threads and real digests.

use std::sync::Arc;
use std::time::Instant;

use vestibule_passwords::{
    DigestError, HashError, HashPool, MAX_PASSWORD_BYTES, PasswordAlgorithm, StoredPassword,
    Verdict,
};

const CURRENT: Verdict = Verdict { matches: true, needs_upgrade: false };
const FOREIGN: Verdict = Verdict { matches: true, needs_upgrade: true };
const WRONG: Verdict = Verdict { matches: false, needs_upgrade: false };

fn stored(algorithm: PasswordAlgorithm, digest: &str) -> StoredPassword {
    StoredPassword { digest: digest.to_owned(), algorithm }
}

fn own(digest: String) -> StoredPassword {
    StoredPassword { digest, algorithm: PasswordAlgorithm::Argon2id }
}

#[tokio::test]
async fn what_was_hashed_verifies() {
    let pool = HashPool::new(2, 16).unwrap();
    let first = pool.hash("correct horse").await.unwrap();
    let second = pool.hash("correct horse").await.unwrap();
    assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
    assert_ne!(first, second, "salts are random");
    let stored = own(first);
    assert_eq!(pool.verify("correct horse", &stored).await, Ok(CURRENT));
    for wrong in ["correct hors", "correct horse ", "Correct horse", "", "correct horse\0"] {
        assert_eq!(pool.verify(wrong, &stored).await, Ok(WRONG), "{wrong:?}");
    }
}

#[tokio::test]
async fn nothing_is_truncated_or_normalised() {
    let pool = HashPool::new(2, 16).unwrap();
    let long = "x".repeat(MAX_PASSWORD_BYTES - 1);
    let stored = own(pool.hash(&format!("{long}a")).await.unwrap());
    assert_eq!(pool.verify(&format!("{long}a"), &stored).await, Ok(CURRENT));
    assert_eq!(pool.verify(&format!("{long}b"), &stored).await, Ok(WRONG));
    let composed = own(pool.hash("caf\u{e9}").await.unwrap());
    assert_eq!(pool.verify("cafe\u{301}", &composed).await, Ok(WRONG));
}

#[tokio::test]
async fn overlong_passwords_are_refused_unhashed() {
    let pool = HashPool::new(1, 4).unwrap();
    let long = "x".repeat(MAX_PASSWORD_BYTES + 1);
    assert_eq!(pool.hash(&long).await, Err(HashError::PasswordTooLong));
    let digest = stored(PasswordAlgorithm::MD5, "5f4dcc3b5aa765d61d8327deb882cf99");
    assert_eq!(pool.verify(&long, &digest).await, Err(HashError::PasswordTooLong));
    assert_eq!(pool.verify_decoy(&long).await, Err(HashError::PasswordTooLong));
}

/// Published vectors: the argon2 reference implementation, crypt_blowfish, and the plain
/// digests of "password".
const FOREIGN_DIGESTS: &[(PasswordAlgorithm, &str, &str)] = &[
    (
        PasswordAlgorithm::Argon2i,
        "password",
        "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
    ),
    (
        PasswordAlgorithm::Argon2i,
        "password",
        "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
    ),
    (
        PasswordAlgorithm::Argon2id,
        "password",
        "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
    ),
    (
        PasswordAlgorithm::Bcrypt,
        "U*U",
        "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    ),
    (
        PasswordAlgorithm::Bcrypt,
        "U*U",
        "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    ),
    (PasswordAlgorithm::SHA1, "password", "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"),
    (
        PasswordAlgorithm::SHA256,
        "password",
        "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
    ),
    (PasswordAlgorithm::MD5, "password", "5F4DCC3B5AA765D61D8327DEB882CF99"),
];

#[tokio::test]
async fn foreign_digests_verify_and_ask_for_an_upgrade() {
    let pool = HashPool::new(2, 16).unwrap();
    for (algorithm, password, digest) in FOREIGN_DIGESTS {
        let stored = stored(*algorithm, digest);
        stored.validate().unwrap();
        assert_eq!(pool.verify(password, &stored).await, Ok(FOREIGN), "{digest}");
        assert_eq!(pool.verify("Password123", &stored).await, Ok(WRONG), "{digest}");
    }
}

#[tokio::test]
async fn a_stronger_argon2id_digest_stays_as_it_is() {
    let pool = HashPool::new(1, 4).unwrap();
    let digest =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    let stored = own(digest.to_owned());
    assert_eq!(pool.verify("password", &stored).await, Ok(CURRENT));
}

#[tokio::test]
async fn unusable_digests_are_named() {
    let pool = HashPool::new(1, 4).unwrap();
    let argon2 = |params: &str| {
        format!("$argon2id$v=19${params}$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
    };
    let cases = [
        (PasswordAlgorithm::Argon2id, String::new(), DigestError::Malformed),
        (PasswordAlgorithm::Argon2id, argon2("m=1"), DigestError::Malformed),
        (PasswordAlgorithm::Argon2i, argon2("m=4096,t=2,p=1"), DigestError::Malformed),
        (PasswordAlgorithm::Argon2id, argon2("m=131073,t=2,p=1"), DigestError::TooExpensive),
        (PasswordAlgorithm::Argon2id, argon2("m=4294967295,t=2,p=1"), DigestError::TooExpensive),
        (PasswordAlgorithm::Argon2id, argon2("m=4096,t=11,p=1"), DigestError::TooExpensive),
        (PasswordAlgorithm::Argon2id, argon2("m=4096,t=1,p=17"), DigestError::TooExpensive),
        (
            PasswordAlgorithm::Argon2id,
            "$argon2id$v=19$m=4096,t=1,p=1".into(),
            DigestError::Malformed,
        ),
        (
            PasswordAlgorithm::Bcrypt,
            "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW".into(),
            DigestError::TooExpensive,
        ),
        (
            PasswordAlgorithm::Bcrypt,
            "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW".into(),
            DigestError::Malformed,
        ),
        (PasswordAlgorithm::Bcrypt, "$2b$05$é".into(), DigestError::Malformed),
        (PasswordAlgorithm::SHA1, "5baa61".into(), DigestError::Malformed),
        (PasswordAlgorithm::MD5, "z".repeat(32), DigestError::Malformed),
        (PasswordAlgorithm::Legacy, "sha512".into(), DigestError::Malformed),
        (PasswordAlgorithm::Legacy, r#"["sha512",["@"],"00"]"#.into(), DigestError::Malformed),
        (
            PasswordAlgorithm::Legacy,
            r#"["md5",["salt"],"b305cadbb3bce54f3aa59c64fec00dea"]"#.into(),
            DigestError::Malformed,
        ),
        (
            PasswordAlgorithm::Legacy,
            r#"["whirlpool",["@"],"00"]"#.into(),
            DigestError::UnsupportedAlgorithm(PasswordAlgorithm::Legacy),
        ),
        (
            PasswordAlgorithm::Legacy,
            r#"["pbkdf2",["salt","9999999","2","sha1","@"],"ea6c"]"#.into(),
            DigestError::TooExpensive,
        ),
        (
            PasswordAlgorithm::Legacy,
            r#"["pbkdf2",["salt","0","2","sha1","@"],"ea6c"]"#.into(),
            DigestError::Malformed,
        ),
        (
            PasswordAlgorithm::Legacy,
            r#"["pbkdf2",["hex:0","2","2","sha1","@"],"ea6c"]"#.into(),
            DigestError::Malformed,
        ),
        (
            PasswordAlgorithm::Legacy,
            r#"["firebase-scrypt",["@"],"00"]"#.into(),
            DigestError::UnsupportedAlgorithm(PasswordAlgorithm::Legacy),
        ),
    ];
    for (algorithm, digest, expected) in cases {
        let stored = stored(algorithm, &digest);
        assert_eq!(stored.validate(), Err(expected), "{digest}");
        assert_eq!(pool.verify("password", &stored).await, Err(expected.into()), "{digest}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_parallel_verifications_all_get_an_answer() {
    let pool = Arc::new(HashPool::new(2, 64).unwrap());
    let stored = own(pool.hash("correct horse").await.unwrap());
    let mut callers = tokio::task::JoinSet::new();
    for number in 0..200 {
        let (pool, stored) = (Arc::clone(&pool), stored.clone());
        callers.spawn(async move {
            let password = if number % 2 == 0 { "correct horse" } else { "wrong horse" };
            let answer = pool.verify(password, &stored).await;
            assert!(pool.queued() <= 64);
            (number % 2 == 0, answer)
        });
    }
    let (mut answered, mut busy) = (0, 0);
    for (right, answer) in callers.join_all().await {
        match answer {
            Ok(verdict) => {
                assert_eq!(verdict, if right { CURRENT } else { WRONG });
                answered += 1;
            }
            Err(HashError::Busy { retry_after_seconds }) => {
                assert!((1..=30).contains(&retry_after_seconds), "{retry_after_seconds}");
                busy += 1;
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert!(answered >= 3, "{answered}");
    assert!(busy >= 1, "200 at once do not fit into a queue of 64");
    // The flood is over: the next one is served.
    assert_eq!(pool.verify("correct horse", &stored).await, Ok(CURRENT));
}

#[tokio::test]
async fn the_decoy_never_matches_and_costs_what_a_verification_costs() {
    let pool = HashPool::new(1, 4).unwrap();
    let stored = own(pool.hash("password").await.unwrap());
    let (mut real, mut decoy) = (Vec::new(), Vec::new());
    for _ in 0..15 {
        let started = Instant::now();
        pool.verify("other", &stored).await.unwrap();
        real.push(started.elapsed());
        let started = Instant::now();
        pool.verify_decoy("other").await.unwrap();
        decoy.push(started.elapsed());
    }
    real.sort_unstable();
    decoy.sort_unstable();
    let ratio = decoy[7].as_secs_f64() / real[7].as_secs_f64();
    assert!((0.5..2.0).contains(&ratio), "{ratio}");
}

#[test]
fn secrets_do_not_appear_in_debug_output() {
    let stored = stored(PasswordAlgorithm::MD5, "5f4dcc3b5aa765d61d8327deb882cf99");
    assert!(!format!("{stored:?}").contains("5f4dcc3b"));
}

#[test]
fn algorithm_names_are_those_of_the_api() {
    let names = ["Argon2i", "Argon2id", "Argon2d", "SHA1", "SHA256", "MD5", "Bcrypt", "Legacy"];
    for (algorithm, name) in PasswordAlgorithm::ALL.into_iter().zip(names) {
        assert_eq!(algorithm.to_string(), name);
        assert_eq!(name.parse(), Ok(algorithm));
        assert_eq!(serde_json::to_value(algorithm).unwrap(), name);
    }
    assert!("argon2".parse::<PasswordAlgorithm>().is_err());
}
