//! Makes `data/breached.bin` from lists of passwords, one per line:
//! `cargo run -p vestibule-passwords --example breached_list -- OUT LIST...`
//!
//! See `data/NOTICE.md` for the lists that the checked-in file was made from.

use std::collections::BTreeSet;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(summary) => {
            eprintln!("{summary}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> std::io::Result<String> {
    let out = arguments
        .next()
        .ok_or_else(|| std::io::Error::other("usage: breached_list OUT LIST..."))?;
    let mut passwords = BTreeSet::new();
    for path in arguments {
        let bytes = std::fs::read(path)?;
        // Lists gathered from breaches are not all valid UTF-8; such lines are left out.
        let lines = bytes.split(|byte| *byte == b'\n').filter_map(|line| str::from_utf8(line).ok());
        passwords.extend(
            lines
                .map(|line| line.trim_end_matches('\r').to_owned())
                .filter(|line| !line.is_empty()),
        );
    }
    let file = vestibule_passwords::breached::build(passwords.iter().map(String::as_str));
    std::fs::write(&out, &file)?;
    Ok(format!("{} passwords, {} bytes in {out}", passwords.len(), file.len()))
}
