//! Predicates to SQL conditions.
//!
//! In: a [`Predicate`] over the rows of a table. Out: an [`Expr`] that is true of exactly those rows.
//! Invariant: two-valued logic out of three-valued. Negation is carried inwards to the comparisons, where null is
//! settled; SQL's own `NOT` stands only before what is never unknown.

use db::Value;
use db::sql::{Comparison as Op, Expr, Select};

use crate::catalogue::{ColumnId, Navigation};
use crate::compile::source::{Named, Statement, equal, returned};
use crate::plan::{Cell, Comparison, Predicate, fold};

/// Whether a predicate or its opposite is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sense {
    Holds,
    Fails,
}

impl Sense {
    fn opposite(self) -> Self {
        match self {
            Self::Holds => Self::Fails,
            Self::Fails => Self::Holds,
        }
    }
}

/// The condition that the predicate holds of a row of `row`.
pub(super) fn condition(statement: &Statement<'_>, row: &Named<'_>, predicate: &Predicate) -> Expr {
    sense(statement, row, predicate, Sense::Holds)
}

/// The condition that the predicate does not hold.
pub(super) fn opposite(statement: &Statement<'_>, row: &Named<'_>, predicate: &Predicate) -> Expr {
    sense(statement, row, predicate, Sense::Fails)
}

fn sense(statement: &Statement<'_>, row: &Named<'_>, predicate: &Predicate, wanted: Sense) -> Expr {
    let each = |parts: &[Predicate]| parts.iter().map(|part| sense(statement, row, part, wanted)).collect();
    match (predicate, wanted) {
        (Predicate::All(parts), Sense::Holds) | (Predicate::Any(parts), Sense::Fails) => Expr::And(each(parts)),
        (Predicate::Any(parts), Sense::Holds) | (Predicate::All(parts), Sense::Fails) => Expr::Or(each(parts)),
        (Predicate::Not(inner), wanted) => sense(statement, row, inner, wanted.opposite()),
        (Predicate::Compare { column, op, value }, wanted) => {
            let value = Compared {
                row,
                column: *column,
                value,
            };
            compare(&value, *op, wanted)
        }
        (Predicate::CompareColumns { left, op, right }, wanted) => {
            compare_columns(&row.compared(*left), *op, &row.compared(*right), wanted)
        }
        (Predicate::Like { column, pattern }, wanted) => {
            let pattern = Expr::Value(Value::Text(pattern.clone()));
            let like = Expr::Like {
                expr: Box::new(row.compared(*column)),
                pattern: Box::new(pattern),
            };
            settled(like, row, *column, wanted)
        }
        (Predicate::In { column, list }, wanted) => {
            let list = Expr::InGuids {
                expr: Box::new(row.value(*column)),
                list: list.clone(),
            };
            settled(list, row, *column, wanted)
        }
        (Predicate::Related { navigation, predicate }, wanted) => {
            let exists = Expr::Exists(Box::new(related(statement, row, *navigation, predicate)));
            match wanted {
                Sense::Holds => exists,
                Sense::Fails => Expr::Not(Box::new(exists)),
            }
        }
    }
}

/// A condition that is unknown where the column is null, made false there, and its opposite true.
fn settled(condition: Expr, row: &Named<'_>, column: ColumnId, wanted: Sense) -> Expr {
    match wanted {
        Sense::Holds => condition,
        Sense::Fails => or_null(Expr::Not(Box::new(condition)), row, column),
    }
}

/// The condition, or that the column is null. A key never is.
fn or_null(condition: Expr, row: &Named<'_>, column: ColumnId) -> Expr {
    if column == row.table.primary_id {
        return condition;
    }
    Expr::Or(vec![condition, Expr::IsNull(Box::new(row.value(column)))])
}

struct Compared<'a> {
    row: &'a Named<'a>,
    column: ColumnId,
    value: &'a Cell,
}

fn compare(compared: &Compared<'_>, op: Comparison, wanted: Sense) -> Expr {
    let Compared { row, column, value } = *compared;
    if *value == Cell::Null {
        let null = Expr::IsNull(Box::new(row.value(column)));
        return match (op, wanted) {
            (Comparison::Eq, Sense::Holds) | (Comparison::Ne, Sense::Fails) => null,
            (Comparison::Ne, Sense::Holds) | (Comparison::Eq, Sense::Fails) => Expr::Not(Box::new(null)),
            (_, Sense::Holds) => Expr::Or(Vec::new()),
            (_, Sense::Fails) => Expr::And(Vec::new()),
        };
    }
    match (op, wanted) {
        (Comparison::Ne, Sense::Holds) | (Comparison::Eq, Sense::Fails) => {
            or_null(compare_value(compared, Op::Ne), row, column)
        }
        (Comparison::Ne, Sense::Fails) | (Comparison::Eq, Sense::Holds) => compare_value(compared, Op::Eq),
        (op, Sense::Holds) => compare_value(compared, operator(op)),
        (op, Sense::Fails) => or_null(compare_value(compared, inverse(op)), row, column),
    }
}

fn compare_value(compared: &Compared<'_>, op: Op) -> Expr {
    let Compared { row, column, value } = *compared;
    let with = |left: Expr, value: Value| Expr::Compare {
        op,
        left: Box::new(left),
        right: Box::new(Expr::Value(value)),
    };
    match value {
        Cell::Null | Cell::Keyed { .. } => Expr::Or(Vec::new()),
        Cell::Bool(value) => with(row.value(column), Value::Bool(*value)),
        Cell::Int(number) => with(row.value(column), Value::Int(*number)),
        Cell::Double(number) => with(row.value(column), Value::Double(*number)),
        Cell::Text(text) => with(row.compared(column), Value::Text(fold(text))),
        Cell::Guid(id) | Cell::Reference(_, id) => with(row.value(column), Value::Guid(*id)),
    }
}

fn operator(op: Comparison) -> Op {
    match op {
        Comparison::Eq => Op::Eq,
        Comparison::Ne => Op::Ne,
        Comparison::Lt => Op::Lt,
        Comparison::Le => Op::Le,
        Comparison::Gt => Op::Gt,
        Comparison::Ge => Op::Ge,
    }
}

/// The operator that holds between two values where this one fails.
fn inverse(op: Comparison) -> Op {
    match op {
        Comparison::Eq => Op::Ne,
        Comparison::Ne => Op::Eq,
        Comparison::Lt => Op::Ge,
        Comparison::Le => Op::Gt,
        Comparison::Gt => Op::Le,
        Comparison::Ge => Op::Lt,
    }
}

fn compare_columns(left: &Expr, op: Comparison, right: &Expr, wanted: Sense) -> Expr {
    let with = |op| Expr::Compare {
        op,
        left: Box::new(left.clone()),
        right: Box::new(right.clone()),
    };
    let is_null = |expr: &Expr| Expr::IsNull(Box::new(expr.clone()));
    let is_value = |expr: &Expr| Expr::Not(Box::new(is_null(expr)));
    match (op, wanted) {
        (Comparison::Eq, Sense::Holds) | (Comparison::Ne, Sense::Fails) => {
            Expr::Or(vec![with(Op::Eq), Expr::And(vec![is_null(left), is_null(right)])])
        }
        (Comparison::Ne, Sense::Holds) | (Comparison::Eq, Sense::Fails) => Expr::Or(vec![
            with(Op::Ne),
            Expr::And(vec![is_null(left), is_value(right)]),
            Expr::And(vec![is_value(left), is_null(right)]),
        ]),
        (op, Sense::Holds) => with(operator(op)),
        (op, Sense::Fails) => Expr::Or(vec![with(inverse(op)), is_null(left), is_null(right)]),
    }
}

/// The rows behind a navigation of `row` for which the predicate holds.
fn related(statement: &Statement<'_>, row: &Named<'_>, navigation: Navigation, predicate: &Predicate) -> Select {
    match navigation {
        Navigation::One { column, target } => {
            let there = statement.named(target);
            let link = row.points_to(column, there.table, there.key());
            matching(statement, &there, link, predicate)
        }
        Navigation::Many { table, column } => {
            let there = statement.named(table);
            let link = there.points_to(column, row.table, row.key());
            matching(statement, &there, link, predicate)
        }
        Navigation::ManyToMany {
            intersect,
            near,
            far,
            target,
        } => {
            let pair = statement.named(intersect);
            let there = statement.named(target);
            let link = equal(there.key(), pair.value(far));
            let far_row = Expr::Exists(Box::new(matching(statement, &there, link, predicate)));
            rows(&pair, vec![equal(pair.value(near), row.key()), far_row])
        }
    }
}

fn matching(statement: &Statement<'_>, there: &Named<'_>, link: Expr, predicate: &Predicate) -> Select {
    let mut conditions = vec![link];
    if !predicate.is_always() {
        conditions.push(condition(statement, there, predicate));
    }
    rows(there, conditions)
}

/// The keys of the rows that meet all conditions.
pub(super) fn rows(named: &Named<'_>, conditions: Vec<Expr>) -> Select {
    Select {
        columns: vec![returned(named.key(), db::Type::Guid)],
        from: Some(named.source()),
        filter: Some(flat(conditions)),
        ..Select::default()
    }
}

/// All of the conditions, those that hold conditions of their own taken apart.
pub(super) fn flat(conditions: Vec<Expr>) -> Expr {
    let mut all = Vec::with_capacity(conditions.len());
    for condition in conditions {
        if let Expr::And(parts) = condition {
            all.extend(parts);
        } else {
            all.push(condition);
        }
    }
    Expr::And(all)
}
