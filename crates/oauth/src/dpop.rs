//! DPoP proofs (RFC 9449): the text of the `DPoP` header comes in, a [`DpopProof`] goes out.
//!
//! INVARIANT: a [`DpopProof`] is made by [`verify_dpop`] and nowhere else, after the checks of section 4.3. Two of them
//! are the caller's: that the header came once, and that the proof is new.

mod check;
mod claims;
mod error;
mod target;

use claims::Claims;

use crate::clock::Timestamp;
use crate::jws;

pub use error::DpopError;

/// What is demanded of a proof.
#[derive(Clone, Copy)]
pub struct ExpectedProof<'a> {
    /// The HTTP method of the request, in capitals.
    pub method: &'a str,
    /// The address at which the client reaches this endpoint; query and fragment do not count.
    pub url: &'a str,
    /// The present moment.
    pub now: Timestamp,
    /// The access token that was sent beside the proof, if any: the proof must be for it.
    pub access_token: Option<&'a str>,
    /// How long ago the proof may have been made, in seconds.
    pub max_age_s: i64,
}

/// Proof that who sends this request holds a key. Before it is worth anything, [`DpopProof::jti`] must be found unused:
/// it needs to be remembered for `max_age_s` seconds from [`DpopProof::issued_at`].
#[derive(Clone, Debug)]
pub struct DpopProof {
    thumbprint: String,
    jti: String,
    issued_at: Timestamp,
}

/// Checks a proof in the order of RFC 9449 section 4.3.
pub fn verify_dpop(unverified_proof: &str, expected: &ExpectedProof<'_>) -> Result<DpopProof, DpopError> {
    let jws = jws::read(unverified_proof)?;
    let claims: Claims = jws.claims()?;
    let jti = check::proof_id(&claims)?;
    check::proof_type(&jws.header)?;
    let algorithm = check::algorithm(&jws.header)?;
    let unverified_jwk = check::jwk(&jws.header)?;
    check::no_private_member(unverified_jwk)?;
    let key = check::key(unverified_jwk)?;
    check::signature(&key, algorithm, &jws)?;
    check::method(&claims, expected.method)?;
    check::url(&claims, expected.url)?;
    let issued_at = check::age(&claims, expected.now, expected.max_age_s)?;
    check::access_token(&claims, expected.access_token)?;
    Ok(DpopProof {
        thumbprint: key.thumbprint,
        jti: jti.to_owned(),
        issued_at,
    })
}

impl DpopProof {
    /// RFC 7638 thumbprint of the key: what a token is bound to as `jkt`.
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// The `jti` claim: the proof's own name, at most 256 bytes.
    #[must_use]
    pub fn jti(&self) -> &str {
        &self.jti
    }

    /// The `iat` claim.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }
}

/// Without the access token.
impl std::fmt::Debug for ExpectedProof<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExpectedProof")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("now", &self.now)
            .field("max_age_s", &self.max_age_s)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
