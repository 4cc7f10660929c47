//! A decided change as one transaction.
//!
//! In: what is to be. Out: its steps: the epoch, the definitions, the privileges with who holds them, the tables.
//! Invariant: the definitions and the tables that they describe are changed by the same transaction, and the epoch by its
//! first steps, so that of two changes at the same time the second is decided anew.

use std::collections::BTreeSet;

use db::sql::{Column, Delete, Expr, Select, Source, Sql};
use db::{Expect, Rows, Statement, Step, Type, Value};
use uuid::Uuid;

use crate::alter::{Applied, CatalogueRefusal, DOING, Decided, Removal, difference, roles, sweep};
use crate::catalogue::{Catalogue, PrivilegeId};
use crate::environment::{Environment, epoch};
use crate::error::Error;
use crate::install::{self, NewRow, Stamp};
use crate::schema::{self, VERSIONS};

/// Rows of one insert: SQLite takes 32,766 values in a statement.
const ROWS: usize = 500;

/// The steps before those that count the rows which go.
const BEFORE_COUNTS: usize = 3;

/// The steps.
pub(super) fn steps(
    environment: &Environment,
    decided: &Decided,
    by: Option<Uuid>,
) -> Result<Vec<Step>, CatalogueRefusal> {
    let document = decided.own.document()?;
    let mut steps = Vec::from(epoch::change_additions(environment.epoch, document));
    steps.extend(
        decided
            .applied
            .removed
            .iter()
            .map(|removed| run(rows_of(&removed.what))),
    );
    steps.extend(privileges(environment, &decided.to, by)?);
    steps.extend(definitions(&environment.catalogue, decided).into_iter().map(run));
    Ok(steps)
}

/// Tells how many rows went, by what the steps gave.
pub(super) fn count(applied: &mut Applied, rows: &[Rows]) {
    let counts = rows.iter().skip(BEFORE_COUNTS);
    for (removed, rows) in applied.removed.iter_mut().zip(counts) {
        removed.rows = number(rows);
    }
}

/// The number that [`rows_of`] asks for.
pub(super) fn number(rows: &Rows) -> u64 {
    let number = rows.first().and_then(|row| row.int(0).ok());
    number.and_then(|number| u64::try_from(number).ok()).unwrap_or_default()
}

fn run(sql: Sql) -> Step {
    Step {
        statement: Statement::new(sql),
        expect: Expect::Anything,
    }
}

/// The number of rows that a removal takes a row or a value from.
pub(super) fn rows_of(removal: &Removal) -> Sql {
    let rows = |table: &String, filter| {
        let from = Some(Source::Table {
            table: table.clone().into(),
            alias: "t".into(),
        });
        Expr::CountOf(Box::new(Select {
            from,
            filter,
            ..Select::default()
        }))
    };
    let number = match removal {
        Removal::Table(table) => rows(table, None),
        Removal::Column { table, column } => {
            let value = Expr::Column {
                of: "t".into(),
                name: column.clone().into(),
            };
            rows(table, Some(Expr::Not(Box::new(Expr::IsNull(Box::new(value))))))
        }
        Removal::Choice(_) => Expr::Value(Value::Int(0)),
    };
    Sql::Select(Select {
        columns: vec![Column {
            expr: number,
            ty: Type::Int,
            alias: None,
        }],
        ..Select::default()
    })
}

/// The rows of privileges, and of roles that hold them, which come and go.
fn privileges(environment: &Environment, to: &Catalogue, by: Option<Uuid>) -> Result<Vec<Step>, CatalogueRefusal> {
    let from = &environment.catalogue;
    let stamp = Stamp {
        seconds: environment.clock.now().seconds(),
        by,
    };
    let new_id = || oauth::random::uuid_v7(&*environment.random, environment.clock.now());
    let new: Vec<NewRow> = difference::privileges(to, from)
        .into_iter()
        .map(install::privilege)
        .collect();
    let holdings = roles::holdings(environment, to)?;
    let holdings: Vec<NewRow> = holdings
        .into_iter()
        .map(|holding| install::holding(new_id(), holding))
        .collect();
    let mut steps = vec![run(Sql::Advance { name: VERSIONS.into() })];
    for (table, rows) in [("privilege", new), ("roleprivileges", holdings)] {
        steps.extend(inserts(to, table, &rows, stamp)?);
    }
    let gone: BTreeSet<PrivilegeId> = difference::privileges(from, to)
        .into_iter()
        .map(|privilege| privilege.id)
        .collect();
    if !gone.is_empty() {
        steps.extend(["roleprivileges", "privilege"].map(|table| run(end(table, &gone))));
    }
    Ok(steps)
}

fn inserts(to: &Catalogue, table: &str, rows: &[NewRow], stamp: Stamp) -> Result<Vec<Step>, CatalogueRefusal> {
    let internal = |source: Box<dyn std::error::Error + Send + Sync>| Error::Internal { doing: DOING, source };
    let found = to.logical_name(table);
    let found = found.ok_or_else(|| internal(format!("there is no table `{table}`").into()))?;
    let insert = |rows: &[NewRow]| install::insert(to, found, rows, stamp);
    let steps = rows.chunks(ROWS).map(insert).collect::<Result<Vec<Step>, _>>();
    Ok(steps.map_err(|source| internal(source.into()))?)
}

/// Ends the rows of a table that are about these privileges.
fn end(table: &'static str, privileges: &BTreeSet<PrivilegeId>) -> Sql {
    let privilege = Expr::Column {
        of: table.into(),
        name: "privilegeid".into(),
    };
    Sql::Delete(Delete {
        table: table.into(),
        filter: Some(Expr::InGuids {
            expr: Box::new(privilege),
            list: privileges.iter().map(|privilege| privilege.0).collect(),
        }),
        returning: Vec::new(),
    })
}

/// The tables and columns: first what makes room, then what is new.
fn definitions(from: &Catalogue, decided: &Decided) -> Vec<Sql> {
    let to = &decided.to;
    let mut all: Vec<Sql> = decided.due.iter().flat_map(sweep::statements).collect();
    all.extend(difference::tables(to, from).flat_map(schema::table_statements));
    all.extend(difference::columns(to, from).flat_map(|(table, column)| schema::column_statements(table, column)));
    all
}
