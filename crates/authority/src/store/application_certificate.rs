//! The certificates of applications: what their client assertions and TLS connections are checked with.
//!
//! In: a certificate, DER. Out: the same. Invariant: only public halves are kept.

use db::sql::CreateTable;
use db::{Database, Row, Statement, Type, Value};
use oauth::{AppId, Certificate, Timestamp};
use uuid::Uuid;

use super::{Error, column, position, table, text, time};
use crate::application::ApplicationCertificate;

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("app_id", Type::Guid),
        column("id", Type::Guid),
        column("certificate", Type::Bytes),
        column("display_name", Type::Text),
        column("starts_at", Type::Int),
        column("ends_at", Type::Int),
    ];
    vec![table("application_certificate", columns, &["app_id", "id"])]
}

pub(crate) fn insert(app_id: AppId, certificate: &ApplicationCertificate, display_name: &str) -> Statement {
    Statement::fixed(
        "INSERT INTO {application_certificate} (app_id, id, certificate, display_name, starts_at, ends_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        vec![
            Value::Guid(app_id.uuid()),
            Value::Guid(certificate.id),
            Value::Bytes(certificate.certificate.der().to_vec()),
            text(display_name),
            time(certificate.starts_at),
            time(certificate.ends_at),
        ],
        &[],
    )
}

pub(crate) fn delete(app_id: AppId, id: Uuid) -> Statement {
    Statement::fixed(
        "DELETE FROM {application_certificate} WHERE app_id = $1 AND id = $2",
        vec![Value::Guid(app_id.uuid()), Value::Guid(id)],
        &[],
    )
}

/// Finds the certificate of this number, counted from one: an application that has it has no room for another.
pub(crate) fn nth(app_id: AppId, number: usize) -> Statement {
    Statement::fixed(
        "SELECT c.id FROM {application_certificate} c WHERE c.app_id = $1 ORDER BY c.id LIMIT 1 OFFSET $2",
        vec![Value::Guid(app_id.uuid()), position(number.saturating_sub(1))],
        &[Type::Guid],
    )
}

pub(crate) async fn list(database: &Database, app_id: AppId) -> Result<Vec<ApplicationCertificate>, Error> {
    let statement = Statement::fixed(
        "SELECT c.id, c.certificate, c.starts_at, c.ends_at FROM {application_certificate} c \
         WHERE c.app_id = $1 ORDER BY c.starts_at, c.id",
        vec![Value::Guid(app_id.uuid())],
        &[Type::Guid, Type::Bytes, Type::Int, Type::Int],
    );
    database.query(&statement).await?.iter().map(read).collect()
}

fn read(row: Row<'_>) -> Result<ApplicationCertificate, Error> {
    let certificate = Certificate::from_der(row.bytes(1)?).ok();
    Ok(ApplicationCertificate {
        id: row.guid(0)?,
        certificate: certificate.ok_or(Error::Unknown { what: "certificate" })?,
        starts_at: Timestamp::from_seconds(row.int(2)?),
        ends_at: Timestamp::from_seconds(row.int(3)?),
    })
}
