//! Why a bearer token was refused, in the order in which [`crate::verify`] looks.
//!
//! INVARIANT: a message may be shown to the caller: it repeats at most a short excerpt of what the caller sent, and
//! never the token.

use crate::clock::Timestamp;
use crate::jws::JwsError;

/// A bearer token is not a proof. On the wire all of these are `invalid_token` (RFC 6750 section 3.1); the message
/// fits into `error_description`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a signed token that can be looked at.
    #[error(transparent)]
    Malformed(#[from] JwsError),
    /// The header says that this is another kind of token, a DPoP proof for instance.
    #[error("token type `{typ}` is not accepted")]
    Type {
        /// What the header says.
        typ: String,
    },
    /// The header names no algorithm, or one that is not in the list of [`crate::Algorithm`].
    #[error("token algorithm `{algorithm}` is not accepted")]
    Algorithm {
        /// What the header says.
        algorithm: String,
    },
    /// The header names no key, or one that the issuer does not publish. With a foreign issuer: fetch its keys again.
    #[error("signing key `{kid}` is not known")]
    UnknownKey {
        /// What the header says.
        kid: String,
    },
    /// The header's algorithm does not fit the key, or is not the one that the key is published for.
    #[error("signing key may not be used with this algorithm")]
    KeyOfOtherAlgorithm,
    /// The signature was not made by the named key over this header and these claims.
    #[error("token signature does not verify")]
    Signature,
    /// `iss` is not one of the expected issuers.
    #[error("token issuer `{issuer}` is not accepted")]
    Issuer {
        /// What the token says.
        issuer: String,
    },
    /// `tid` is not the tenant that the resource belongs to.
    #[error("token tenant `{tenant}` is not accepted")]
    Tenant {
        /// What the token says.
        tenant: String,
    },
    /// The key is published for another issuer.
    #[error("signing key may not sign for this issuer")]
    KeyOfOtherIssuer,
    /// `aud` is not one of the resource's names.
    #[error("token audience `{audience}` is not this resource")]
    Audience {
        /// What the token says.
        audience: String,
    },
    /// `iat`, `nbf` or `exp` is missing or not a number, or `auth_time` is not one.
    #[error("token claim `{claim}` is missing or not a number")]
    Time {
        /// The claim's name.
        claim: &'static str,
    },
    /// `nbf` lies ahead by more than the allowed skew.
    #[error("token is not valid before {not_before}")]
    NotYetValid {
        /// The `nbf` claim.
        not_before: Timestamp,
    },
    /// `exp` has come.
    #[error("token expired at {expired}")]
    Expired {
        /// The `exp` claim.
        expired: Timestamp,
    },
    /// `oid` is missing or not a GUID.
    #[error("token claim `oid` is missing or not a guid")]
    ObjectId,
    /// Neither `appid` nor `azp` is a GUID, or the two differ.
    #[error("token names no client application")]
    Application,
    /// The token is neither an application's nor, with scopes, a person's; or it claims to be both.
    #[error("token is neither app-only nor delegated")]
    Kind,
    /// The token is bound to a key in a way that is not known: with it unchecked, the token would be worth more than
    /// its issuer meant.
    #[error("token claim `cnf` names no known proof of possession")]
    Confirmation,
}
