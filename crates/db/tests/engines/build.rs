//! Short names for the parts of statements.

use std::sync::Arc;

use db::sql::{
    Column, ColumnDefinition, Comparison, CreateTable, Delete, Expr, Insert, Name, Order, Select, Source, Sql, Update,
};
use db::{Commit, Database, Expect, Rows, Statement, Step, Type, Value};
use uuid::Uuid;

pub(crate) fn guid(number: u128) -> Value {
    Value::Guid(Uuid::from_u128(number))
}

pub(crate) fn guids(numbers: &[u128]) -> Arc<[Uuid]> {
    numbers.iter().copied().map(Uuid::from_u128).collect()
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(crate) fn column(name: &str) -> Expr {
    of("t", name)
}

pub(crate) fn of(alias: &str, name: &str) -> Expr {
    Expr::Column {
        of: alias.to_owned().into(),
        name: name.to_owned().into(),
    }
}

pub(crate) fn value(value: Value) -> Expr {
    Expr::Value(value)
}

pub(crate) fn compare(left: Expr, op: Comparison, right: Expr) -> Expr {
    Expr::Compare {
        op,
        left: Box::new(left),
        right: Box::new(right),
    }
}

pub(crate) fn equal(left: Expr, right: Expr) -> Expr {
    compare(left, Comparison::Eq, right)
}

pub(crate) fn like(left: Expr, pattern: &str) -> Expr {
    Expr::Like {
        expr: Box::new(left),
        pattern: Box::new(value(text(pattern))),
    }
}

pub(crate) fn cell(expr: Expr, ty: Type) -> Column {
    Column { expr, ty, alias: None }
}

pub(crate) fn ascending(expr: Expr) -> Order {
    Order {
        expr,
        descending: false,
    }
}

pub(crate) fn descending(expr: Expr) -> Order {
    Order { expr, descending: true }
}

#[expect(clippy::unnecessary_wraps, reason = "it is what `Select::from` takes")]
pub(crate) fn from(table: &'static str) -> Option<Source> {
    Some(Source::Table {
        table: table.into(),
        alias: "t".into(),
    })
}

pub(crate) fn table(name: &'static str, columns: &[(&'static str, Type)]) -> CreateTable {
    let definition = |&(name, ty): &(&'static str, Type)| ColumnDefinition {
        name: name.into(),
        ty,
        nullable: name != "id",
    };
    CreateTable {
        table: name.into(),
        columns: columns.iter().map(definition).collect(),
        primary_key: vec!["id".into()],
        unique: Vec::new(),
    }
}

pub(crate) fn insert(table: &'static str, columns: &[&'static str], rows: Vec<Vec<Value>>) -> Sql {
    Sql::Insert(Insert {
        table: table.into(),
        columns: columns.iter().map(|&name| Name::from(name)).collect(),
        rows: rows
            .into_iter()
            .map(|row| row.into_iter().map(Expr::Value).collect())
            .collect(),
        returning: Vec::new(),
    })
}

pub(crate) fn update(table: &'static str, name: &'static str, to: Expr, filter: Option<Expr>) -> Sql {
    Sql::Update(Update {
        table: table.into(),
        set: vec![(name.into(), to)],
        filter,
        returning: Vec::new(),
    })
}

pub(crate) fn delete(table: &'static str, filter: Option<Expr>) -> Sql {
    Sql::Delete(Delete {
        table: table.into(),
        filter,
        returning: Vec::new(),
    })
}

pub(crate) fn step(sql: Sql) -> Step {
    expecting(Expect::Anything, sql)
}

pub(crate) fn expecting(expect: Expect, sql: Sql) -> Step {
    Step {
        statement: Statement::new(sql),
        expect,
    }
}

/// Commits steps that must hold.
pub(crate) async fn done(database: &Database, steps: Vec<Sql>) -> Vec<Rows> {
    match database.commit(steps.into_iter().map(step).collect()).await.unwrap() {
        Commit::Done(rows) => rows,
        Commit::Refused { step } => panic!("step {step} was refused"),
    }
}

/// The cells of a query.
pub(crate) async fn cells(database: &Database, select: Select) -> Vec<Value> {
    database
        .query(&Statement::new(Sql::Select(select)))
        .await
        .unwrap()
        .into_cells()
}

/// The number of rows of a table.
pub(crate) async fn count(database: &Database, table: &'static str) -> Value {
    let all = Select {
        from: from(table),
        ..Select::default()
    };
    let columns = vec![cell(Expr::CountOf(Box::new(all)), Type::Int)];
    cells(
        database,
        Select {
            columns,
            ..Select::default()
        },
    )
    .await
    .remove(0)
}

/// A table `item` of guid and whole number with these rows.
pub(crate) async fn items(database: &Database, numbers: &[(u128, i64)]) {
    let rows = numbers
        .iter()
        .map(|&(id, number)| vec![guid(id), Value::Int(number)])
        .collect();
    let create = Sql::CreateTable(table("item", &[("id", Type::Guid), ("number", Type::Int)]));
    done(database, vec![create, insert("item", &["id", "number"], rows)]).await;
}
