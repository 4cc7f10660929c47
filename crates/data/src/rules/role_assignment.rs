//! Roles given to users and teams.
//!
//! In: a pair of `systemuserroles` or `teamroles`. Out: nothing, or the refusal.
//! Invariant: nobody gives a role that holds more than they hold themselves. Any role may be given, of whatever business
//! unit (modernized business units); what it reaches is measured from the unit of the one who gets it.

use uuid::Uuid;

use crate::environment::{BuiltInRoles, Security, TeamKind, User};
use crate::error::{Error, Rule};
use crate::plan::Action;
use crate::rules::Context;
use crate::rules::draft::Draft;
use crate::rules::reach::{covers_role, demand};

pub(super) fn apply(context: Context<'_>, draft: &Draft<'_>) -> Result<(), Error> {
    match pair(draft, ["systemuser", "role"]) {
        Some([user, role]) => to_user(context, draft, user, role),
        None => match pair(draft, ["team", "role"]) {
            Some([team, role]) => to_team(context, draft, team, role),
            None => Ok(()),
        },
    }
}

fn to_user(context: Context<'_>, draft: &Draft<'_>, user: Uuid, role: Uuid) -> Result<(), Error> {
    let security = &context.environment.security;
    let Some(member) = security.members.get(&user) else {
        return Ok(());
    };
    demand(context, "prvAssignRole", member.user.unit)?;
    if matches!(draft.plan.action, Action::Associate { .. }) {
        check_built_in(security, role, &member.user)?;
        covers_role(context, role, member.user.unit)?;
    }
    Ok(())
}

fn to_team(context: Context<'_>, draft: &Draft<'_>, team_id: Uuid, role: Uuid) -> Result<(), Error> {
    let security = &context.environment.security;
    let Some(team) = security.teams.get(&team_id) else {
        return Ok(());
    };
    demand(context, "prvAssignRole", team.unit)?;
    if matches!(draft.plan.action, Action::Associate { .. }) {
        if team.kind == TeamKind::Access {
            let what = "an access team holds no roles".to_owned();
            return Err(Error::Rule {
                rule: Rule::AccessTeamRole,
                what,
            });
        }
        let members = security
            .members
            .values()
            .filter(|member| member.teams.contains(&team_id));
        members
            .into_iter()
            .try_for_each(|member| check_built_in(security, role, &member.user))?;
        covers_role(context, role, team.unit)?;
    }
    Ok(())
}

/// An application needs a custom role, which says what it may do, unless the organization's setting allows others.
pub(super) fn check_built_in(security: &Security, role: Uuid, user: &User) -> Result<(), Error> {
    let allowed = security.settings().built_in_roles_for_applications == BuiltInRoles::Allowed;
    match security.roles.get(&role) {
        Some(role) if role.is_built_in && user.app.is_some() && !allowed => Err(Error::BuiltInRole {
            role: role.name.clone(),
        }),
        Some(_) | None => Ok(()),
    }
}

/// The two rows of a pair, in the order of these tables; `None` for a pair of other tables.
pub(super) fn pair(draft: &Draft<'_>, tables: [&str; 2]) -> Option<[Uuid; 2]> {
    let (Action::Associate { sides, .. } | Action::Disassociate { sides }) = &draft.plan.action else {
        return None;
    };
    let of = |name: &str| {
        let table = draft.catalogue.logical_name(name)?.id;
        sides.iter().find(|(_, side, _)| *side == table).map(|(_, _, id)| *id)
    };
    let [one, other] = tables;
    Some([of(one)?, of(other)?])
}
