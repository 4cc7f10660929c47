//! New rows and new values of rows.
//!
//! In: cells of a plan. Out: `INSERT` and `UPDATE` with their guards.
//! Invariant: an update carries its conditions itself; of a new row they are asked once it is there, so that one
//! condition serves both, and the owner's columns are looked at as they were stored.

use db::sql::{Column as Returned, Expr, Insert, Name, Sql, Update};
use db::{Type, Value};
use uuid::Uuid;

use crate::access::WriteRules;
use crate::catalogue::{Column, ColumnId, Kind, Ownership, RequiredLevel, Table, TableId};
use crate::compile::cells::Values;
use crate::compile::condition::{condition, flat};
use crate::compile::source::{Named, Statement, equal, returned};
use crate::compile::steps::{Label, Steps};
use crate::error::Error;
use crate::plan::{Cell, Comparison, Condition, Predicate, RowKey, States, condition as has_key, number};

/// New values for a row that is there.
pub(super) struct Updated<'a> {
    pub(super) row: &'a RowKey,
    pub(super) cells: &'a [(ColumnId, Cell)],
    pub(super) condition: Condition,
}

/// Adds the steps that make a row.
pub(super) fn create(
    steps: &mut Steps<'_>,
    table: TableId,
    (id, cells): (Uuid, &[(ColumnId, Cell)]),
    rules: Option<&WriteRules>,
) -> Result<(), Error> {
    if let Some(rules) = rules {
        steps.targets(cells, rules);
    }
    let statement = Statement::new(steps.catalogue);
    let row = statement.unaliased(table);
    let set = new_row(&statement, row.table, steps, (id, cells))?;
    let (columns, values) = set.into_iter().unzip();
    let insert = Insert {
        table: row.table.logical_name.clone().into(),
        columns,
        rows: vec![values],
        returning: key_and_version(&row),
    };
    steps.written(Sql::Insert(insert), Label::Certain);
    for (right, rule) in rules.map(|rules| rules.after.as_slice()).unwrap_or_default() {
        if !rule.is_always() {
            steps.require(table, &RowKey::Id(id), &[rule], Label::Made(*right));
        }
    }
    Ok(())
}

fn new_row(
    statement: &Statement<'_>,
    table: &Table,
    steps: &Steps<'_>,
    (id, cells): (Uuid, &[(ColumnId, Cell)]),
) -> Result<Vec<(Name, Expr)>, Error> {
    let mut values = Values::new(statement, table);
    values.put(table.column(table.primary_id), &Cell::Guid(id));
    values.version();
    let given: Vec<(ColumnId, Cell)> = with_states(table, cells);
    for (column, cell) in &given {
        values.put(table.column(*column), cell);
    }
    if table.ownership == Ownership::User
        && let Some(column) = table.column_named("ownerid")
    {
        let owner = given.iter().find(|(id, _)| *id == column.id).map(|(_, cell)| cell);
        match (owner, column.targets().first()) {
            (Some(Cell::Reference(owner, id)), _) => values.owner(*owner, *id),
            (_, Some(user)) => {
                values.put(column, &Cell::Reference(user.table, steps.stamps.acting));
                values.owner(user.table, steps.stamps.acting);
            }
            (_, None) => {}
        }
    }
    values.created(steps.stamps);
    values.computed(&given, None);
    for column in &table.columns {
        if values.has(column.id) || column.logical_name == crate::schema::VERSIONS {
            continue;
        }
        match default(&column.kind) {
            Some(cell) => values.put(column, &cell),
            None if column.required == RequiredLevel::System => return Err(required(table, column)),
            None => {}
        }
    }
    Ok(values.into_set())
}

/// The values given, without nulls (a new row has them anyway), and the state with its reason.
fn with_states(table: &Table, cells: &[(ColumnId, Cell)]) -> Vec<(ColumnId, Cell)> {
    let mut given: Vec<_> = cells.iter().filter(|(_, cell)| *cell != Cell::Null).cloned().collect();
    if let Some(states) = States::of(table)
        && number(&given, states.state.id).is_none()
        && let Some(state) = number(&given, states.status.id).and_then(|reason| states.state_of(reason))
    {
        given.push((states.state.id, Cell::Int(state)));
    }
    given
}

fn required(table: &Table, column: &Column) -> Error {
    Error::Required {
        table: table.logical_name.clone(),
        column: column.logical_name.clone(),
    }
}

/// The value of a column when none is given.
pub(crate) fn default(kind: &Kind) -> Option<Cell> {
    match kind {
        Kind::Boolean { default, .. } => default.map(Cell::Bool),
        Kind::Choice { default, .. } => default.map(|value| Cell::Int(i64::from(value))),
        Kind::State { options } | Kind::Status { options } => {
            let option = options
                .iter()
                .find(|option| option.is_default)
                .or_else(|| options.first());
            option.map(|option| Cell::Int(i64::from(option.value)))
        }
        Kind::String { .. }
        | Kind::Memo { .. }
        | Kind::Integer { .. }
        | Kind::BigInt
        | Kind::Decimal { .. }
        | Kind::Money { .. }
        | Kind::Double { .. }
        | Kind::DateTime
        | Kind::Date
        | Kind::Lookup { .. }
        | Kind::Guid => None,
    }
}

/// Adds the steps that change a row.
pub(super) fn update(steps: &mut Steps<'_>, table: TableId, updated: &Updated<'_>, rules: Option<&WriteRules>) {
    if let Some(rules) = rules {
        steps.targets(updated.cells, rules);
    }
    let statement = Statement::new(steps.catalogue);
    let row = statement.unaliased(table);
    let mut values = Values::new(&statement, row.table);
    for (column, cell) in updated.cells {
        let column = row.table.column(*column);
        values.put(column, cell);
        if let (Ownership::User, "ownerid", Cell::Reference(owner, id)) =
            (row.table.ownership, column.logical_name.as_str(), cell)
        {
            values.owner(*owner, *id);
        }
    }
    values.version();
    values.modified(steps.stamps);
    values.computed(updated.cells, Some(&|name| row.sql(name)));
    let mut filter = vec![condition(&statement, &row, &has_key(row.table, updated.row))];
    filter.extend(demanded(&statement, &row, updated.condition));
    for rule in rules.iter().flat_map(|rules| guards(rules)) {
        filter.push(condition(&statement, &row, rule));
    }
    let update = Update {
        table: row.table.logical_name.clone().into(),
        set: values.into_set(),
        filter: Some(flat(filter)),
        returning: key_and_version(&row),
    };
    steps.written(Sql::Update(update), Label::Row);
    if let Some(state) = state_of(row.table, updated.cells) {
        steps.require(table, updated.row, &[&state], Label::Status);
    }
}

/// What must hold of a row before it changes, the conditions that hold of every row left out.
pub(super) fn guards(rules: &WriteRules) -> impl Iterator<Item = &Predicate> {
    let all = std::iter::once(&rules.visible).chain(rules.before.iter().map(|(_, rule)| rule));
    all.filter(|rule| !rule.is_always())
}

/// What the request demands of the row.
pub(super) fn demanded(statement: &Statement<'_>, row: &Named<'_>, condition: Condition) -> Vec<Expr> {
    match condition {
        Condition::Exists => Vec::new(),
        Condition::Version(version) => vec![equal(row.version(), Expr::Value(Value::Int(version)))],
        Condition::PointsTo(column, target, id) => {
            vec![row.points_to(column, statement.catalogue.table(target), Expr::Value(Value::Guid(id)))]
        }
    }
}

/// The state that the row must be in for its new status reason; `None` when the state is set along with it.
fn state_of(table: &Table, cells: &[(ColumnId, Cell)]) -> Option<Predicate> {
    let states = States::of(table)?;
    if cells.iter().any(|(column, _)| *column == states.state.id) {
        return None;
    }
    let state = states.state_of(number(cells, states.status.id)?)?;
    Some(Predicate::Compare {
        column: states.state.id,
        op: Comparison::Eq,
        value: Cell::Int(state),
    })
}

/// What is returned of a written row.
fn key_and_version(row: &Named<'_>) -> Vec<Returned> {
    vec![returned(row.key(), Type::Guid), returned(row.version(), Type::Int)]
}
