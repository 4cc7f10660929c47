//! What of a list's filter the database answers itself.
//!
//! In: one condition on a column. Out: the same as SQL. Invariant: a narrowed query gives every row that the filter
//! could take, and perhaps more; whoever asked looks at each row again.

use db::sql::{Column, Comparison, Expr, Order};
use db::{Type, Value};
use uuid::Uuid;

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Narrow {
    /// None.
    All,
    /// The object's own id.
    Id(Uuid),
    /// The application's id.
    AppId(Uuid),
    /// The display name, in any case of its letters.
    Name(String),
    /// How the display name begins, in any case of its letters.
    NamePrefix(String),
    /// The user principal name, in any case of its letters.
    Upn(String),
}

/// One stretch of a list in the order of object ids.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch<'a> {
    /// Which rows.
    pub(crate) narrow: &'a Narrow,
    /// Only rows behind this id; the nil id for the first stretch.
    pub(crate) after: Uuid,
    /// At most so many rows.
    pub(crate) most: u64,
}

/// The folded form in which names are stored beside themselves, to be compared.
pub(crate) fn folded(name: &str) -> String {
    name.to_lowercase()
}

pub(super) fn selected(of: &'static str, name: &'static str, ty: Type) -> Column {
    Column {
        expr: named(of, name),
        ty,
        alias: None,
    }
}

pub(super) fn named(of: &'static str, name: &'static str) -> Expr {
    Expr::Column {
        of: of.into(),
        name: name.into(),
    }
}

pub(super) fn equal(left: Expr, right: Value) -> Expr {
    compare(Comparison::Eq, left, right)
}

pub(super) fn behind(left: Expr, right: Uuid) -> Expr {
    compare(Comparison::Gt, left, Value::Guid(right))
}

/// The folded name begins with this text.
pub(super) fn begins(left: Expr, prefix: &str) -> Expr {
    let mut pattern = String::with_capacity(prefix.len() + 1);
    for char in folded(prefix).chars() {
        if matches!(char, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(char);
    }
    pattern.push('%');
    Expr::Like {
        expr: Box::new(left),
        pattern: Box::new(Expr::Value(Value::Text(pattern))),
    }
}

pub(super) fn ascending(expr: Expr) -> Vec<Order> {
    vec![Order {
        expr,
        descending: false,
    }]
}

fn compare(op: Comparison, left: Expr, right: Value) -> Expr {
    Expr::Compare {
        op,
        left: Box::new(left),
        right: Box::new(Expr::Value(right)),
    }
}
