//! Definitions to text.
//!
//! In: [`CreateTable`], [`CreateIndex`], and what changes or ends them. Out: one or more statements, appended.
//! Invariant: every index sorts nulls first, so that it serves `ORDER BY` in both directions.

use super::Writer;
use crate::dialect::Dialect;
use crate::sql::{ColumnDefinition, CreateIndex, CreateTable, Name};

impl<D: Dialect> Writer<'_, '_, D> {
    pub(super) fn create_table(&mut self, table: &CreateTable) {
        self.word("CREATE TABLE ");
        self.table(&table.table);
        self.word(" (");
        self.list(&table.columns, ", ", Self::definition);
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

    pub(super) fn add_column(&mut self, table: &str, column: &ColumnDefinition) {
        self.word("ALTER TABLE ");
        self.table(table);
        self.word(" ADD COLUMN ");
        self.definition(column);
    }

    pub(super) fn drop_column(&mut self, table: &str, column: &str) {
        self.word("ALTER TABLE ");
        self.table(table);
        self.word(" DROP COLUMN ");
        self.name(column);
    }

    /// A table, or an index, which is named like one.
    pub(super) fn drop(&mut self, what: &str, name: &str) {
        self.word("DROP ");
        self.word(what);
        self.word(" ");
        self.table(name);
    }

    fn definition(&mut self, column: &ColumnDefinition) {
        self.name(&column.name);
        self.word(" ");
        self.word(self.dialect.type_name(column.ty));
        if !column.nullable {
            self.word(" NOT NULL");
        }
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
