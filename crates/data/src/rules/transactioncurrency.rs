//! Currencies.
//!
//! In: a write of `transactioncurrency`. Out: with the organization, or the refusal.
//! Invariant: the organization's own currency stays active, at the rate of one.

use uuid::Uuid;

use crate::error::{Error, Rule};
use crate::plan::{Action, Cell};
use crate::rules::Context;
use crate::rules::draft::Draft;

pub(super) fn apply(context: Context<'_>, draft: &mut Draft<'_>, id: Option<Uuid>) -> Result<(), Error> {
    let settings = context.environment.security.settings();
    match draft.plan.action {
        Action::Create { .. } => draft.settle("organizationid", Cell::Guid(settings.organization)),
        Action::Update { .. } => {
            let is_changed = ["exchangerate", "statecode"]
                .iter()
                .any(|name| draft.value(name).is_some());
            if id == Some(settings.base_currency) && is_changed {
                let what = "rate and state of the organization's currency cannot be changed".to_owned();
                return Err(Error::Rule {
                    rule: Rule::BuiltIn,
                    what,
                });
            }
        }
        Action::Delete { .. } | Action::Associate { .. } | Action::Disassociate { .. } => {}
    }
    Ok(())
}
