//! Changes to text.
//!
//! In: [`Insert`], [`Update`], [`Delete`]. Out: the statement, appended. Invariant: the table is qualified, and called
//! by its own name within the statement.

use super::Writer;
use crate::dialect::Dialect;
use crate::sql::{Column, Delete, Insert, Update};

impl<'a, D: Dialect> Writer<'a, '_, D> {
    pub(super) fn insert(&mut self, insert: &'a Insert) {
        self.word("INSERT INTO ");
        self.table(&insert.table);
        self.word(" (");
        super::names(&mut self.text, &insert.columns);
        self.word(") VALUES ");
        self.list(&insert.rows, ", ", |writer, row| {
            writer.word("(");
            writer.list(row, ", ", Self::stored);
            writer.word(")");
        });
        self.returning(&insert.returning);
    }

    pub(super) fn update(&mut self, update: &'a Update) {
        self.word("UPDATE ");
        self.table(&update.table);
        self.word(" SET ");
        self.list(&update.set, ", ", |writer, (name, value)| {
            writer.name(name);
            writer.word(" = ");
            writer.stored(value);
        });
        self.filter(update.filter.as_ref());
        self.returning(&update.returning);
    }

    pub(super) fn delete(&mut self, delete: &'a Delete) {
        self.word("DELETE FROM ");
        self.table(&delete.table);
        self.filter(delete.filter.as_ref());
        self.returning(&delete.returning);
    }

    fn returning(&mut self, columns: &'a [Column]) {
        if !columns.is_empty() {
            self.word(" RETURNING ");
            self.list(columns, ", ", Self::column);
        }
    }
}
