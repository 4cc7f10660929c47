//! Business units.
//!
//! In: a write of `businessunit`. Out: with the unit's default team, or the refusal.
//! Invariant: the units are one tree, whose root stays where it is; every unit has one default team.

use uuid::Uuid;

use crate::error::{Error, Rule};
use crate::plan::{Action, Cell};
use crate::rules::Context;
use crate::rules::draft::Draft;
use crate::rules::reach::demand;

pub(super) fn apply(context: Context<'_>, draft: &mut Draft<'_>, id: Option<Uuid>) -> Result<(), Error> {
    let Some(id) = id else { return Ok(()) };
    match draft.plan.action {
        Action::Create { .. } => {
            create(context, draft, id);
            Ok(())
        }
        Action::Update { .. } => update(context, draft, id),
        Action::Delete { .. } => delete(context, id),
        Action::Associate { .. } | Action::Disassociate { .. } => Ok(()),
    }
}

fn create(context: Context<'_>, draft: &mut Draft<'_>, id: Uuid) {
    let security = &context.environment.security;
    draft.settle_default("parentbusinessunitid", Cell::Guid(security.units().root()));
    draft.settle("organizationid", Cell::Guid(security.settings().organization));
    let name = draft.given("name").cloned().unwrap_or(Cell::Null);
    let team = context.new_id();
    let cells = vec![
        ("name", name),
        ("businessunitid", Cell::Guid(id)),
        ("administratorid", Cell::Guid(context.caller.acting().id)),
        ("isdefault", Cell::Bool(true)),
        ("systemmanaged", Cell::Bool(true)),
        ("teamtype", Cell::Int(0)),
        ("organizationid", Cell::Guid(security.settings().organization)),
        ("ownerid", Cell::Guid(team)),
    ];
    draft.also_create("team", team, cells);
}

fn update(context: Context<'_>, draft: &mut Draft<'_>, id: Uuid) -> Result<(), Error> {
    let security = &context.environment.security;
    let units = security.units();
    if draft.given("parentbusinessunitid").is_some() {
        let Some(parent) = draft.given_row("parentbusinessunitid").filter(|_| id != units.root()) else {
            let what = "the root business unit is without a parent, and no other one is".to_owned();
            return Err(Error::Rule {
                rule: Rule::BusinessUnitLoop,
                what,
            });
        };
        if units.is_within(parent, id) {
            let what = "a business unit cannot be placed below itself".to_owned();
            return Err(Error::Rule {
                rule: Rule::BusinessUnitLoop,
                what,
            });
        }
        if units.parent(id) != Some(parent) {
            demand(context, "prvReparentBusinessUnit", id)?;
            demand(context, "prvReparentBusinessUnit", parent)?;
        }
    }
    if draft.is_given("isdisabled") {
        if id == units.root() {
            let what = "the root business unit cannot be disabled".to_owned();
            return Err(Error::Rule {
                rule: Rule::BuiltIn,
                what,
            });
        }
        demand(context, "prvDisableBusinessUnit", id)?;
    }
    // The default team goes by the name of its unit.
    if let Some(name) = draft.given("name").cloned()
        && let Some(team) = security.default_team(id)
    {
        draft.also_update("team", team, vec![("name", name)]);
    }
    Ok(())
}

fn delete(context: Context<'_>, id: Uuid) -> Result<(), Error> {
    let units = context.environment.security.units();
    if id == units.root() {
        let what = "the root business unit cannot be deleted".to_owned();
        return Err(Error::Rule {
            rule: Rule::BuiltIn,
            what,
        });
    }
    if units.contains(id) && !units.is_disabled(id) {
        let what = "a business unit must be disabled before it can be deleted".to_owned();
        return Err(Error::InvalidArgument { what });
    }
    Ok(())
}
