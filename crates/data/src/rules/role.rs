//! Roles.
//!
//! In: a write of `role`. Out: with its business unit, or the refusal.
//! Invariant: a role that came with the environment never changes. A new role is empty: it gets none of the privileges
//! that Dataverse puts into every role unasked, so that what a role says is all it gives.

use uuid::Uuid;

use crate::environment::Role;
use crate::error::{Error, Rule};
use crate::plan::{Action, Cell};
use crate::rules::draft::Draft;
use crate::rules::reach::covers_role;
use crate::rules::{Context, role_privileges};

pub(super) fn apply(context: Context<'_>, draft: &mut Draft<'_>, id: Option<Uuid>) -> Result<(), Error> {
    let Some(id) = id else { return Ok(()) };
    let security = &context.environment.security;
    match draft.plan.action {
        Action::Create { .. } => {
            draft.settle_default("businessunitid", Cell::Guid(security.units().root()));
            draft.settle("organizationid", Cell::Guid(security.settings().organization));
            draft.settle("parentrootroleid", Cell::Guid(id));
            Ok(())
        }
        Action::Update { .. } => {
            check_custom(security.roles.get(&id))?;
            role_privileges::check(context, draft, id)?;
            if draft.is_given("isinherited") {
                holders(context, id)
                    .into_iter()
                    .try_for_each(|unit| covers_role(context, id, unit))?;
            }
            Ok(())
        }
        Action::Delete { .. } => check_custom(security.roles.get(&id)),
        Action::Associate { .. } | Action::Disassociate { .. } => Ok(()),
    }
}

/// The role did not come with the environment.
fn check_custom(role: Option<&Role>) -> Result<(), Error> {
    match role {
        Some(role) if role.is_built_in => {
            let what = format!(
                "the role `{}` came with the environment and cannot be changed",
                role.name
            );
            Err(Error::Rule {
                rule: Rule::BuiltIn,
                what,
            })
        }
        Some(_) | None => Ok(()),
    }
}

/// The business units from which those who hold a role measure it.
pub(super) fn holders(context: Context<'_>, role: Uuid) -> Vec<Uuid> {
    let security = &context.environment.security;
    let users = security
        .members
        .values()
        .filter(|member| member.roles.contains(&role))
        .map(|member| member.user.unit);
    let teams = security
        .teams
        .values()
        .filter(|team| team.roles.contains(&role))
        .map(|team| team.unit);
    let mut units: Vec<Uuid> = users.chain(teams).collect();
    units.sort_unstable();
    units.dedup();
    units
}
