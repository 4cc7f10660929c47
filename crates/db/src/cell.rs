//! How a returned cell is read.
//!
//! In: the columns of a statement, and for [`Expr::Rows`] the JSON text that a database made of a query's rows.
//! Out: values. Invariant: a value comes out of JSON exactly as it would out of a column of its own.

use serde_json::value::RawValue;
use uuid::Uuid;

use crate::sql::{Column, Expr};
use crate::{Error, Type, Value};

/// A function of either database takes at least 100 arguments; a row with more cells is an array of arrays.
pub(crate) const CELLS_PER_ARRAY: usize = 100;

/// How one cell is read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// As a value of this type.
    Plain(Type),
    /// As the rows of a query with these columns.
    Rows(Vec<Cell>),
}

/// How the cells of these columns are read.
pub(crate) fn of_columns(columns: &[Column]) -> Vec<Cell> {
    let of_column = |column: &Column| {
        if let Expr::Rows(query) = &column.expr {
            Cell::Rows(of_columns(&query.columns))
        } else {
            Cell::Plain(column.ty)
        }
    };
    columns.iter().map(of_column).collect()
}

/// How the cells of columns of these types are read.
pub(crate) fn of_types(types: &[Type]) -> Vec<Cell> {
    types.iter().copied().map(Cell::Plain).collect()
}

/// Reads the rows of a query out of its JSON text.
pub(crate) fn rows_from_json(json: &str, cells: &[Cell]) -> Result<Value, Error> {
    let rows = if cells.len() > CELLS_PER_ARRAY {
        let rows: Vec<Vec<Vec<&RawValue>>> = parse(json)?;
        rows.into_iter()
            .map(|parts| row(parts.into_iter().flatten(), cells))
            .collect::<Result<_, _>>()?
    } else {
        let rows: Vec<Vec<&RawValue>> = parse(json)?;
        rows.into_iter()
            .map(|row_cells| row(row_cells.into_iter(), cells))
            .collect::<Result<_, _>>()?
    };
    Ok(Value::Rows(rows))
}

fn parse<'a, T: serde::Deserialize<'a>>(json: &'a str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|cause| Error::shape(format!("the rows of an inner query: {cause}")))
}

fn row<'a>(raw: impl Iterator<Item = &'a RawValue>, cells: &[Cell]) -> Result<Vec<Value>, Error> {
    let mut values = Vec::with_capacity(cells.len());
    for (raw, cell) in raw.zip(cells) {
        values.push(value(raw.get(), cell)?);
    }
    if values.len() == cells.len() {
        Ok(values)
    } else {
        Err(Error::shape(format!(
            "a row of an inner query has {} cells, not {}",
            values.len(),
            cells.len()
        )))
    }
}

fn value(json: &str, cell: &Cell) -> Result<Value, Error> {
    if json == "null" {
        return Ok(Value::Null);
    }
    let read = match cell {
        Cell::Rows(cells) => return rows_from_json(json, cells),
        Cell::Plain(Type::Bool) => bool(json),
        Cell::Plain(Type::Int) => json.parse().ok().map(Value::Int),
        Cell::Plain(Type::Double) => json.trim_matches('"').parse().ok().map(Value::Double),
        Cell::Plain(Type::Text | Type::Json) => serde_json::from_str(json).ok().map(Value::Text),
        Cell::Plain(Type::Guid) => Uuid::try_parse(json.trim_matches('"')).ok().map(Value::Guid),
        Cell::Plain(Type::Bytes) => None,
    };
    read.ok_or_else(|| Error::shape(format!("a cell of an inner query cannot be read as {cell:?}")))
}

fn bool(json: &str) -> Option<Value> {
    match json {
        "true" | "1" => Some(Value::Bool(true)),
        "false" | "0" => Some(Value::Bool(false)),
        _ => None,
    }
}
