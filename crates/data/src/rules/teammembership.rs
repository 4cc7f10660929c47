//! The members of teams.
//!
//! In: a pair of `teammembership`. Out: nothing, or the refusal. Invariant: the members of a default team are the users
//! of its unit; nobody gets by a team what the caller does not hold.

use crate::error::{Error, Rule};
use crate::plan::Action;
use crate::rules::Context;
use crate::rules::draft::Draft;
use crate::rules::reach::covers_team;
use crate::rules::role_assignment::{check_built_in, pair};

pub(super) fn apply(context: Context<'_>, draft: &Draft<'_>) -> Result<(), Error> {
    let Some([team_id, user_id]) = pair(draft, ["team", "systemuser"]) else {
        return Ok(());
    };
    let security = &context.environment.security;
    let Some(team) = security.teams.get(&team_id) else {
        return Ok(());
    };
    if team.is_default {
        let what = "the members of a business unit's default team are the users of the unit".to_owned();
        return Err(Error::Rule {
            rule: Rule::DefaultTeamMembership,
            what,
        });
    }
    if matches!(draft.plan.action, Action::Associate { .. }) {
        if let Some(member) = security.members.get(&user_id) {
            team.roles
                .iter()
                .try_for_each(|role| check_built_in(security, *role, &member.user))?;
        }
        covers_team(context, team_id)?;
    }
    Ok(())
}
