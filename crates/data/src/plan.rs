//! What a request means: names resolved to columns and relations of the catalogue, literals typed, defaults set.
//!
//! In: an `odata::Request` or a payload, and the catalogue. Out: a [`ReadPlan`] or a [`WritePlan`].
//! Invariant: pure. A plan says what is wanted, never whether it is allowed; `access` turns it into `Permitted`.

mod context;
mod count;
mod decimal;
mod expand;
mod filter;
pub(crate) mod fold;
mod function;
mod key;
mod literal;
mod nested;
mod order_by;
mod page;
mod path;
mod payload;
mod predicate;
mod read;
mod reference;
mod references;
mod resource;
mod select;
mod state;
#[cfg(test)]
mod tests;
mod write;

use uuid::Uuid;

use crate::catalogue::{ColumnId, Navigation, TableId};

pub(crate) use context::{Context, Speaker};
pub(crate) use count::{COUNT_LIMIT, Counting};
pub(crate) use expand::reference as presence;
pub(crate) use fold::fold;
pub(crate) use key::condition;
pub(crate) use page::{MAX_PAGE_SIZE, Page};
pub(crate) use predicate::{Cell, Comparison, Predicate};
pub(crate) use read::{by_id, by_key, read};
pub(crate) use reference::{add_reference, set_reference};
pub(crate) use references::{NO_REFERENCES, References};
pub(crate) use state::{States, number};
pub(crate) use write::{Along, Attempts, Conditions, create, delete, put_property, update};

/// A read of rows, of one row, or of their number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ReadPlan {
    /// The rows wanted.
    pub root: Node,
    /// How many of them.
    pub wants: Wants,
    /// What of each is answered.
    pub form: Form,
    /// The row through which the path leads to a collection (`accounts(…)/Account_Tasks`). It is asked for only when
    /// no row came of the collection: when it is missing, its 404 is the answer.
    pub within: Option<Box<ReadPlan>>,
}

/// How many rows are answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Wants {
    /// One row, or the error that it does not exist.
    One {
        /// How that is told.
        missing: Missing,
    },
    /// The row behind a single-valued navigation: the root is the row that has the navigation, its one expand leads
    /// to the row answered. 404 when there is no root, 204 when there is nothing behind it.
    Behind {
        /// How a missing root is told.
        missing: Missing,
    },
    /// A page of rows.
    Page(Page),
    /// The number of rows alone (`/$count`), 5000 at most.
    Count,
}

/// What of a row is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The row with the node's columns and expands.
    Rows,
    /// Its address alone (`/$ref`).
    References,
    /// One value in an object (`/name`).
    Property(ColumnId),
    /// One value as plain text (`/name/$value`).
    RawValue(ColumnId),
}

/// How a missing row is told (404 0x80040217, or 0x80060891 for an alternate key).
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Missing {
    /// By its key.
    ById {
        /// The table.
        table: TableId,
        /// The key.
        id: Uuid,
    },
    /// By an alternate key.
    ByKey {
        /// The table.
        table: TableId,
    },
}

/// Rows of one table, at the root or behind an `$expand`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// The table.
    pub table: TableId,
    /// The columns answered, in the order of the answer; the key and the row version are always read besides.
    pub columns: Vec<ColumnId>,
    /// How many of `columns` were asked for by `$select`, from the first on; `None` without a `$select`.
    pub selected: Option<usize>,
    /// Names of the rows that lookups of `columns` point to (formatted values).
    pub names: Vec<NameOf>,
    /// Which rows.
    pub filter: Predicate,
    /// In which order; ends with the key, so that it is total, wherever the order matters.
    pub order: Vec<OrderKey>,
    /// At most so many rows.
    pub limit: Option<u64>,
    /// What is answered within each row.
    pub expands: Vec<Expand>,
}

/// The primary name of a row that a lookup points to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NameOf {
    /// The lookup.
    pub column: ColumnId,
    /// One of its targets, which has a primary name.
    pub target: TableId,
    /// Which rows of the target; `access` joins the row rule, and leaves the name out where there is no read privilege.
    pub filter: Predicate,
}

/// An `$expand` of a node.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expand {
    /// The navigation property's name on the wire.
    pub name: String,
    /// Where it leads.
    pub navigation: Navigation,
    /// The rows there. For a single-valued navigation: one or none.
    pub node: Node,
    /// Only the addresses of the rows are wanted (`/$ref`).
    pub only_references: bool,
}

/// One key of an order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OrderKey {
    /// Single-valued navigations to go through first, from the node's own table.
    pub through: Vec<Hop>,
    /// The column there. Text is compared in its folded form.
    pub column: ColumnId,
    /// Greatest first.
    pub descending: bool,
}

/// A step along a single-valued navigation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hop {
    /// The lookup, of the table that the hop before led to.
    pub column: ColumnId,
    /// The table that it points to.
    pub target: TableId,
    /// Which rows there count; for the others there is no row. `access` joins the row rule.
    pub filter: Predicate,
}

/// A change of one row, or of one association.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WritePlan {
    /// The table that changes; for an association of a many-to-many relation the intersect table.
    pub table: TableId,
    /// What is done.
    pub action: Action,
    /// Values of the row that a create or update sets besides the caller's. Made by `rules`, never by a caller: they are
    /// written as they stand, and no right is asked for them. No column is both here and in the action.
    pub settled: Vec<(ColumnId, Cell)>,
    /// Further changes that belong to it and happen in the same transaction (a default team with its business unit,
    /// the membership of a new user in it). Made by `rules`, never by a caller; secured by the first change alone.
    pub consequences: Vec<WritePlan>,
    /// What is answered: nothing but the address, or these columns.
    pub answer: Answer,
}

/// What is done to a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Action {
    /// A new row.
    Create {
        /// Its key; made by the planner's caller when the payload gives none.
        id: Uuid,
        /// Its values. The stamps (`createdon`, `ownerid` where none is given, ...) are set in `compile`.
        cells: Vec<(ColumnId, Cell)>,
    },
    /// New values for a row.
    Update {
        /// Which row.
        row: RowKey,
        /// The values; lookups set to null are cleared.
        cells: Vec<(ColumnId, Cell)>,
        /// What must be true of it.
        condition: Condition,
    },
    /// Its end.
    Delete {
        /// Which row.
        row: RowKey,
        /// What must be true of it.
        condition: Condition,
    },
    /// A pair of a many-to-many relation is made.
    Associate {
        /// The intersect's column for each side, the table of that side, and the row.
        sides: [(ColumnId, TableId, Uuid); 2],
        /// The key of the intersect row.
        id: Uuid,
    },
    /// A pair of a many-to-many relation is dissolved.
    Disassociate {
        /// As in `Associate`.
        sides: [(ColumnId, TableId, Uuid); 2],
    },
}

/// How a row is named in a URL.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RowKey {
    /// By its key.
    Id(Uuid),
    /// By an alternate key: its position in [`crate::catalogue::Table::keys`] and the values in the key's order.
    Alternate {
        /// Which key.
        key: usize,
        /// The values.
        values: Vec<Cell>,
    },
}

/// What must be true of a row before it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    /// Nothing but that it exists (`If-Match: *`).
    Exists,
    /// It has this version (`If-Match: W/"n"`).
    Version(i64),
    /// This lookup of it points to this row (the end of a link of a one-to-many relation).
    PointsTo(ColumnId, TableId, Uuid),
}

/// What a write answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    /// 204 and the row's address.
    Address,
    /// The row, read again as by this plan (`Prefer: return=representation`); its filter is set once the key is known.
    Representation(Box<Node>),
}
