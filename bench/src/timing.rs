//! Whether a wrong password takes as long for a name that somebody has as for one that nobody has.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::management::username;
use crate::sign_in::{Client, Guesser};

/// Names of either kind that are tried in turn.
const NAMES: usize = 64;
/// One failure less than locks a name out.
const ATTEMPTS: usize = 99;
/// Two failures each; fewer than lock an address out.
const PAIRS_PER_ADDRESS: usize = 100;
/// The most pairs that can be tried without locking a name out.
pub const MOST_PAIRS: usize = NAMES * ATTEMPTS;

/// The median of how much longer a known name takes than an unknown one, over `pairs` attempts with
/// each, one right after the other; below zero when it takes less time.
///
/// # Errors
/// When the answers differ, or are not what a wrong password gets.
pub async fn median_difference_ms(client: &Client, pairs: usize) -> Result<f64> {
    let mut guesser = Guesser::begin(client).await?;
    let mut differences = Vec::with_capacity(pairs);
    let mut answers = Vec::new();
    for pair in 0..pairs {
        let (known, unknown) = (username(pair % NAMES), nobody(pair % NAMES));
        let address = address(pair / PAIRS_PER_ADDRESS);
        // Who comes first changes, so that neither gains by it.
        let (known, unknown) = if pair % 2 == 0 {
            let known = timed(&mut guesser, &known, &address).await?;
            (known, timed(&mut guesser, &unknown, &address).await?)
        } else {
            let unknown = timed(&mut guesser, &unknown, &address).await?;
            (timed(&mut guesser, &known, &address).await?, unknown)
        };
        differences.push(1e3 * (known.0.as_secs_f64() - unknown.0.as_secs_f64()));
        answers.extend([known.1, unknown.1]);
        answers.dedup();
        ensure!(answers.len() == 1, "a wrong password has several answers: {answers:?}");
    }
    median(differences).context("there are no pairs")
}

async fn timed(guesser: &mut Guesser<'_>, name: &str, address: &str) -> Result<(Duration, String)> {
    let began = Instant::now();
    let answer = guesser.wrong_password(name, address).await?;
    Ok((began.elapsed(), answer))
}

/// As long as a name that somebody has.
fn nobody(number: usize) -> String {
    format!("nobody_{number:07}")
}

/// An address of the network for documentation, RFC 3849: each a /64 of its own.
fn address(number: usize) -> String {
    format!("2001:db8:0:{number:x}::1")
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let above = *values.get(values.len() / 2)?;
    let below = *values.get((values.len() - 1) / 2)?;
    Some(f64::midpoint(below, above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_median() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, -9.0, 1.0]), Some(1.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 900.0]), Some(3.0));
    }

    #[test]
    fn names_are_of_one_length_and_addresses_of_different_networks() {
        assert_eq!(nobody(7).len(), username(7).len());
        let networks: std::collections::HashSet<[u16; 4]> = (0..MOST_PAIRS / PAIRS_PER_ADDRESS)
            .map(|number| {
                let address: std::net::Ipv6Addr = address(number).parse().unwrap();
                let [a, b, c, d, ..] = address.segments();
                [a, b, c, d]
            })
            .collect();
        assert_eq!(networks.len(), MOST_PAIRS / PAIRS_PER_ADDRESS);
    }
}
