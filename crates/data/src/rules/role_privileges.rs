//! What a role holds.
//!
//! In: a role and a [`RoleChange`]. Out: the write that makes it so. Invariant: nobody puts into a role what they do not
//! hold themselves, measured from the unit of everybody who holds the role; and no privilege is held at a depth that it
//! does not have.

use std::collections::BTreeMap;

use db::{Statement, Type, Value};
use uuid::Uuid;

use crate::access;
use crate::caller::Caller;
use crate::catalogue::{Depth, PrivilegeId};
use crate::environment::Environment;
use crate::error::{Error, Rule};
use crate::plan::{Action, Answer, Cell, Condition, RowKey, WritePlan};
use crate::rules::draft::Draft;
use crate::rules::reach::covers;
use crate::rules::role::holders;
use crate::rules::{Context, facts};

/// A change of what a role holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RoleChange {
    /// `AddPrivilegesRole`: these too; one that is there gets this depth.
    Add(Vec<(PrivilegeId, Depth)>),
    /// `ReplacePrivilegesRole`: these, and no others.
    Replace(Vec<(PrivilegeId, Depth)>),
    /// `RemovePrivilegeRole`: all but this one.
    Remove(PrivilegeId),
}

/// Plans the change as an update of the role, from which the rest follows. Like every plan it is then put before the
/// rules ([`crate::rules::apply`]), which decide whether it may be.
pub(crate) async fn change_role(
    environment: &Environment,
    caller: &Caller,
    role: Uuid,
    change: RoleChange,
) -> Result<WritePlan, Error> {
    let context = Context { environment, caller };
    let table = environment.catalogue.logical_name("role");
    let table = table.ok_or_else(|| Error::UnknownSegment {
        segment: "roles".to_owned(),
    })?;
    let plan = WritePlan {
        table: table.id,
        action: Action::Update {
            row: RowKey::Id(role),
            cells: Vec::new(),
            condition: Condition::Exists,
        },
        settled: Vec::new(),
        consequences: Vec::new(),
        answer: Answer::Address,
    };
    access::permit_write(caller, environment, plan.clone())?;
    if !facts::is_visible(context, table, role).await? {
        return Err(Error::NotFound {
            table: table.logical_name.clone(),
            id: role,
        });
    }
    let wanted = wanted(environment, &change)?;
    let there = stored(environment, role).await?;
    let mut draft = Draft::new(&environment.catalogue, plan);
    follow(context, &mut draft, role, (&change, &wanted, &there));
    Ok(draft.plan)
}

/// Checks what an update of a role puts into it, by the same snapshot as everything else that is decided of it.
pub(super) fn check(context: Context<'_>, draft: &Draft<'_>, role: Uuid) -> Result<(), Error> {
    let catalogue = draft.catalogue;
    let Some(table) = catalogue.logical_name("roleprivileges") else {
        return Ok(());
    };
    let units = holders(context, role);
    let units = if units.is_empty() {
        vec![context.environment.security.units().root()]
    } else {
        units
    };
    for plan in draft.plan.consequences.iter().filter(|plan| plan.table == table.id) {
        let (Action::Create { cells, .. } | Action::Update { cells, .. }) = &plan.action else {
            continue;
        };
        let cell = |name: &str| {
            let id = table.column_named(name)?.id;
            cells.iter().find(|(column, _)| *column == id).map(|(_, cell)| cell)
        };
        let (Some(Cell::Guid(privilege)), Some(Cell::Int(mask))) = (cell("privilegeid"), cell("privilegedepthmask"))
        else {
            continue;
        };
        let (privilege, Some(depth)) = (PrivilegeId(*privilege), Depth::from_mask(*mask)) else {
            continue;
        };
        if !held_already(context.environment, role, privilege, depth) {
            units
                .iter()
                .try_for_each(|unit| covers(context, privilege, depth, *unit))?;
        }
    }
    Ok(())
}

/// A row of `roleprivileges`: its key and its depth.
type Holding = (Uuid, i64);

fn wanted(environment: &Environment, change: &RoleChange) -> Result<BTreeMap<PrivilegeId, Depth>, Error> {
    let list = match change {
        RoleChange::Add(list) | RoleChange::Replace(list) => list.as_slice(),
        RoleChange::Remove(_) => &[],
    };
    let mut wanted = BTreeMap::new();
    for (id, depth) in list {
        let privilege = environment.catalogue.privilege_by_id(*id);
        let unknown = || Error::InvalidArgument {
            what: format!("there is no privilege with the id `{}`", id.0),
        };
        let privilege = privilege.ok_or_else(unknown)?;
        if !privilege.depths.contains(depth) {
            let what = format!(
                "the privilege `{}` cannot be held at the depth `{}`",
                privilege.name,
                depth.word()
            );
            return Err(Error::Rule {
                rule: Rule::PrivilegeDepth,
                what,
            });
        }
        if wanted.insert(*id, *depth).is_some() {
            let what = format!("the privilege `{}` is in the list twice", privilege.name);
            return Err(Error::InvalidArgument { what });
        }
    }
    Ok(wanted)
}

/// Whether the role holds as much already, so that nothing new is given.
fn held_already(environment: &Environment, role: Uuid, privilege: PrivilegeId, depth: Depth) -> bool {
    let role = environment.security.roles.get(&role);
    role.is_some_and(|role| {
        role.privileges
            .iter()
            .any(|(held, at)| *held == privilege && *at >= depth)
    })
}

/// The role's rows. They are asked for by their keys, which a snapshot does not keep; the role itself is visible.
async fn stored(environment: &Environment, role: Uuid) -> Result<BTreeMap<PrivilegeId, Holding>, Error> {
    let query = Statement::fixed(
        "SELECT p.privilegeid, p.roleprivilegeid, p.privilegedepthmask FROM {roleprivileges} p WHERE p.roleid = $1",
        vec![Value::Guid(role)],
        &[Type::Guid, Type::Guid, Type::Int],
    );
    let rows = environment.database.query(&query).await.map_err(facts::unanswered)?;
    let read = |row: db::Row<'_>| Ok((PrivilegeId(row.guid(0)?), (row.guid(1)?, row.int(2)?)));
    rows.iter()
        .map(read)
        .collect::<Result<_, db::Error>>()
        .map_err(facts::unanswered)
}

fn follow(
    context: Context<'_>,
    draft: &mut Draft<'_>,
    role: Uuid,
    (change, wanted, there): (
        &RoleChange,
        &BTreeMap<PrivilegeId, Depth>,
        &BTreeMap<PrivilegeId, Holding>,
    ),
) {
    for (privilege, (row, _)) in there {
        let goes = match change {
            RoleChange::Add(_) => false,
            RoleChange::Replace(_) => !wanted.contains_key(privilege),
            RoleChange::Remove(removed) => removed == privilege,
        };
        if goes {
            draft.also_delete("roleprivileges", *row);
        }
    }
    for (privilege, depth) in wanted {
        let mask = i64::from(depth.mask());
        match there.get(privilege) {
            Some((_, held)) if *held == mask => {}
            Some((row, _)) => {
                let cells = vec![
                    ("privilegeid", Cell::Guid(privilege.0)),
                    ("privilegedepthmask", Cell::Int(mask)),
                ];
                draft.also_update("roleprivileges", *row, cells);
            }
            None => {
                let cells = vec![
                    ("roleid", Cell::Guid(role)),
                    ("privilegeid", Cell::Guid(privilege.0)),
                    ("privilegedepthmask", Cell::Int(mask)),
                ];
                draft.also_create("roleprivileges", context.new_id(), cells);
            }
        }
    }
}
