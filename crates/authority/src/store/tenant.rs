//! Tenants.
//!
//! In: a tenant's id. Out: its row. Its domains are a table of their own.

use db::sql::CreateTable;
use db::{Database, Statement, Type, Value};
use oauth::{TenantId, Timestamp};

use super::{Error, column, table, text, time};

/// A tenant's own row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TenantRow {
    pub(crate) id: TenantId,
    pub(crate) display_name: String,
    pub(crate) created_at: Timestamp,
}

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("id", Type::Guid),
        column("display_name", Type::Text),
        column("created_at", Type::Int),
    ];
    vec![table("tenant", columns, &["id"])]
}

pub(crate) fn insert(row: &TenantRow) -> Statement {
    Statement::fixed(
        "INSERT INTO {tenant} (id, display_name, created_at) VALUES ($1, $2, $3)",
        vec![
            Value::Guid(row.id.uuid()),
            text(&row.display_name),
            time(row.created_at),
        ],
        &[],
    )
}

/// Changes nothing, in a transaction in which the tenant must exist.
pub(crate) fn hold(id: TenantId) -> Statement {
    Statement::fixed(
        "UPDATE {tenant} SET created_at = created_at WHERE id = $1",
        vec![Value::Guid(id.uuid())],
        &[],
    )
}

/// The ids of all tenants.
pub(crate) async fn list(database: &Database) -> Result<Vec<TenantId>, Error> {
    let statement = Statement::fixed("SELECT t.id FROM {tenant} t ORDER BY t.id", vec![], &[Type::Guid]);
    let rows = database.query(&statement).await?;
    rows.iter().map(|row| Ok(row.guid(0)?.into())).collect()
}

pub(crate) async fn find(database: &Database, id: TenantId) -> Result<Option<TenantRow>, Error> {
    let statement = Statement::fixed(
        "SELECT t.display_name, t.created_at FROM {tenant} t WHERE t.id = $1",
        vec![Value::Guid(id.uuid())],
        &[Type::Text, Type::Int],
    );
    let rows = database.query(&statement).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(TenantRow {
        id,
        display_name: row.text(0)?.to_owned(),
        created_at: Timestamp::from_seconds(row.int(1)?),
    }))
}
