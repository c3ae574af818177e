//! Where a request comes from.

use crate::config::UNKNOWN_ADDRESS;
use actix_web::HttpRequest;
use ipnet::IpNet;
use std::net::IpAddr;

/// The address of the client: the last one in `X-Forwarded-For` that is not a trusted proxy, and
/// only if the request came from one.
pub fn of_client(request: &HttpRequest, trusted: &[IpNet]) -> IpAddr {
    let peer = request.peer_addr().map_or(UNKNOWN_ADDRESS, |address| canonical(address.ip()));
    let forwarded = request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .collect::<Vec<_>>()
        .join(",");
    resolve(peer, &forwarded, trusted)
}

fn resolve(peer: IpAddr, forwarded: &str, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(&peer) {
        return peer;
    }
    let mut client = peer;
    for hop in forwarded.rsplit(',').map(str::trim).filter(|hop| !hop.is_empty()) {
        let Ok(address) = hop.parse::<IpAddr>() else { return client };
        client = canonical(address);
        if !is_trusted(&client) {
            return client;
        }
    }
    client
}

/// An IPv4 address that came over an IPv6 socket is an IPv4 address.
fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(peer: &str, forwarded: &str) -> String {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        resolve(peer.parse().unwrap(), forwarded, &trusted).to_string()
    }

    #[test]
    fn forwarded_addresses_count_only_from_a_trusted_proxy() {
        assert_eq!(resolved("203.0.113.9", "198.51.100.1"), "203.0.113.9");
        assert_eq!(resolved("10.0.0.1", "198.51.100.1"), "198.51.100.1");
        assert_eq!(resolved("::1", "198.51.100.1"), "198.51.100.1");
    }

    #[test]
    fn what_the_client_invented_is_to_the_left_and_ignored() {
        assert_eq!(resolved("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2"), "198.51.100.1");
        assert_eq!(resolved("10.0.0.1", "1.1.1.1, nonsense"), "10.0.0.1");
        assert_eq!(resolved("10.0.0.1", ""), "10.0.0.1");
    }
}
