//! Where a request comes from, when proxies stand in front.
//!
//! In: the address of the connection, the headers, and which proxies are trusted. Out: the client's address. INVARIANT: what
//! a header says counts only as far as the trusted proxies wrote it: it is read from its right end, where the nearest proxy
//! wrote, and no further than to the first address that is not a trusted one.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::config::{ForwardedHeader, TrustedProxies};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The client's address; its port is 0 where a proxy told it.
pub(super) fn of(peer: SocketAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> SocketAddr {
    let nearest = peer.ip().to_canonical();
    let mut client = nearest;
    let mut told = told(headers, proxies.header);
    while proxies.trusts(client) {
        // What cannot be read may hide anybody: the proxy that wrote it is the last that is known.
        let Some(Some(before)) = told.pop() else { break };
        client = before;
    }
    if client == nearest {
        peer
    } else {
        SocketAddr::new(client, 0)
    }
}

/// For whom each proxy asked, the nearest last; `None` for what is no address.
fn told(headers: &HeaderMap, header: ForwardedHeader) -> Vec<Option<IpAddr>> {
    let (name, read): (_, fn(&str) -> Option<IpAddr>) = match header {
        ForwardedHeader::XForwardedFor => (X_FORWARDED_FOR, node),
        ForwardedHeader::Forwarded => (header::FORWARDED, forwarded),
    };
    let lines = headers.get_all(name).iter().map(HeaderValue::to_str);
    let told = lines.flat_map(|line| match line {
        Ok(line) => line.split(',').map(read).collect(),
        Err(_not_ascii) => vec![None],
    });
    told.collect()
}

/// The `for` of one element of `Forwarded` (RFC 7239 section 4). An address has no comma, so an element that a comma within
/// quotes has cut has none either.
fn forwarded(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let mut nodes = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    match (nodes.next(), nodes.next()) {
        (Some((_, value)), None) => node(unquoted(value.trim())),
        _ => None,
    }
}

fn unquoted(value: &str) -> &str {
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    inner.unwrap_or(value)
}

/// An address, with a port or without; one of version 6 may have brackets.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse().ok();
    let address = address.or_else(|| text.parse().ok().map(|address: SocketAddr| address.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The address of a request from `peer` with these lines of the header that is read.
    fn client(peer: &str, header: ForwardedHeader, lines: &[&str]) -> String {
        let name = match header {
            ForwardedHeader::XForwardedFor => "x-forwarded-for",
            ForwardedHeader::Forwarded => "forwarded",
        };
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(name, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        let proxies = TrustedProxies::read(&["10.0.0.0/24".to_owned(), "fd00::1".to_owned()], header).unwrap();
        let peer = SocketAddr::new(peer.parse().unwrap(), 50_000);
        of(peer, &headers, &proxies).ip().to_string()
    }

    fn check(peer: &str, lines: &[&str], expected: &str) {
        let header = ForwardedHeader::XForwardedFor;
        assert_eq!(client(peer, header, lines), expected, "{peer} {lines:?}");
    }

    fn check_forwarded(line: &str, expected: &str) {
        let header = ForwardedHeader::Forwarded;
        assert_eq!(client("10.0.0.1", header, &[line]), expected, "{line}");
    }

    #[test]
    fn strangers_are_not_believed() {
        check("203.0.113.9", &["192.0.2.1"], "203.0.113.9");
        check("10.0.1.1", &["192.0.2.1"], "10.0.1.1");
        // Beside what the proxy wrote, a client's own words do not count, in one line or in two.
        check("10.0.0.1", &["192.0.2.1, 203.0.113.9"], "203.0.113.9");
        check("10.0.0.1", &["192.0.2.1", "203.0.113.9"], "203.0.113.9");
        check("10.0.0.1", &["10.0.0.2, 203.0.113.9"], "203.0.113.9");
        check_forwarded("for=192.0.2.1, for=203.0.113.9", "203.0.113.9");
        check_forwarded("for=192.0.2.1, for=\", for=203.0.113.9", "203.0.113.9");
    }

    #[test]
    fn the_header_that_is_not_configured_is_not_read() {
        let mut headers = HeaderMap::new();
        headers.append("forwarded", HeaderValue::from_static("for=192.0.2.1"));
        let proxies = TrustedProxies::read(&["10.0.0.1".to_owned()], ForwardedHeader::XForwardedFor).unwrap();
        let peer: SocketAddr = "10.0.0.1:50000".parse().unwrap();
        assert_eq!(of(peer, &headers, &proxies), peer);
        headers.append("x-forwarded-for", HeaderValue::from_static("203.0.113.9"));
        assert_eq!(of(peer, &headers, &proxies).to_string(), "203.0.113.9:0");
        assert_eq!(of(peer, &headers, &TrustedProxies::default()), peer);
    }

    #[test]
    fn what_is_no_address_hides_nobody_else() {
        for line in [
            "",
            "unknown",
            "_hidden",
            "203.0.113",
            "192.0.2.1, unknown",
            "192.0.2.1,",
            "\u{e4}",
        ] {
            check("10.0.0.1", &[line], "10.0.0.1");
        }
        for line in [
            "for=unknown",
            "by=192.0.2.1",
            "for=192.0.2.1;for=192.0.2.2",
            "for=192.0.2.1, by=\"a,b\"",
            "192.0.2.1",
        ] {
            check_forwarded(line, "10.0.0.1");
        }
        check("10.0.0.1", &[], "10.0.0.1");
    }

    #[test]
    fn trusted_proxies_tell_the_client() {
        check("10.0.0.1", &["203.0.113.9"], "203.0.113.9");
        check("::ffff:10.0.0.1", &["203.0.113.9"], "203.0.113.9");
        check("10.0.0.1", &["203.0.113.9:4711, fd00::1, 10.0.0.2"], "203.0.113.9");
        check("fd00::1", &["[2001:db8::7]:4711"], "2001:db8::7");
        check("10.0.0.1", &["2001:db8::7"], "2001:db8::7");
        check("10.0.0.1", &["::ffff:203.0.113.9"], "203.0.113.9");
        // Asked from the inside.
        check("10.0.0.1", &["10.0.0.9"], "10.0.0.9");
        check_forwarded("for=203.0.113.9;proto=https;host=x.example", "203.0.113.9");
        check_forwarded("For=\"[2001:db8::7]:4711\", for=10.0.0.2", "2001:db8::7");
    }
}
