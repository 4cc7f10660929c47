//! What one catalogue has and another has not.
//!
//! In: two catalogues. Out: tables, columns, privileges. Invariant: things are the same that have the same name; in a
//! table that is new every column is, and is not told.

use std::collections::HashSet;

use crate::catalogue::{Catalogue, Column, Privilege, PrivilegeId, Table};

/// The tables of one that the other has not.
pub(super) fn tables<'a>(of: &'a Catalogue, not_in: &'a Catalogue) -> impl Iterator<Item = &'a Table> {
    let is_missing = |table: &&Table| not_in.logical_name(&table.logical_name).is_none();
    of.tables().iter().filter(is_missing)
}

/// The columns of one that the same table of the other has not.
pub(super) fn columns<'a>(of: &'a Catalogue, not_in: &'a Catalogue) -> impl Iterator<Item = (&'a Table, &'a Column)> {
    let pairs = of.tables().iter().filter_map(|table| {
        let other = not_in.logical_name(&table.logical_name)?;
        Some((table, other))
    });
    pairs.flat_map(|(table, other)| {
        let is_missing = |column: &&Column| other.column_named(&column.logical_name).is_none();
        table
            .columns
            .iter()
            .filter(is_missing)
            .map(move |column| (table, column))
    })
}

/// The privileges of one that the other has not.
pub(super) fn privileges<'a>(of: &'a Catalogue, not_in: &Catalogue) -> Vec<&'a Privilege> {
    let known: HashSet<PrivilegeId> = not_in.privileges().iter().map(|privilege| privilege.id).collect();
    let all = of.privileges().iter();
    all.filter(|privilege| !known.contains(&privilege.id)).collect()
}
