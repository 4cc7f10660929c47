//! Why a provider's token was refused.
//!
//! INVARIANT: a message may be shown: it repeats at most a short excerpt of what was sent, and never the token.

use crate::jws::JwsError;
use crate::token_error::TokenError;

/// A provider's token is not a proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderTokenError {
    /// What any signed token must hold to: form, type, key, signature, issuer, audience, times.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// Several audiences without `azp`, or an `azp` that is another client (OpenID Connect Core section 3.1.3.7,
    /// points 4 and 5).
    #[error("token is for another authorized party than this client")]
    AuthorizedParty,
    /// `nonce` is missing, or is not the one that was sent: an answer to another request.
    #[error("token nonce is not the one that was sent")]
    Nonce,
    /// There is no `sub`; in a logout token neither `sub` nor `sid`.
    #[error("token names no subject")]
    Subject,
    /// `events` does not say that this is a logout (Back-Channel Logout section 2.4).
    #[error("token is no logout token")]
    Event,
    /// A logout token with a nonce could pass for an id token (Back-Channel Logout section 2.4).
    #[error("a logout token has no nonce")]
    NonceInLogout,
}

impl From<JwsError> for ProviderTokenError {
    fn from(error: JwsError) -> Self {
        Self::Token(TokenError::Malformed(error))
    }
}
