//! Definitions to text.
//!
//! In: [`CreateTable`], [`CreateIndex`]. Out: one or more statements, appended.
//! Invariant: every index sorts nulls first, so that it serves `ORDER BY` in both directions.

use super::Writer;
use crate::dialect::Dialect;
use crate::sql::{CreateIndex, CreateTable, Name};

impl<D: Dialect> Writer<'_, '_, D> {
    pub(super) fn create_table(&mut self, table: &CreateTable) {
        self.word("CREATE TABLE ");
        self.table(&table.table);
        self.word(" (");
        self.list(&table.columns, ", ", |writer, column| {
            writer.name(&column.name);
            writer.word(" ");
            writer.word(writer.dialect.type_name(column.ty));
            if !column.nullable {
                writer.word(" NOT NULL");
            }
        });
        self.dialect.create_table_end(&mut self.text, table);
        for (name, columns) in &table.unique {
            self.word("; CREATE UNIQUE INDEX ");
            self.index_end(name, &table.table, columns);
        }
    }

    pub(super) fn create_index(&mut self, index: &CreateIndex) {
        self.word("CREATE INDEX ");
        self.index_end(&index.name, &index.table, &index.columns);
    }

    fn index_end(&mut self, name: &str, table: &str, columns: &[Name]) {
        self.name(name);
        self.word(" ON ");
        self.table(table);
        self.word(" (");
        self.list(columns, ", ", |writer, column| {
            writer.name(column);
            writer.word(writer.dialect.nulls_first());
        });
        self.word(")");
    }
}
