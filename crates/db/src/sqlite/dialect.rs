//! What SQLite says its own way.
//!
//! In: a part of a statement. Out: its text. Invariant: tables are `STRICT`, so that a column holds its type or nothing.

use crate::Type;
use crate::cell::{CELLS_PER_ARRAY, Cell};
use crate::dialect::Dialect;
use crate::render::{name, names};
use crate::sql::{CreateTable, Lock};

/// SQLite; a file is one database, so no name needs a schema.
pub(crate) struct Sqlite;

impl Dialect for Sqlite {
    fn table(&self, text: &mut String, table: &str) {
        name(text, table);
    }

    fn parameter(&self, text: &mut String, number: usize, _: Option<Type>) {
        text.push('?');
        text.push_str(&number.to_string());
    }

    fn type_name(&self, ty: Type) -> &'static str {
        match ty {
            Type::Bool | Type::Int => "INTEGER",
            Type::Double => "REAL",
            Type::Text | Type::Json => "TEXT",
            Type::Guid | Type::Bytes => "BLOB",
        }
    }

    fn in_guids(&self, text: &mut String, number: usize) {
        text.push_str(" IN rarray(");
        self.parameter(text, number, None);
        text.push(')');
    }

    fn nulls_first(&self) -> &'static str {
        ""
    }

    fn nulls_last(&self) -> &'static str {
        ""
    }

    /// The one writer holds the whole file.
    fn lock(&self, _: &mut String, _: Lock, _: &str) {}

    fn rows_start(&self, text: &mut String, cells: &[Cell]) {
        text.push_str("(SELECT json_group_array(json_array(");
        let mut column = 0;
        for (position, part) in cells.chunks(CELLS_PER_ARRAY).enumerate() {
            if cells.len() > CELLS_PER_ARRAY {
                text.push_str(if position == 0 { "json_array(" } else { ", json_array(" });
            }
            for (place, cell) in part.iter().enumerate() {
                if place > 0 {
                    text.push_str(", ");
                }
                json_cell(text, &format!("\"r\".\"c{column}\""), cell);
                column += 1;
            }
            if cells.len() > CELLS_PER_ARRAY {
                text.push(')');
            }
        }
        text.push_str(")) FROM (");
    }

    fn rows_end(&self, text: &mut String) {
        text.push_str(") AS \"r\")");
    }

    /// Small rows are kept in the tree of the primary key, where one is found by a single descent. Rows with a text are
    /// not: that tree has rows in its inner nodes too, and with 1,500 bytes in each of 100,000 rows a read by key took
    /// four times as long as by a separate index; with 150 bytes it was a tenth faster.
    fn create_table_end(&self, text: &mut String, table: &CreateTable) {
        if table.primary_key.is_empty() {
            text.push_str(") STRICT");
            return;
        }
        text.push_str(", PRIMARY KEY (");
        names(text, &table.primary_key);
        text.push_str(")) STRICT");
        let is_small = |ty| matches!(ty, Type::Bool | Type::Int | Type::Double | Type::Guid);
        if table.columns.iter().all(|column| is_small(column.ty)) {
            text.push_str(", WITHOUT ROWID");
        }
    }

    /// A table of one row. It is made in one statement, without a parameter, which a definition cannot have.
    fn create_sequence(&self, text: &mut String, sequence: &str, after: i64) {
        text.push_str("CREATE TABLE ");
        name(text, sequence);
        text.push_str(" AS SELECT CAST(");
        text.push_str(&after.to_string());
        text.push_str(" AS INTEGER) AS \"value\"");
    }

    fn advance(&self, text: &mut String, sequence: &str) {
        text.push_str("UPDATE ");
        name(text, sequence);
        text.push_str(" SET \"value\" = \"value\" + 1 RETURNING \"value\"");
    }

    fn current(&self, text: &mut String, sequence: &str) {
        text.push_str("(SELECT \"value\" FROM ");
        name(text, sequence);
        text.push(')');
    }
}

/// JSON of SQLite has no bytes and rounds numbers to 15 digits; 17 tell every number from its neighbours.
fn json_cell(text: &mut String, column: &str, cell: &Cell) {
    let parts: &[&str] = match cell {
        Cell::Rows(_) => &["json(", column, ")"],
        // The hexadecimal form of null is empty.
        Cell::Plain(Type::Guid | Type::Bytes) => &["nullif(hex(", column, "), '')"],
        Cell::Plain(Type::Double) => &["iif(", column, " IS NULL, NULL, printf('%!.17g', ", column, "))"],
        Cell::Plain(Type::Bool | Type::Int | Type::Text | Type::Json) => &[column],
    };
    for part in parts {
        text.push_str(part);
    }
}
