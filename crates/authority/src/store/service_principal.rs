//! Service principals: which application is in which tenant.
//!
//! In: tenant and application. Out: the service principal's own row. Invariant: at most one per tenant and application.

use db::sql::CreateTable;
use db::{Database, Statement, Type, Value};
use oauth::{AppId, ObjectId, TenantId, Timestamp};

use super::{Error, Switch, column, switch, table, time};

/// A service principal's own row; name and URI are its application's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ServicePrincipalRow {
    pub(crate) tenant: TenantId,
    pub(crate) app_id: AppId,
    pub(crate) object_id: ObjectId,
    pub(crate) enabled: bool,
}

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("tenant_id", Type::Guid),
        column("app_id", Type::Guid),
        column("object_id", Type::Guid),
        column("enabled", Type::Bool),
        column("created_at", Type::Int),
    ];
    let mut principal = table("service_principal", columns, &["tenant_id", "app_id"]);
    principal.unique = vec![("service_principal_object_id".into(), vec!["object_id".into()])];
    vec![principal]
}

pub(crate) fn insert(row: &ServicePrincipalRow, created_at: Timestamp) -> Statement {
    Statement::fixed(
        "INSERT INTO {service_principal} (tenant_id, app_id, object_id, enabled, created_at) VALUES ($1, $2, $3, $4, $5)",
        vec![
            Value::Guid(row.tenant.uuid()),
            Value::Guid(row.app_id.uuid()),
            Value::Guid(row.object_id.uuid()),
            Value::Bool(row.enabled),
            time(created_at),
        ],
        &[],
    )
}

pub(crate) fn set_enabled(tenant: TenantId, app_id: AppId, enabled: Switch) -> Statement {
    Statement::fixed(
        "UPDATE {service_principal} SET enabled = $3 WHERE tenant_id = $1 AND app_id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(app_id.uuid()), switch(enabled)],
        &[],
    )
}

pub(crate) async fn find(
    database: &Database,
    tenant: TenantId,
    app_id: AppId,
) -> Result<Option<ServicePrincipalRow>, Error> {
    let statement = Statement::fixed(
        "SELECT p.object_id, p.enabled FROM {service_principal} p WHERE p.tenant_id = $1 AND p.app_id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(app_id.uuid())],
        &[Type::Guid, Type::Bool],
    );
    let rows = database.query(&statement).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(ServicePrincipalRow {
        tenant,
        app_id,
        object_id: ObjectId::from(row.guid(0)?),
        enabled: row.bool(1)?,
    }))
}
