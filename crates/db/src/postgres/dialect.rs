//! What PostgreSQL says its own way.
//!
//! In: a part of a statement. Out: its text. Invariant: every relation is qualified by its schema.

use crate::Type;
use crate::cell::{CELLS_PER_ARRAY, Cell};
use crate::dialect::Dialect;
use crate::render::name;
use crate::sql::{CreateTable, Lock};

/// PostgreSQL, for one schema.
pub(crate) struct Postgres<'a> {
    pub(crate) schema: &'a str,
}

impl Postgres<'_> {
    /// A sequence as the functions about sequences take it: its qualified name as a text.
    fn sequence_text(&self, text: &mut String, sequence: &str) {
        let mut qualified = String::with_capacity(64);
        self.table(&mut qualified, sequence);
        text.push('\'');
        text.push_str(&qualified.replace('\'', "''"));
        text.push('\'');
    }
}

impl Dialect for Postgres<'_> {
    fn table(&self, text: &mut String, table: &str) {
        name(text, self.schema);
        text.push('.');
        name(text, table);
    }

    fn parameter(&self, text: &mut String, number: usize, ty: Option<Type>) {
        text.push('$');
        text.push_str(&number.to_string());
        text.push_str(match ty {
            None => "",
            Some(Type::Bool) => "::boolean",
            Some(Type::Int) => "::bigint",
            Some(Type::Double) => "::double precision",
            Some(Type::Text | Type::Json) => "::text",
            Some(Type::Guid) => "::uuid",
            Some(Type::Bytes) => "::bytea",
        });
    }

    fn type_name(&self, ty: Type) -> &'static str {
        match ty {
            Type::Bool => "BOOLEAN",
            Type::Int => "BIGINT",
            Type::Double => "DOUBLE PRECISION",
            Type::Text | Type::Json => "TEXT COLLATE \"C\"",
            Type::Guid => "UUID",
            Type::Bytes => "BYTEA",
        }
    }

    fn in_guids(&self, text: &mut String, number: usize) {
        text.push_str(" = ANY(");
        self.parameter(text, number, None);
        text.push_str("::uuid[])");
    }

    fn nulls_first(&self) -> &'static str {
        " NULLS FIRST"
    }

    fn nulls_last(&self) -> &'static str {
        " NULLS LAST"
    }

    fn lock(&self, text: &mut String, lock: Lock, alias: &str) {
        text.push_str(match lock {
            Lock::None => return,
            Lock::KeyShare => " FOR KEY SHARE OF ",
            Lock::Update => " FOR UPDATE OF ",
        });
        name(text, alias);
    }

    fn rows_start(&self, text: &mut String, cells: &[Cell]) {
        text.push_str("(SELECT coalesce(json_agg(json_build_array(");
        let mut column = 0;
        for (position, part) in cells.chunks(CELLS_PER_ARRAY).enumerate() {
            if cells.len() > CELLS_PER_ARRAY {
                text.push_str(if position == 0 {
                    "json_build_array("
                } else {
                    ", json_build_array("
                });
            }
            for place in 0..part.len() {
                if place > 0 {
                    text.push_str(", ");
                }
                text.push_str("\"r\".\"c");
                text.push_str(&column.to_string());
                text.push('"');
                column += 1;
            }
            if cells.len() > CELLS_PER_ARRAY {
                text.push(')');
            }
        }
        text.push_str(")), '[]'::json) FROM (");
    }

    fn rows_end(&self, text: &mut String) {
        text.push_str(") AS \"r\")");
    }

    /// The key is a unique index like any other and not a `PRIMARY KEY`, whose index could not sort nulls first, as
    /// every `ORDER BY` of ours does: PostgreSQL would sort the whole table for a page in the order of its key.
    fn create_table_end(&self, text: &mut String, table: &CreateTable) {
        text.push(')');
        if table.primary_key.is_empty() {
            return;
        }
        let key = format!("{}_pkey", table.table);
        text.push_str("; CREATE UNIQUE INDEX ");
        name(text, &key);
        text.push_str(" ON ");
        self.table(text, &table.table);
        text.push_str(" (");
        for (position, column) in table.primary_key.iter().enumerate() {
            if position > 0 {
                text.push_str(", ");
            }
            name(text, column);
            text.push_str(self.nulls_first());
        }
        text.push_str("); ALTER TABLE ");
        self.table(text, &table.table);
        text.push_str(" REPLICA IDENTITY USING INDEX ");
        name(text, &key);
    }

    fn create_sequence(&self, text: &mut String, sequence: &str, after: i64) {
        text.push_str("CREATE SEQUENCE ");
        self.table(text, sequence);
        text.push_str(" AS BIGINT MINVALUE ");
        text.push_str(&i64::MIN.to_string());
        text.push_str(" START WITH ");
        text.push_str(&after.saturating_add(1).to_string());
    }

    fn advance(&self, text: &mut String, sequence: &str) {
        text.push_str("SELECT nextval(");
        self.sequence_text(text, sequence);
        text.push(')');
    }

    fn current(&self, text: &mut String, sequence: &str) {
        text.push_str("currval(");
        self.sequence_text(text, sequence);
        text.push(')');
    }
}
