//! Literals of a URL as a column stores them.
//!
//! In: a column and what stood beside it. Out: a [`Cell`], or the comparison as a [`Predicate`].
//! Invariant: a comparison with a number that the column cannot hold (`revenue gt 1.00001`) is still exact.

use odata::{Date, DateTime, Literal};
use uuid::Uuid;

use crate::catalogue::{Column, Kind};
use crate::error::Error;
use crate::plan::decimal::{Decimal, Scaled};
use crate::plan::{Cell, Comparison, Predicate};

/// What is shown of a value in an error, in characters.
const SHOWN: usize = 100;

/// `column op literal`
pub(super) fn compare(column: &Column, op: Comparison, literal: &Literal) -> Result<Predicate, Error> {
    if *literal == Literal::Null {
        return match op {
            Comparison::Eq | Comparison::Ne => Ok(Predicate::Compare {
                column: column.id,
                op,
                value: Cell::Null,
            }),
            Comparison::Lt | Comparison::Le | Comparison::Gt | Comparison::Ge => Err(Error::InvalidArgument {
                what: format!(
                    "`null` can be compared with `{}` by `eq` and `ne` alone",
                    column.property
                ),
            }),
        };
    }
    match scale(&column.kind) {
        Some(scale) => {
            let decimal = decimal(literal).ok_or_else(|| wrong(column, &shown(literal), "a number"))?;
            Ok(compare_scaled(column, op, decimal.scaled(scale)))
        }
        None => Ok(Predicate::Compare {
            column: column.id,
            op,
            value: cell(column, literal)?,
        }),
    }
}

/// The digits behind the point of a number that is stored exactly; `None` for other kinds.
fn scale(kind: &Kind) -> Option<u32> {
    match kind {
        Kind::Integer { .. } | Kind::BigInt | Kind::Choice { .. } | Kind::State { .. } | Kind::Status { .. } => Some(0),
        Kind::Decimal { scale, .. } | Kind::Money { scale, .. } => Some(*scale),
        Kind::String { .. }
        | Kind::Memo { .. }
        | Kind::Double { .. }
        | Kind::Boolean { .. }
        | Kind::DateTime
        | Kind::Date
        | Kind::Lookup { .. }
        | Kind::Guid => None,
    }
}

fn compare_scaled(column: &Column, op: Comparison, number: Scaled) -> Predicate {
    let with = |op, number| Predicate::Compare {
        column: column.id,
        op,
        value: Cell::Int(number),
    };
    let any_number = || Predicate::Compare {
        column: column.id,
        op: Comparison::Ne,
        value: Cell::Null,
    };
    match (number, op) {
        (Scaled::Exact(number), op) => with(op, number),
        (Scaled::Between(floor), Comparison::Lt | Comparison::Le) => with(Comparison::Le, floor),
        (Scaled::Between(floor), Comparison::Gt | Comparison::Ge) => with(Comparison::Gt, floor),
        (Scaled::Below, Comparison::Gt | Comparison::Ge) | (Scaled::Above, Comparison::Lt | Comparison::Le) => {
            any_number()
        }
        (_, Comparison::Ne) => Predicate::always(),
        (Scaled::Below, Comparison::Lt | Comparison::Le)
        | (Scaled::Above, Comparison::Gt | Comparison::Ge)
        | (_, Comparison::Eq) => Predicate::never(),
    }
}

/// A literal that must be a value which the column can hold: of a key in a URL, or of a list.
pub(super) fn cell(column: &Column, literal: &Literal) -> Result<Cell, Error> {
    let refuse = |expected: &str| wrong(column, &shown(literal), expected);
    if let Some(scale) = scale(&column.kind) {
        return match decimal(literal).map(|decimal| decimal.scaled(scale)) {
            Some(Scaled::Exact(number)) => Ok(Cell::Int(number)),
            Some(Scaled::Below | Scaled::Between(_) | Scaled::Above) | None => Err(refuse("a number of its scale")),
        };
    }
    match (&column.kind, literal) {
        (Kind::String { .. } | Kind::Memo { .. }, Literal::String(text)) => Ok(Cell::Text(text.clone())),
        (Kind::String { .. } | Kind::Memo { .. }, _) => Err(refuse("text in single quotes")),
        (Kind::Double { .. }, _) => {
            let number = double(literal).filter(|number| number.is_finite());
            number.map(Cell::Double).ok_or_else(|| refuse("a number"))
        }
        (Kind::Boolean { .. }, Literal::Boolean(value)) => Ok(Cell::Bool(*value)),
        (Kind::Boolean { .. }, _) => Err(refuse("`true` or `false`")),
        (Kind::DateTime, Literal::DateTime(DateTime(seconds))) => Ok(Cell::Int(*seconds)),
        (Kind::DateTime, Literal::Date(Date(days))) => Ok(Cell::Int(days * 86_400)),
        (Kind::DateTime, _) => Err(refuse("a point in time like `2025-03-04T08:15:31Z`")),
        (Kind::Date, Literal::Date(Date(days))) => Ok(Cell::Int(*days)),
        (Kind::Date, _) => Err(refuse("a day like `2025-03-04`")),
        (_, Literal::Guid(id)) => Ok(Cell::Guid(*id)),
        // Clients put guids in quotes by habit, and the service lets them.
        (_, Literal::String(text)) => guid(text).map(Cell::Guid).ok_or_else(|| refuse("a guid")),
        _ => Err(refuse("a guid")),
    }
}

/// A value given as text in the JSON list of a query function (`PropertyValues=["1","2"]`).
pub(super) fn cell_of_text(column: &Column, text: &str) -> Result<Cell, Error> {
    let refuse = |expected: &str| wrong(column, text, expected);
    let literal = match column.kind {
        Kind::String { .. } | Kind::Memo { .. } | Kind::Lookup { .. } | Kind::Guid => Literal::String(text.to_owned()),
        Kind::Boolean { .. } => match text {
            "true" | "1" => Literal::Boolean(true),
            "false" | "0" => Literal::Boolean(false),
            _ => return Err(refuse("`true` or `false`")),
        },
        Kind::Date => Literal::Date(text.parse().ok().ok_or_else(|| refuse("a day like `2025-03-04`"))?),
        Kind::DateTime => match (text.parse(), text.parse()) {
            (Ok(time), _) => Literal::DateTime(time),
            (Err(_), Ok(day)) => Literal::Date(day),
            (Err(_), Err(_)) => return Err(refuse("a point in time like `2025-03-04T08:15:31Z`")),
        },
        Kind::Integer { .. }
        | Kind::BigInt
        | Kind::Decimal { .. }
        | Kind::Money { .. }
        | Kind::Double { .. }
        | Kind::Choice { .. }
        | Kind::State { .. }
        | Kind::Status { .. } => Literal::Decimal(text.to_owned()),
    };
    cell(column, &literal)
}

fn decimal(literal: &Literal) -> Option<Decimal> {
    match literal {
        Literal::Integer(number) => Decimal::parse(&number.to_string()),
        Literal::Decimal(text) => Decimal::parse(text),
        Literal::Double(number) if number.is_finite() => Decimal::parse(&number.to_string()),
        Literal::Double(_)
        | Literal::Null
        | Literal::Boolean(_)
        | Literal::String(_)
        | Literal::Guid(_)
        | Literal::Date(_)
        | Literal::DateTime(_)
        | Literal::Enum { .. }
        | Literal::Json(_) => None,
    }
}

fn double(literal: &Literal) -> Option<f64> {
    match literal {
        Literal::Integer(number) => number.to_string().parse().ok(),
        Literal::Decimal(text) => text.parse().ok(),
        Literal::Double(number) => Some(*number),
        Literal::Null
        | Literal::Boolean(_)
        | Literal::String(_)
        | Literal::Guid(_)
        | Literal::Date(_)
        | Literal::DateTime(_)
        | Literal::Enum { .. }
        | Literal::Json(_) => None,
    }
}

/// A guid of 36 characters, also in braces.
pub(super) fn guid(text: &str) -> Option<Uuid> {
    let bare = text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(text);
    Some(bare)
        .filter(|bare| bare.len() == 36)
        .and_then(|bare| Uuid::try_parse(bare).ok())
}

pub(super) fn wrong(column: &Column, value: &str, expected: &str) -> Error {
    Error::WrongType {
        column: column.property.clone(),
        value: value.chars().take(SHOWN).collect(),
        expected: expected.to_owned(),
    }
}

/// A literal as it was written, or nearly.
fn shown(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Integer(number) => number.to_string(),
        Literal::Decimal(text) => text.clone(),
        Literal::Double(number) => number.to_string(),
        Literal::String(text) => format!("'{text}'"),
        Literal::Guid(id) => id.to_string(),
        Literal::Date(day) => day.to_string(),
        Literal::DateTime(time) => time.to_string(),
        Literal::Enum { type_name, member } => format!("{type_name}'{member}'"),
        Literal::Json(value) => value.to_string(),
    }
}
