//! Statements as values: the subset of SQL that both databases understand alike.
//!
//! Built by a service, rendered by the dialect of the database that runs it. Table names are given without their
//! schema; the handle that runs the statement qualifies each. One statement holds at most 32,766 bound values (SQLite's
//! limit). Invariant: a [`Name`] is only ever printed quoted, a [`Value`] only ever bound.

use std::borrow::Cow;

use crate::{Type, Value};

/// The name of a table, column, index or alias.
pub type Name = Cow<'static, str>;

/// A statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Sql {
    /// `SELECT`
    Select(Select),
    /// `INSERT`
    Insert(Insert),
    /// `UPDATE`
    Update(Update),
    /// `DELETE`
    Delete(Delete),
    /// `CREATE TABLE`
    CreateTable(CreateTable),
    /// `CREATE INDEX`
    CreateIndex(CreateIndex),
    /// `ALTER TABLE table ADD COLUMN …`: rows that are there hold null in it, so it must be nullable.
    AddColumn {
        /// The table.
        table: Name,
        /// The new column.
        column: ColumnDefinition,
    },
    /// `ALTER TABLE table DROP COLUMN …`, with its values. No index may be left on it.
    DropColumn {
        /// The table.
        table: Name,
        /// The column.
        column: Name,
    },
    /// `DROP TABLE`, with its rows and indexes.
    DropTable {
        /// The table.
        table: Name,
    },
    /// `DROP INDEX`
    DropIndex {
        /// The index.
        name: Name,
    },
    /// Makes a [`Expr::CurrentOf`] sequence, starting behind the given number.
    CreateSequence {
        /// The sequence.
        name: Name,
        /// The number before its first.
        after: i64,
    },
    /// Moves a sequence on by one, for [`Expr::CurrentOf`] later in the same transaction; returns the new number.
    Advance {
        /// The sequence.
        name: Name,
    },
}

/// A query.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Select {
    /// What is returned: expression, its type, and the name under which an outer query sees it. When there is none, the
    /// number 1 for each row, which is enough for [`Expr::Exists`], [`Expr::CountOf`] and an expected row.
    pub columns: Vec<Column>,
    /// The first table; `None` for a select without one.
    pub from: Option<Source>,
    /// Joined to it, in order.
    pub joins: Vec<Join>,
    /// The condition; `None` for all rows.
    pub filter: Option<Expr>,
    /// The order; nulls are smallest on both databases.
    pub order_by: Vec<Order>,
    /// At most so many rows.
    pub limit: Option<u64>,
    /// Whether the rows read are kept from changing until the transaction ends.
    pub lock: Lock,
}

/// One returned column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its value.
    pub expr: Expr,
    /// Its type, by which the cell is read.
    pub ty: Type,
    /// Its name, where one is needed.
    pub alias: Option<Name>,
}

/// What is selected from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// A table under an alias.
    Table {
        /// The table.
        table: Name,
        /// The name by which [`Expr::Column`] calls it.
        alias: Name,
    },
    /// A query under an alias.
    Query {
        /// The query.
        query: Box<Select>,
        /// The name by which [`Expr::Column`] calls it.
        alias: Name,
    },
}

/// `LEFT JOIN source ON on`; inner joins are not needed where `EXISTS` says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// What is joined.
    pub source: Source,
    /// The condition.
    pub on: Expr,
}

/// One item of `ORDER BY`.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// What is compared.
    pub expr: Expr,
    /// Greatest first.
    pub descending: bool,
}

/// See [`Select::lock`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lock {
    /// Not held.
    #[default]
    None,
    /// Nobody may delete the rows or change their keys before this transaction ends.
    KeyShare,
    /// Nobody may change the rows before this transaction ends.
    Update,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// `alias.column`
    Column {
        /// The alias of its source. In `INSERT`, `UPDATE` and `DELETE` the alias is the table's own name.
        of: Name,
        /// The column.
        name: Name,
    },
    /// A bound value.
    Value(Value),
    /// `left op right`; unknown when either is null.
    Compare {
        /// The operator.
        op: Comparison,
        /// Left of it.
        left: Box<Expr>,
        /// Right of it.
        right: Box<Expr>,
    },
    /// The guid is one of a bound list. An empty list is never true.
    InGuids {
        /// The guid.
        expr: Box<Expr>,
        /// The list.
        list: std::sync::Arc<[uuid::Uuid]>,
    },
    /// `expr LIKE pattern`, case-sensitive; `%` and `_` are wildcards, `\` escapes and must not be the last character.
    Like {
        /// The text.
        expr: Box<Expr>,
        /// The pattern.
        pattern: Box<Expr>,
    },
    /// `expr IS NULL`
    IsNull(Box<Expr>),
    /// All of them; true when empty.
    And(Vec<Expr>),
    /// One of them; false when empty.
    Or(Vec<Expr>),
    /// Not; unknown stays unknown.
    Not(Box<Expr>),
    /// The value is the one cell of one of the query's rows. Unknown where it is null, or among nulls.
    InQuery {
        /// The value.
        expr: Box<Expr>,
        /// The query.
        query: Box<Select>,
    },
    /// The query has a row.
    Exists(Box<Select>),
    /// The one cell of a query's one row; null when it has none.
    Scalar(Box<Select>),
    /// All rows of a query as one cell, in the query's order: read back as [`Value::Rows`], never null. Its column has
    /// [`Type::Json`]; the cells within are read by the types of the query's columns, of which none may be
    /// [`Type::Bytes`]. It belongs among the columns of the statement itself or of another such query.
    Rows(Box<Select>),
    /// The number of rows of a query.
    CountOf(Box<Select>),
    /// `left * right` of whole numbers.
    Multiply(Box<Expr>, Box<Expr>),
    /// `left + right` of whole numbers.
    Add(Box<Expr>, Box<Expr>),
    /// `left || right` of texts; null when either is.
    Concat(Box<Expr>, Box<Expr>),
    /// The first, or the second where the first is null.
    Coalesce(Box<Expr>, Box<Expr>),
    /// The number to which this transaction last moved a sequence ([`Sql::Advance`]).
    CurrentOf(Name),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Eq,
    /// `<>`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// `INSERT INTO table (columns) VALUES (values) RETURNING …`
#[derive(Debug, Clone, PartialEq)]
pub struct Insert {
    /// The table.
    pub table: Name,
    /// Column and value; the same columns in every row.
    pub columns: Vec<Name>,
    /// One vector per row; at least one.
    pub rows: Vec<Vec<Expr>>,
    /// What of the new rows is returned.
    pub returning: Vec<Column>,
}

/// `UPDATE table SET … WHERE … RETURNING …`
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// The table.
    pub table: Name,
    /// Column and new value.
    pub set: Vec<(Name, Expr)>,
    /// The condition; `None` for all rows.
    pub filter: Option<Expr>,
    /// What of the changed rows is returned.
    pub returning: Vec<Column>,
}

/// `DELETE FROM table WHERE … RETURNING …`
#[derive(Debug, Clone, PartialEq)]
pub struct Delete {
    /// The table.
    pub table: Name,
    /// The condition; `None` for all rows.
    pub filter: Option<Expr>,
    /// What of the deleted rows is returned.
    pub returning: Vec<Column>,
}

/// `CREATE TABLE table (…)`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTable {
    /// The table.
    pub table: Name,
    /// Its columns.
    pub columns: Vec<ColumnDefinition>,
    /// The columns of its primary key.
    pub primary_key: Vec<Name>,
    /// Further column sets that are unique, each with the name of its constraint.
    pub unique: Vec<(Name, Vec<Name>)>,
}

/// One column of a new table.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDefinition {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// Whether it may hold null.
    pub nullable: bool,
}

/// `CREATE INDEX name ON table (columns)`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateIndex {
    /// The index.
    pub name: Name,
    /// The table.
    pub table: Name,
    /// Its columns, in order.
    pub columns: Vec<Name>,
}
