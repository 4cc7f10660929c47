//! The end of a row, with what points to it.
//!
//! In: the row and the catalogue's relations. Out: guards, the ends of links and of dependent rows, and last of the row.
//! Invariant: what a relation says happens to every row that points to the one that ends, seen by the caller or not.

use db::Value;
use db::sql::{Delete, Expr, Lock, Select, Sql, Update};

use crate::access::{WriteRules, referencing};
use crate::catalogue::{Cascade, Catalogue, ColumnId, Navigation, Table, TableId};
use crate::compile::condition::{condition, flat, opposite, rows};
use crate::compile::save::{demanded, guards};
use crate::compile::source::{Named, Statement, equal, number_of};
use crate::compile::steps::{Label, Steps};
use crate::plan::{Condition, Predicate, RowKey, condition as has_key};
use crate::schema::VERSIONS;

/// How far dependent rows take their own with them. What lies deeper forbids the end, since a relation that leads from
/// a table to itself has no bottom.
const MAX_DEPTH: usize = 4;

/// A row that is to end.
pub(super) struct Deleted<'a> {
    pub(super) table: TableId,
    pub(super) row: &'a RowKey,
    pub(super) condition: Condition,
}

/// The way from the row that ends to rows that depend on it: tables, each with the lookup that points to the one before.
type Path = Vec<(TableId, ColumnId)>;

/// Takes the rows whose links will be cleared, and first the row that ends, so that no further one comes to point to it.
pub(super) fn take(steps: &mut Steps<'_>, deleted: &Deleted<'_>) {
    let mut paths = Vec::new();
    linked(
        steps.catalogue,
        steps.catalogue.table(deleted.table),
        &Vec::new(),
        &mut paths,
    );
    if !paths.is_empty() {
        steps.take_row(deleted.table, deleted.row);
    }
    for path in paths {
        let Some((table, _)) = path.last() else { continue };
        let statement = Statement::new(steps.catalogue);
        let row = statement.named(*table);
        let mut query = rows(&row, vec![depends(&statement, &row, deleted, &path)]);
        query.lock = Lock::Update;
        steps.certain(Sql::Select(query));
    }
}

/// The paths to rows whose links are cleared.
fn linked(catalogue: &Catalogue, table: &Table, path: &Path, found: &mut Vec<Path>) {
    for (other, column, on_delete) in relations(catalogue, table) {
        let mut longer = path.clone();
        longer.push((other, column));
        match on_delete {
            Cascade::RemoveLink => found.push(longer),
            Cascade::Cascade if longer.len() < MAX_DEPTH => linked(catalogue, catalogue.table(other), &longer, found),
            Cascade::Cascade | Cascade::Restrict => {}
        }
    }
}

/// The lookups of other tables that may point to a row of this one, with what its end means to them.
fn relations(catalogue: &Catalogue, table: &Table) -> Vec<(TableId, ColumnId, Cascade)> {
    let relation = |(other, column): (TableId, ColumnId)| {
        let targets = catalogue.table(other).column(column).targets();
        let target = targets.iter().find(|target| target.table == table.id)?;
        Some((other, column, target.on_delete))
    };
    referencing(table).into_iter().filter_map(relation).collect()
}

/// Adds the steps that end a row.
pub(super) fn delete(steps: &mut Steps<'_>, deleted: &Deleted<'_>, rules: Option<&WriteRules>) {
    let statement = Statement::new(steps.catalogue);
    let row = statement.named(deleted.table);
    let mut conditions = vec![condition(&statement, &row, &has_key(row.table, deleted.row))];
    conditions.extend(demanded(&statement, &row, deleted.condition));
    for rule in rules.iter().flat_map(|rules| guards(rules)) {
        conditions.push(condition(&statement, &row, rule));
    }
    let mut guard = rows(&row, conditions);
    guard.lock = Lock::Update;
    steps.written(Sql::Select(guard), Label::Row);
    below(steps, deleted, &Vec::new(), rules);
    let row = statement.unaliased(deleted.table);
    let end = Delete {
        table: row.table.logical_name.clone().into(),
        filter: Some(condition(&statement, &row, &has_key(row.table, deleted.row))),
        returning: Vec::new(),
    };
    steps.some(Sql::Delete(end), Label::Row);
}

/// Adds what happens to the rows that point to those at the end of the path.
fn below(steps: &mut Steps<'_>, deleted: &Deleted<'_>, path: &Path, rules: Option<&WriteRules>) {
    let catalogue = steps.catalogue;
    let table = catalogue.table(path.last().map_or(deleted.table, |(table, _)| *table));
    pairs(steps, deleted, path, table);
    for (other, column, on_delete) in relations(catalogue, table) {
        let mut longer = path.clone();
        longer.push((other, column));
        match on_delete {
            Cascade::RemoveLink => remove_link(steps, deleted, &longer),
            Cascade::Cascade if longer.len() < MAX_DEPTH => {
                if let Some(rule) = rules
                    .and_then(|rules| rules.cascades.get(&other))
                    .filter(|rule| !rule.is_always())
                {
                    let query = forbidden(&Statement::new(catalogue), deleted, &longer, rule);
                    steps.none(Sql::Select(query), Label::Cascade(longer.clone()));
                }
                below(steps, deleted, &longer, rules);
                let statement = Statement::new(catalogue);
                let row = statement.unaliased(other);
                let filter = Some(depends(&statement, &row, deleted, &longer));
                let table = row.table.logical_name.clone().into();
                steps.certain(Sql::Delete(Delete {
                    table,
                    filter,
                    returning: Vec::new(),
                }));
            }
            Cascade::Restrict | Cascade::Cascade => {
                let statement = Statement::new(catalogue);
                let row = statement.named(other);
                let mut query = rows(&row, vec![depends(&statement, &row, deleted, &longer)]);
                query.limit = Some(1);
                steps.none(Sql::Select(query), Label::Referenced(other));
            }
        }
    }
}

/// Ends the pairs of many-to-many relations in which the rows stand.
fn pairs(steps: &mut Steps<'_>, deleted: &Deleted<'_>, path: &Path, table: &Table) {
    let mut intersects: Vec<(TableId, ColumnId)> = table
        .navigations
        .values()
        .filter_map(|navigation| match navigation {
            Navigation::ManyToMany { intersect, near, .. } => Some((*intersect, *near)),
            Navigation::One { .. } | Navigation::Many { .. } => None,
        })
        .collect();
    intersects.sort_unstable();
    for (intersect, near) in intersects {
        let statement = Statement::new(steps.catalogue);
        let row = statement.unaliased(intersect);
        let mut longer = path.clone();
        longer.push((intersect, near));
        let filter = Some(depends(&statement, &row, deleted, &longer));
        let table = row.table.logical_name.clone().into();
        steps.certain(Sql::Delete(Delete {
            table,
            filter,
            returning: Vec::new(),
        }));
    }
}

fn remove_link(steps: &mut Steps<'_>, deleted: &Deleted<'_>, path: &Path) {
    let Some((table, column)) = path.last() else { return };
    let statement = Statement::new(steps.catalogue);
    let row = statement.unaliased(*table);
    let lookup = row.column(*column);
    let names = std::iter::once(&lookup.logical_name).chain(&lookup.target_table);
    let mut set: Vec<_> = names
        .map(|name| (name.clone().into(), Expr::Value(Value::Null)))
        .collect();
    set.push((VERSIONS.into(), Expr::CurrentOf(VERSIONS.into())));
    let update = Update {
        table: row.table.logical_name.clone().into(),
        set,
        filter: Some(depends(&statement, &row, deleted, path)),
        returning: Vec::new(),
    };
    steps.certain(Sql::Update(update));
}

/// The condition that a row, of the table at the end of the path, depends on the row that ends.
fn depends(statement: &Statement<'_>, row: &Named<'_>, deleted: &Deleted<'_>, path: &[(TableId, ColumnId)]) -> Expr {
    let Some(((_, column), before)) = path.split_last() else {
        return condition(statement, row, &has_key(row.table, deleted.row));
    };
    let there = statement.named(before.last().map_or(deleted.table, |(table, _)| *table));
    if let ([], RowKey::Id(id)) = (before, deleted.row) {
        return row.points_to(*column, there.table, Expr::Value(Value::Guid(*id)));
    }
    let there_depends = depends(statement, &there, deleted, before);
    // Not `EXISTS`: the rows that point there are found by the index of the lookup, table by table.
    let found = Box::new(rows(&there, vec![there_depends]));
    let mut parts = vec![Expr::InQuery {
        expr: Box::new(row.value(*column)),
        query: found,
    }];
    parts.extend(
        row.target_table(*column)
            .map(|number| equal(number, number_of(there.table))),
    );
    flat(parts)
}

/// The first row at the end of the path for which the rule does not hold.
pub(super) fn forbidden(
    statement: &Statement<'_>,
    deleted: &Deleted<'_>,
    path: &[(TableId, ColumnId)],
    rule: &Predicate,
) -> Select {
    let row = statement.named(path.last().map_or(deleted.table, |(table, _)| *table));
    let mut query = rows(
        &row,
        vec![depends(statement, &row, deleted, path), opposite(statement, &row, rule)],
    );
    query.limit = Some(1);
    query
}
