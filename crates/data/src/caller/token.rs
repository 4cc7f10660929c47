//! Bearer tokens, verified once and remembered, so that a steady caller costs no signature check.
//!
//! In: the `Authorization` header. Out: a `VerifiedToken`, which may still call for a proof. Invariant: what is remembered was verified for this
//! environment by keys that are still published, and its time is checked anew at every use; the text of a token is
//! never kept, only its SHA-256.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use http::{HeaderMap, header};
use moka::sync::Cache;
use oauth::{Expected, KeySet, VerifiedToken};

use super::possession::Proofs;
use crate::{environment::Environment, error::Error};

/// Tokens remembered per environment; the least used are forgotten first.
const CAPACITY: u64 = 10_000;

/// How a token is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    /// By itself (RFC 6750 section 2.1).
    Bearer,
    /// With a proof of the key to which it is bound (RFC 9449 section 7.1).
    Dpop,
}

type TokenHash = [u8; 32];

/// The tokens that one environment has lately seen, and the proofs that came with them.
pub(crate) struct Tokens {
    proved: Cache<TokenHash, Proved>,
    pub(super) proofs: Proofs,
}

/// A verified token, and the keys by which it was.
#[derive(Clone)]
struct Proved {
    token: Arc<VerifiedToken>,
    keys: Arc<KeySet>,
}

impl Tokens {
    /// None seen yet.
    pub(crate) fn new() -> Self {
        Self {
            proved: Cache::new(CAPACITY),
            proofs: Proofs::new(),
        }
    }

    /// The token as the environment takes it: from its tenant's authority, made for it, now.
    pub(crate) fn verify(
        &self,
        unverified_token: &str,
        environment: &Environment,
    ) -> Result<Arc<VerifiedToken>, Error> {
        let now = environment.clock.now();
        let keys = environment.directory.keys();
        let hash = hash(unverified_token);
        if let Some(known) = self.proved.get(&hash)
            && Arc::ptr_eq(&known.keys, &keys)
            && known.token.is_live(now)
        {
            return Ok(known.token);
        }
        let address = &environment.address;
        let expected = Expected {
            issuers: &address.issuers,
            audiences: &address.urls,
            tenant: address.tenant,
            now,
        };
        let token = oauth::verify(unverified_token, &keys, &expected)
            .map_err(|source| Error::Unauthenticated { source: Some(source) })?;
        let token = Arc::new(token);
        self.proved.insert(
            hash,
            Proved {
                token: Arc::clone(&token),
                keys,
            },
        );
        Ok(token)
    }
}

/// The token of the `Authorization` header, and how it is sent; none, where there is no such header of these schemes.
pub(super) fn presented(headers: &HeaderMap) -> Result<(Scheme, &str), Error> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().and_then(|value| value.to_str().ok());
    let (scheme, unverified_token) = value
        .and_then(|value| value.split_once(' '))
        .ok_or(Error::Unauthenticated { source: None })?;
    let schemes = [("Bearer", Scheme::Bearer), ("DPoP", Scheme::Dpop)];
    let scheme = schemes.iter().find(|(name, _)| scheme.eq_ignore_ascii_case(name));
    match (scheme, values.next()) {
        (Some((_, scheme)), None) => Ok((*scheme, unverified_token.trim())),
        _ => Err(Error::Unauthenticated { source: None }),
    }
}

fn hash(unverified_token: &str) -> TokenHash {
    let mut hash = TokenHash::default();
    for (byte, digested) in hash
        .iter_mut()
        .zip(digest(&SHA256, unverified_token.as_bytes()).as_ref())
    {
        *byte = *digested;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(values: &[&'static str], expected: Option<(Scheme, &str)>) {
        let headers = values
            .iter()
            .map(|value| (header::AUTHORIZATION, value.parse().unwrap()));
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, value);
        }
        assert_eq!(presented(&map).ok(), expected, "{values:?}");
    }

    #[test]
    fn only_one_token_is_taken() {
        check(&[], None);
        check(&["abc"], None);
        check(&["Basic abc"], None);
        check(&["Bearer abc", "Bearer def"], None);
        check(&["DPoP abc", "Bearer abc"], None);
        check(&["Bearer abc"], Some((Scheme::Bearer, "abc")));
        check(&["bearer  abc "], Some((Scheme::Bearer, "abc")));
        check(&["dpop abc"], Some((Scheme::Dpop, "abc")));
    }
}
