//! Writes: what must be true of the rows that a change touches.
//!
//! In: a [`WritePlan`]. Out: a [`GuardedWrite`], whose conditions `compile` turns into statements of the transaction.
//! Invariant: a privilege that is missing altogether is told before anything is known of any row.

use std::collections::HashMap;

use crate::access::Rights;
use crate::catalogue::{Cascade, ColumnId, Navigation, Ownership, Right, Table, TableId};
use crate::error::{Error, Rule};
use crate::plan::{Action, Cell, Predicate, WritePlan};

/// A change with what must be true for it to happen.
#[derive(Debug)]
pub(crate) struct GuardedWrite {
    /// The change.
    pub plan: WritePlan,
    /// What must be true.
    pub rules: WriteRules,
}

/// What must be true of the rows that a change touches.
#[derive(Debug, Default)]
pub(crate) struct WriteRules {
    /// Which rows of the table the caller can see.
    pub visible: Predicate,
    /// What must be true of the row before the change.
    pub before: Vec<(Right, Predicate)>,
    /// What must be true of the row after the change, for a row that the change makes.
    pub after: Vec<(Right, Predicate)>,
    /// The rows that lookups are made to point to.
    pub targets: Vec<TargetRule>,
    /// The new owner.
    pub owner: Option<OwnerRule>,
    /// The two rows of a pair.
    pub sides: Vec<SideRule>,
    /// For a delete: which rows of the tables that go with it the caller may delete.
    pub cascades: HashMap<TableId, Predicate>,
    /// In whose name the change is made.
    pub acting: uuid::Uuid,
}

/// A lookup that is made to point somewhere.
#[derive(Debug)]
pub(crate) struct TargetRule {
    /// The lookup.
    pub column: ColumnId,
    /// The table that it is made to point to.
    pub table: TableId,
    /// Which rows there the caller can see.
    pub visible: Predicate,
    /// Which rows there may be pointed to (`AppendTo`).
    pub rule: Predicate,
}

/// A new owner, other than the caller. It must exist and be enabled.
#[derive(Debug)]
pub(crate) struct OwnerRule {
    /// `systemuser` or `team`.
    pub table: TableId,
    /// Its key.
    pub id: uuid::Uuid,
}

/// One row of a pair.
#[derive(Debug)]
pub(crate) struct SideRule {
    /// Its table.
    pub table: TableId,
    /// Its key.
    pub id: uuid::Uuid,
    /// Which rows the caller can see.
    pub visible: Predicate,
    /// Which rows the caller may link.
    pub rule: Predicate,
}

impl Default for Predicate {
    /// True of no row: what nobody has set does not open anything.
    fn default() -> Self {
        Self::never()
    }
}

pub(super) fn permit(rights: &Rights<'_>, plan: WritePlan) -> Result<GuardedWrite, Error> {
    let table = rights.catalogue.table(plan.table);
    let rules = match &plan.action {
        Action::Create { cells, .. } => create(rights, table, cells)?,
        Action::Update { cells, .. } => update(rights, table, cells)?,
        Action::Delete { .. } => delete(rights, table)?,
        Action::Associate { sides, .. } | Action::Disassociate { sides } => pair(rights, sides)?,
    };
    Ok(GuardedWrite {
        plan,
        rules: WriteRules {
            acting: rights.caller.acting().id,
            ..rules
        },
    })
}

fn create(rights: &Rights<'_>, table: &Table, cells: &[(ColumnId, Cell)]) -> Result<WriteRules, Error> {
    let mut after = vec![(Right::Create, rights.rule_of_new(table.id, Right::Create)?)];
    let targets = targets(rights, table, cells)?;
    if !targets.is_empty() {
        after.push((Right::Append, rights.rule_of_new(table.id, Right::Append)?));
    }
    let owner = owner(rights, table, cells)?;
    if owner.is_some() {
        // A row is made for another by making it and assigning it at once.
        rights.rule(table.id, Right::Assign)?;
    }
    Ok(WriteRules {
        after,
        targets,
        owner,
        ..WriteRules::default()
    })
}

fn update(rights: &Rights<'_>, table: &Table, cells: &[(ColumnId, Cell)]) -> Result<WriteRules, Error> {
    let mut before = vec![(Right::Write, rights.rule(table.id, Right::Write)?)];
    let visible = rights.rule(table.id, Right::Read)?;
    let targets = targets(rights, table, cells)?;
    if !targets.is_empty() {
        before.push((Right::Append, rights.rule(table.id, Right::Append)?));
    }
    if owner_cell(table, cells).is_some() {
        before.push((Right::Assign, rights.rule(table.id, Right::Assign)?));
    }
    let owner = owner(rights, table, cells)?;
    Ok(WriteRules {
        visible,
        before,
        targets,
        owner,
        ..WriteRules::default()
    })
}

fn delete(rights: &Rights<'_>, table: &Table) -> Result<WriteRules, Error> {
    let before = vec![(Right::Delete, rights.rule(table.id, Right::Delete)?)];
    let visible = rights.rule(table.id, Right::Read)?;
    let mut cascades = HashMap::new();
    cascading(rights, table, &mut cascades)?;
    Ok(WriteRules {
        visible,
        before,
        cascades,
        ..WriteRules::default()
    })
}

/// The tables whose rows may go with a row of this table, however far down.
fn cascading(rights: &Rights<'_>, table: &Table, found: &mut HashMap<TableId, Predicate>) -> Result<(), Error> {
    for (other, column) in referencing(table) {
        let other = rights.catalogue.table(other);
        let cascades = other
            .column(column)
            .targets()
            .iter()
            .any(|target| target.table == table.id && target.on_delete == Cascade::Cascade);
        if cascades && !found.contains_key(&other.id) {
            found.insert(other.id, rights.rule_if_held(other.id, Right::Delete)?);
            cascading(rights, other, found)?;
        }
    }
    Ok(())
}

/// The lookups of other tables that may point to a row of this one.
pub(crate) fn referencing(table: &Table) -> Vec<(TableId, ColumnId)> {
    let many = table.navigations.values().filter_map(|navigation| match navigation {
        Navigation::Many { table, column } => Some((*table, *column)),
        Navigation::One { .. } | Navigation::ManyToMany { .. } => None,
    });
    let mut found: Vec<_> = many.collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn pair(rights: &Rights<'_>, sides: &[(ColumnId, TableId, uuid::Uuid); 2]) -> Result<WriteRules, Error> {
    let side = |(_, table, id): &(ColumnId, TableId, uuid::Uuid)| {
        let rule = rights.rule(*table, Right::Append)?;
        Ok(SideRule {
            table: *table,
            id: *id,
            visible: rights.rule(*table, Right::Read)?,
            rule,
        })
    };
    let sides = sides.iter().map(side).collect::<Result<_, Error>>()?;
    Ok(WriteRules {
        sides,
        ..WriteRules::default()
    })
}

/// The lookups that are set, the owner's apart.
fn targets(rights: &Rights<'_>, table: &Table, cells: &[(ColumnId, Cell)]) -> Result<Vec<TargetRule>, Error> {
    let owner = owner_column(table);
    let mut found = Vec::new();
    for (column, cell) in cells.iter().filter(|(column, _)| Some(*column) != owner) {
        let Some(target) = pointed_to(table, *column, cell) else {
            continue;
        };
        let rule = rights.rule(target, Right::AppendTo)?;
        let visible = rights.rule_if_held(target, Right::Read)?;
        found.push(TargetRule {
            column: *column,
            table: target,
            visible,
            rule,
        });
    }
    Ok(found)
}

/// The table that a cell of a lookup points to; `None` for null and for other columns.
fn pointed_to(table: &Table, column: ColumnId, cell: &Cell) -> Option<TableId> {
    match (cell, table.column(column).targets()) {
        (Cell::Reference(target, _) | Cell::Keyed { table: target, .. }, [_, ..]) => Some(*target),
        (Cell::Guid(_), [target, ..]) => Some(target.table),
        _ => None,
    }
}

fn owner_column(table: &Table) -> Option<ColumnId> {
    let is_owned = table.ownership == Ownership::User;
    table
        .column_named("ownerid")
        .filter(|_| is_owned)
        .map(|column| column.id)
}

fn owner_cell<'a>(table: &Table, cells: &'a [(ColumnId, Cell)]) -> Option<&'a Cell> {
    let owner = owner_column(table)?;
    cells.iter().find(|(column, _)| *column == owner).map(|(_, cell)| cell)
}

/// A new owner other than the caller. It must hold the privilege to read what it is given.
fn owner(rights: &Rights<'_>, table: &Table, cells: &[(ColumnId, Cell)]) -> Result<Option<OwnerRule>, Error> {
    match owner_cell(table, cells) {
        None => Ok(None),
        Some(Cell::Reference(_, id)) if *id == rights.caller.acting().id => Ok(None),
        Some(Cell::Reference(owner, id)) => {
            if !rights.owner_can_read(*owner, *id, table) {
                return Err(Error::Rule {
                    rule: Rule::OwnerLacksPrivilege,
                    what: "Target user or team does not hold required privileges.".to_owned(),
                });
            }
            Ok(Some(OwnerRule { table: *owner, id: *id }))
        }
        Some(_) => Err(Error::NotSupported {
            what: "the owner of a row is given by its id, not by an alternate key".to_owned(),
        }),
    }
}
