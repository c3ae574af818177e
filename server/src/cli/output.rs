//! What commands print.

use std::io::Write;

/// Prints text on standard output; a reader that has gone away is an error like any other.
pub fn print(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", text.trim_end())?;
    out.flush()
}
