//! The checks that a client assertion must pass, each a function: a part of it and what is expected come in, the value
//! that is now known goes out.
//!
//! INVARIANT: no check lets a missing value pass, except for the claims that RFC 7523 section 3 leaves free, and a subject
//! of which the caller says so.

use serde_json::Value;

use super::error::AssertionError;
use super::unverified::UnverifiedAssertion;
use super::{ExpectedAssertion, SKEW_S};
use crate::algorithm::Algorithm;
use crate::certificate::Certificate;
use crate::clock::Timestamp;
use crate::jws::{self, excerpt};
use crate::key_set::{KeySet, PublishedKey};
use crate::public_key::SignatureError;

pub(super) fn algorithm(assertion: &UnverifiedAssertion) -> Result<Algorithm, AssertionError> {
    assertion.algorithm().ok_or_else(|| AssertionError::Algorithm {
        algorithm: assertion.unaccepted_algorithm(),
    })
}

/// Either thumbprint may be missing, but one that is there must be right.
pub(super) fn names_certificate(
    assertion: &UnverifiedAssertion,
    certificate: &Certificate,
) -> Result<(), AssertionError> {
    let x5t = assertion.x5t().is_none_or(|x5t| x5t == certificate.sha1_thumbprint());
    let x5t_s256 = assertion
        .x5t_s256()
        .is_none_or(|x5t| x5t == certificate.sha256_thumbprint());
    if x5t && x5t_s256 {
        Ok(())
    } else {
        Err(AssertionError::NoKey)
    }
}

pub(super) fn known_key<'k>(
    assertion: &UnverifiedAssertion,
    keys: &'k KeySet,
) -> Result<&'k PublishedKey, AssertionError> {
    let key = assertion.key_id().map_or_else(|| keys.only(), |kid| keys.get(kid));
    key.ok_or(AssertionError::NoKey)
}

pub(super) fn signature(verdict: Result<(), SignatureError>, algorithm: Algorithm) -> Result<(), AssertionError> {
    verdict.map_err(|error| match error {
        SignatureError::KeyOfOtherAlgorithm => AssertionError::Algorithm {
            algorithm: algorithm.as_str().to_owned(),
        },
        SignatureError::Forged => AssertionError::Signature,
    })
}

pub(super) fn key_of_issuer(key: &PublishedKey, issuer: &str) -> Result<(), AssertionError> {
    if key.may_sign_for_any(issuer) {
        Ok(())
    } else {
        Err(AssertionError::Issuer {
            issuer: excerpt(Some(issuer)),
        })
    }
}

pub(super) fn issuer<'a>(assertion: &'a UnverifiedAssertion, expected: &str) -> Result<&'a str, AssertionError> {
    let issuer = assertion.issuer();
    issuer
        .filter(|issuer| *issuer == expected)
        .ok_or_else(|| AssertionError::Issuer {
            issuer: excerpt(issuer),
        })
}

pub(super) fn subject<'a>(
    assertion: &'a UnverifiedAssertion,
    expected: &ExpectedAssertion<'a>,
) -> Result<&'a str, AssertionError> {
    let subject = assertion.subject();
    let (said, wanted) = match expected.subject {
        Some(wanted) => (subject, wanted),
        None => (subject.or(Some(expected.issuer)), expected.issuer),
    };
    said.filter(|said| *said == wanted)
        .ok_or_else(|| AssertionError::Subject {
            subject: excerpt(subject),
        })
}

/// Exactly one: an assertion for several servers can be passed on from one to the other.
pub(super) fn audience<'a>(assertion: &'a UnverifiedAssertion, accepted: &[String]) -> Result<&'a str, AssertionError> {
    let audiences = assertion.audiences();
    if let [audience] = audiences
        && accepted.contains(audience)
    {
        return Ok(audience);
    }
    Err(AssertionError::Audience {
        audience: excerpt(Some(&audiences.join(" "))),
    })
}

/// `nbf` and `iat` may be missing (RFC 7523 section 3, points 5 and 6).
pub(super) fn begun(assertion: &UnverifiedAssertion, now: Timestamp) -> Result<(), AssertionError> {
    let times = assertion.times();
    for (claim, value) in [("nbf", &times.nbf), ("iat", &times.iat)] {
        let Some(value) = value else { continue };
        let not_before = time(Some(value), claim)?;
        if not_before > now.plus_seconds(SKEW_S) {
            return Err(AssertionError::NotYetValid { not_before });
        }
    }
    Ok(())
}

pub(super) fn expiry(assertion: &UnverifiedAssertion, now: Timestamp) -> Result<Timestamp, AssertionError> {
    let expires = time(assertion.times().exp.as_ref(), "exp")?;
    if now >= expires.plus_seconds(SKEW_S) {
        return Err(AssertionError::Expired { expired: expires });
    }
    Ok(expires)
}

/// Counted from now, not from `iat`: that one is the client's word.
pub(super) fn life(expires: Timestamp, expected: &ExpectedAssertion<'_>) -> Result<(), AssertionError> {
    let Some(longest_s) = expected.longest_life_s else {
        return Ok(());
    };
    if expires > expected.now.plus_seconds(longest_s).plus_seconds(SKEW_S) {
        return Err(AssertionError::LivesTooLong { expires, longest_s });
    }
    Ok(())
}

fn time(claim: Option<&Value>, name: &'static str) -> Result<Timestamp, AssertionError> {
    jws::seconds(claim)
        .map(Timestamp::from_seconds)
        .ok_or(AssertionError::Time { claim: name })
}
