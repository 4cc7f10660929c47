//! Orders, and the place in an order at which a page begins.
//!
//! In: order keys. Out: expressions to order by, the joins that they need, and the condition to come behind a row.
//! Invariant: null is smaller than every value, on both databases.

use db::Value;
use db::sql::{Comparison, Expr, Join, Order};

use crate::compile::condition::{condition, flat};
use crate::compile::source::{Named, Statement, equal};
use crate::plan::{Cell, OrderKey};

/// An order ready to be used.
pub(super) struct Ordered {
    pub(super) joins: Vec<Join>,
    pub(super) keys: Vec<Order>,
}

/// Compiles the order of a node's rows.
pub(super) fn order(statement: &Statement<'_>, row: &Named<'_>, keys: &[OrderKey]) -> Ordered {
    let mut ordered = Ordered {
        joins: Vec::new(),
        keys: Vec::with_capacity(keys.len()),
    };
    for key in keys {
        let mut at = row.clone();
        for hop in &key.through {
            let there = statement.named(hop.target);
            let mut on = vec![at.points_to(hop.column, there.table, there.key())];
            if !hop.filter.is_always() {
                on.push(condition(statement, &there, &hop.filter));
            }
            ordered.joins.push(Join {
                source: there.source(),
                on: flat(on),
            });
            at = there;
        }
        ordered.keys.push(Order {
            expr: at.compared(key.column),
            descending: key.descending,
        });
    }
    ordered
}

/// The rows that come behind the one with these order keys: equal in the first keys, and beyond it in the next.
pub(super) fn behind(keys: &[Order], after: &[Cell]) -> Expr {
    let mut alternatives = Vec::with_capacity(keys.len());
    let mut equal_so_far: Vec<Expr> = Vec::new();
    for (key, cell) in keys.iter().zip(after) {
        if let Some(beyond) = beyond(key, cell) {
            let mut parts = equal_so_far.clone();
            parts.push(beyond);
            alternatives.push(Expr::And(parts));
        }
        equal_so_far.push(same(key, cell));
    }
    Expr::Or(alternatives)
}

/// `None` where nothing can come behind: in descending order, behind null.
fn beyond(key: &Order, cell: &Cell) -> Option<Expr> {
    let compare = |op, value| Expr::Compare {
        op,
        left: Box::new(key.expr.clone()),
        right: Box::new(Expr::Value(value)),
    };
    let null = || Expr::IsNull(Box::new(key.expr.clone()));
    match (key.descending, value(cell)) {
        (false, None) => Some(Expr::Not(Box::new(null()))),
        (false, Some(value)) => Some(compare(Comparison::Gt, value)),
        (true, None) => None,
        (true, Some(value)) => Some(Expr::Or(vec![compare(Comparison::Lt, value), null()])),
    }
}

fn same(key: &Order, cell: &Cell) -> Expr {
    match value(cell) {
        None => Expr::IsNull(Box::new(key.expr.clone())),
        Some(value) => equal(key.expr.clone(), Expr::Value(value)),
    }
}

/// A key as it was read from the order's own expression, so that text is folded already.
fn value(cell: &Cell) -> Option<Value> {
    match cell {
        Cell::Null | Cell::Keyed { .. } => None,
        Cell::Bool(value) => Some(Value::Bool(*value)),
        Cell::Int(number) => Some(Value::Int(*number)),
        Cell::Double(number) => Some(Value::Double(*number)),
        Cell::Text(text) => Some(Value::Text(text.clone())),
        Cell::Guid(id) | Cell::Reference(_, id) => Some(Value::Guid(*id)),
    }
}

/// A key of the last row of a page.
pub(super) fn cell(value: &Value) -> Cell {
    match value {
        Value::Bool(value) => Cell::Bool(*value),
        Value::Int(number) => Cell::Int(*number),
        Value::Double(number) => Cell::Double(*number),
        Value::Text(text) => Cell::Text(text.clone()),
        Value::Guid(id) => Cell::Guid(*id),
        Value::Null | Value::Bytes(_) | Value::Guids(_) | Value::Rows(_) => Cell::Null,
    }
}
