//! The address that a proof is for: text of a URL comes in, its parts go out, normalised (RFC 3986 section 6.2.2.1 and
//! 6.2.3) so that two spellings of one address are equal.
//!
//! INVARIANT: two equal targets are one endpoint; where the text is doubtful there is no target.

/// An address without query and fragment (RFC 9449 section 4.3, point 9).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    scheme: String,
    host: String,
    port: u16,
    path: String,
}

impl Target {
    /// Reads an absolute `http` or `https` URL; `None` for anything else, also for one with a user name.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let default_port = match scheme.as_str() {
            "https" => 443,
            "http" => 80,
            _ => return None,
        };
        let rest = rest.split(['?', '#']).next()?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = host_and_port(authority)?;
        Some(Self {
            scheme,
            host: host.to_ascii_lowercase(),
            port: port.unwrap_or(default_port),
            path: path.to_owned(),
        })
    }
}

/// `host`, `host:port`, `host:`; an IPv6 address stands in brackets (RFC 3986 section 3.2.2).
fn host_and_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (authority, ""),
    };
    let in_brackets = host.starts_with('[') && host.ends_with(']');
    let port = match port {
        "" => None,
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(digits.parse().ok()?),
        _ => return None,
    };
    let doubtful = host.is_empty() || host.contains(['@', '\\', ' ']) || (host.contains(':') && !in_brackets);
    (!doubtful).then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_same(one: &str, other: &str) {
        assert!(Target::parse(one).is_some(), "{one}");
        assert_eq!(Target::parse(one), Target::parse(other), "{one} {other}");
    }

    fn check_other(one: &str, other: &str) {
        assert_ne!(Target::parse(one), Target::parse(other), "{one} {other}");
    }

    #[test]
    fn doubtful_addresses_have_no_target() {
        for url in [
            "",
            "/token",
            "https:/localhost/token",
            "https://",
            "https:///token",
            "https://:443/token",
            "ftp://localhost/token",
            "https://user@localhost/token",
            "https://localhost:port/token",
            "https://localhost:+443/token",
            "https://localhost:65536/token",
            "https://::1/token",
            "https://local host/token",
            "https://localhost\\@evil.test/token",
        ] {
            assert_eq!(Target::parse(url), None, "{url}");
        }
    }

    #[test]
    fn other_endpoints_are_not_equal() {
        let url = "https://localhost:8443/t/token";
        check_other(url, "http://localhost:8443/t/token");
        check_other(url, "https://localhost/t/token");
        check_other(url, "https://localhost:8444/t/token");
        check_other(url, "https://localhost.:8443/t/token");
        check_other(url, "https://localhost:8443/T/token");
        check_other(url, "https://localhost:8443/t/token/");
        check_other(url, "https://localhost:8443/t%2Ftoken");
        check_other(url, "https://localhost:8443");
    }

    #[test]
    fn spellings_of_one_address_are_equal() {
        check_same("https://localhost:8443/t/token", "HTTPS://LocalHost:8443/t/token");
        check_same(
            "https://login.example.test/token",
            "https://login.example.test:443/token",
        );
        check_same("https://login.example.test/token", "https://login.example.test:/token");
        check_same("http://[::1]/token", "http://[::1]:80/token?a=b");
        check_same("https://login.example.test", "https://login.example.test/#fragment");
        check_same(
            "https://login.example.test/token?a=/b#c",
            "https://login.example.test/token",
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(front in "(https?://)?", url: String) {
            let _ = Target::parse(&(front + &url));
        }
    }
}
