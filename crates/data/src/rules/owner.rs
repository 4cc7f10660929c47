//! Who may be made the owner of a row.
//!
//! In: the refusal of a write. Out: the same, or the rule behind it. Invariant: an access team owns nothing; as it holds
//! no roles it can read nothing either, for which `access` refuses it.

use crate::environment::TeamKind;
use crate::error::{Error, Rule};
use crate::rules::Context;
use crate::rules::draft::Draft;

pub(super) fn explain(context: Context<'_>, draft: &Draft<'_>, refusal: Error) -> Error {
    let owner = draft
        .given_row("ownerid")
        .and_then(|id| context.environment.security.teams.get(&id));
    match (&refusal, owner.map(|team| team.kind)) {
        (
            Error::Rule {
                rule: Rule::OwnerLacksPrivilege,
                ..
            },
            Some(TeamKind::Access),
        ) => Error::Rule {
            rule: Rule::AccessTeamOwner,
            what: "a row cannot be assigned to an access team".to_owned(),
        },
        _ => refusal,
    }
}
