//! Who may be made the owner of a row.
//!
//! In: a write of any table. Out: nothing, or the refusal. Invariant: an access team owns nothing.

use crate::environment::TeamKind;
use crate::error::{Error, Rule};
use crate::rules::Context;
use crate::rules::draft::Draft;

pub(super) fn apply(context: Context<'_>, draft: &Draft<'_>) -> Result<(), Error> {
    let owner = draft.given_row("ownerid").and_then(|id| context.environment.security.teams.get(&id));
    match owner.map(|team| team.kind) {
        Some(TeamKind::Access) => Err(Error::Rule {
            rule: Rule::AccessTeamOwner,
            what: "a row cannot be assigned to an access team".to_owned(),
        }),
        Some(TeamKind::Owner) | None => Ok(()),
    }
}
