//! Roles given to people, groups and applications.
//!
//! In: an assignment, or who has it. Out: assignments. Invariant: a role of a resource is given to a principal once.

use db::sql::{CreateTable, Expr, Select, Source, Sql};
use db::{Database, Row, Statement, Type, Value};
use oauth::{AppId, ObjectId, TenantId, Timestamp};
use uuid::Uuid;

use super::narrow::{self, Field, Stretch, ascending, behind, equal, named, selected};
use super::{Error, column, table, text, time};
use crate::consent::{AppRoleAssignment, PrincipalKind};

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("id", Type::Guid),
        column("tenant_id", Type::Guid),
        column("principal_id", Type::Guid),
        column("principal_kind", Type::Text),
        column("resource_app_id", Type::Guid),
        column("role_id", Type::Guid),
        column("created_at", Type::Int),
    ];
    let mut assignment = table(
        "app_role_assignment",
        columns,
        &["tenant_id", "principal_id", "resource_app_id", "role_id"],
    );
    assignment.unique = vec![("app_role_assignment_id".into(), vec!["id".into()])];
    vec![assignment]
}

pub(crate) fn insert(assignment: &AppRoleAssignment, created_at: Timestamp) -> Statement {
    Statement::fixed(
        "INSERT INTO {app_role_assignment} (id, tenant_id, principal_id, principal_kind, resource_app_id, role_id, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        vec![
            Value::Guid(assignment.id),
            Value::Guid(assignment.tenant.uuid()),
            Value::Guid(assignment.principal.uuid()),
            text(kind_text(assignment.principal_kind)),
            Value::Guid(assignment.resource.uuid()),
            Value::Guid(assignment.role),
            time(created_at),
        ],
        &[],
    )
}

pub(crate) fn delete(tenant: TenantId, id: Uuid) -> Statement {
    Statement::fixed(
        "DELETE FROM {app_role_assignment} WHERE tenant_id = $1 AND id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(id)],
        &[],
    )
}

/// Takes every role that a resource has given, and every role that its service principals have, in all tenants. Comes
/// before their own deletion.
pub(crate) fn delete_of_application(app_id: AppId) -> Statement {
    Statement::fixed(
        "DELETE FROM {app_role_assignment} WHERE resource_app_id = $1 OR principal_id IN \
         (SELECT p.object_id FROM {service_principal} p WHERE p.app_id = $1)",
        vec![Value::Guid(app_id.uuid())],
        &[],
    )
}

/// Takes every role that a resource has given in one tenant.
pub(crate) fn delete_of_resource(tenant: TenantId, resource: AppId) -> Statement {
    Statement::fixed(
        "DELETE FROM {app_role_assignment} WHERE tenant_id = $1 AND resource_app_id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(resource.uuid())],
        &[],
    )
}

/// Takes every role from a principal.
pub(crate) fn delete_of_principal(tenant: TenantId, principal: ObjectId) -> Statement {
    Statement::fixed(
        "DELETE FROM {app_role_assignment} WHERE tenant_id = $1 AND principal_id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(principal.uuid())],
        &[],
    )
}

/// An assignment with when it was made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ListedAssignment {
    pub(crate) assignment: AppRoleAssignment,
    pub(crate) created_at: Timestamp,
}

/// Whose roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Those that this principal has.
    Principal(ObjectId),
    /// Those that this resource has given.
    Resource(AppId),
}

/// One stretch of a tenant's assignments; of the narrowings, only the id is known here.
pub(crate) async fn stretch(
    database: &Database,
    tenant: TenantId,
    side: Side,
    stretch: Stretch<'_>,
) -> Result<Vec<ListedAssignment>, Error> {
    let mut conditions = vec![
        equal(named("a", "tenant_id"), Value::Guid(tenant.uuid())),
        behind(named("a", "id"), stretch.after),
        match side {
            Side::Principal(principal) => equal(named("a", "principal_id"), Value::Guid(principal.uuid())),
            Side::Resource(resource) => equal(named("a", "resource_app_id"), Value::Guid(resource.uuid())),
        },
    ];
    let field = |field| (field == Field::Id).then(|| named("a", "id"));
    conditions.extend(narrow::condition(stretch.narrow, &field));
    let statement = Statement::new(Sql::Select(Select {
        columns: vec![
            selected("a", "id", Type::Guid),
            selected("a", "principal_id", Type::Guid),
            selected("a", "principal_kind", Type::Text),
            selected("a", "resource_app_id", Type::Guid),
            selected("a", "role_id", Type::Guid),
            selected("a", "created_at", Type::Int),
        ],
        from: Some(Source::Table {
            table: "app_role_assignment".into(),
            alias: "a".into(),
        }),
        filter: Some(Expr::And(conditions)),
        order_by: ascending(named("a", "id")),
        limit: Some(stretch.most),
        ..Select::default()
    }));
    let read = |row: Row<'_>| -> Result<ListedAssignment, Error> {
        let assignment = AppRoleAssignment {
            id: row.guid(0)?,
            tenant,
            principal: ObjectId::from(row.guid(1)?),
            principal_kind: kind(row.text(2)?)?,
            resource: AppId::from(row.guid(3)?),
            role: row.guid(4)?,
        };
        let created_at = Timestamp::from_seconds(row.int(5)?);
        Ok(ListedAssignment { assignment, created_at })
    };
    database.query(&statement).await?.iter().map(read).collect()
}

/// The roles of a principal, whatever the resource.
pub(crate) async fn list(
    database: &Database,
    tenant: TenantId,
    principal: ObjectId,
) -> Result<Vec<AppRoleAssignment>, Error> {
    let statement = Statement::fixed(
        "SELECT a.id, a.principal_kind, a.resource_app_id, a.role_id FROM {app_role_assignment} a \
         WHERE a.tenant_id = $1 AND a.principal_id = $2 ORDER BY a.id",
        vec![Value::Guid(tenant.uuid()), Value::Guid(principal.uuid())],
        &[Type::Guid, Type::Text, Type::Guid, Type::Guid],
    );
    let read = |row: Row<'_>| -> Result<AppRoleAssignment, Error> {
        Ok(AppRoleAssignment {
            id: row.guid(0)?,
            tenant,
            principal,
            principal_kind: kind(row.text(1)?)?,
            resource: AppId::from(row.guid(2)?),
            role: row.guid(3)?,
        })
    };
    database.query(&statement).await?.iter().map(read).collect()
}

fn kind_text(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::User => "User",
        PrincipalKind::Group => "Group",
        PrincipalKind::ServicePrincipal => "ServicePrincipal",
    }
}

fn kind(text: &str) -> Result<PrincipalKind, Error> {
    match text {
        "User" => Ok(PrincipalKind::User),
        "Group" => Ok(PrincipalKind::Group),
        "ServicePrincipal" => Ok(PrincipalKind::ServicePrincipal),
        _ => Err(Error::Unknown {
            what: "kind of principal",
        }),
    }
}
