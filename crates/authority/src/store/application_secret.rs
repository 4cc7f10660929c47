//! The secrets of applications: hashes only.
//!
//! In: a hash, a hint of three characters, times. Out: the same. Invariant: no statement takes a secret's value.

use db::sql::CreateTable;
use db::{Database, Row, Statement, Type, Value};
use oauth::{AppId, SecretHash, SecretHashError, Timestamp};
use uuid::Uuid;

use super::{Error, column, table, text, time};
use crate::application::ApplicationSecret;

/// A secret to be kept.
#[derive(Debug)]
pub(crate) struct NewRow<'a> {
    pub(crate) app_id: AppId,
    pub(crate) secret: &'a ApplicationSecret,
    pub(crate) display_name: &'a str,
    pub(crate) hint: &'a str,
}

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("app_id", Type::Guid),
        column("id", Type::Guid),
        column("hash", Type::Text),
        column("hint", Type::Text),
        column("display_name", Type::Text),
        column("starts_at", Type::Int),
        column("ends_at", Type::Int),
    ];
    vec![table("application_secret", columns, &["app_id", "id"])]
}

pub(crate) fn insert(row: &NewRow<'_>) -> Statement {
    Statement::fixed(
        "INSERT INTO {application_secret} (app_id, id, hash, hint, display_name, starts_at, ends_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        vec![
            Value::Guid(row.app_id.uuid()),
            Value::Guid(row.secret.id),
            text(row.secret.hash.as_text()),
            text(row.hint),
            text(row.display_name),
            time(row.secret.starts_at),
            time(row.secret.ends_at),
        ],
        &[],
    )
}

pub(crate) fn delete(app_id: AppId, id: Uuid) -> Statement {
    Statement::fixed(
        "DELETE FROM {application_secret} WHERE app_id = $1 AND id = $2",
        vec![Value::Guid(app_id.uuid()), Value::Guid(id)],
        &[],
    )
}

pub(crate) async fn list(database: &Database, app_id: AppId) -> Result<Vec<ApplicationSecret>, Error> {
    let statement = Statement::fixed(
        "SELECT s.id, s.hash, s.starts_at, s.ends_at FROM {application_secret} s WHERE s.app_id = $1 ORDER BY s.starts_at, s.id",
        vec![Value::Guid(app_id.uuid())],
        &[Type::Guid, Type::Text, Type::Int, Type::Int],
    );
    database.query(&statement).await?.iter().map(read).collect()
}

fn read(row: Row<'_>) -> Result<ApplicationSecret, Error> {
    Ok(ApplicationSecret {
        id: row.guid(0)?,
        hash: SecretHash::parse(row.text(1)?).map_err(|SecretHashError| Error::Unknown { what: "secret hash" })?,
        starts_at: Timestamp::from_seconds(row.int(2)?),
        ends_at: Timestamp::from_seconds(row.int(3)?),
    })
}
