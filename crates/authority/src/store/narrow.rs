//! What of a list's filter the database answers itself.
//!
//! In: conditions on fields. Out: the same as SQL over a table's columns. Invariant: a narrowed query gives every row that
//! the filter could take, and perhaps more; whoever asked looks at each row again.

use std::sync::Arc;

use db::sql::{Column, Comparison, Expr, Order};
use db::{Type, Value};
use uuid::Uuid;

/// A property that tables keep in a column of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// The object's own id.
    Id,
    /// The application's id.
    AppId,
    /// The display name.
    Name,
    /// The user principal name.
    Upn,
    GivenName,
    Surname,
    Mail,
    /// Whether it is switched on.
    Enabled,
    /// What a person may do in the directory.
    Role,
}

/// Conditions. Texts are compared in any case of their letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Narrow {
    /// None.
    All,
    /// The id is one of these.
    Among(Field, Vec<Uuid>),
    /// The text is one of these.
    Is(Field, Vec<String>),
    /// How the text begins.
    Begins(Field, String),
    /// Which way it is switched.
    Switched(Field, bool),
    /// Each of them.
    And(Vec<Narrow>),
    /// One of them.
    Or(Vec<Narrow>),
}

impl Narrow {
    /// The object of this id.
    pub(crate) fn id(id: Uuid) -> Self {
        Self::Among(Field::Id, vec![id])
    }

    /// The objects of this application.
    pub(crate) fn app_id(id: Uuid) -> Self {
        Self::Among(Field::AppId, vec![id])
    }

    /// Whether it asks for ids, and this is one of them.
    pub(crate) fn names(&self, id: Uuid) -> bool {
        matches!(self, Self::Among(Field::Id, ids) if ids.contains(&id))
    }

    /// The one id that it asks for, if it does nothing else.
    pub(crate) fn only_id(&self) -> Option<Uuid> {
        match self {
            Self::Among(Field::Id, ids) => match ids.as_slice() {
                [id] => Some(*id),
                _ => None,
            },
            Self::All
            | Self::Among(..)
            | Self::Is(..)
            | Self::Begins(..)
            | Self::Switched(..)
            | Self::And(_)
            | Self::Or(_) => None,
        }
    }
}

/// Conditions as SQL, where `column` says in which column a table has a field: texts in their folded form. A field that it
/// does not have narrows nothing; `None` where nothing is narrowed.
pub(super) fn condition(narrow: &Narrow, column: &impl Fn(Field) -> Option<Expr>) -> Option<Expr> {
    match narrow {
        Narrow::All => None,
        Narrow::Among(field, ids) => Some(Expr::InGuids {
            expr: Box::new(column(*field)?),
            list: Arc::from(ids.as_slice()),
        }),
        Narrow::Is(field, texts) => {
            let column = column(*field)?;
            let each = texts
                .iter()
                .map(|text| equal(column.clone(), Value::Text(folded(text))));
            Some(Expr::Or(each.collect()))
        }
        Narrow::Begins(field, prefix) => Some(begins(column(*field)?, prefix)),
        Narrow::Switched(field, is_on) => Some(equal(column(*field)?, Value::Bool(*is_on))),
        Narrow::And(parts) => {
            let parts: Vec<Expr> = parts.iter().filter_map(|part| condition(part, column)).collect();
            (!parts.is_empty()).then_some(Expr::And(parts))
        }
        // One that narrows nothing lets every row through.
        Narrow::Or(parts) => parts
            .iter()
            .map(|part| condition(part, column))
            .collect::<Option<Vec<Expr>>>()
            .map(Expr::Or),
    }
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

/// The folded text begins with this one.
fn begins(left: Expr, prefix: &str) -> Expr {
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
