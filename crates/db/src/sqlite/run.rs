//! One statement on one connection.
//!
//! In: a rendered statement. Out: its rows. Invariant: the statement is at its end when this returns, so that no
//! connection holds an old view of the file.

use std::rc::Rc;

use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};
use rusqlite::{Connection, Statement};

use super::failure;
use crate::cell::{Cell, rows_from_json};
use crate::render::{Answer, Parameter, Rendered};
use crate::{Error, Rows, Type, Value};

/// Runs it.
pub(super) fn run(connection: &Connection, rendered: &Rendered<'_>) -> Result<Rows, Error> {
    let failed = |error| failure::of(error, connection);
    let Answer::Cells(cells) = &rendered.answer else {
        connection.execute_batch(&rendered.text).map_err(failed)?;
        return Ok(Rows::default());
    };
    let mut statement = connection.prepare_cached(&rendered.text).map_err(failed)?;
    let columns = statement.column_count();
    if columns != cells.len() {
        return Err(Error::shape(format!(
            "the statement returns {columns} columns, not {}",
            cells.len()
        )));
    }
    rendered.check_parameters(statement.parameter_count())?;
    for (position, parameter) in rendered.parameters.iter().enumerate() {
        bind(&mut statement, position + 1, *parameter).map_err(failed)?;
    }
    if cells.is_empty() {
        let changed = statement.raw_execute().map_err(failed)?;
        return Ok(Rows::changed(changed as u64));
    }
    let mut values = Vec::with_capacity(columns);
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(failed)? {
        for (column, cell) in cells.iter().enumerate() {
            values.push(read(row.get_ref(column).map_err(failed)?, cell, column)?);
        }
    }
    Ok(Rows::new(columns, values))
}

fn bind(statement: &mut Statement<'_>, number: usize, parameter: Parameter<'_>) -> rusqlite::Result<()> {
    let value = match parameter {
        Parameter::Guids(guids) => {
            let list: Vec<Owned> = guids.iter().map(|guid| Owned::Blob(guid.as_bytes().to_vec())).collect();
            return statement.raw_bind_parameter(number, Rc::new(list));
        }
        Parameter::Value(value) => match value {
            // Rows have been refused before.
            Value::Null | Value::Rows(_) => ValueRef::Null,
            Value::Bool(bool) => ValueRef::Integer(i64::from(*bool)),
            Value::Int(int) => ValueRef::Integer(*int),
            Value::Double(double) => ValueRef::Real(*double),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Guid(guid) => ValueRef::Blob(guid.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::Guids(guids) => return bind(statement, number, Parameter::Guids(guids)),
        },
    };
    statement.raw_bind_parameter(number, ToSqlOutput::Borrowed(value))
}

fn read(value: ValueRef<'_>, cell: &Cell, column: usize) -> Result<Value, Error> {
    let read = match (cell, value) {
        (_, ValueRef::Null) => Some(Value::Null),
        (Cell::Rows(cells), ValueRef::Text(json)) => {
            let json = str::from_utf8(json).map_err(Error::statement)?;
            return rows_from_json(json, cells);
        }
        (Cell::Plain(ty), value) => plain(*ty, value),
        (Cell::Rows(_), _) => None,
    };
    read.ok_or_else(|| Error::shape(format!("column {column} holds {}, not {cell:?}", value.data_type())))
}

fn plain(ty: Type, value: ValueRef<'_>) -> Option<Value> {
    match (ty, value) {
        (Type::Bool, ValueRef::Integer(0)) => Some(Value::Bool(false)),
        (Type::Bool, ValueRef::Integer(1)) => Some(Value::Bool(true)),
        (Type::Int, ValueRef::Integer(int)) => Some(Value::Int(int)),
        (Type::Double, ValueRef::Real(double)) => Some(Value::Double(double)),
        (Type::Text | Type::Json, ValueRef::Text(text)) => {
            str::from_utf8(text).ok().map(|text| Value::Text(text.into()))
        }
        (Type::Guid, ValueRef::Blob(bytes)) => uuid::Uuid::from_slice(bytes).ok().map(Value::Guid),
        (Type::Bytes, ValueRef::Blob(bytes)) => Some(Value::Bytes(bytes.into())),
        _ => None,
    }
}
