//! The organization: one row, which holds the environment's settings.
//!
//! In: a write of `organization`. Out: nothing, or the refusal. Invariant: there is always exactly one.

use crate::error::Error;
use crate::plan::Action;
use crate::rules::draft::Draft;

pub(super) fn apply(draft: &Draft<'_>) -> Result<(), Error> {
    match draft.plan.action {
        Action::Update { .. } => Ok(()),
        Action::Create { .. } | Action::Delete { .. } | Action::Associate { .. } | Action::Disassociate { .. } => {
            Err(Error::MethodNotAllowed {
                what: "the organization can only be updated".to_owned(),
            })
        }
    }
}
