//! Reads to one query.
//!
//! In: a permitted [`ReadPlan`]. Out: [`Compiled`]: the query, and where its cells stand.
//! Invariant: one statement, however many expands; single-valued ones are joined, collections are one cell each.

use db::sql::{Column, Expr, Join, Select, Sql};
use db::{Type, Value};

use crate::access::Permitted;
use crate::catalogue::{Catalogue, Navigation};
use crate::compile::condition::{condition, flat, rows};
use crate::compile::layout::{ExpandPlace, Layout, Place};
use crate::compile::order::{Ordered, behind, order};
use crate::compile::rows::Reader;
use crate::compile::source::{Named, Statement, equal, returned};
use crate::plan::{COUNT_LIMIT, Counting, Expand, NameOf, Node, Page, Predicate, ReadPlan, Wants};
use crate::schema::stored;

/// A query with how its answer is read.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// The query.
    pub(crate) sql: Sql,
    /// How its answer is read.
    pub(crate) reader: Reader,
}

/// Compiles a read.
pub(crate) fn read(catalogue: &Catalogue, permitted: &Permitted<ReadPlan>) -> Compiled {
    let plan = permitted.plan();
    let statement = Statement::new(catalogue);
    let (select, reader) = match &plan.wants {
        Wants::One { .. } | Wants::Behind { .. } => {
            let row = statement.named(plan.root.table);
            let mut query = Query::new(&statement);
            let layout = query.node(&row, &plan.root);
            let filter = condition(&statement, &row, &plan.root.filter);
            (query.select(&row, filter), Reader::Rows { layout })
        }
        Wants::Page(page) => self::page(&statement, &plan.root, page),
        Wants::Count => {
            let counted = returned(counted(&statement, &plan.root.filter, &plan.root), Type::Int);
            (
                Select {
                    columns: vec![counted],
                    ..Select::default()
                },
                Reader::Count,
            )
        }
    };
    Compiled {
        sql: Sql::Select(select),
        reader,
    }
}

fn page(statement: &Statement<'_>, root: &Node, page: &Page) -> (Select, Reader) {
    let row = statement.named(root.table);
    let mut query = Query::new(statement);
    let layout = query.node(&row, root);
    let Ordered { joins, keys } = order(statement, &row, &root.order);
    let order_types = root.order.iter().map(|key| {
        let table = key.through.last().map_or(root.table, |hop| hop.target);
        stored(&statement.catalogue.table(table).column(key.column).kind)
    });
    let order_at = keys
        .iter()
        .zip(order_types)
        .map(|(key, ty)| query.push(key.expr.clone(), ty))
        .collect();
    let count_at = match page.count {
        Counting::Wanted => Some(query.push(counted(statement, &root.filter, root), Type::Int)),
        Counting::Unwanted | Counting::Known(_) => None,
    };
    let mut filter = vec![condition(statement, &row, &root.filter)];
    if let Some(after) = &page.after {
        filter.push(behind(&keys, after));
    }
    query.joins.extend(joins);
    let mut select = query.select(&row, flat(filter));
    select.order_by = keys;
    select.limit = root.limit;
    (
        select,
        Reader::Page {
            layout,
            order_at,
            count_at,
            page: page.clone(),
        },
    )
}

/// The number of rows, one more than the limit at most.
fn counted(statement: &Statement<'_>, filter: &Predicate, root: &Node) -> Expr {
    let row = statement.named(root.table);
    let mut select = rows(&row, vec![condition(statement, &row, filter)]);
    select.limit = Some(COUNT_LIMIT + 1);
    Expr::CountOf(Box::new(select))
}

/// A query under construction.
struct Query<'s, 'a> {
    statement: &'s Statement<'a>,
    columns: Vec<Column>,
    joins: Vec<Join>,
}

impl<'s, 'a> Query<'s, 'a> {
    fn new(statement: &'s Statement<'a>) -> Self {
        Self {
            statement,
            columns: Vec::new(),
            joins: Vec::new(),
        }
    }

    fn push(&mut self, expr: Expr, ty: Type) -> usize {
        self.columns.push(returned(expr, ty));
        self.columns.len() - 1
    }

    fn select(self, row: &Named<'_>, filter: Expr) -> Select {
        Select {
            columns: self.columns,
            from: Some(row.source()),
            joins: self.joins,
            filter: Some(filter),
            ..Select::default()
        }
    }

    /// Adds what is answered of the rows of `row`.
    fn node(&mut self, row: &Named<'a>, node: &Node) -> Layout {
        let key = self.push(row.key(), Type::Guid);
        let version = self.push(row.version(), Type::Int);
        let cells = node.columns.iter().map(|id| {
            let column = row.column(*id);
            let at = if column.id == row.table.primary_id {
                key
            } else if column.logical_name == crate::schema::VERSIONS {
                version
            } else {
                self.push(row.value(*id), stored(&column.kind))
            };
            let target_at = row.target_table(*id).map(|table| self.push(table, Type::Int));
            let names = node.names.iter().filter(|name| name.column == *id);
            let names_at = names.map(|name| self.name(row, name)).collect();
            Place {
                column: *id,
                at,
                target_at,
                names_at,
            }
        });
        let cells = cells.collect();
        let expands = node.expands.iter().map(|expand| self.expand(row, expand)).collect();
        Layout {
            table: node.table,
            key,
            version,
            cells,
            expands,
        }
    }

    /// The name of the row that a lookup points to, where the caller can read it.
    fn name(&mut self, row: &Named<'a>, name: &NameOf) -> usize {
        let there = self.statement.named(name.target);
        let linked = row.points_to(name.column, there.table, there.key());
        let readable = condition(self.statement, &there, &name.filter);
        let mut query = rows(&there, vec![linked, readable]);
        let value = there
            .table
            .primary_name
            .map_or(Expr::Value(Value::Null), |name| there.value(name));
        query.columns = vec![returned(value, Type::Text)];
        self.push(Expr::Scalar(Box::new(query)), Type::Text)
    }

    fn expand(&mut self, row: &Named<'a>, expand: &Expand) -> ExpandPlace {
        let there = self.statement.named(expand.node.table);
        let condition = condition(self.statement, &there, &expand.node.filter);
        match expand.navigation {
            Navigation::One { column, .. } => {
                let linked = row.points_to(column, there.table, there.key());
                self.joins.push(Join {
                    source: there.source(),
                    on: flat(vec![linked, condition]),
                });
                ExpandPlace::One(self.node(&there, &expand.node))
            }
            Navigation::Many { column, .. } => {
                let linked = there.points_to(column, row.table, row.key());
                self.collection(&there, &expand.node, vec![linked, condition])
            }
            Navigation::ManyToMany {
                intersect, near, far, ..
            } => {
                let pair = self.statement.named(intersect);
                let linked = [equal(pair.value(near), row.key()), equal(pair.value(far), there.key())];
                let paired = Expr::Exists(Box::new(rows(&pair, linked.into())));
                self.collection(&there, &expand.node, vec![paired, condition])
            }
        }
    }

    fn collection(&mut self, there: &Named<'a>, node: &Node, conditions: Vec<Expr>) -> ExpandPlace {
        let mut query = Query::new(self.statement);
        let rows = query.node(there, node);
        let Ordered { joins, keys } = order(self.statement, there, &node.order);
        query.joins.extend(joins);
        let mut select = query.select(there, flat(conditions));
        select.order_by = keys;
        select.limit = node.limit;
        // The type of a cell of rows follows from the expression; the one given here is not looked at.
        let at = self.push(Expr::Rows(Box::new(select)), Type::Json);
        ExpandPlace::Many { at, rows }
    }
}
