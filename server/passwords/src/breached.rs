//! Breached passwords, looked up without any network.
//!
//! `data/breached.bin` holds 38 bits of the SHA-256 of each password of the lists named
//! in `data/NOTICE.md`: first, for each value of the top 14 bits, the number of hashes
//! with a smaller one (32 bits, little endian), then the other 24 bits of all hashes in
//! order. The file is looked into where it lies in the program; nothing is loaded. A
//! password that is not in the lists is taken for one with a chance of about one in
//! 600,000. `cargo run -p vestibule-passwords --example breached_list` makes the file.

use aws_lc_rs::digest;
use zeroize::Zeroizing;

const BUCKET_BITS: u32 = 14;
const INDEX_BYTES: usize = 4 << BUCKET_BITS;
const ENTRY_BYTES: usize = 3;

static EMBEDDED: &[u8] = include_bytes!("../data/breached.bin");

/// A list of breached passwords.
#[derive(Clone, Copy)]
pub struct BreachedPasswords {
    index: &'static [u8],
    entries: &'static [u8],
}

impl BreachedPasswords {
    /// The list that comes with the program.
    pub fn embedded() -> Self {
        let (index, entries) = EMBEDDED.split_at_checked(INDEX_BYTES).unwrap_or_default();
        Self { index, entries }
    }

    /// Whether the password, as it is or in lower case, is on the list.
    pub fn contains(&self, password: &str) -> bool {
        if self.contains_exactly(password) {
            return true;
        }
        let lower = Zeroizing::new(password.to_lowercase());
        lower.as_str() != password && self.contains_exactly(&lower)
    }

    /// Number of passwords on the list.
    pub fn len(&self) -> usize {
        self.entries.len() / ENTRY_BYTES
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn contains_exactly(&self, password: &str) -> bool {
        let (bucket, entry) = fingerprint(password);
        let end = self.start_of(bucket + 1).unwrap_or(self.len());
        self.start_of(bucket)
            .and_then(|start| self.entries.get(start * ENTRY_BYTES..end * ENTRY_BYTES))
            .is_some_and(|entries| entries.as_chunks().0.binary_search(&entry).is_ok())
    }

    fn start_of(&self, bucket: usize) -> Option<usize> {
        let (starts, _) = self.index.as_chunks::<4>();
        starts.get(bucket).map(|start| u32::from_le_bytes(*start) as usize)
    }
}

/// Writes the file for these passwords.
pub fn build<'a>(passwords: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
    let mut prints: Vec<_> = passwords.into_iter().map(fingerprint).collect();
    prints.sort_unstable();
    prints.dedup();
    let mut file = Vec::with_capacity(INDEX_BYTES + prints.len() * ENTRY_BYTES);
    for bucket in 0..1_usize << BUCKET_BITS {
        let before = prints.partition_point(|(other, _)| *other < bucket);
        file.extend(u32::try_from(before).unwrap_or(u32::MAX).to_le_bytes());
    }
    file.extend(prints.iter().flat_map(|(_, entry)| entry));
    file
}

/// Bucket and remaining bits of a password.
fn fingerprint(password: &str) -> (usize, [u8; ENTRY_BYTES]) {
    let hash = digest::digest(&digest::SHA256, password.as_bytes());
    let mut top = [0_u8; 8];
    top.iter_mut().zip(hash.as_ref()).for_each(|(to, from)| *to = *from);
    let top = u64::from_be_bytes(top);
    let bucket = (top >> (64 - BUCKET_BITS)) as usize;
    let [_, first, second, third] = ((top >> (40 - BUCKET_BITS)) as u32).to_be_bytes();
    (bucket, [first, second, third])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_passwords_are_found() {
        let breached = BreachedPasswords::embedded();
        assert!(breached.len() > 400_000, "{}", breached.len());
        for password in
            ["password", "123456", "letmein", "qwerty", "PASSWORD", "LetMeIn", "iloveyou1"]
        {
            assert!(breached.contains(password), "{password}");
        }
    }

    #[test]
    fn strong_passwords_are_not() {
        let breached = BreachedPasswords::embedded();
        for password in ["", "vK8#pQz!41rT", "correct horse battery staple", "Пароль-длинный-2"]
        {
            assert!(!breached.contains(password), "{password}");
        }
        // The share of false alarms stays what the width of the fingerprint promises.
        let alarms =
            (0..300_000).filter(|n| breached.contains_exactly(&format!("~{n}~kqz#"))).count();
        assert!(alarms <= 6, "{alarms}");
    }

    #[test]
    fn a_built_list_finds_what_went_in() {
        let words = ["alpha", "beta", "beta", "gamma"];
        let file: &'static [u8] = build(words).leak();
        let (index, entries) = file.split_at(INDEX_BYTES);
        let list = BreachedPasswords { index, entries };
        assert_eq!(list.len(), 3);
        assert!(words.iter().all(|word| list.contains(word)));
        assert!(list.contains("ALPHA"));
        assert!(!list.contains("delta"));
    }

    #[test]
    fn an_empty_list_finds_nothing() {
        let list = BreachedPasswords { index: &[], entries: &[] };
        assert!(list.is_empty() && !list.contains("password"));
    }
}
