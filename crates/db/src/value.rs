//! The values that go into a statement and come out of a row, the same on both databases.

use std::sync::Arc;

use uuid::Uuid;

/// The type of a stored column. Every richer type of a service is one of these: a decimal is a scaled [`Type::Int`],
/// a point in time a count of seconds, so that both databases compare, order and add them alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A signed whole number of 64 bits.
    Int,
    /// A floating-point number of 64 bits.
    Double,
    /// Text, compared by its UTF-8 bytes.
    Text,
    /// 16 bytes, compared as bytes.
    Guid,
    /// Bytes.
    Bytes,
    /// A JSON text.
    Json,
}

/// One cell, or one parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value. As a parameter it takes the type that its place asks for.
    Null,
    /// See [`Type::Bool`].
    Bool(bool),
    /// See [`Type::Int`].
    Int(i64),
    /// See [`Type::Double`].
    Double(f64),
    /// See [`Type::Text`].
    Text(String),
    /// See [`Type::Guid`].
    Guid(Uuid),
    /// See [`Type::Bytes`].
    Bytes(Vec<u8>),
    /// A list of guids, for [`crate::sql::Expr::InGuids`] only; never in a cell.
    Guids(Arc<[Uuid]>),
    /// The rows of [`crate::sql::Expr::Rows`]: one inner vector per row, cells in the order of its columns.
    Rows(Vec<Vec<Value>>),
}
