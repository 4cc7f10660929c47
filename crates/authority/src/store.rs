//! The directory's tables and every statement that touches them, one file per noun.
//!
//! In: values of the domain. Out: statements to commit, or rows read back as values of the domain.
//! INVARIANT: every change commits through [`commit`], which moves the epoch in the same transaction.

use db::sql::{ColumnDefinition, CreateTable, Sql};
use db::{Commit, Database, Expect, Statement, Step, Type, Value};
use oauth::Timestamp;

pub(crate) mod application;
pub(crate) mod application_secret;
pub(crate) mod domain;
pub(crate) mod environment;
pub(crate) mod epoch;
pub(crate) mod person;
pub(crate) mod service_principal;
pub(crate) mod signing_key;
pub(crate) mod tenant;

/// Why the directory database did not give what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed.
    #[error("the directory database failed")]
    Database(#[from] db::Error),
    /// A stored value is none that this program writes.
    #[error("the directory holds an unknown {what}")]
    Unknown {
        /// What kind of value.
        what: &'static str,
    },
}

/// What a row is switched to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Switch {
    On,
    Off,
}

/// All tables, in the order in which they are made.
pub(crate) fn tables() -> Vec<Statement> {
    [
        epoch::tables(),
        signing_key::tables(),
        tenant::tables(),
        domain::tables(),
        application::tables(),
        application_secret::tables(),
        service_principal::tables(),
        person::tables(),
        environment::tables(),
    ]
    .into_iter()
    .flatten()
    .map(|table| Statement::new(Sql::CreateTable(table)))
    .collect()
}

/// Commits a change and moves the epoch with it.
pub(crate) async fn commit(database: &Database, mut steps: Vec<Step>) -> Result<Commit, db::Error> {
    // Last, so that writers wait for each other at the epoch's row for as short as can be.
    steps.push(must_change(epoch::advance()));
    database.commit(steps).await
}

/// A step that must change a row.
pub(crate) fn must_change(statement: Statement) -> Step {
    Step {
        statement,
        expect: Expect::Some,
    }
}

/// A step of which any outcome is right.
pub(crate) fn any_outcome(statement: Statement) -> Step {
    Step {
        statement,
        expect: Expect::Anything,
    }
}

/// A column that is never null.
fn column(name: &'static str, ty: Type) -> ColumnDefinition {
    ColumnDefinition {
        name: name.into(),
        ty,
        nullable: false,
    }
}

/// A column that may be null.
fn nullable(name: &'static str, ty: Type) -> ColumnDefinition {
    ColumnDefinition {
        name: name.into(),
        ty,
        nullable: true,
    }
}

/// A table with its primary key; unique sets are added where there are some.
fn table(name: &'static str, columns: Vec<ColumnDefinition>, primary_key: &[&'static str]) -> CreateTable {
    CreateTable {
        table: name.into(),
        columns,
        primary_key: primary_key.iter().map(|&name| name.into()).collect(),
        unique: Vec::new(),
    }
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

fn optional_text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, |text| Value::Text(text.to_owned()))
}

/// A point in time as it is stored: seconds since 1970, UTC.
fn time(at: Timestamp) -> Value {
    Value::Int(at.seconds())
}

fn switch(switch: Switch) -> Value {
    Value::Bool(switch == Switch::On)
}

fn optional_time(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, time)
}

/// A stored number as a position or version of our own; the database holds nothing that does not fit.
fn position(position: usize) -> Value {
    Value::Int(i64::try_from(position).unwrap_or(i64::MAX))
}
