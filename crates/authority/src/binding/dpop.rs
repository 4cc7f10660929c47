//! DPoP proofs (RFC 9449), at the endpoints that give tokens and at those of ours that take them.
//!
//! In: the proof of a request. Out: the thumbprint of its key. INVARIANT: a proof counts once, on whatever node.

use oauth::{ExpectedProof, Timestamp, verify_dpop};

use crate::authority::Authority;
use crate::refusal::{BindingRefusal, Refusal};
use crate::store::once::{self, Kind, Use};

/// How long ago a proof may have been made: the time in which it must be remembered.
const MOST_AGE_SECONDS: i64 = 300;

/// The request that a proof must be for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    /// Its method, in capitals.
    pub(crate) method: &'a str,
    /// Its address without the query.
    pub(crate) url: &'a str,
    /// The access token beside the proof, where one is shown.
    pub(crate) access_token: Option<&'a str>,
}

/// Verifies a proof and uses it up; gives the thumbprint of its key.
pub(crate) async fn proved_key(
    authority: &Authority,
    unverified_proof: &str,
    request: &Request<'_>,
    now: Timestamp,
) -> Result<String, Refusal> {
    let expected = ExpectedProof {
        method: request.method,
        url: request.url,
        now,
        access_token: request.access_token,
        max_age_s: MOST_AGE_SECONDS,
    };
    let proof = verify_dpop(unverified_proof, &expected).map_err(BindingRefusal::Proof)?;
    // With the key, so that nobody can use up the ids of others.
    let name = [proof.thumbprint(), proof.jti()];
    let ends_at = proof.issued_at().plus_seconds(MOST_AGE_SECONDS);
    let snapshot = authority.directory().last_snapshot();
    match once::use_up(snapshot.database(), Kind::DpopProof, &name, now, ends_at).await? {
        Use::First => Ok(proof.thumbprint().to_owned()),
        Use::Again => Err(BindingRefusal::ProofSentAgain.into()),
    }
}
