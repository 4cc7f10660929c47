//! Why a client assertion was refused, in the order in which the checks look.
//!
//! INVARIANT: a message repeats at most a short excerpt of what the client sent, and never the assertion.

use crate::clock::Timestamp;
use crate::jws::JwsError;

/// A client assertion is not a proof. On the wire these are `invalid_client`; each is a code of its own in Entra's
/// list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// Not a signed token that can be looked at.
    #[error("client assertion is malformed")]
    Malformed(#[from] JwsError),
    /// The header names no algorithm, one that is not in the list of [`crate::Algorithm`], or one that does not fit the
    /// key.
    #[error("client assertion algorithm `{algorithm}` is not accepted")]
    Algorithm {
        /// What the header says.
        algorithm: String,
    },
    /// The header names another certificate or a key that is not published, or no key where there are several.
    #[error("key of the client assertion was not found")]
    NoKey,
    /// The signature was not made by the key over this header and these claims.
    #[error("client assertion signature does not verify")]
    Signature,
    /// `iss` is missing or another, or the key is published for another issuer.
    #[error("client assertion issuer `{issuer}` is not accepted")]
    Issuer {
        /// What the assertion says.
        issuer: String,
    },
    /// `sub` is missing or another.
    #[error("client assertion subject `{subject}` is not accepted")]
    Subject {
        /// What the assertion says.
        subject: String,
    },
    /// `aud` is missing, is not ours, or names others beside us.
    #[error("client assertion audience `{audience}` is not accepted")]
    Audience {
        /// What the assertion says: one name, or several with a space between.
        audience: String,
    },
    /// `exp` is missing, or `exp`, `nbf` or `iat` is not a number.
    #[error("client assertion claim `{claim}` is missing or not a number")]
    Time {
        /// The claim's name.
        claim: &'static str,
    },
    /// `nbf` or `iat` lies ahead by more than 300 s.
    #[error("client assertion is not valid before {not_before}")]
    NotYetValid {
        /// The claim that does.
        not_before: Timestamp,
    },
    /// `exp` lies behind by 300 s or more.
    #[error("client assertion expired at {expired}")]
    Expired {
        /// The `exp` claim.
        expired: Timestamp,
    },
    /// `exp` lies ahead further than is accepted, with 300 s for clocks.
    #[error("client assertion expires only at {expires}, more than {longest_s} s from now")]
    LivesTooLong {
        /// The `exp` claim.
        expires: Timestamp,
        /// What is accepted, in seconds.
        longest_s: i64,
    },
}
