//! Tables under aliases, and their columns as expressions.
//!
//! In: tables of the catalogue. Out: names of `db::sql`. Invariant: within a statement no alias is given twice.

use std::cell::Cell as Counter;

use db::sql::{Comparison, Expr, Name, Source};
use db::{Type, Value};

use crate::catalogue::{Catalogue, Column, ColumnId, Table, TableId};
use crate::schema;

/// Aliases that need no allocation.
const ALIASES: [&str; 16] = [
    "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10", "t11", "t12", "t13", "t14", "t15",
];

/// What one statement is compiled with.
pub(super) struct Statement<'a> {
    pub(super) catalogue: &'a Catalogue,
    aliases: Counter<usize>,
}

/// A table where a statement names it.
#[derive(Debug, Clone)]
pub(super) struct Named<'a> {
    pub(super) table: &'a Table,
    pub(super) alias: Name,
}

impl<'a> Statement<'a> {
    pub(super) fn new(catalogue: &'a Catalogue) -> Self {
        Self {
            catalogue,
            aliases: Counter::new(0),
        }
    }

    /// A table under an alias of its own.
    pub(super) fn named(&self, table: TableId) -> Named<'a> {
        let number = self.aliases.get();
        self.aliases.set(number + 1);
        let alias = ALIASES
            .get(number)
            .map_or_else(|| Name::from(format!("t{number}")), |alias| Name::from(*alias));
        Named {
            table: self.catalogue.table(table),
            alias,
        }
    }

    /// A table under its own name, as `INSERT`, `UPDATE` and `DELETE` have it.
    pub(super) fn unaliased(&self, table: TableId) -> Named<'a> {
        let table = self.catalogue.table(table);
        Named {
            table,
            alias: Name::from(table.logical_name.clone()),
        }
    }
}

impl<'a> Named<'a> {
    pub(super) fn source(&self) -> Source {
        Source::Table {
            table: self.table.logical_name.clone().into(),
            alias: self.alias.clone(),
        }
    }

    pub(super) fn column(&self, id: ColumnId) -> &'a Column {
        self.table.column(id)
    }

    /// A column by its SQL name.
    pub(super) fn sql(&self, name: &str) -> Expr {
        Expr::Column {
            of: self.alias.clone(),
            name: name.to_owned().into(),
        }
    }

    /// The value of a column as it is answered.
    pub(super) fn value(&self, id: ColumnId) -> Expr {
        self.sql(&self.column(id).logical_name)
    }

    /// The value of a column as it is compared and ordered: text in its folded form.
    pub(super) fn compared(&self, id: ColumnId) -> Expr {
        let column = self.column(id);
        self.sql(column.folded.as_ref().unwrap_or(&column.logical_name))
    }

    pub(super) fn key(&self) -> Expr {
        self.value(self.table.primary_id)
    }

    pub(super) fn version(&self) -> Expr {
        self.sql(schema::VERSIONS)
    }

    /// The number of the table that a lookup with several targets points to.
    pub(super) fn target_table(&self, id: ColumnId) -> Option<Expr> {
        self.column(id).target_table.as_ref().map(|name| self.sql(name))
    }

    /// A lookup of this table points to that row of `target`.
    pub(super) fn points_to(&self, id: ColumnId, target: &Table, key: Expr) -> Expr {
        let mut parts = vec![equal(self.value(id), key)];
        if let Some(table) = self.target_table(id) {
            parts.push(equal(table, number_of(target)));
        }
        Expr::And(parts)
    }
}

/// `left = right`
pub(super) fn equal(left: Expr, right: Expr) -> Expr {
    Expr::Compare {
        op: Comparison::Eq,
        left: Box::new(left),
        right: Box::new(right),
    }
}

/// The number by which a lookup with several targets knows a table.
pub(super) fn number_of(table: &Table) -> Expr {
    Expr::Value(Value::Int(i64::from(table.object_type_code)))
}

/// A returned column.
pub(super) fn returned(expr: Expr, ty: Type) -> db::sql::Column {
    db::sql::Column { expr, ty, alias: None }
}
