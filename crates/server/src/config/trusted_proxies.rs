//! Which proxies stand in front, and how they tell for whom they ask.
//!
//! In: `trusted_proxies` and `forwarded_header` of the configuration. Out: [`TrustedProxies`]. Invariant: where nothing is
//! configured nobody is believed, and nobody can configure that everybody is.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::Deserialize;

/// The proxies whose word is believed about where a request comes from.
#[derive(Debug, Clone, Default)]
pub(crate) struct TrustedProxies {
    networks: Vec<IpNet>,
    /// The one header that is read.
    pub(crate) header: ForwardedHeader,
}

/// The header in which proxies tell for whom they ask. Only one is read: a proxy passes on what a client wrote into the
/// header that it does not know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ForwardedHeader {
    /// `X-Forwarded-For`
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239)
    Forwarded,
}

impl TrustedProxies {
    /// Reads addresses and networks. The error names the one that is none, with what to write instead.
    pub(crate) fn read(texts: &[String], header: ForwardedHeader) -> Result<Self, String> {
        let networks: Result<_, _> = texts.iter().map(|text| network(text)).collect();
        Ok(Self {
            networks: networks?,
            header,
        })
    }

    /// Whether what stands at this address is one of them.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }
}

fn network(text: &str) -> Result<IpNet, String> {
    let address: Option<IpAddr> = text.parse().ok();
    let network = address.map(|address| IpNet::from(address.to_canonical()));
    match network.or_else(|| text.parse().ok()) {
        None => Err(format!(
            "`{text}` is no address; write one such as `10.0.0.7`, or a network such as `10.0.0.0/24`"
        )),
        Some(network) if network.prefix_len() == 0 => Err(format!(
            "`{text}` is everybody, whose word would then count; write the addresses of the proxies"
        )),
        Some(network) => Ok(network),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_place_of_a_proxy() {
        let check = |text: &str, expected: &str| {
            let told = TrustedProxies::read(&[text.to_owned()], ForwardedHeader::default()).unwrap_err();
            assert!(told.contains(expected), "{told}");
        };
        check("", "`` is no address");
        check("proxy.example.com", "`proxy.example.com` is no address");
        check("10.0.0.0/33", "is no address");
        check("10.0.0.7:80", "is no address");
        check("0.0.0.0/0", "is everybody");
        check("::/0", "is everybody");
    }

    #[test]
    fn only_what_is_named_is_trusted() {
        let texts = ["10.0.0.0/24", "192.0.2.7", "fd00::/8", "::ffff:198.51.100.1"].map(str::to_owned);
        let proxies = TrustedProxies::read(&texts, ForwardedHeader::default()).unwrap();
        let check = |address: &str, expected: bool| {
            assert_eq!(proxies.trusts(address.parse().unwrap()), expected, "{address}");
        };
        check("10.0.1.0", false);
        check("192.0.2.8", false);
        check("fe80::1", false);
        check("10.0.0.255", true);
        check("192.0.2.7", true);
        check("fd00::1", true);
        check("198.51.100.1", true);
        assert!(!TrustedProxies::default().trusts("127.0.0.1".parse().unwrap()));
    }
}
