//! Values on PostgreSQL's wire.
//!
//! In: parameters and the types that the server asks for; cells and the types that it sent. Out: bytes; values.
//! Invariant: what does not fit is an error, never another value.

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type as Wire, to_sql_checked};
use uuid::Uuid;

use crate::cell::{Cell, rows_from_json};
use crate::render::Parameter;
use crate::{Error, Type, Value};

type Fallible<T> = Result<T, Box<dyn std::error::Error + Sync + Send>>;

/// A parameter in a place of another type.
#[derive(Debug, thiserror::Error)]
#[error("a parameter of type {given} does not fit its place of type {place}")]
pub(super) struct Misplaced {
    given: &'static str,
    place: Wire,
}

/// A parameter as the driver takes it: written as its place asks for.
#[derive(Debug)]
pub(super) struct Bound<'a>(pub(super) Parameter<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self, place: &Wire, out: &mut BytesMut) -> Fallible<IsNull> {
        let (given, written) = match self.0 {
            Parameter::Guids(guids) => ("Guids", guids_to_sql(guids, place, out)?),
            Parameter::Value(value) => match value {
                Value::Null => return Ok(IsNull::Yes),
                Value::Bool(bool) => ("Bool", *place == Wire::BOOL && put(out, &[u8::from(*bool)])),
                Value::Int(int) => ("Int", int_to_sql(*int, place, out)),
                Value::Double(double) => ("Double", *place == Wire::FLOAT8 && put(out, &double.to_be_bytes())),
                Value::Text(text) => ("Text", is_text(place) && put(out, text.as_bytes())),
                Value::Guid(guid) => ("Guid", *place == Wire::UUID && put(out, guid.as_bytes())),
                Value::Bytes(bytes) => ("Bytes", *place == Wire::BYTEA && put(out, bytes)),
                Value::Guids(guids) => ("Guids", guids_to_sql(guids, place, out)?),
                Value::Rows(_) => ("Rows", false),
            },
        };
        if written {
            Ok(IsNull::No)
        } else {
            Err(Misplaced {
                given,
                place: place.clone(),
            }
            .into())
        }
    }

    /// Whether it fits is found out when it is written.
    fn accepts(_: &Wire) -> bool {
        true
    }

    to_sql_checked!();
}

fn put(out: &mut BytesMut, bytes: &[u8]) -> bool {
    out.put_slice(bytes);
    true
}

fn guids_to_sql(guids: &[Uuid], place: &Wire, out: &mut BytesMut) -> Fallible<bool> {
    if *place != Wire::UUID_ARRAY {
        return Ok(false);
    }
    guids.to_sql(place, out).map(|_| true)
}

/// A whole number also fits a smaller place, and one for floating-point numbers, where SQLite would store it too.
fn int_to_sql(int: i64, place: &Wire, out: &mut BytesMut) -> bool {
    match *place {
        Wire::INT8 => put(out, &int.to_be_bytes()),
        Wire::INT4 => i32::try_from(int).is_ok_and(|int| put(out, &int.to_be_bytes())),
        Wire::INT2 => i16::try_from(int).is_ok_and(|int| put(out, &int.to_be_bytes())),
        #[expect(clippy::cast_precision_loss, reason = "the nearest number is what SQLite stores")]
        Wire::FLOAT8 => put(out, &(int as f64).to_be_bytes()),
        _ => false,
    }
}

fn is_text(wire: &Wire) -> bool {
    matches!(
        *wire,
        Wire::TEXT | Wire::VARCHAR | Wire::BPCHAR | Wire::NAME | Wire::JSON | Wire::UNKNOWN
    )
}

/// A cell as it came.
pub(super) struct Raw<'a> {
    wire: Wire,
    bytes: &'a [u8],
}

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(wire: &Wire, bytes: &'a [u8]) -> Fallible<Self> {
        Ok(Self {
            wire: wire.clone(),
            bytes,
        })
    }

    fn accepts(_: &Wire) -> bool {
        true
    }
}

/// Reads a cell.
pub(super) fn read(raw: Option<Raw<'_>>, cell: &Cell, column: usize) -> Result<Value, Error> {
    let Some(Raw { wire, bytes }) = raw else {
        return Ok(Value::Null);
    };
    let value = match cell {
        Cell::Rows(cells) if wire == Wire::JSON => {
            return rows_from_json(str::from_utf8(bytes).map_err(Error::statement)?, cells);
        }
        Cell::Rows(_) => None,
        Cell::Plain(ty) => plain(*ty, &wire, bytes),
    };
    value.ok_or_else(|| Error::shape(format!("column {column} holds {wire}, not {cell:?}")))
}

fn plain(ty: Type, wire: &Wire, bytes: &[u8]) -> Option<Value> {
    match ty {
        Type::Bool if *wire == Wire::BOOL => Some(Value::Bool(bytes == [1])),
        Type::Int => int(wire, bytes).map(Value::Int),
        Type::Double if *wire == Wire::FLOAT8 => bytes.try_into().ok().map(f64::from_be_bytes).map(Value::Double),
        Type::Text | Type::Json if is_text(wire) => str::from_utf8(bytes).ok().map(|text| Value::Text(text.to_owned())),
        Type::Guid if *wire == Wire::UUID => Uuid::from_slice(bytes).ok().map(Value::Guid),
        Type::Bytes if *wire == Wire::BYTEA => Some(Value::Bytes(bytes.to_owned())),
        Type::Bool | Type::Double | Type::Text | Type::Json | Type::Guid | Type::Bytes => None,
    }
}

fn int(wire: &Wire, bytes: &[u8]) -> Option<i64> {
    match *wire {
        Wire::INT8 => bytes.try_into().ok().map(i64::from_be_bytes),
        Wire::INT4 => bytes.try_into().ok().map(i32::from_be_bytes).map(i64::from),
        Wire::INT2 => bytes.try_into().ok().map(i16::from_be_bytes).map(i64::from),
        _ => None,
    }
}
