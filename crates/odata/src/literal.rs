//! Literals of the OData URL grammar (OData v4 ABNF, section 7): text to value and back.
//!
//! Invariant: a literal keeps what was written; nothing is rounded, and no type of a table is guessed here.

use uuid::Uuid;

mod date;
mod number;
pub(crate) mod parse;
mod url_json;

pub use date::{Date, DateTime};

/// A value as it stood in a URL.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A whole number that fits 64 bits.
    Integer(i64),
    /// A number with a fraction, or one too large for 64 bits, exactly as written (`-1.50`).
    Decimal(String),
    /// A number with an exponent (`1e3`), or `INF`, `-INF`, `NaN`.
    Double(f64),
    /// `'O''Brien'`, already unescaped.
    String(String),
    /// `5a1e0c11-0001-4e0a-9b1c-10aa00000001`, also in braces.
    Guid(Uuid),
    /// `2025-03-04`
    Date(Date),
    /// `2025-03-04T08:15:31Z`
    DateTime(DateTime),
    /// `Microsoft.Dynamics.CRM.EndpointAccessType'Default'`
    Enum {
        /// The qualified name of the type.
        type_name: String,
        /// The member's name.
        member: String,
    },
    /// A JSON array or object given to a function parameter (`["account","contact"]`, `{'@odata.id':'accounts(..)'}`).
    Json(serde_json::Value),
}

#[cfg(test)]
mod tests;
