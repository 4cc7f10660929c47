//! Authorization requests that clients left here beforehand (RFC 9126).
//!
//! In: a request and the hash of its name. Out: the request, once. INVARIANT: a row is taken by the one deletion that finds
//! it.

use db::sql::CreateTable;
use db::{Database, Statement, Type, Value};
use oauth::{AppId, SecretHash, TenantId, Timestamp};
use uuid::Uuid;

use super::{Error, column, hash, table, text, time};

/// A request that was left here.
#[derive(Debug, Clone)]
pub(crate) struct PushedRequestRow {
    pub(crate) id: Uuid,
    pub(crate) hash: SecretHash,
    pub(crate) tenant: TenantId,
    pub(crate) app_id: AppId,
    /// The request, as a query.
    pub(crate) request: String,
    pub(crate) expires_at: Timestamp,
}

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("id", Type::Guid),
        column("hash", Type::Text),
        column("tenant_id", Type::Guid),
        column("app_id", Type::Guid),
        column("request", Type::Text),
        column("expires_at", Type::Int),
    ];
    vec![table("pushed_request", columns, &["id"])]
}

pub(crate) fn insert(row: &PushedRequestRow) -> Statement {
    Statement::fixed(
        "INSERT INTO {pushed_request} (id, hash, tenant_id, app_id, request, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        vec![
            Value::Guid(row.id),
            text(row.hash.as_text()),
            Value::Guid(row.tenant.uuid()),
            Value::Guid(row.app_id.uuid()),
            text(&row.request),
            time(row.expires_at),
        ],
        &[],
    )
}

/// Uses a request up.
pub(crate) fn delete(id: Uuid) -> Statement {
    Statement::fixed("DELETE FROM {pushed_request} WHERE id = $1", vec![Value::Guid(id)], &[])
}

/// Forgets what nobody came for.
pub(crate) fn delete_expired(now: Timestamp) -> Statement {
    Statement::fixed(
        "DELETE FROM {pushed_request} WHERE expires_at <= $1",
        vec![time(now)],
        &[],
    )
}

pub(crate) async fn find(database: &Database, id: Uuid) -> Result<Option<PushedRequestRow>, Error> {
    let statement = Statement::fixed(
        "SELECT r.hash, r.tenant_id, r.app_id, r.request, r.expires_at FROM {pushed_request} r WHERE r.id = $1",
        vec![Value::Guid(id)],
        &[Type::Text, Type::Guid, Type::Guid, Type::Text, Type::Int],
    );
    let rows = database.query(&statement).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(PushedRequestRow {
        id,
        hash: hash(row.text(0)?)?,
        tenant: TenantId::from(row.guid(1)?),
        app_id: AppId::from(row.guid(2)?),
        request: row.text(3)?.to_owned(),
        expires_at: Timestamp::from_seconds(row.int(4)?),
    }))
}
