//! The credentials of applications as lists show them: when they are valid, never what they are.
//!
//! In: application ids. Out: what is shown of their secrets and certificates. Invariant: no secret's hash is read here.

use std::sync::Arc;

use db::sql::{Column, Expr, Select, Source, Sql};
use db::{Database, Statement, Type, Value};
use oauth::{AppId, Timestamp};
use uuid::Uuid;

use super::Error;
use super::narrow::{ascending, named, selected};

/// A secret (`passwordCredential`).
#[derive(Debug, Clone)]
pub(crate) struct ListedSecret {
    pub(crate) app_id: AppId,
    pub(crate) id: Uuid,
    pub(crate) hint: String,
    pub(crate) display_name: String,
    pub(crate) starts_at: Timestamp,
    pub(crate) ends_at: Timestamp,
}

/// A certificate (`keyCredential`).
#[derive(Debug, Clone)]
pub(crate) struct ListedCertificate {
    pub(crate) app_id: AppId,
    pub(crate) id: Uuid,
    pub(crate) der: Vec<u8>,
    pub(crate) display_name: String,
    pub(crate) starts_at: Timestamp,
    pub(crate) ends_at: Timestamp,
}

/// The secrets of these applications, the oldest first.
pub(crate) async fn secrets(database: &Database, ids: &[AppId]) -> Result<Vec<ListedSecret>, Error> {
    let columns = vec![
        selected("c", "app_id", Type::Guid),
        selected("c", "id", Type::Guid),
        selected("c", "hint", Type::Text),
        selected("c", "display_name", Type::Text),
        selected("c", "starts_at", Type::Int),
        selected("c", "ends_at", Type::Int),
    ];
    let rows = database.query(&of_ids("application_secret", columns, ids)).await?;
    let read = |row: db::Row<'_>| {
        Ok(ListedSecret {
            app_id: AppId::from(row.guid(0)?),
            id: row.guid(1)?,
            hint: row.text(2)?.to_owned(),
            display_name: row.text(3)?.to_owned(),
            starts_at: Timestamp::from_seconds(row.int(4)?),
            ends_at: Timestamp::from_seconds(row.int(5)?),
        })
    };
    rows.iter().map(read).collect()
}

/// The certificates of these applications, the oldest first.
pub(crate) async fn certificates(database: &Database, ids: &[AppId]) -> Result<Vec<ListedCertificate>, Error> {
    let columns = vec![
        selected("c", "app_id", Type::Guid),
        selected("c", "id", Type::Guid),
        selected("c", "certificate", Type::Bytes),
        selected("c", "display_name", Type::Text),
        selected("c", "starts_at", Type::Int),
        selected("c", "ends_at", Type::Int),
    ];
    let rows = database.query(&of_ids("application_certificate", columns, ids)).await?;
    let read = |row: db::Row<'_>| {
        Ok(ListedCertificate {
            app_id: AppId::from(row.guid(0)?),
            id: row.guid(1)?,
            der: row.bytes(2)?.to_vec(),
            display_name: row.text(3)?.to_owned(),
            starts_at: Timestamp::from_seconds(row.int(4)?),
            ends_at: Timestamp::from_seconds(row.int(5)?),
        })
    };
    rows.iter().map(read).collect()
}

fn of_ids(table: &'static str, columns: Vec<Column>, ids: &[AppId]) -> Statement {
    let list: Arc<[Uuid]> = ids.iter().map(|id| id.uuid()).collect();
    Statement::new(Sql::Select(Select {
        columns,
        from: Some(Source::Table {
            table: table.into(),
            alias: "c".into(),
        }),
        filter: Some(Expr::InGuids {
            expr: Box::new(named("c", "app_id")),
            list,
        }),
        order_by: [named("c", "starts_at"), named("c", "id")]
            .into_iter()
            .flat_map(ascending)
            .collect(),
        ..Select::default()
    }))
}

/// Removes every secret, certificate and federated credential of an application.
pub(crate) fn delete_all(app_id: AppId) -> [Statement; 3] {
    let of = |text| Statement::fixed(text, vec![Value::Guid(app_id.uuid())], &[]);
    [
        of("DELETE FROM {application_secret} WHERE app_id = $1"),
        of("DELETE FROM {application_certificate} WHERE app_id = $1"),
        of("DELETE FROM {federated_credential} WHERE app_id = $1"),
    ]
}
