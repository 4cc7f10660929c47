//! Redirect URIs: whether an answer may be sent to where a request wants it.
//!
//! In: the registrations of an application and the URI of a request. Out: [`Found`], or why there is none. INVARIANT: a URI
//! is compared to the letter; only the port of `http://localhost` and `http://127.0.0.1` may be any (RFC 8252 section 7.3).

use crate::registration::{RedirectKind, RedirectUri};

/// Where an answer may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// The URI as the client wrote it or, where it wrote none, as it is registered.
    pub(crate) uri: String,
    /// What kind of client is behind it.
    pub(crate) kind: RedirectKind,
}

/// Why there is no place for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotFound {
    /// The request names none, and not exactly one is registered.
    Missing,
    /// The request names one that is not registered.
    Unregistered,
}

/// Finds the registration of a request's redirect URI.
pub(crate) fn find(registered: &[RedirectUri], unverified_uri: Option<&str>) -> Result<Found, NotFound> {
    match (unverified_uri, registered) {
        (None, [only]) => Ok(found(only, &only.uri)),
        (None, _) => Err(NotFound::Missing),
        (Some(uri), _) => {
            let to_the_letter = registered.iter().find(|one| one.uri == uri);
            let fitting = to_the_letter.or_else(|| registered.iter().find(|one| differ_by_port(&one.uri, uri)));
            fitting.map(|one| found(one, uri)).ok_or(NotFound::Unregistered)
        }
    }
}

fn found(registered: &RedirectUri, uri: &str) -> Found {
    Found {
        uri: uri.to_owned(),
        kind: registered.kind,
    }
}

/// Whether both are addresses of one loopback host and the same but for the port.
fn differ_by_port(registered: &str, uri: &str) -> bool {
    let (registered, uri) = (loopback(registered), loopback(uri));
    registered.is_some() && registered == uri
}

/// Host of a loopback address, and all that stands behind the port.
fn loopback(uri: &str) -> Option<(&'static str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let mut hosts = ["localhost", "127.0.0.1"].into_iter();
    let (host, rest) = hosts.find_map(|host| Some((host, rest.strip_prefix(host)?)))?;
    let rest = match rest.strip_prefix(':') {
        Some(port) => port.trim_start_matches(|char: char| char.is_ascii_digit()),
        None => rest,
    };
    // `http://localhost:1@host/` and `http://localhost.host/` are addresses of another host.
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((host, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered(kind: RedirectKind, uri: &str) -> RedirectUri {
        RedirectUri {
            kind,
            uri: uri.to_owned(),
        }
    }

    fn check(registrations: &[&str], uri: Option<&str>, expected: Result<&str, NotFound>) {
        let registrations: Vec<_> = registrations
            .iter()
            .map(|uri| registered(RedirectKind::Web, uri))
            .collect();
        let found = find(&registrations, uri).map(|found| found.uri);
        assert_eq!(found, expected.map(str::to_owned), "{uri:?}");
    }

    #[test]
    fn other_uris_are_refused() {
        let app = [
            "https://app.test/cb",
            "http://localhost/cb",
            "https://app.test",
            "myapp://auth",
        ];
        for uri in [
            "",
            "https://app.test/cb/",
            "https://app.test/CB",
            "https://app.test/cb?x=1",
            "https://app.test/cb#x",
            "https://app.test:443/cb",
            "https://App.test/cb",
            "http://app.test/cb",
            "https://app.test/cb/../evil",
            "https://app.test.evil.test/cb",
            "https://app.test@evil.test/cb",
            "https://app.test/",
            "http://localhost:8080/other",
            "http://localhost:8080",
            "http://localhost:8080@evil.test/cb",
            "http://localhost:8080x/cb",
            "http://localhost.evil.test/cb",
            "http://127.0.0.1/cb",
            "http://[::1]/cb",
            "http://LOCALHOST/cb",
            "https://localhost:8080/cb",
            "myapp://auth:1",
        ] {
            check(&app, Some(uri), Err(NotFound::Unregistered));
        }
        check(&[], Some("https://app.test/cb"), Err(NotFound::Unregistered));
        check(&[], None, Err(NotFound::Missing));
        check(&app, None, Err(NotFound::Missing));
    }

    #[test]
    fn registered_uris_are_found_as_they_were_written() {
        let app = [
            "https://app.test/cb",
            "http://localhost/cb",
            "http://127.0.0.1:1",
            "myapp://auth",
        ];
        for uri in [
            "https://app.test/cb",
            "http://localhost/cb",
            "http://localhost:/cb",
            "http://localhost:49152/cb",
            "http://127.0.0.1:8080",
            "myapp://auth",
        ] {
            check(&app, Some(uri), Ok(uri));
        }
        check(&["https://app.test/cb"], None, Ok("https://app.test/cb"));
    }

    #[test]
    fn the_exact_registration_tells_the_kind() {
        let both = [
            registered(RedirectKind::PublicClient, "http://localhost/"),
            registered(RedirectKind::Spa, "http://localhost:3000/"),
        ];
        let kind = |uri: &str| find(&both, Some(uri)).map(|found| found.kind);
        assert_eq!(kind("http://localhost:3000/"), Ok(RedirectKind::Spa));
        assert_eq!(kind("http://localhost:3001/"), Ok(RedirectKind::PublicClient));
    }
}
