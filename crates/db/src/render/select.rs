//! Queries to text.
//!
//! In: a [`Select`]. Out: its clauses, appended. Invariant: sources are qualified, aliases quoted.

use super::Writer;
use crate::dialect::Dialect;
use crate::sql::{Column, Join, Order, Select, Source};

/// What the columns of a query are called.
#[derive(Clone, Copy)]
pub(super) enum Naming {
    /// As they say.
    Given,
    /// `c0`, `c1`, ..., for the query around it.
    Numbered,
}

impl<'a, D: Dialect> Writer<'a, '_, D> {
    pub(super) fn select(&mut self, select: &'a Select) {
        self.select_named(select, Naming::Given);
    }

    pub(super) fn select_named(&mut self, select: &'a Select, naming: Naming) {
        self.word("SELECT ");
        if select.columns.is_empty() {
            self.word("1");
        }
        self.list(
            select.columns.iter().enumerate(),
            ", ",
            |writer, (position, column)| match naming {
                Naming::Given => writer.column(column),
                Naming::Numbered => {
                    writer.expr(&column.expr);
                    writer.word(" AS ");
                    writer.name(&format!("c{position}"));
                }
            },
        );
        if let Some(from) = &select.from {
            self.word(" FROM ");
            self.source(from);
        }
        for Join { source, on } in &select.joins {
            self.word(" LEFT JOIN ");
            self.source(source);
            self.word(" ON ");
            self.expr(on);
        }
        self.filter(select.filter.as_ref());
        if !select.order_by.is_empty() {
            self.word(" ORDER BY ");
            self.list(&select.order_by, ", ", Self::order);
        }
        if let Some(limit) = select.limit {
            // Written, not bound: both databases plan for a page only when they know that it is one, and SQLite would
            // plan anew on each run for a number that is bound.
            self.word(" LIMIT ");
            self.word(&limit.min(i64::MAX.unsigned_abs()).to_string());
        }
        if let Some(Source::Table { alias, .. } | Source::Query { alias, .. }) = &select.from {
            self.dialect.lock(&mut self.text, select.lock, alias);
        }
    }

    pub(super) fn column(&mut self, column: &'a Column) {
        self.expr(&column.expr);
        if let Some(alias) = &column.alias {
            self.word(" AS ");
            self.name(alias);
        }
    }

    fn source(&mut self, source: &'a Source) {
        let alias = match source {
            Source::Table { table, alias } => {
                self.table(table);
                alias
            }
            Source::Query { query, alias } => {
                self.word("(");
                self.select(query);
                self.word(")");
                alias
            }
        };
        self.word(" AS ");
        self.name(alias);
    }

    pub(super) fn filter(&mut self, filter: Option<&'a crate::sql::Expr>) {
        if let Some(filter) = filter {
            self.word(" WHERE ");
            self.expr(filter);
        }
    }

    fn order(&mut self, order: &'a Order) {
        self.expr(&order.expr);
        if order.descending {
            self.word(" DESC");
            self.word(self.dialect.nulls_last());
        } else {
            self.word(self.dialect.nulls_first());
        }
    }
}
