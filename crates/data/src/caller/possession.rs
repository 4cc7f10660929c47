//! Tokens that are bound to a key: whoever sends one must show that they hold it.
//!
//! In: a verified token and the request that carries it. Out: nothing, or the refusal. INVARIANT: a bound token without its
//! proof is worth nothing, and a token that is not bound is no better for a proof; a DPoP proof is taken once.

use aws_lc_rs::digest::{SHA256, digest};
use http::HeaderName;
use moka::{policy::EvictionPolicy, sync::Cache};
use oauth::{Certificate, Confirmation, DpopError, DpopProof, ExpectedProof, Timestamp, VerifiedToken, verify_dpop};

use super::{Credentials, token::Scheme};
use crate::error::{Error, KeyProofError};

const PROOF: HeaderName = HeaderName::from_static("dpop");
/// How old a proof may be: clients make one for each request, and clocks differ.
const MOST_PROOF_AGE_SECONDS: i64 = 60;
/// Proofs remembered per environment and node: more than one node answers to one client within the age of a proof.
const CAPACITY: u64 = 200_000;

/// The proofs that one environment has lately seen on this node.
pub(crate) struct Proofs {
    seen: Cache<Vec<u8>, ()>,
}

impl Proofs {
    /// None seen yet.
    pub(crate) fn new() -> Self {
        // The oldest go first: by size alone, a flood of new names could keep a new one out, and it could be sent twice.
        let seen = Cache::builder()
            .max_capacity(CAPACITY)
            .eviction_policy(EvictionPolicy::lru())
            .build();
        Self { seen }
    }

    /// Whether nobody has sent this proof before.
    fn is_new(&self, proof: &DpopProof) -> bool {
        let name = format!("{}\n{}", proof.thumbprint(), proof.jti());
        let hash = digest(&SHA256, name.as_bytes()).as_ref().to_vec();
        self.seen.entry(hash).or_insert(()).is_fresh()
    }
}

/// Demands the proof that a token calls for.
pub(super) fn check(
    credentials: &Credentials<'_>,
    token: &VerifiedToken,
    unverified_token: &str,
    proofs: &Proofs,
    now: Timestamp,
) -> Result<(), Error> {
    match (token.confirmation(), credentials.scheme()?) {
        (None, Scheme::Bearer) => Ok(()),
        (None, Scheme::Dpop) => Err(refused(KeyProofError::NotBound)),
        (Some(Confirmation::Jkt(_)), Scheme::Bearer) | (Some(Confirmation::X5tS256(_)), Scheme::Dpop) => {
            Err(refused(KeyProofError::Scheme))
        }
        (Some(Confirmation::Jkt(thumbprint)), Scheme::Dpop) => {
            let proof = proof(credentials, unverified_token, now)?;
            if proof.thumbprint() != thumbprint {
                return Err(refused(KeyProofError::OtherProof));
            }
            if !proofs.is_new(&proof) {
                return Err(refused(KeyProofError::Replayed));
            }
            Ok(())
        }
        (Some(Confirmation::X5tS256(thumbprint)), Scheme::Bearer) => certificate(credentials, thumbprint),
    }
}

/// The one proof of the request (RFC 9449 section 4.3).
fn proof(credentials: &Credentials<'_>, unverified_token: &str, now: Timestamp) -> Result<DpopProof, Error> {
    let mut headers = credentials.headers.get_all(PROOF).iter();
    let unverified_proof = headers.next().and_then(|value| value.to_str().ok());
    let (Some(unverified_proof), None) = (unverified_proof, headers.next()) else {
        return Err(refused(KeyProofError::Missing));
    };
    let expected = ExpectedProof {
        method: credentials.method.as_str(),
        url: &credentials.url,
        now,
        access_token: Some(unverified_token),
        max_age_s: MOST_PROOF_AGE_SECONDS,
    };
    verify_dpop(unverified_proof, &expected).map_err(|source: DpopError| refused(KeyProofError::Proof(source)))
}

/// The certificate of the connection is the one that the token names (RFC 8705 section 3).
fn certificate(credentials: &Credentials<'_>, thumbprint: &str) -> Result<(), Error> {
    let shown = credentials
        .peer_certificate
        .ok_or_else(|| refused(KeyProofError::NoCertificate))?;
    let shown = Certificate::from_der(shown.der()).map_err(|source| refused(KeyProofError::Certificate(source)))?;
    if shown.sha256_thumbprint() == thumbprint {
        Ok(())
    } else {
        Err(refused(KeyProofError::OtherCertificate))
    }
}

fn refused(source: KeyProofError) -> Error {
    Error::KeyNotProved { source }
}
