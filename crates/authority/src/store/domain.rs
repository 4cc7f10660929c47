//! The domains of tenants.
//!
//! In: domains in lower case. Out: the tenant of one, or all of a tenant. Invariant: a domain belongs to one tenant.

use db::sql::CreateTable;
use db::{Database, Statement, Type, Value};
use oauth::TenantId;

use super::{Error, column, position, table, text};

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("name", Type::Text),
        column("tenant_id", Type::Guid),
        column("position", Type::Int),
    ];
    vec![table("domain", columns, &["name"])]
}

/// The domain at this place of the tenant's list; the one at 0 is its default.
pub(crate) fn insert(tenant: TenantId, name: &str, at: usize) -> Statement {
    Statement::fixed(
        "INSERT INTO {domain} (name, tenant_id, position) VALUES ($1, $2, $3)",
        vec![text(name), Value::Guid(tenant.uuid()), position(at)],
        &[],
    )
}

pub(crate) async fn tenant_of(database: &Database, name: &str) -> Result<Option<TenantId>, Error> {
    let statement = Statement::fixed(
        "SELECT d.tenant_id FROM {domain} d WHERE d.name = $1",
        vec![text(name)],
        &[Type::Guid],
    );
    let rows = database.query(&statement).await?;
    Ok(rows.first().map(|row| row.guid(0)).transpose()?.map(TenantId::from))
}

pub(crate) async fn list(database: &Database, tenant: TenantId) -> Result<Vec<String>, Error> {
    let statement = Statement::fixed(
        "SELECT d.name FROM {domain} d WHERE d.tenant_id = $1 ORDER BY d.position",
        vec![Value::Guid(tenant.uuid())],
        &[Type::Text],
    );
    let rows = database.query(&statement).await?;
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}
