//! The first rows of a table.
//!
//! In: a table, and for each row its key and some of its columns. Out: one insert.
//! Invariant: a column that is not given holds its default; a text never goes without its folded form.

use db::sql::{Expr, Insert, Name, Sql};
use db::{Expect, Statement, Step, Value};
use uuid::Uuid;

use crate::catalogue::{Catalogue, Column, Table};
use crate::compile;
use crate::plan::Cell;
use crate::plan::fold::fold;
use crate::schema::VERSIONS;

/// A row to be.
#[derive(Debug, Clone)]
pub(crate) struct NewRow {
    pub(crate) id: Uuid,
    /// By logical name.
    pub(crate) cells: Vec<(&'static str, Cell)>,
}

/// Who makes the rows, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp {
    pub(crate) seconds: i64,
    pub(crate) by: Option<Uuid>,
}

/// The insert. What is given for a column that the table does not have is told.
pub(crate) fn insert(
    catalogue: &Catalogue,
    table: &Table,
    rows: &[NewRow],
    stamp: Stamp,
) -> Result<Step, UnknownColumn> {
    for (name, _) in rows.iter().flat_map(|row| &row.cells) {
        if table.column_named(name).is_none() {
            return Err(UnknownColumn {
                table: table.logical_name.clone(),
                column: (*name).to_owned(),
            });
        }
    }
    let values = rows.iter().map(|row| {
        let cells = table
            .columns
            .iter()
            .flat_map(|column| stored(catalogue, column, &cell(table, column, row, stamp)));
        cells.collect()
    });
    let insert = Insert {
        table: table.logical_name.clone().into(),
        columns: table.columns.iter().flat_map(names).collect(),
        rows: values.collect(),
        returning: Vec::new(),
    };
    Ok(Step {
        statement: Statement::new(Sql::Insert(insert)),
        expect: Expect::Some,
    })
}

/// A row of the installation names a column that is not there: a fault of this program.
#[derive(Debug, thiserror::Error)]
#[error("`{table}` has no column `{column}`")]
pub(crate) struct UnknownColumn {
    table: String,
    column: String,
}

fn names(column: &Column) -> impl Iterator<Item = Name> {
    let beside = column.folded.iter().chain(&column.target_table);
    [&column.logical_name]
        .into_iter()
        .chain(beside)
        .map(|name| name.clone().into())
}

fn cell(table: &Table, column: &Column, row: &NewRow, stamp: Stamp) -> Cell {
    if column.id == table.primary_id {
        return Cell::Guid(row.id);
    }
    if let Some((_, given)) = row.cells.iter().find(|(name, _)| *name == column.logical_name) {
        return given.clone();
    }
    match column.logical_name.as_str() {
        "createdon" | "modifiedon" => Cell::Int(stamp.seconds),
        "createdby" | "modifiedby" => stamp.by.map_or(Cell::Null, Cell::Guid),
        _ => compile::default(&column.kind).unwrap_or(Cell::Null),
    }
}

/// The column's value, and those of the SQL columns beside it.
fn stored(catalogue: &Catalogue, column: &Column, cell: &Cell) -> Vec<Expr> {
    if column.logical_name == VERSIONS {
        return vec![Expr::CurrentOf(VERSIONS.into())];
    }
    let mut values = vec![match cell {
        // The installation names rows by their ids alone.
        Cell::Null | Cell::Keyed { .. } => Value::Null,
        Cell::Bool(value) => Value::Bool(*value),
        Cell::Int(value) => Value::Int(*value),
        Cell::Double(value) => Value::Double(*value),
        Cell::Text(text) => Value::Text(text.clone()),
        Cell::Guid(id) | Cell::Reference(_, id) => Value::Guid(*id),
    }];
    if column.folded.is_some() {
        values.push(if let Cell::Text(text) = cell {
            Value::Text(fold(text))
        } else {
            Value::Null
        });
    }
    if column.target_table.is_some() {
        values.push(if let Cell::Reference(table, _) = cell {
            Value::Int(catalogue.table(*table).object_type_code.into())
        } else {
            Value::Null
        });
    }
    values.into_iter().map(Expr::Value).collect()
}
