//! Service principals: which application is in which tenant.
//!
//! In: tenant and application. Out: the service principal's own row. Invariant: at most one per tenant and application.

use db::sql::{Comparison, CreateTable, Expr, Select, Source, Sql};
use db::{Database, Row, Statement, Type, Value};
use oauth::{AppId, ObjectId, TenantId, Timestamp};

use super::narrow::{self, Field, Narrow, Stretch, ascending, behind, equal, named, selected};
use super::{Error, Switch, column, switch, table, time};
use crate::application::Assignment;

/// A service principal's own row; name and URI are its application's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ServicePrincipalRow {
    pub(crate) tenant: TenantId,
    pub(crate) app_id: AppId,
    pub(crate) object_id: ObjectId,
    pub(crate) enabled: bool,
    pub(crate) assignment: Assignment,
}

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("tenant_id", Type::Guid),
        column("app_id", Type::Guid),
        column("object_id", Type::Guid),
        column("enabled", Type::Bool),
        column("assignment_required", Type::Bool),
        column("created_at", Type::Int),
    ];
    let mut principal = table("service_principal", columns, &["tenant_id", "app_id"]);
    principal.unique = vec![("service_principal_object_id".into(), vec!["object_id".into()])];
    vec![principal]
}

pub(crate) fn insert(row: &ServicePrincipalRow, created_at: Timestamp) -> Statement {
    Statement::fixed(
        "INSERT INTO {service_principal} (tenant_id, app_id, object_id, enabled, assignment_required, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        vec![
            Value::Guid(row.tenant.uuid()),
            Value::Guid(row.app_id.uuid()),
            Value::Guid(row.object_id.uuid()),
            Value::Bool(row.enabled),
            Value::Bool(row.assignment == Assignment::Required),
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

pub(crate) fn set_assignment(tenant: TenantId, app_id: AppId, assignment: Assignment) -> Statement {
    Statement::fixed(
        "UPDATE {service_principal} SET assignment_required = $3 WHERE tenant_id = $1 AND app_id = $2",
        vec![
            Value::Guid(tenant.uuid()),
            Value::Guid(app_id.uuid()),
            Value::Bool(assignment == Assignment::Required),
        ],
        &[],
    )
}

pub(crate) fn delete(tenant: TenantId, app_id: AppId) -> Statement {
    Statement::fixed(
        "DELETE FROM {service_principal} WHERE tenant_id = $1 AND app_id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(app_id.uuid())],
        &[],
    )
}

/// Takes an application out of every tenant.
pub(crate) fn delete_everywhere(app_id: AppId) -> Statement {
    Statement::fixed(
        "DELETE FROM {service_principal} WHERE app_id = $1",
        vec![Value::Guid(app_id.uuid())],
        &[],
    )
}

/// One stretch of a tenant's service principals, each with when it was made; built-in ones have no rows.
pub(crate) async fn stretch(
    database: &Database,
    tenant: TenantId,
    stretch: Stretch<'_>,
) -> Result<Vec<(ServicePrincipalRow, Timestamp)>, Error> {
    let mut conditions = vec![
        equal(named("p", "tenant_id"), Value::Guid(tenant.uuid())),
        behind(named("p", "object_id"), stretch.after),
    ];
    conditions.extend(narrow::condition(stretch.narrow, &field));
    let statement = Statement::new(Sql::Select(Select {
        columns: vec![
            selected("p", "object_id", Type::Guid),
            selected("p", "enabled", Type::Bool),
            selected("p", "assignment_required", Type::Bool),
            selected("p", "app_id", Type::Guid),
            selected("p", "created_at", Type::Int),
        ],
        from: Some(Source::Table {
            table: "service_principal".into(),
            alias: "p".into(),
        }),
        filter: Some(Expr::And(conditions)),
        order_by: ascending(named("p", "object_id")),
        limit: Some(stretch.most),
        ..Select::default()
    }));
    let read = |row: Row<'_>| {
        let app_id = AppId::from(row.guid(3)?);
        Ok((read(tenant, app_id, row)?, Timestamp::from_seconds(row.int(4)?)))
    };
    database.query(&statement).await?.iter().map(read).collect()
}

/// Whether a service principal of the tenant has this id.
pub(crate) async fn exists(database: &Database, tenant: TenantId, object_id: ObjectId) -> Result<bool, Error> {
    let only = Stretch {
        narrow: &Narrow::id(object_id.uuid()),
        after: uuid::Uuid::nil(),
        most: 1,
    };
    Ok(!stretch(database, tenant, only).await?.is_empty())
}

/// Where the tables have what lists are narrowed by; the name is the application's.
fn field(field: Field) -> Option<Expr> {
    match field {
        Field::Id => Some(named("p", "object_id")),
        Field::AppId => Some(named("p", "app_id")),
        Field::Enabled => Some(named("p", "enabled")),
        Field::Name => Some(Expr::Scalar(Box::new(Select {
            columns: vec![selected("a", "display_name_folded", Type::Text)],
            from: Some(Source::Table {
                table: "application".into(),
                alias: "a".into(),
            }),
            filter: Some(Expr::Compare {
                op: Comparison::Eq,
                left: Box::new(named("a", "app_id")),
                right: Box::new(named("p", "app_id")),
            }),
            ..Select::default()
        }))),
        Field::Upn | Field::GivenName | Field::Surname | Field::Mail | Field::Role => None,
    }
}

pub(crate) async fn find(
    database: &Database,
    tenant: TenantId,
    app_id: AppId,
) -> Result<Option<ServicePrincipalRow>, Error> {
    let statement = Statement::fixed(
        "SELECT p.object_id, p.enabled, p.assignment_required FROM {service_principal} p WHERE p.tenant_id = $1 AND p.app_id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(app_id.uuid())],
        &[Type::Guid, Type::Bool, Type::Bool],
    );
    let rows = database.query(&statement).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    read(tenant, app_id, row).map(Some)
}

fn read(tenant: TenantId, app_id: AppId, row: Row<'_>) -> Result<ServicePrincipalRow, Error> {
    Ok(ServicePrincipalRow {
        tenant,
        app_id,
        object_id: ObjectId::from(row.guid(0)?),
        enabled: row.bool(1)?,
        assignment: if row.bool(2)? {
            Assignment::Required
        } else {
            Assignment::Optional
        },
    })
}
