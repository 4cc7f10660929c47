//! Bodies of creates and updates: JSON members to typed cells.
//!
//! In: a [`Payload`] whose names and types are the client's. Out: columns with cells that they can hold.
//! Invariant: a member that names nothing is refused. One that names a column which callers cannot write is passed
//! over, as Dataverse does, so that a row that was read can be sent back whole.

use odata::{Bind, Date, DateTime, Member, Payload};
use serde_json::Value;

use crate::catalogue::{Choice, Column, ColumnId, Kind, Navigation, RequiredLevel, Table};
use crate::error::Error;
use crate::plan::decimal::Decimal;
use crate::plan::literal::{guid, wrong};
use crate::plan::{Cell, Context, key, path, state};

/// What a body is for, which decides what columns it may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Create,
    Update,
}

/// Plans the values of a row. The key is among them when the body gives it.
pub(super) fn cells(
    context: &Context<'_>,
    table: &Table,
    payload: &Payload,
    purpose: Purpose,
) -> Result<Vec<(ColumnId, Cell)>, Error> {
    let mut cells = Vec::with_capacity(payload.members.len());
    for member in &payload.members {
        let planned = match member {
            Member::Property { name, value } => property(table, name, value, purpose)?,
            Member::Bind { navigation, bind } => bound(context, table, navigation, bind)?,
            // What the service itself prints beside values, and clients send back.
            Member::Annotation { .. } => None,
        };
        let Some((column, cell)) = planned.filter(|(column, _)| writable(table, column, purpose)) else {
            continue;
        };
        if cells.iter().any(|(known, _)| *known == column.id) {
            let what = format!("`{}` is given more than once", column.logical_name);
            return Err(Error::InvalidArgument { what });
        }
        if cell == Cell::Null && purpose == Purpose::Update && column.required == RequiredLevel::System {
            return Err(required(table, column));
        }
        cells.push((column.id, cell));
    }
    state::together(table, &mut cells)?;
    Ok(cells)
}

/// The value of one property (`PUT accounts(…)/name`).
pub(super) fn value(table: &Table, column: &Column, value: &Value) -> Result<Cell, Error> {
    if !column.on_update || matches!(column.kind, Kind::Lookup { .. }) || column.id == table.primary_id {
        return Err(read_only(column));
    }
    if value.is_null() && column.required == RequiredLevel::System {
        return Err(required(table, column));
    }
    cell(table, column, value)
}

pub(super) fn required(table: &Table, column: &Column) -> Error {
    Error::Required {
        table: table.logical_name.clone(),
        column: column.logical_name.clone(),
    }
}

/// A column that its own address shows, and that cannot be set there.
pub(super) fn read_only(column: &Column) -> Error {
    Error::MethodNotAllowed {
        what: format!("`{}` cannot be set here", column.property),
    }
}

fn writable(table: &Table, column: &Column, purpose: Purpose) -> bool {
    match purpose {
        Purpose::Create => column.on_create || column.id == table.primary_id,
        Purpose::Update => column.on_update && column.id != table.primary_id,
    }
}

fn property<'a>(
    table: &'a Table,
    name: &str,
    value: &Value,
    purpose: Purpose,
) -> Result<Option<(&'a Column, Cell)>, Error> {
    if let Some(navigation) = table.navigations.get(name) {
        return link(table, name, *navigation, value);
    }
    let Some(column) = table.properties.get(name).map(|id| table.column(*id)) else {
        return Err(path::unknown(table, name));
    };
    if !writable(table, column, purpose) {
        return Ok(None);
    }
    if matches!(column.kind, Kind::Lookup { .. }) {
        return Err(Error::InvalidArgument {
            what: format!(
                "CRM do not support direct update of Entity Reference properties, Use Navigation properties instead. \
                 `{name}` is one; bind it by `<navigation>@odata.bind`"
            ),
        });
    }
    Ok(Some((column, cell(table, column, value)?)))
}

/// A navigation without `@odata.bind`: null clears it, an object would be another row.
fn link<'a>(
    table: &'a Table,
    name: &str,
    navigation: Navigation,
    value: &Value,
) -> Result<Option<(&'a Column, Cell)>, Error> {
    match (navigation, value) {
        (Navigation::One { column, .. }, Value::Null) => Ok(Some((table.column(column), Cell::Null))),
        (_, Value::Object(_) | Value::Array(_)) => Err(Error::NotSupported {
            what: format!(
                "rows come along with a new row only, as an object where `{name}` leads to one row, else as an array"
            ),
        }),
        (_, Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => Err(Error::WrongType {
            column: name.to_owned(),
            value: shown(value),
            expected: format!("the address of a row as `{name}@odata.bind`"),
        }),
    }
}

fn bound<'a>(
    context: &Context<'_>,
    table: &'a Table,
    name: &str,
    bind: &Bind,
) -> Result<Option<(&'a Column, Cell)>, Error> {
    let navigation = *table.navigations.get(name).ok_or_else(|| path::unknown(table, name))?;
    let Navigation::One { column, .. } = navigation else {
        return Err(Error::NotSupported {
            what: format!(
                "rows are bound to the collection `{name}` by an array, in a new row only; add them by `{name}/$ref`"
            ),
        });
    };
    let column = table.column(column);
    let cell = match bind {
        Bind::Null => Cell::Null,
        Bind::One(unverified_address) => link_cell(context, column, navigation, unverified_address)?,
        Bind::Many(_) => {
            let what = format!("`{name}@odata.bind` takes the address of one row");
            return Err(Error::InvalidArgument { what });
        }
    };
    Ok(Some((column, cell)))
}

/// The address of a row as the value of a lookup, through this navigation of it.
pub(super) fn link_cell(
    context: &Context<'_>,
    column: &Column,
    navigation: Navigation,
    unverified_address: &str,
) -> Result<Cell, Error> {
    let (table, row) = key::reference(context, unverified_address)?;
    if path::leads_to(column, navigation).any(|target| target == table) {
        return Ok(key::lookup_cell(&column.kind, table, row));
    }
    let name = |table| context.catalogue.table(table).logical_name.as_str();
    let expected: Vec<_> = path::leads_to(column, navigation).map(name).collect();
    Err(Error::InvalidArgument {
        what: format!(
            "`{unverified_address}` is a row of `{}`, where `{}` is expected",
            name(table),
            expected.join("` or `")
        ),
    })
}

/// Text, measured. An empty text is no value, as Dataverse stores it.
fn text_cell(table: &Table, column: &Column, max_length: usize, text: &str) -> Result<Cell, Error> {
    if text.encode_utf16().count() > max_length {
        return Err(Error::TooLong {
            table: table.logical_name.clone(),
            column: column.logical_name.clone(),
            max_length,
        });
    }
    Ok(if text.is_empty() {
        Cell::Null
    } else {
        Cell::Text(text.to_owned())
    })
}

fn cell(table: &Table, column: &Column, value: &Value) -> Result<Cell, Error> {
    if value.is_null() {
        return Ok(Cell::Null);
    }
    let refuse = |expected: &str| wrong(column, &shown(value), expected);
    match &column.kind {
        Kind::String { max_length } => {
            // Spaces at the end of a line of text are never compared; stored, they would be shown all the same.
            let text = value.as_str().ok_or_else(|| refuse("text"))?.trim_end_matches(' ');
            text_cell(table, column, *max_length, text)
        }
        Kind::Memo { max_length } => {
            let text = value.as_str().ok_or_else(|| refuse("text"))?;
            text_cell(table, column, *max_length, text)
        }
        Kind::Integer { min, max } => {
            let number = value
                .as_i64()
                .filter(|number| (i64::from(*min)..=i64::from(*max)).contains(number));
            number
                .map(Cell::Int)
                .ok_or_else(|| refuse(&format!("a whole number from {min} to {max}")))
        }
        Kind::BigInt => value.as_i64().map(Cell::Int).ok_or_else(|| refuse("a whole number")),
        Kind::Decimal { scale, min, max } | Kind::Money { scale, min, max } => {
            let number = value.as_number().and_then(|number| Decimal::parse(&number.to_string()));
            let number = number.ok_or_else(|| refuse("a number"))?;
            // More digits than are stored are rounded, as Dataverse does.
            let scaled = number.rounded(*scale).filter(|scaled| (*min..=*max).contains(scaled));
            scaled
                .map(Cell::Int)
                .ok_or_else(|| refuse("a number within the range of the column"))
        }
        Kind::Double { min, max } => {
            let number = value.as_f64().filter(|number| (*min..=*max).contains(number));
            number
                .map(Cell::Double)
                .ok_or_else(|| refuse(&format!("a number from {min} to {max}")))
        }
        Kind::Boolean { .. } => value
            .as_bool()
            .map(Cell::Bool)
            .ok_or_else(|| refuse("`true` or `false`")),
        Kind::DateTime => {
            let time = value.as_str().and_then(DateTime::parse);
            time.map(|DateTime(seconds)| Cell::Int(seconds))
                .ok_or_else(|| refuse("a point in time like `2025-03-04T08:15:31Z`"))
        }
        Kind::Date => {
            let day = value.as_str().and_then(Date::parse);
            day.map(|Date(days)| Cell::Int(days))
                .ok_or_else(|| refuse("a day like `2025-03-04`"))
        }
        Kind::Choice { options, .. } | Kind::State { options } | Kind::Status { options } => option(
            column,
            options,
            value.as_i64().ok_or_else(|| refuse("the number of an option"))?,
        ),
        Kind::Guid => value
            .as_str()
            .and_then(guid)
            .map(Cell::Guid)
            .ok_or_else(|| refuse("a guid")),
        Kind::Lookup { .. } => Err(refuse("the address of a row")),
    }
}

fn option(column: &Column, options: &[Choice], value: i64) -> Result<Cell, Error> {
    if options.iter().any(|option| i64::from(option.value) == value) {
        Ok(Cell::Int(value))
    } else {
        Err(Error::NotAnOption {
            column: column.logical_name.clone(),
            value,
        })
    }
}

fn shown(value: &Value) -> String {
    value.to_string().chars().take(100).collect()
}
