//! What may be reached although it is not public.

use std::collections::HashSet;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

use super::OutboundError;
use super::address::is_public;

/// Networks and host names that the operator lets outbound calls reach.
///
/// A host name allows whatever addresses it has. Read from the entries of
/// `VESTIBULE_OUTBOUND_ALLOW`, such as `10.0.0.0/8, fd00::/8, localhost`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboundAllow {
    networks: Vec<IpNet>,
    hosts: HashSet<String>,
}

/// An entry that is neither an address, a network nor a host name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` in VESTIBULE_OUTBOUND_ALLOW is neither an address, a network (10.0.0.0/8) nor a \
     host name; ports and URLs are not part of it"
)]
pub struct OutboundAllowError(String);

impl OutboundAllow {
    /// Reads entries, one per string.
    pub fn parse<'a>(
        entries: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, OutboundAllowError> {
        let mut allow = Self::default();
        for entry in entries.into_iter().map(str::trim).filter(|entry| !entry.is_empty()) {
            allow.add(entry)?;
        }
        Ok(allow)
    }

    fn add(&mut self, entry: &str) -> Result<(), OutboundAllowError> {
        if let Ok(network) = entry.parse::<IpNet>() {
            self.networks.push(network);
        } else if let Ok(address) = entry.trim_matches(['[', ']']).parse::<IpAddr>() {
            self.networks.push(address.into());
        } else if is_host_name(entry) {
            self.hosts.insert(normal(entry));
        } else {
            return Err(OutboundAllowError(entry.to_owned()));
        }
        Ok(())
    }

    /// The addresses of `host` that may be connected to; an error when there are none.
    pub(super) fn filter(
        &self,
        host: &str,
        addresses: impl IntoIterator<Item = IpAddr>,
    ) -> Result<Vec<IpAddr>, OutboundError> {
        let named = self.hosts.contains(&normal(host));
        let allowed: Vec<_> = addresses
            .into_iter()
            .filter(|address| named || is_public(*address) || self.has_network_of(*address))
            .collect();
        if allowed.is_empty() {
            return Err(OutboundError::AddressNotAllowed { host: host.to_owned() });
        }
        Ok(allowed)
    }

    /// An IPv4 network also covers the mapped form of its addresses.
    fn has_network_of(&self, address: IpAddr) -> bool {
        let canonical = address.to_canonical();
        self.networks
            .iter()
            .any(|network| network.contains(&address) || network.contains(&canonical))
    }
}

impl FromStr for OutboundAllow {
    type Err = OutboundAllowError;

    /// Entries separated by commas or white space.
    fn from_str(text: &str) -> Result<Self, OutboundAllowError> {
        Self::parse(text.split(|character: char| character == ',' || character.is_whitespace()))
    }
}

fn normal(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// Letters, digits and hyphens in labels (RFC 1123), underscores as they are in use; not
/// all digits, which would be a misspelt address.
fn is_host_name(entry: &str) -> bool {
    let name = entry.trim_end_matches('.');
    let last = name.rsplit('.').next().unwrap_or_default();
    name.len() <= 253
        && !last.bytes().all(|byte| byte.is_ascii_digit())
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filtered(allow: &str, host: &str, address: &str) -> bool {
        let allow: OutboundAllow = allow.parse().unwrap();
        allow.filter(host, [address.parse().unwrap()]).is_ok()
    }

    #[test]
    fn networks_hosts_and_addresses() {
        assert!(!filtered("", "intern.example", "10.1.2.3"));
        assert!(filtered("10.0.0.0/8", "intern.example", "10.1.2.3"));
        assert!(filtered("10.0.0.0/8", "intern.example", "::ffff:10.1.2.3"));
        assert!(!filtered("10.0.0.0/16", "intern.example", "10.1.2.3"));
        assert!(filtered("10.1.2.3", "intern.example", "10.1.2.3"));
        assert!(filtered("[::1]", "localhost", "::1"));
        assert!(filtered("localhost, other", "LOCALHOST.", "127.0.0.1"));
        assert!(!filtered("localhost", "localhost.evil.example", "127.0.0.1"));
        assert!(filtered("64:ff9b::/96", "any.example", "64:ff9b::808:808"));
        assert!(filtered("", "any.example", "8.8.8.8"));
    }

    #[test]
    fn private_addresses_among_public_ones_are_dropped() {
        let allow = OutboundAllow::default();
        let addresses = ["10.0.0.1", "8.8.8.8", "::1"].map(|address| address.parse().unwrap());
        let expected: IpAddr = "8.8.8.8".parse().unwrap();
        assert_eq!(allow.filter("mixed.example", addresses), Ok(vec![expected]));
    }

    #[test]
    fn entries_of_another_form_are_refused() {
        for entry in
            ["127.0.0.1:8025", "http://localhost", "10.0.0.0/40", "300.1.1.1", "*.local", "a..b"]
        {
            let error = entry.parse::<OutboundAllow>().unwrap_err();
            assert!(error.to_string().contains(entry), "{entry}");
            assert!(error.to_string().contains("VESTIBULE_OUTBOUND_ALLOW"), "{entry}");
        }
        assert_eq!(" , ".parse(), Ok(OutboundAllow::default()));
    }
}
