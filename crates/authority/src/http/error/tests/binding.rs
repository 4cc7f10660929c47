//! The list of `binding` refusals.

use oauth::DpopError;

use crate::refusal::{BindingRefusal, Refusal};

/// The refusal behind another in the list. Without `_`: a new variant does not compile until it has its place.
fn after(refusal: &BindingRefusal) -> Option<BindingRefusal> {
    use BindingRefusal as R;
    let application = "{application}".to_owned();
    Some(match refusal {
        R::Proof(_) => R::ProofSentAgain,
        R::ProofSentAgain => R::KeyMissing { application },
        R::KeyMissing { .. } => return None,
    })
}

pub(super) fn all() -> Vec<Refusal> {
    let first = BindingRefusal::Proof(DpopError::Signature);
    std::iter::successors(Some(first), after).map(Refusal::from).collect()
}
