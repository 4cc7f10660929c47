//! The keys of one issuer fetched: its discovery document, then the key document that this names.
//!
//! In: an issuer. Out: its keys, or a [`FetchError`]. INVARIANT: only `https` is spoken, and `http` within this machine
//! where the authority itself is on it; no redirect is followed, and answers are short and come soon or not at all.

use std::sync::Arc;
use std::time::Duration;

use oauth::{Jwk, KeySet};
use reqwest::{Client, Url, redirect};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::origin::{self, Origin};

/// Behind an issuer (OpenID Connect Discovery section 4).
const DISCOVERY_PATH: &str = ".well-known/openid-configuration";
const CONNECT_SECONDS: u64 = 3;
/// For a whole answer.
const ANSWER_SECONDS: u64 = 5;
const MOST_DISCOVERY_BYTES: usize = 64 * 1024;
/// A hundred keys with a certificate each take about 300 KiB.
const MOST_KEYS_BYTES: usize = 512 * 1024;
/// How many keys of an issuer are read.
const MOST_KEYS: usize = 100;

/// Why there are no keys of an issuer.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum FetchError {
    /// The issuer, or what it names as the address of its keys, may not be asked.
    #[error("its address is not an https url")]
    Address,
    /// There is no HTTP client on this machine.
    #[error("no request could be made")]
    Client(#[source] Arc<reqwest::Error>),
    /// No answer, or none in time.
    #[error("it could not be reached")]
    Unreachable(#[source] Arc<reqwest::Error>),
    /// An answer that is not the document; redirects are not followed.
    #[error("it answered with status {status}")]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// A document longer than is read.
    #[error("its document is longer than {limit_bytes} bytes")]
    TooLong {
        /// What is read.
        limit_bytes: usize,
    },
    /// Not JSON of the right shape.
    #[error("its document cannot be read")]
    Document(#[source] Arc<serde_json::Error>),
    /// The discovery document is another issuer's.
    #[error("its discovery document names another issuer")]
    OtherIssuer,
}

/// Whether addresses on this machine may be asked without TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loopback {
    /// The authority is on this machine itself: somebody develops here.
    Allowed,
    /// Never.
    Refused,
}

impl Loopback {
    /// The rule of an authority.
    pub(crate) fn of(origin: &Origin) -> Self {
        if origin.is_loopback() {
            Self::Allowed
        } else {
            Self::Refused
        }
    }
}

/// What is read of a discovery document.
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

/// A key document, its keys unread: one that is of no use here must not spoil the others.
#[derive(Deserialize)]
struct Keys {
    keys: Vec<Value>,
}

/// Whether an issuer is an address that may be asked: a URL without query, fragment, user and password.
pub(crate) fn is_address(text: &str, loopback: Loopback) -> bool {
    parse(text, loopback).is_some_and(|url| url.query().is_none() && url.fragment().is_none())
}

/// Fetches the keys of an issuer.
pub(super) async fn keys(http: &OnceCell<Client>, loopback: Loopback, issuer: &str) -> Result<KeySet, FetchError> {
    let http = http.get_or_try_init(async || client()).await?;
    let base = issuer.strip_suffix('/').unwrap_or(issuer);
    let address = parse(&format!("{base}/{DISCOVERY_PATH}"), loopback).ok_or(FetchError::Address)?;
    let discovery: Discovery = get(http, address, MOST_DISCOVERY_BYTES).await?;
    // To the letter: a trailing slash makes another issuer (OpenID Connect Discovery section 4.3).
    if discovery.issuer != issuer {
        return Err(FetchError::OtherIssuer);
    }
    let address = parse(&discovery.jwks_uri, loopback).ok_or(FetchError::Address)?;
    let document: Keys = get(http, address, MOST_KEYS_BYTES).await?;
    Ok(usable(document))
}

fn client() -> Result<Client, FetchError> {
    let builder = Client::builder()
        .redirect(redirect::Policy::none())
        .connect_timeout(Duration::from_secs(CONNECT_SECONDS))
        .timeout(Duration::from_secs(ANSWER_SECONDS))
        .user_agent(concat!("commonhold/", env!("CARGO_PKG_VERSION")));
    builder.build().map_err(|error| FetchError::Client(Arc::new(error)))
}

fn parse(text: &str, loopback: Loopback) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let host = url.host_str()?;
    let may_be_asked = match url.scheme() {
        "https" => true,
        "http" => loopback == Loopback::Allowed && origin::is_loopback_host(host),
        _ => false,
    };
    let anonymous = url.username().is_empty() && url.password().is_none();
    (may_be_asked && anonymous).then_some(url)
}

async fn get<T: DeserializeOwned>(http: &Client, address: Url, limit_bytes: usize) -> Result<T, FetchError> {
    let unreachable = |error| FetchError::Unreachable(Arc::new(error));
    let mut response = http.get(address).send().await.map_err(unreachable)?;
    let status = response.status().as_u16();
    if status != 200 {
        return Err(FetchError::Status { status });
    }
    let mut document = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if document.len() + chunk.len() > limit_bytes {
            return Err(FetchError::TooLong { limit_bytes });
        }
        document.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&document).map_err(|error| FetchError::Document(Arc::new(error)))
}

/// The first hundred keys, without those that cannot be used: of other types, too short, or with a name that an earlier one
/// has.
fn usable(document: Keys) -> KeySet {
    let mut keys: Vec<Jwk> = Vec::new();
    for key in document.keys.into_iter().take(MOST_KEYS) {
        let Ok(key) = serde_json::from_value::<Jwk>(key) else {
            continue;
        };
        let is_new = keys.iter().all(|earlier| earlier.kid != key.kid);
        if is_new && KeySet::new(vec![key.clone()]).is_ok() {
            keys.push(key);
        }
    }
    // Each parses by itself and no two share a name, which is all that a set is refused for.
    KeySet::new(keys).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_may_be_asked() {
        let check = |text: &str, loopback: Loopback, expected: bool| {
            assert_eq!(is_address(text, loopback), expected, "{text}");
        };
        for text in [
            "",
            "ci",
            "ftp://ci.test",
            "http://ci.test",
            "http://10.0.0.1",
            "http://localhost.ci.test",
            "http://127.0.0.1.ci.test",
            "https://user@ci.test",
            "https://:password@ci.test",
            "https://ci.test/?a=b",
            "https://ci.test/#a",
            "file:///etc",
        ] {
            check(text, Loopback::Refused, false);
            check(text, Loopback::Allowed, false);
        }
        for text in ["http://localhost:8080", "http://127.0.0.1:1/issuer", "http://[::1]/"] {
            check(text, Loopback::Refused, false);
            check(text, Loopback::Allowed, true);
        }
        check("https://ci.test", Loopback::Refused, true);
        check("https://ci.test:8443/tenant/", Loopback::Refused, true);
    }

    #[test]
    fn keys_of_no_use_do_not_spoil_the_others() {
        let key = |kid: &str| {
            oauth::SigningKey::generate(oauth::Algorithm::Es256)
                .unwrap()
                .with_kid(kid)
                .unwrap()
        };
        let (first, second) = (key("first"), key("second"));
        let json = |key: &oauth::SigningKey| serde_json::to_value(key.public_jwk(None)).unwrap();
        let mut keys = vec![
            serde_json::json!({"kty": "oct", "k": "AAAA", "kid": "symmetric"}),
            serde_json::json!({"kty": "RSA", "n": "AQ", "e": "AQAB", "kid": "short"}),
            serde_json::json!({"kid": "nothing"}),
            serde_json::json!(7),
            json(&first),
            json(&first),
            json(&second),
        ];
        let set = usable(Keys { keys: keys.clone() });
        assert!(set.contains("first") && set.contains("second"));
        assert!(!set.contains("short") && !set.contains("symmetric"));
        keys.splice(0..0, (0..94).map(Value::from));
        let set = usable(Keys { keys });
        assert!(set.contains("first") && !set.contains("second"));
    }
}
