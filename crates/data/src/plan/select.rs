//! `$select`: which columns.
//!
//! In: property names. Out: columns in the order of the answer, with what the service adds to them unasked.
//! Invariant: a column that is not for reading is as unknown as one that does not exist.

use odata::PropertyPath;

use crate::catalogue::{Column, ColumnId, Kind, Table};
use crate::error::Error;
use crate::plan::{Context, NameOf, Predicate, path};

/// The columns of a node.
pub(super) struct Selection {
    pub(super) columns: Vec<ColumnId>,
    pub(super) selected: Option<usize>,
}

/// Plans `$select`; all readable columns without one.
pub(super) fn select(table: &Table, select: Option<&[PropertyPath]>) -> Result<Selection, Error> {
    let Some(paths) = select else {
        let columns = table
            .columns
            .iter()
            .filter(|column| column.on_read)
            .map(|column| column.id)
            .collect();
        return Ok(Selection {
            columns,
            selected: None,
        });
    };
    let mut columns = Vec::with_capacity(paths.len() + 1);
    for path in paths {
        let column = column(table, path)?;
        add(&mut columns, column);
    }
    let selected = Some(columns.len());
    // Always added (Dataverse): the currency of an amount, and the key.
    let money = columns
        .iter()
        .any(|id| matches!(table.column(*id).kind, Kind::Money { .. }));
    if let Some(currency) = table.column_named("transactioncurrencyid").filter(|_| money) {
        add(&mut columns, currency.id);
    }
    add(&mut columns, table.primary_id);
    Ok(Selection { columns, selected })
}

fn add(columns: &mut Vec<ColumnId>, column: ColumnId) {
    if !columns.contains(&column) {
        columns.push(column);
    }
}

fn column(table: &Table, path: &PropertyPath) -> Result<ColumnId, Error> {
    let [name] = path.segments.as_slice() else {
        return Err(Error::NotSupported {
            what: format!(
                "the path `{}` in `$select` is not supported; use `$expand` for columns of related rows",
                path.segments.join("/")
            ),
        });
    };
    // The plain name of a lookup is tolerated.
    path::column(table, name)
        .or_else(|| table.column_named(name).filter(|column| column.on_read))
        .map(|column| column.id)
        .ok_or_else(|| path::unknown(table, name))
}

/// The names wanted with these columns: one for each target of a lookup that has names.
pub(super) fn names(context: &Context<'_>, table: &Table, columns: &[ColumnId]) -> Vec<NameOf> {
    if !context.formatted_values {
        return Vec::new();
    }
    let lookups = columns.iter().map(|id| table.column(*id));
    lookups.flat_map(|column| names_of(context, column)).collect()
}

fn names_of(context: &Context<'_>, column: &Column) -> Vec<NameOf> {
    let targets = column.targets().iter().map(|target| target.table);
    let named = targets.filter(|target| context.catalogue.table(*target).primary_name.is_some());
    named
        .map(|target| NameOf {
            column: column.id,
            target,
            filter: Predicate::always(),
        })
        .collect()
}
