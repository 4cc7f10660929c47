//! Conditions on rows, and the values in them.
//!
//! In: what a filter, a row rule, a key or the place of a page says. Out: one type for all of them.
//! Invariant: two-valued logic: a condition is true of a row or false of it, whatever is null.

use std::sync::Arc;

use uuid::Uuid;

use crate::catalogue::{ColumnId, Navigation, TableId};

/// A condition on a row. Row rules, `$filter` and paging are all of this one type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Predicate {
    /// All of them; true when empty.
    All(Vec<Predicate>),
    /// One of them; false when empty.
    Any(Vec<Predicate>),
    /// Not, in two-valued logic: what is not true is false before it is negated.
    Not(Box<Predicate>),
    /// A column against a value. Comparing with null: `Eq` is "is null", `Ne` "is not null", the others never true.
    /// A null column is unequal to every value, and neither less nor greater.
    Compare {
        /// The column.
        column: ColumnId,
        /// The operator.
        op: Comparison,
        /// The value, typed as the column stores it.
        value: Cell,
    },
    /// A column against another of the same row and kind. Two nulls are equal.
    CompareColumns {
        /// Left.
        left: ColumnId,
        /// The operator.
        op: Comparison,
        /// Right.
        right: ColumnId,
    },
    /// A text column against a pattern of `%` and `_`, both folded; `\` escapes. Never true of null.
    Like {
        /// The column.
        column: ColumnId,
        /// The pattern, already folded.
        pattern: String,
    },
    /// A guid column is one of a list.
    In {
        /// The column.
        column: ColumnId,
        /// The list.
        list: Arc<[Uuid]>,
    },
    /// There is a row behind the navigation for which the inner condition holds.
    /// `access` joins the row rule of the target to it: a filter over a relation is a read of it.
    Related {
        /// Where it leads.
        navigation: Navigation,
        /// The condition there.
        predicate: Box<Predicate>,
    },
}

impl Predicate {
    /// True of every row.
    #[must_use]
    pub(crate) fn always() -> Self {
        Self::All(Vec::new())
    }

    /// True of no row.
    #[must_use]
    pub(crate) fn never() -> Self {
        Self::Any(Vec::new())
    }

    /// Whether it is written as true of every row.
    #[must_use]
    pub(crate) fn is_always(&self) -> bool {
        matches!(self, Self::All(parts) if parts.is_empty())
    }

    /// True where both are.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if other.is_always() => one,
            (one, other) if one.is_always() => other,
            (Self::All(mut parts), other) => {
                parts.push(other);
                Self::All(parts)
            }
            (one, other) => Self::All(vec![one, other]),
        }
    }

    /// True where it is not.
    #[must_use]
    pub(crate) fn negated(self) -> Self {
        if let Self::Not(inner) = self {
            *inner
        } else {
            Self::Not(Box::new(self))
        }
    }

    /// A guid column equals this.
    #[must_use]
    pub(crate) fn is(column: ColumnId, id: Uuid) -> Self {
        Self::Compare {
            column,
            op: Comparison::Eq,
            value: Cell::Guid(id),
        }
    }
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// `eq`
    Eq,
    /// `ne`
    Ne,
    /// `lt`
    Lt,
    /// `le`
    Le,
    /// `gt`
    Gt,
    /// `ge`
    Ge,
}

/// A value as a column stores it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// No value.
    Null,
    /// Boolean columns.
    Bool(bool),
    /// Whole numbers, choices, scaled decimals and money, seconds of a point in time, days of a date.
    Int(i64),
    /// Floating-point columns.
    Double(f64),
    /// Text columns, as written; the folded form is made in `compile`.
    Text(String),
    /// Keys, identifiers and lookups with one target.
    Guid(Uuid),
    /// A lookup with the table that it points to; always, where the lookup has several targets.
    Reference(TableId, Uuid),
    /// A lookup to the row with these values of an alternate key; in payloads only.
    Keyed {
        /// The table.
        table: TableId,
        /// The position of the key in [`crate::catalogue::Table::keys`].
        key: usize,
        /// The values in the key's order.
        values: Vec<Cell>,
    },
}

impl Cell {
    /// The text, of a text.
    pub(crate) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The table that the value of a lookup names, where it names one.
    pub(crate) fn table(&self) -> Option<TableId> {
        if let Self::Reference(table, _) | Self::Keyed { table, .. } = self {
            Some(*table)
        } else {
            None
        }
    }
}
