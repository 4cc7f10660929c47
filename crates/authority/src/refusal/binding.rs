//! Why a token cannot be bound to the key that a client shows (RFC 9449, RFC 8705).
//!
//! In: nothing. Out: [`BindingRefusal`], a part of [`super::Refusal`]. INVARIANT: no variant carries a proof.

use oauth::DpopError;

/// Why a token cannot be bound to a key, or needs to be.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BindingRefusal {
    /// The DPoP proof proves nothing.
    #[error("dpop proof refused")]
    Proof(#[source] DpopError),
    /// The DPoP proof was sent before.
    #[error("dpop proof sent again")]
    ProofSentAgain,
    /// The application's tokens must be bound, and no key was shown.
    #[error("application `{application}` showed no key to bind its token to")]
    KeyMissing {
        /// The client id.
        application: String,
    },
}
