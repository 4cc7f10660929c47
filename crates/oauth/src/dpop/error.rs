//! Why a DPoP proof was refused, in the order in which [`crate::verify_dpop`] looks.
//!
//! INVARIANT: a message may be shown to the caller: it repeats at most a short excerpt of what the caller sent, and
//! never the proof or a token.

use crate::clock::Timestamp;
use crate::jws::JwsError;

/// A proof is none. On the wire all of these are `invalid_dpop_proof` (RFC 9449 sections 5 and 7.1); the message fits
/// into `error_description`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DpopError {
    /// Not a signed token that can be looked at.
    #[error("dpop proof is malformed")]
    Malformed(#[from] JwsError),
    /// A claim is missing or has another type than its specification gives it, or `jti` is empty or longer than 256
    /// bytes.
    #[error("dpop proof claim `{claim}` is missing or not as it should be")]
    Claim {
        /// The claim's name.
        claim: &'static str,
    },
    /// `typ` is not `dpop+jwt`.
    #[error("dpop proof type `{typ}` is not accepted")]
    Type {
        /// What the header says.
        typ: String,
    },
    /// The header names no algorithm, one that is not in the list of [`crate::Algorithm`], or one that does not fit the
    /// key.
    #[error("dpop proof algorithm `{algorithm}` is not accepted")]
    Algorithm {
        /// What the header says.
        algorithm: String,
    },
    /// `jwk` holds a private or symmetric key.
    #[error("dpop proof shows a private key")]
    PrivateKey,
    /// `jwk` is missing or no public key that the listed algorithms work with.
    #[error("dpop proof has no usable public key")]
    Key,
    /// The signature was not made by the shown key over this header and these claims.
    #[error("dpop proof signature does not verify")]
    Signature,
    /// `htm` is another method than that of the request.
    #[error("dpop proof is for method `{method}`")]
    Method {
        /// What the proof says.
        method: String,
    },
    /// `htu` is another address than that of the request.
    #[error("dpop proof is for url `{url}`")]
    Url {
        /// What the proof says.
        url: String,
    },
    /// `iat` lies ahead by more than 60 s.
    #[error("dpop proof was made in the future, at {issued_at}")]
    Early {
        /// The `iat` claim.
        issued_at: Timestamp,
    },
    /// `iat` lies too far back.
    #[error("dpop proof is too old, made at {issued_at}")]
    Old {
        /// The `iat` claim.
        issued_at: Timestamp,
    },
    /// `ath` is missing, or is not the hash of the access token beside the proof.
    #[error("dpop proof is not for this access token")]
    AccessToken,
}
