//! The table of [`BindingRefusal`]: AADSTS number, OAuth error, HTTP status and text of each.
//!
//! In: a refusal. Out: its code and text. Invariant: as in the table of all refusals. Entra ID has no numbers for DPoP, so
//! the general number of a request that cannot be taken stands in, and the OAuth error tells.

use http::StatusCode;
use oauth::OAuthError;

use super::{Code, shown};
use crate::refusal::BindingRefusal;

/// Number, OAuth error and status.
#[rustfmt::skip] // one line per variant: this is read as a table
#[expect(clippy::match_same_arms, reason = "one line per variant: this is read as a table")]
pub(super) fn code(refusal: &BindingRefusal) -> Code {
    use {BindingRefusal as R, OAuthError as E, StatusCode as S};
    let (number, error, status) = match refusal {
        R::Proof(_)          => (9_002_313, E::InvalidDpopProof, S::BAD_REQUEST),
        R::ProofSentAgain    => (9_002_313, E::InvalidDpopProof, S::BAD_REQUEST),
        R::KeyMissing { .. } => (9_002_313, E::InvalidRequest,   S::BAD_REQUEST),
    };
    Code { number, error, status }
}

/// What the client is told.
#[rustfmt::skip] // as above
pub(super) fn text(refusal: &BindingRefusal) -> String {
    match refusal {
        BindingRefusal::Proof(reason) => format!("The DPoP proof is not valid: {}.", shown(&reason.to_string())),
        BindingRefusal::ProofSentAgain => "The DPoP proof was used before. A proof is for one request.".to_owned(),
        BindingRefusal::KeyMissing { application } => format!("Tokens of application '{}' must be bound to a key. Send a DPoP proof or connect with a client certificate.", shown(application)),
    }
}
