//! Pairs of a many-to-many relation, made and dissolved.
//!
//! In: the two rows. Out: a row of the intersect table, or its end, with guards on both rows.
//! Invariant: a pair is one row, which a unique constraint keeps from being there twice.

use db::sql::{Delete, Insert, Lock, Sql};
use db::{Type, Value};
use uuid::Uuid;

use crate::access::WriteRules;
use crate::catalogue::{ColumnId, TableId};
use crate::compile::cells::Values;
use crate::compile::condition::flat;
use crate::compile::source::{Statement, equal, returned};
use crate::compile::steps::{Label, Steps};
use crate::plan::{Cell, RowKey};

/// The columns of the intersect table with the table and the key of each side.
type Sides = [(ColumnId, TableId, Uuid); 2];

/// Adds the steps that make a pair. The two rows must be there whoever makes it.
pub(super) fn associate(
    steps: &mut Steps<'_>,
    intersect: TableId,
    (sides, id): (&Sides, Uuid),
    rules: Option<&WriteRules>,
) {
    both(steps, sides, rules);
    let statement = Statement::new(steps.catalogue);
    let row = statement.unaliased(intersect);
    let mut values = Values::new(&statement, row.table);
    values.put(row.column(row.table.primary_id), &Cell::Guid(id));
    for (column, _, id) in sides {
        values.put(row.column(*column), &Cell::Guid(*id));
    }
    values.version();
    let (columns, values) = values.into_set().into_iter().unzip();
    let insert = Insert {
        table: row.table.logical_name.clone().into(),
        columns,
        rows: vec![values],
        returning: vec![returned(row.key(), Type::Guid), returned(row.version(), Type::Int)],
    };
    steps.written(Sql::Insert(insert), Label::Certain);
}

/// Adds the steps that dissolve a pair; one that is not there is dissolved already.
pub(super) fn disassociate(steps: &mut Steps<'_>, intersect: TableId, sides: &Sides, rules: Option<&WriteRules>) {
    both(steps, sides, rules);
    let statement = Statement::new(steps.catalogue);
    let row = statement.unaliased(intersect);
    let conditions = sides
        .iter()
        .map(|(column, _, id)| equal(row.value(*column), db::sql::Expr::Value(Value::Guid(*id))));
    let delete = Delete {
        table: row.table.logical_name.clone().into(),
        filter: Some(flat(conditions.collect())),
        returning: Vec::new(),
    };
    steps.certain(Sql::Delete(delete));
}

/// Both rows are there, in sight and in reach, and stay.
fn both(steps: &mut Steps<'_>, sides: &Sides, rules: Option<&WriteRules>) {
    for (position, (_, table, id)) in sides.iter().enumerate() {
        let rule = rules.and_then(|rules| rules.sides.get(position));
        let predicates: Vec<_> = rule.iter().flat_map(|rule| [&rule.visible, &rule.rule]).collect();
        let mut query = steps.query(*table, &RowKey::Id(*id), &predicates);
        query.lock = Lock::KeyShare;
        steps.some(Sql::Select(query), Label::Side(position));
    }
}
