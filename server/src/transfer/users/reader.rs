//! Lines of users, checked one by one.

use super::import::BadLine;
use super::line::UserLine;
use crate::flows::error::FlowError;
use crate::flows::identifier::{Email, Phone, Username};
use crate::flows::management::users as rules;
use crate::transfer::TransferError;
use std::collections::HashMap;
use std::io::{BufRead, Read};
use vestibule_shared::sign_in_experience::UsernamePolicy;

/// Bytes of a line.
const MAX_LINE: u64 = 1 << 20;
const MAX_ID: usize = 21;

/// A line that was read.
pub struct Given {
    /// Counted from one.
    pub number: u64,
    /// What it says.
    pub user: UserLine,
    /// How its identifiers are compared.
    pub keys: Keys,
}

/// How identifiers are compared.
#[derive(Default)]
pub struct Keys {
    /// Of the user name.
    pub username: Option<String>,
    /// Of the e-mail address.
    pub email: Option<String>,
    /// Of the phone number.
    pub phone: Option<String>,
}

/// Lines, and hashes of what must differ in them, with line numbers: those of a batch, or, where
/// the database keeps nothing that could tell, those of all.
pub struct Reader<'a> {
    input: &'a mut dyn BufRead,
    number: u64,
    seen: HashMap<u64, u32>,
}

impl<'a> Reader<'a> {
    /// Begins with the first line.
    pub fn new(input: &'a mut dyn BufRead) -> Self {
        Self { input, number: 0, seen: HashMap::new() }
    }

    /// Forgets what was in the lines so far.
    pub fn forget(&mut self) {
        self.seen.clear();
    }

    /// The next line that is not empty.
    pub fn next(
        &mut self,
        policy: &UsernamePolicy,
    ) -> std::io::Result<Option<Result<Given, BadLine>>> {
        loop {
            let mut bytes = Vec::new();
            let read = (&mut *self.input).take(MAX_LINE).read_until(b'\n', &mut bytes)?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            let line = self.number;
            let bad = |reason: String| Ok(Some(Err(BadLine { line, reason })));
            if read as u64 == MAX_LINE && !bytes.ends_with(b"\n") {
                self.skip_line()?;
                return bad(format!("is longer than {MAX_LINE} bytes"));
            }
            let Ok(text) = std::str::from_utf8(&bytes) else {
                return bad("is no UTF-8 text".to_owned());
            };
            if text.trim().is_empty() {
                continue;
            }
            let given = match parse(text, policy) {
                Ok((user, keys)) => Given { number: line, user, keys },
                Err(reason) => return bad(reason),
            };
            return Ok(Some(self.note(given)));
        }
    }

    fn skip_line(&mut self) -> std::io::Result<()> {
        loop {
            let held = self.input.fill_buf()?;
            let end = held.iter().position(|byte| *byte == b'\n');
            let (length, is_over) = match end {
                Some(place) => (place + 1, true),
                None => (held.len(), held.is_empty()),
            };
            self.input.consume(length);
            if is_over {
                return Ok(());
            }
        }
    }

    /// Refuses what an earlier line has already.
    fn note(&mut self, given: Given) -> Result<Given, BadLine> {
        let keys = &given.keys;
        let social = given.user.identities.iter();
        let social = social.map(|(target, it)| ("identity", format!("{target} {}", it.user_id)));
        let mut unique = vec![("id", given.user.id.clone())];
        unique.extend(keys.username.clone().map(|key| ("username", key)));
        unique.extend(keys.email.clone().map(|key| ("primaryEmail", key)));
        unique.extend(keys.phone.clone().map(|key| ("primaryPhone", key)));
        unique.extend(social);
        let hashes: Vec<(&str, u64)> =
            unique.into_iter().map(|(name, value)| (name, hash(name, &value))).collect();
        for (name, hash) in &hashes {
            if let Some(first) = self.seen.get(hash) {
                let reason = format!("{name}: line {first} has the same");
                return Err(BadLine { line: given.number, reason });
            }
        }
        let number = u32::try_from(given.number).unwrap_or(u32::MAX);
        self.seen.extend(hashes.into_iter().map(|(_, hash)| (hash, number)));
        Ok(given)
    }
}

fn hash(name: &str, value: &str) -> u64 {
    let digest = vestibule_protocol::hash::sha256_hex(&format!("{name} {value}"));
    digest.get(..16).and_then(|text| u64::from_str_radix(text, 16).ok()).unwrap_or_default()
}

/// The rules of the Management API for a user.
fn parse(text: &str, policy: &UsernamePolicy) -> Result<(UserLine, Keys), String> {
    let deserializer = &mut serde_json::Deserializer::from_str(text);
    let user: UserLine = serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let path = error.path().to_string();
        // The line is ours to tell; serde counts within it.
        let reason = error.into_inner().to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
        if path == "." { reason } else { format!("{path}: {reason}") }
    })?;
    let is_id = |each: u8| each.is_ascii_alphanumeric() || each == b'-' || each == b'_';
    if user.id.is_empty() || user.id.len() > MAX_ID || !user.id.bytes().all(is_id) {
        return Err(format!("id: must have 1 to {MAX_ID} letters, digits, - and _"));
    }
    if text.contains("\\u0000") {
        return Err("must not contain NUL".to_owned());
    }
    let keys = check(&user, policy).map_err(|error| TransferError::from(error).to_string())?;
    Ok((user, keys))
}

fn check(user: &UserLine, policy: &UsernamePolicy) -> Result<Keys, FlowError> {
    let username = user.username.as_deref().map(Username::parse).transpose()?;
    let email = user.primary_email.as_deref().map(Email::parse).transpose()?;
    let phone = user.primary_phone.as_deref().map(Phone::parse).transpose()?;
    rules::check_texts(user.name.as_deref(), user.avatar.as_deref())?;
    if let Some(digest) = &user.password_digest {
        rules::import(digest, user.password_algorithm.as_deref())?;
    }
    Ok(Keys {
        username: username.map(|it| it.key(policy)),
        email: email.map(|it| it.key()),
        phone: phone.map(|it| it.key()),
    })
}
