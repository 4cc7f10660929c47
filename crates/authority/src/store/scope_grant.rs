//! Consent on record: which scopes of which resource an application may have, for one person or for everybody.
//!
//! In: a grant, or tenant and application. Out: grants. Invariant: one row for each tenant, application, resource and
//! person; the nil id stands for everybody, because a unique set takes no null.

use db::sql::CreateTable;
use db::{Database, Row, Statement, Type, Value};
use oauth::{AppId, ObjectId, TenantId, Timestamp};
use uuid::Uuid;

use super::{Error, column, table, text, time};
use crate::consent::ScopeGrant;

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("id", Type::Guid),
        column("tenant_id", Type::Guid),
        column("client_app_id", Type::Guid),
        column("resource_app_id", Type::Guid),
        column("person_id", Type::Guid),
        column("scopes", Type::Text),
        column("created_at", Type::Int),
    ];
    let mut grant = table(
        "scope_grant",
        columns,
        &["tenant_id", "client_app_id", "person_id", "resource_app_id"],
    );
    grant.unique = vec![("scope_grant_id".into(), vec!["id".into()])];
    vec![grant]
}

pub(crate) fn insert(grant: &ScopeGrant, created_at: Timestamp) -> Statement {
    Statement::fixed(
        "INSERT INTO {scope_grant} (id, tenant_id, client_app_id, resource_app_id, person_id, scopes, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        vec![
            Value::Guid(grant.id),
            Value::Guid(grant.tenant.uuid()),
            Value::Guid(grant.client.uuid()),
            Value::Guid(grant.resource.uuid()),
            Value::Guid(person_or_nil(grant.person)),
            text(grant.scopes.join(" ")),
            time(created_at),
        ],
        &[],
    )
}

/// Replaces the scopes of a grant.
pub(crate) fn set_scopes(tenant: TenantId, id: Uuid, scopes: &[String]) -> Statement {
    Statement::fixed(
        "UPDATE {scope_grant} SET scopes = $3 WHERE tenant_id = $1 AND id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(id), text(scopes.join(" "))],
        &[],
    )
}

pub(crate) fn delete(tenant: TenantId, id: Uuid) -> Statement {
    Statement::fixed(
        "DELETE FROM {scope_grant} WHERE tenant_id = $1 AND id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(id)],
        &[],
    )
}

/// Withdraws everything that an application was given in a tenant.
pub(crate) fn delete_of_client(tenant: TenantId, client: AppId) -> Statement {
    Statement::fixed(
        "DELETE FROM {scope_grant} WHERE tenant_id = $1 AND client_app_id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(client.uuid())],
        &[],
    )
}

/// What an application was given for one person, or for everybody.
pub(crate) async fn list(
    database: &Database,
    tenant: TenantId,
    client: AppId,
    person: Option<ObjectId>,
) -> Result<Vec<ScopeGrant>, Error> {
    let statement = Statement::fixed(
        "SELECT g.id, g.resource_app_id, g.scopes FROM {scope_grant} g \
         WHERE g.tenant_id = $1 AND g.client_app_id = $2 AND g.person_id = $3 ORDER BY g.id",
        vec![
            Value::Guid(tenant.uuid()),
            Value::Guid(client.uuid()),
            Value::Guid(person_or_nil(person)),
        ],
        &[Type::Guid, Type::Guid, Type::Text],
    );
    let read = |row: Row<'_>| -> Result<ScopeGrant, Error> {
        Ok(ScopeGrant {
            id: row.guid(0)?,
            tenant,
            client,
            resource: AppId::from(row.guid(1)?),
            person,
            scopes: row.text(2)?.split_whitespace().map(str::to_owned).collect(),
        })
    };
    database.query(&statement).await?.iter().map(read).collect()
}

fn person_or_nil(person: Option<ObjectId>) -> Uuid {
    person.map_or(Uuid::nil(), ObjectId::uuid)
}
