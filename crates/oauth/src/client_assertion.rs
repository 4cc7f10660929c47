//! Client assertions (RFC 7523 section 3): the JWT by which a client proves itself comes in, taken apart but not
//! believed; with a certificate or an issuer's keys a [`VerifiedAssertion`] goes out.
//!
//! INVARIANT: a [`VerifiedAssertion`] is made by [`verify_with_certificate`] and [`verify_with_keys`] and nowhere else,
//! after every check in the list that both share.

mod check;
mod error;
mod signer;
mod unverified;

use crate::certificate::Certificate;
use crate::clock::Timestamp;
use crate::key_set::KeySet;

pub use error::AssertionError;
pub use signer::{AssertionRequest, AssertionSigner, AssertionSignerError};
pub use unverified::UnverifiedAssertion;

/// How far the client's clock may be off, on both sides.
const SKEW_S: i64 = 300;

/// What is demanded of an assertion.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedAssertion<'a> {
    /// Compared to the letter: the client id, or the federated issuer.
    pub issuer: &'a str,
    /// Compared to the letter: the client id, or the federated subject. `None` where issuer and subject are one by
    /// definition: then `sub` may be missing, but is nobody else.
    pub subject: Option<&'a str>,
    /// The names of who is asked, compared to the letter. Never one that another server has too: an assertion for it
    /// could be passed on.
    pub audiences: &'a [String],
    /// The present moment.
    pub now: Timestamp,
    /// How far `exp` may lie ahead, in seconds; `None` for as far as the client likes.
    pub longest_life_s: Option<i64>,
}

/// Proof that who holds the key said these words, to us, now. Whether they are said again is not known here: see
/// [`VerifiedAssertion::acceptable_until`].
#[derive(Clone, Debug)]
pub struct VerifiedAssertion {
    issuer: String,
    subject: String,
    audience: String,
    jti: Option<String>,
    expires: Timestamp,
}

/// Checks an assertion that a client signed with the key of its certificate. A thumbprint in the header must be this
/// certificate's. Whether the certificate is still in force is the caller's to decide.
pub fn verify_with_certificate(
    assertion: &UnverifiedAssertion,
    certificate: &Certificate,
    expected: &ExpectedAssertion<'_>,
) -> Result<VerifiedAssertion, AssertionError> {
    let algorithm = check::algorithm(assertion)?;
    check::names_certificate(assertion, certificate)?;
    let key = certificate.public_key();
    let verdict = key.verify(algorithm, assertion.signed(), assertion.signature());
    check::signature(verdict, algorithm)?;
    said(assertion, expected)
}

/// Checks an assertion that a foreign issuer signed (a federated credential) with one of its published keys. The header
/// must name the key, unless there is only one.
pub fn verify_with_keys(
    assertion: &UnverifiedAssertion,
    keys: &KeySet,
    expected: &ExpectedAssertion<'_>,
) -> Result<VerifiedAssertion, AssertionError> {
    let algorithm = check::algorithm(assertion)?;
    let key = check::known_key(assertion, keys)?;
    let verdict = key.verify(algorithm, assertion.signed(), assertion.signature());
    check::signature(verdict, algorithm)?;
    check::key_of_issuer(key, expected.issuer)?;
    said(assertion, expected)
}

/// What must hold whoever signed.
fn said(
    assertion: &UnverifiedAssertion,
    expected: &ExpectedAssertion<'_>,
) -> Result<VerifiedAssertion, AssertionError> {
    let issuer = check::issuer(assertion, expected.issuer)?;
    let subject = check::subject(assertion, expected)?;
    let audience = check::audience(assertion, expected.audiences)?;
    check::begun(assertion, expected.now)?;
    let expires = check::expiry(assertion, expected.now)?;
    check::life(expires, expected)?;
    Ok(VerifiedAssertion {
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        audience: audience.to_owned(),
        jti: assertion.jti().map(str::to_owned),
        expires,
    })
}

impl VerifiedAssertion {
    /// The `iss` claim.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The `sub` claim; the issuer where it may be missing and is.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The one name in the `aud` claim.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// The `jti` claim: the assertion's own name. Microsoft's clients send one assertion again until it expires.
    #[must_use]
    pub fn jti(&self) -> Option<&str> {
        self.jti.as_deref()
    }

    /// The `exp` claim.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }

    /// The first moment at which the checks refuse this assertion: until then who wants it used once must remember
    /// its `jti`. It lies behind [`VerifiedAssertion::expires`] by the allowance for clocks.
    #[must_use]
    pub const fn acceptable_until(&self) -> Timestamp {
        self.expires.plus_seconds(SKEW_S)
    }
}

#[cfg(test)]
mod tests;
