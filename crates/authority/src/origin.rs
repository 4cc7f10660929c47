//! The authority's own origin, and the addresses built on it.
//!
//! In: the origin from the configuration. Out: issuers and endpoint addresses.
//! INVARIANT: scheme and host in lower case, no path, no trailing slash: issuers are compared as text.

use std::fmt;
use std::net::IpAddr;

/// A scheme, host and port, such as `https://localhost:8443`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// A text that is not an origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an origin: expected `https://<host>` or `https://<host>:<port>`")]
pub struct NotAnOrigin(String);

impl Origin {
    /// Reads an origin; a trailing slash is dropped. `http` is taken for a proxy that ends TLS in front of us.
    pub fn parse(text: &str) -> Result<Self, NotAnOrigin> {
        let refused = || NotAnOrigin(text.to_owned());
        let uri: http::Uri = text.parse().ok().ok_or_else(refused)?;
        let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.authority()) else {
            return Err(refused());
        };
        let bare = uri.path().trim_start_matches('/').is_empty() && uri.query().is_none();
        if !bare || !matches!(scheme, "https" | "http") || host.as_str().contains('@') {
            return Err(refused());
        }
        Ok(Self(format!("{scheme}://{}", host.as_str().to_ascii_lowercase())))
    }

    /// The origin as text, without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port, the port only where the origin names it.
    #[must_use]
    pub fn host_and_port(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, host)| host)
    }

    /// The host alone.
    pub(crate) fn host(&self) -> &str {
        let host = self.host_and_port();
        match host.rsplit_once(':') {
            Some((name, port)) if !port.contains(']') => name,
            Some(_) | None => host,
        }
    }

    /// Whether browsers may be told to use TLS only for this host. Never for `localhost` and never for addresses: the
    /// order binds all ports, and a developer's other servers on the same machine speak plain HTTP.
    pub(crate) fn is_strict_transport(&self) -> bool {
        let host = self.host_and_port().split(':').next().unwrap_or_default();
        let is_name = host.contains('.') && !host.chars().all(|char| char.is_ascii_digit() || char == '.');
        self.0.starts_with("https://") && is_name && !host.ends_with(".localhost")
    }

    /// Whether the authority is on the machine of whoever asks it: `localhost` or a loopback address.
    pub(crate) fn is_loopback(&self) -> bool {
        let uri: Option<http::Uri> = self.0.parse().ok();
        uri.as_ref().and_then(http::Uri::host).is_some_and(is_loopback_host)
    }

    /// Whether an address is on this origin, in any case of its letters.
    pub(crate) fn is_of(&self, address: &str) -> bool {
        let lower = address.to_ascii_lowercase();
        let rest = lower.strip_prefix(&self.0);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
    }

    /// The issuer of tokens in the v1.0 form: `{origin}/{tenant}/`, with its slash.
    pub(crate) fn issuer_v1(&self, tenant: impl fmt::Display) -> String {
        format!("{}/{tenant}/", self.0)
    }

    /// The issuer of tokens in the v2.0 form: `{origin}/{tenant}/v2.0`. The tenant is an id or, for the aliases of
    /// many tenants, the template `{tenantid}`.
    pub(crate) fn issuer_v2(&self, tenant: impl fmt::Display) -> String {
        format!("{}/{tenant}/v2.0", self.0)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Whether a host, as it stands in a URL, is this machine. A name below `localhost` may be another one.
pub(crate) fn is_loopback_host(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = |address: IpAddr| address.is_loopback();
    bare.eq_ignore_ascii_case("localhost") || bare.parse().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn origins_are_brought_to_one_form() {
        let check = |text: &str, expected: &str| assert_eq!(Origin::parse(text).unwrap().as_str(), expected);
        check("https://localhost:8443", "https://localhost:8443");
        check("https://Login.Example.Test/", "https://login.example.test");
        check("http://127.0.0.1:8080", "http://127.0.0.1:8080");
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "",
            "localhost",
            "https://",
            "ftp://a.test",
            "https://a.test/idp",
            "https://u@a.test",
            "https://a.test/?q",
        ] {
            assert!(Origin::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn loopback_is_this_machine_only() {
        let check = |text: &str, expected: bool| {
            assert_eq!(Origin::parse(text).unwrap().is_loopback(), expected, "{text}");
        };
        check("https://login.example.test", false);
        check("https://localhost.example.test", false);
        check("https://10.0.0.1:8443", false);
        check("https://localhost:8443", true);
        check("http://127.0.0.1", true);
        check("https://[::1]:8443", true);
    }

    #[test]
    fn addresses_of_an_origin() {
        let origin = Origin::parse("https://login.example.test").unwrap();
        let check = |address: &str, expected: bool| assert_eq!(origin.is_of(address), expected, "{address}");
        check("https://login.example.test.evil.test/", false);
        check("https://login.example.test:8443/", false);
        check("http://login.example.test/", false);
        check("https://login.example.test", true);
        check("HTTPS://Login.example.test/tenant/v2.0", true);
    }

    #[test]
    fn strict_transport_is_for_host_names_under_tls() {
        let check = |text: &str, expected: bool| {
            assert_eq!(Origin::parse(text).unwrap().is_strict_transport(), expected, "{text}");
        };
        check("https://login.example.test", true);
        check("https://login.example.test:8443", true);
        check("http://login.example.test", false);
        check("https://localhost:8443", false);
        check("https://127.0.0.1:8443", false);
    }
}
