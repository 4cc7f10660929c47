//! What a caller may hand on: never more than the caller holds.
//!
//! In: a caller, and what somebody would get. Out: nothing, or the privilege that the caller lacks.
//! Invariant: what is handed on is measured where the one who gets it measures it, from their own business unit.

use uuid::Uuid;

use crate::access::Grant;
use crate::catalogue::{Depth, Privilege, PrivilegeId};
use crate::environment::Units;
use crate::error::Error;
use crate::rules::Context;

/// The caller holds the named privilege, reaching this business unit.
pub(super) fn demand(context: Context<'_>, name: &str, unit: Uuid) -> Result<(), Error> {
    let privilege = context
        .environment
        .catalogue
        .privilege(name)
        .ok_or_else(|| Error::Internal {
            doing: "applying a rule",
            source: format!("there is no privilege `{name}`").into(),
        })?;
    covers(context, privilege.id, Depth::Local, unit)
}

/// The caller holds all that a role holds, as far as it reaches for somebody of this business unit.
pub(super) fn covers_role(context: Context<'_>, role: Uuid, unit: Uuid) -> Result<(), Error> {
    let role = context.environment.security.roles.get(&role);
    let privileges = role.into_iter().flat_map(|role| &role.privileges);
    privileges
        .into_iter()
        .try_for_each(|(privilege, depth)| covers(context, *privilege, *depth, unit))
}

/// The caller holds all that the members of a team get by it.
pub(super) fn covers_team(context: Context<'_>, team: Uuid) -> Result<(), Error> {
    let Some(team) = context.environment.security.teams.get(&team) else {
        return Ok(());
    };
    team.roles
        .iter()
        .try_for_each(|role| covers_role(context, *role, team.unit))
}

/// The caller holds a privilege, at least as far as this depth reaches from this business unit.
pub(super) fn covers(context: Context<'_>, privilege: PrivilegeId, depth: Depth, unit: Uuid) -> Result<(), Error> {
    let grant = context.caller.grant(privilege);
    let units = context.environment.security.units();
    if grant.is_some_and(|grant| is_within(&grant, depth, unit, units)) {
        return Ok(());
    }
    // With impersonation both must hold it; the one who does not is named.
    let (acting, real) = (context.caller.acting(), context.caller.real());
    let own = acting.grants.get(&privilege);
    let is_held = own.is_some_and(|grant| is_within(grant, depth, unit, units));
    let user = if is_held { real } else { acting };
    let catalogue = &context.environment.catalogue;
    let (name, on) = match catalogue.privilege_by_id(privilege) {
        Some(Privilege { name, on, .. }) => (name.clone(), *on),
        None => (privilege.0.to_string(), None),
    };
    Err(Error::MissingPrivilege {
        user: user.id,
        role_count: user.role_count,
        privilege: name,
        privilege_id: privilege.0,
        table: on.map(|(table, _)| {
            let table = catalogue.table(table);
            (table.logical_name.clone(), table.object_type_code)
        }),
        caller: acting.id,
    })
}

fn is_within(grant: &Grant, depth: Depth, unit: Uuid, units: &Units) -> bool {
    grant.entries.iter().any(|held| match (held.depth, depth) {
        (Depth::Global, _) | (_, Depth::Basic) => true,
        (Depth::Local, Depth::Local) => held.unit == unit,
        (Depth::Deep, Depth::Local | Depth::Deep) => units.is_within(unit, held.unit),
        (Depth::Basic | Depth::Local | Depth::Deep, _) => false,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::access::Entry;
    use crate::environment::UnitRow;

    /// Below unit 1 are 2 and 3; below 2 is 4.
    fn units() -> Units {
        let row = |(id, parent): (u128, Option<u128>)| UnitRow {
            id: Uuid::from_u128(id),
            parent: parent.map(Uuid::from_u128),
            disabled: false,
        };
        Units::new(&[(1, None), (2, Some(1)), (3, Some(1)), (4, Some(2))].map(row)).unwrap()
    }

    /// What of these wishes somebody can hand on who holds this.
    #[track_caller]
    fn check(held: (Depth, u128), wishes: &[(Depth, u128)], expected: &[(Depth, u128)]) {
        let entry = Entry {
            depth: held.0,
            unit: Uuid::from_u128(held.1),
            owners: Arc::from([]),
        };
        let grant = Grant { entries: vec![entry] };
        let can = |(depth, unit): &&(Depth, u128)| is_within(&grant, *depth, Uuid::from_u128(*unit), &units());
        let handed_on: Vec<_> = wishes.iter().filter(can).copied().collect();
        assert_eq!(handed_on, expected);
    }

    #[test]
    fn nobody_hands_on_more_than_they_hold() {
        use Depth::{Basic, Deep, Global, Local};
        let all = Depth::ALL.map(|depth| [1, 2, 3, 4].map(|unit| (depth, unit)));
        let all = all.as_flattened();
        let basic = [(Basic, 1), (Basic, 2), (Basic, 3), (Basic, 4)];
        let and = |more: &[(Depth, u128)]| [&basic, more].concat();
        check((Basic, 2), all, &basic);
        check((Local, 2), all, &and(&[(Local, 2)]));
        check((Deep, 2), all, &and(&[(Local, 2), (Local, 4), (Deep, 2), (Deep, 4)]));
        check((Deep, 1), all, &all[..12]);
        check((Global, 2), all, all);
        assert!(!is_within(&Grant::default(), Basic, Uuid::from_u128(1), &units()));
    }
}
