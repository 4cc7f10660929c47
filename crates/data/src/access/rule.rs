//! Row rules: which rows of a table a reach covers.
//!
//! In: a table and a [`Reach`]. Out: a [`Predicate`] over its owner columns.
//! Invariant: the shape depends on the table and on how deep the reach is, never on who has it.

use crate::access::Reach;
use crate::catalogue::{Column, ColumnId, Ownership, Table};
use crate::error::Error;
use crate::plan::Predicate;

/// The rows that are covered.
pub(super) fn rule(table: &Table, reach: &Reach) -> Result<Predicate, Error> {
    covering(table, reach, unit_column(table)?)
}

/// The rule for a row that is about to be made. A business unit does not belong to itself before it exists, but to the
/// one above it.
pub(super) fn rule_of_new(table: &Table, reach: &Reach) -> Result<Predicate, Error> {
    match table.logical_name.as_str() {
        "businessunit" => covering(table, reach, Some(named(table, "parentbusinessunitid")?.id)),
        _ => rule(table, reach),
    }
}

fn covering(table: &Table, reach: &Reach, unit_column: Option<ColumnId>) -> Result<Predicate, Error> {
    match reach {
        Reach::Nothing => Ok(Predicate::never()),
        Reach::Everything => Ok(Predicate::always()),
        Reach::Some { owners, units } => {
            let by_owner = owner_column(table)?.filter(|_| !owners.is_empty());
            let by_owner = by_owner.map(|column| Predicate::In {
                column,
                list: owners.clone(),
            });
            let by_unit = unit_column.filter(|_| !units.is_empty());
            let by_unit = by_unit.map(|column| Predicate::In {
                column,
                list: units.clone(),
            });
            Ok(Predicate::Any(by_owner.into_iter().chain(by_unit).collect()))
        }
    }
}

/// The column that holds whose a row is.
fn owner_column(table: &Table) -> Result<Option<ColumnId>, Error> {
    match (table.ownership, table.logical_name.as_str()) {
        (Ownership::User, _) => Ok(Some(named(table, "ownerid")?.id)),
        // Principals own themselves.
        (Ownership::Business, "systemuser" | "team") => Ok(Some(table.primary_id)),
        (Ownership::Business | Ownership::Organization | Ownership::None, _) => Ok(None),
    }
}

/// The column that holds to which business unit a row belongs.
fn unit_column(table: &Table) -> Result<Option<ColumnId>, Error> {
    match table.ownership {
        Ownership::User => Ok(Some(named(table, "owningbusinessunit")?.id)),
        Ownership::Business => Ok(Some(named(table, "businessunitid")?.id)),
        Ownership::Organization | Ownership::None => Ok(None),
    }
}

fn named<'a>(table: &'a Table, column: &'static str) -> Result<&'a Column, Error> {
    table.column_named(column).ok_or_else(|| Error::Internal {
        doing: "writing a row rule",
        source: format!("`{}` has no column `{column}`", table.logical_name).into(),
    })
}
