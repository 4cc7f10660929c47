//! What the two databases say differently.
//!
//! In: a part of a statement. Out: its text, appended. Invariant: no method has a default body, so that both databases
//! answer each; what both say alike (names in double quotes, `LIKE`, `TRUE`, ...) is written once, in `render`.

use crate::Type;
use crate::cell::Cell;
use crate::sql::{CreateTable, Lock};

/// One of the two, for one database (schema).
pub(crate) trait Dialect {
    /// A table, or another relation, where one is named in `FROM`, `INTO`, `ON` or `UPDATE`.
    fn table(&self, text: &mut String, name: &str);

    /// The parameter of this number, from 1. The type is given where the place alone does not tell it.
    fn parameter(&self, text: &mut String, number: usize, ty: Option<Type>);

    /// The type of a column.
    fn type_name(&self, ty: Type) -> &'static str;

    /// Behind an expression: that it is in the list bound to this parameter.
    fn in_guids(&self, text: &mut String, number: usize);

    /// Behind a key of an index or of `ORDER BY`: that nulls are smallest, so first when ascending.
    fn nulls_first(&self) -> &'static str;

    /// Behind a descending key: that nulls are smallest, so last.
    fn nulls_last(&self) -> &'static str;

    /// At the end of a query: that the rows of the source called `alias` are held.
    fn lock(&self, text: &mut String, lock: Lock, alias: &str);

    /// Before the query of [`crate::sql::Expr::Rows`], whose columns are called `c0`, `c1`, ...
    fn rows_start(&self, text: &mut String, cells: &[Cell]);

    /// Behind that query.
    fn rows_end(&self, text: &mut String);

    /// Behind the columns of a new table: its primary key, the closing bracket, options, further statements.
    fn create_table_end(&self, text: &mut String, table: &CreateTable);

    /// Makes a sequence whose next number is `after + 1`.
    fn create_sequence(&self, text: &mut String, name: &str, after: i64);

    /// Moves a sequence on and returns the new number.
    fn advance(&self, text: &mut String, name: &str);

    /// The number to which this transaction moved a sequence, as an expression.
    fn current(&self, text: &mut String, name: &str);
}
