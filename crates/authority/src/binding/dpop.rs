//! DPoP proofs at the endpoints that clients post to (RFC 9449 section 5).
//!
//! In: the proof of a call. Out: the thumbprint of its key. INVARIANT: a proof counts once, on whatever node.

use oauth::{ExpectedProof, Timestamp, verify_dpop};

use crate::authority::Authority;
use crate::refusal::{BindingRefusal, Refusal};
use crate::store::once::{self, Kind, Use};

/// How long ago a proof may have been made: the time in which it must be remembered.
const MOST_AGE_SECONDS: i64 = 300;

/// Verifies a proof and uses it up.
pub(super) async fn check(
    authority: &Authority,
    unverified_proof: &str,
    url: &str,
    now: Timestamp,
) -> Result<String, Refusal> {
    let expected = ExpectedProof {
        method: "POST",
        url,
        now,
        access_token: None,
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
