//! The directory's tables and every statement that touches them, one file per noun.
//!
//! In: values of the domain. Out: statements to commit, or rows read back as values of the domain.
//! INVARIANT: every change of what a snapshot answers commits through [`commit`], which moves the epoch in the same
//! transaction; what is used up or only logged commits through [`record`].

use db::sql::{ColumnDefinition, CreateIndex, CreateTable, Sql};
use db::{Commit, Database, Expect, Statement, Step, Type, Value};
use oauth::{SecretHash, Timestamp};
use serde::Serialize;

use crate::registration::RedirectKind;

pub(crate) mod app_role_assignment;
pub(crate) mod application;
pub(crate) mod application_certificate;
pub(crate) mod application_list;
pub(crate) mod application_secret;
pub(crate) mod authentication_method;
pub(crate) mod authorization_code;
pub(crate) mod credential_list;
pub(crate) mod device_code;
pub(crate) mod directory_audit;
pub(crate) mod domain;
pub(crate) mod environment;
pub(crate) mod epoch;
pub(crate) mod federated_credential;
pub(crate) mod group;
pub(crate) mod narrow;
pub(crate) mod once;
pub(crate) mod owner;
pub(crate) mod passkey;
pub(crate) mod person;
pub(crate) mod pushed_request;
pub(crate) mod refresh_token;
pub(crate) mod schema;
pub(crate) mod scope_grant;
pub(crate) mod scope_grant_list;
pub(crate) mod service_principal;
pub(crate) mod session;
pub(crate) mod session_application;
pub(crate) mod sign_in;
pub(crate) mod sign_in_failure;
pub(crate) mod signing_key;
pub(crate) mod tenant;
pub(crate) mod tenant_settings;

/// How many rows whose time is over are removed with each one that is made: more than one, so that they become fewer.
const MOST_PURGED: i64 = 20;

/// Why the directory database did not give what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed.
    #[error("the directory database failed")]
    Database(#[from] db::Error),
    /// A document of the directory has no JSON form, or is none that this program writes.
    #[error("a document of the directory cannot be read or written")]
    Document(#[from] serde_json::Error),
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

/// All tables, in the order in which they are made, and then the indexes that are no one's key.
pub(crate) fn tables() -> Vec<Statement> {
    let indexes = [
        passkey::indexes(),
        session::indexes(),
        sign_in_failure::indexes(),
        authorization_code::indexes(),
        refresh_token::indexes(),
        device_code::indexes(),
    ];
    let indexes = indexes.into_iter().flatten().map(Sql::CreateIndex);
    [
        schema::tables(),
        epoch::tables(),
        signing_key::tables(),
        tenant::tables(),
        tenant_settings::tables(),
        domain::tables(),
        application::tables(),
        application_secret::tables(),
        application_certificate::tables(),
        federated_credential::tables(),
        service_principal::tables(),
        scope_grant::tables(),
        app_role_assignment::tables(),
        person::tables(),
        authentication_method::tables(),
        passkey::tables(),
        group::tables(),
        owner::tables(),
        environment::tables(),
        session::tables(),
        session_application::tables(),
        sign_in_failure::tables(),
        authorization_code::tables(),
        refresh_token::tables(),
        device_code::tables(),
        pushed_request::tables(),
        once::tables(),
        sign_in::tables(),
        directory_audit::tables(),
    ]
    .into_iter()
    .flatten()
    .map(Sql::CreateTable)
    .chain(indexes)
    .map(Statement::new)
    .collect()
}

/// Commits a change and moves the epoch with it.
pub(crate) async fn commit(database: &Database, mut steps: Vec<Step>) -> Result<Commit, db::Error> {
    // Last, so that writers wait for each other at the epoch's row for as short as can be.
    steps.push(must_change(epoch::advance()));
    database.commit(steps).await
}

/// Commits what no snapshot holds: codes, refresh tokens, sessions, counters, logs. The epoch stays.
pub(crate) async fn record(database: &Database, steps: Vec<Step>) -> Result<Commit, db::Error> {
    database.commit(steps).await
}

/// A step that must change a row.
pub(crate) fn must_change(statement: Statement) -> Step {
    Step {
        statement,
        expect: Expect::Some,
    }
}

/// A step that must find no row.
pub(crate) fn must_not_find(statement: Statement) -> Step {
    Step {
        statement,
        expect: Expect::None,
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

/// An index that finds rows by something that is not unique.
fn index(name: &'static str, table: &'static str, columns: &[&'static str]) -> CreateIndex {
    CreateIndex {
        name: name.into(),
        table: table.into(),
        columns: columns.iter().map(|&column| column.into()).collect(),
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

/// A value of the domain that is kept whole, as JSON.
fn document(value: &impl Serialize) -> Result<Value, Error> {
    Ok(Value::Text(serde_json::to_string(value)?))
}

fn hash(text: &str) -> Result<SecretHash, Error> {
    let hash = SecretHash::parse(text).ok();
    hash.ok_or(Error::Unknown { what: "secret hash" })
}

fn redirect_kind_text(kind: RedirectKind) -> &'static str {
    match kind {
        RedirectKind::Web => "web",
        RedirectKind::Spa => "spa",
        RedirectKind::PublicClient => "public client",
    }
}

fn redirect_kind(text: &str) -> Result<RedirectKind, Error> {
    match text {
        "web" => Ok(RedirectKind::Web),
        "spa" => Ok(RedirectKind::Spa),
        "public client" => Ok(RedirectKind::PublicClient),
        _ => Err(Error::Unknown {
            what: "kind of redirect uri",
        }),
    }
}

/// A stored number as a position or version of our own; the database holds nothing that does not fit.
fn position(position: usize) -> Value {
    Value::Int(i64::try_from(position).unwrap_or(i64::MAX))
}
