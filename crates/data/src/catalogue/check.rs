//! What must hold of a catalogue as a whole.
//!
//! In: tables, connected. Out: nothing, or the first thing that is wrong.
//! Invariant: what passes here can be made into SQL tables, and every row of them can be reached by a row rule.

use std::collections::HashSet;

use crate::catalogue::load::{Named, unit_column};
use crate::catalogue::{CatalogueError, Kind, Table};

/// The shorter of what the two databases take (PostgreSQL, in bytes), less the endings that we add (`__folded`).
const MAX_NAME: usize = 48;

/// A name that SQL and the wire can carry; two underscores in a row are kept for the columns that we add ourselves.
pub(crate) fn name(file: &str, name: &str) -> Result<(), CatalogueError> {
    let letters = name
        .bytes()
        .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    let good = letters && name.starts_with(|first: char| first.is_ascii_lowercase());
    if good && !name.contains("__") && name.len() <= MAX_NAME {
        Ok(())
    } else {
        Err(CatalogueError::invalid(
            file,
            format!("`{name}` cannot name a table, column or key"),
        ))
    }
}

/// The checks that need more than one column or table.
pub(crate) fn whole(tables: &[Table], sources: &[Named]) -> Result<(), CatalogueError> {
    let mut constraints = HashSet::new();
    for (table, source) in tables.iter().zip(sources) {
        let wrong = |what: String| CatalogueError::invalid(&source.file, what);
        primary_columns(table).map_err(wrong)?;
        states(table).map_err(wrong)?;
        if let Some(column) = unit_column(table)
            && !table.columns_by_name.contains_key(column)
        {
            return Err(wrong(format!("its ownership needs the column `{column}`")));
        }
        for key in table.keys.iter().chain(&table.unique) {
            if key.columns.is_empty() {
                return Err(wrong(format!("the key `{}` has no columns", key.name)));
            }
            if !constraints.insert(&key.name) {
                return Err(wrong(format!("the key `{}` is there twice", key.name)));
            }
        }
        for name in source.table.collections.keys() {
            if table
                .column_named(name)
                .is_none_or(|column| column.targets().is_empty())
            {
                return Err(wrong(format!("`collections` names `{name}`, which is no lookup")));
            }
        }
    }
    Ok(())
}

fn primary_columns(table: &Table) -> Result<(), String> {
    let key = table.column(table.primary_id);
    if !matches!(key.kind, Kind::Guid) {
        return Err(format!("the key `{}` is not of type `guid`", key.logical_name));
    }
    match table.primary_name.map(|id| table.column(id)) {
        Some(column) if !matches!(column.kind, Kind::String { .. }) => Err(format!(
            "the primary name `{}` is not of type `string`",
            column.logical_name
        )),
        Some(_) | None => Ok(()),
    }
}

fn states(table: &Table) -> Result<(), String> {
    let states = table.column_named("statecode").map(|column| &column.kind);
    let statuses = table.column_named("statuscode").map(|column| &column.kind);
    match (states, statuses) {
        (None, None) => Ok(()),
        (Some(Kind::State { options: states }), Some(Kind::Status { options: statuses })) => {
            if let Some(status) = statuses
                .iter()
                .find(|status| states.iter().all(|s| Some(s.value) != status.state))
            {
                return Err(format!("the status `{}` belongs to no state", status.value));
            }
            if let Some(state) = states
                .iter()
                .find(|state| statuses.iter().all(|s| s.state != Some(state.value)))
            {
                return Err(format!("the state `{}` has no status", state.value));
            }
            Ok(())
        }
        _ => Err("`statecode` of type `state` and `statuscode` of type `status` go together".to_owned()),
    }
}
