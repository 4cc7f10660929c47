//! Teams.
//!
//! In: a write of `team`. Out: with its unit and administrator, or the refusal.
//! Invariant: the default team of a business unit comes, changes its name and goes with its unit alone.

use uuid::Uuid;

use crate::error::{Error, Rule};
use crate::plan::{Action, Cell};
use crate::rules::Context;
use crate::rules::draft::Draft;

pub(super) fn apply(context: Context<'_>, draft: &mut Draft<'_>, id: Option<Uuid>) -> Result<(), Error> {
    let Some(id) = id else { return Ok(()) };
    let security = &context.environment.security;
    let is_default = security.teams.get(&id).is_some_and(|team| team.is_default);
    match draft.plan.action {
        Action::Create { .. } => create(context, draft, id),
        Action::Update { .. } if is_default && draft.given("name").is_some() => Err(built_in(
            "the default team of a business unit goes by the name of its unit",
        )),
        Action::Delete { .. } if is_default => Err(built_in("the default team of a business unit cannot be deleted")),
        Action::Update { .. } | Action::Delete { .. } | Action::Associate { .. } | Action::Disassociate { .. } => {
            Ok(())
        }
    }
}

fn create(context: Context<'_>, draft: &mut Draft<'_>, id: Uuid) -> Result<(), Error> {
    let is_group = matches!(draft.given("teamtype"), Some(Cell::Int(2 | 3)));
    if is_group || draft.is_given("azureactivedirectoryobjectid") {
        let what = "teams of directory groups are not supported; make an owner team (`teamtype` 0) or an access team \
                    (`teamtype` 1)";
        return Err(Error::NotSupported { what: what.to_owned() });
    }
    let acting = context.caller.acting();
    draft.settle_default("businessunitid", Cell::Guid(acting.unit));
    draft.settle_default("administratorid", Cell::Guid(acting.id));
    draft.settle(
        "organizationid",
        Cell::Guid(context.environment.security.settings().organization),
    );
    draft.settle("ownerid", Cell::Guid(id));
    Ok(())
}

fn built_in(what: &str) -> Error {
    Error::Rule {
        rule: Rule::BuiltIn,
        what: what.to_owned(),
    }
}
