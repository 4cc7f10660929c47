//! Consent on record by the many, for lists.
//!
//! In: a tenant, and whose grants. Out: grants. Invariant: in the order of their ids.

use db::sql::{Expr, Select, Source, Sql};
use db::{Database, Row, Statement, Type, Value};
use oauth::{AppId, ObjectId, TenantId};
use uuid::Uuid;

use super::Error;
use super::narrow::{self, Field, Stretch, ascending, behind, equal, named, selected};
use crate::consent::ScopeGrant;

/// Whose grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Everybody's in the tenant.
    Anybodys,
    /// Those that this application was given.
    Client(AppId),
    /// Those that this person gave.
    Person(ObjectId),
}

/// One stretch of a tenant's grants; of the narrowings, only the id is known here.
pub(crate) async fn stretch(
    database: &Database,
    tenant: TenantId,
    whose: Whose,
    stretch: Stretch<'_>,
) -> Result<Vec<ScopeGrant>, Error> {
    let mut conditions = vec![
        equal(named("g", "tenant_id"), Value::Guid(tenant.uuid())),
        behind(named("g", "id"), stretch.after),
    ];
    match whose {
        Whose::Anybodys => {}
        Whose::Client(client) => conditions.push(equal(named("g", "client_app_id"), Value::Guid(client.uuid()))),
        Whose::Person(person) => conditions.push(equal(named("g", "person_id"), Value::Guid(person.uuid()))),
    }
    let field = |field| (field == Field::Id).then(|| named("g", "id"));
    conditions.extend(narrow::condition(stretch.narrow, &field));
    let statement = Statement::new(Sql::Select(Select {
        columns: vec![
            selected("g", "id", Type::Guid),
            selected("g", "client_app_id", Type::Guid),
            selected("g", "resource_app_id", Type::Guid),
            selected("g", "person_id", Type::Guid),
            selected("g", "scopes", Type::Text),
        ],
        from: Some(Source::Table {
            table: "scope_grant".into(),
            alias: "g".into(),
        }),
        filter: Some(Expr::And(conditions)),
        order_by: ascending(named("g", "id")),
        limit: Some(stretch.most),
        ..Select::default()
    }));
    let read = |row: Row<'_>| -> Result<ScopeGrant, Error> {
        let person = row.guid(3)?;
        Ok(ScopeGrant {
            id: row.guid(0)?,
            tenant,
            client: AppId::from(row.guid(1)?),
            resource: AppId::from(row.guid(2)?),
            // The nil id stands for everybody.
            person: (person != Uuid::nil()).then(|| ObjectId::from(person)),
            scopes: row.text(4)?.split_whitespace().map(str::to_owned).collect(),
        })
    };
    database.query(&statement).await?.iter().map(read).collect()
}

/// Withdraws everything that an application was given, or that was given for it as a resource, in all tenants.
pub(crate) fn delete_of_application(app_id: AppId) -> Statement {
    Statement::fixed(
        "DELETE FROM {scope_grant} WHERE client_app_id = $1 OR resource_app_id = $1",
        vec![Value::Guid(app_id.uuid())],
        &[],
    )
}

/// Withdraws everything that was given for an application as a resource, in one tenant.
pub(crate) fn delete_of_resource(tenant: TenantId, resource: AppId) -> Statement {
    Statement::fixed(
        "DELETE FROM {scope_grant} WHERE tenant_id = $1 AND resource_app_id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(resource.uuid())],
        &[],
    )
}

/// Withdraws everything that a person gave.
pub(crate) fn delete_of_person(tenant: TenantId, person: ObjectId) -> Statement {
    Statement::fixed(
        "DELETE FROM {scope_grant} WHERE tenant_id = $1 AND person_id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(person.uuid())],
        &[],
    )
}
