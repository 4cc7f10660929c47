//! Who owns which application and which service principal.
//!
//! In: an owned object, or an owner. Out: object ids. Invariant: an owner is one once, and both are of one tenant.

use db::sql::CreateTable;
use db::{Database, Statement, Type, Value};
use oauth::{AppId, ObjectId, TenantId};

use super::{Error, column, table};

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("tenant_id", Type::Guid),
        column("owned_id", Type::Guid),
        column("owner_id", Type::Guid),
    ];
    let mut owner = table("owner", columns, &["tenant_id", "owned_id", "owner_id"]);
    let by_owner = ["tenant_id", "owner_id", "owned_id"];
    owner.unique = vec![("owner_of".into(), by_owner.into_iter().map(Into::into).collect())];
    vec![owner]
}

pub(crate) fn insert(tenant: TenantId, object: ObjectId, owner: ObjectId) -> Statement {
    Statement::fixed(
        "INSERT INTO {owner} (tenant_id, owned_id, owner_id) VALUES ($1, $2, $3)",
        vec![
            Value::Guid(tenant.uuid()),
            Value::Guid(object.uuid()),
            Value::Guid(owner.uuid()),
        ],
        &[],
    )
}

pub(crate) fn delete(tenant: TenantId, object: ObjectId, owner: ObjectId) -> Statement {
    Statement::fixed(
        "DELETE FROM {owner} WHERE tenant_id = $1 AND owned_id = $2 AND owner_id = $3",
        vec![
            Value::Guid(tenant.uuid()),
            Value::Guid(object.uuid()),
            Value::Guid(owner.uuid()),
        ],
        &[],
    )
}

/// Removes an object as an owner and as what is owned.
pub(crate) fn delete_all(tenant: TenantId, object: ObjectId) -> Statement {
    Statement::fixed(
        "DELETE FROM {owner} WHERE tenant_id = $1 AND (owned_id = $2 OR owner_id = $2)",
        vec![Value::Guid(tenant.uuid()), Value::Guid(object.uuid())],
        &[],
    )
}

/// Removes the service principals of an application as owners and as what is owned, in all tenants. Comes before their own
/// deletion.
pub(crate) fn delete_of_application(app_id: AppId) -> Statement {
    Statement::fixed(
        "DELETE FROM {owner} WHERE owned_id IN (SELECT p.object_id FROM {service_principal} p WHERE p.app_id = $1) \
         OR owner_id IN (SELECT p.object_id FROM {service_principal} p WHERE p.app_id = $1)",
        vec![Value::Guid(app_id.uuid())],
        &[],
    )
}

/// Who owns an object.
pub(crate) async fn of(database: &Database, tenant: TenantId, owned: ObjectId) -> Result<Vec<ObjectId>, Error> {
    let statement = Statement::fixed(
        "SELECT o.owner_id FROM {owner} o WHERE o.tenant_id = $1 AND o.owned_id = $2 ORDER BY o.owner_id",
        vec![Value::Guid(tenant.uuid()), Value::Guid(owned.uuid())],
        &[Type::Guid],
    );
    ids(database, &statement).await
}

/// What somebody owns.
pub(crate) async fn owned_by(database: &Database, tenant: TenantId, owner: ObjectId) -> Result<Vec<ObjectId>, Error> {
    let statement = Statement::fixed(
        "SELECT o.owned_id FROM {owner} o WHERE o.tenant_id = $1 AND o.owner_id = $2 ORDER BY o.owned_id",
        vec![Value::Guid(tenant.uuid()), Value::Guid(owner.uuid())],
        &[Type::Guid],
    );
    ids(database, &statement).await
}

async fn ids(database: &Database, statement: &Statement) -> Result<Vec<ObjectId>, Error> {
    let rows = database.query(statement).await?;
    rows.iter().map(|row| Ok(ObjectId::from(row.guid(0)?))).collect()
}
