//! Environments and their addresses.
//!
//! In: an environment, or a tenant and an address. Out: environments. Invariant: an address, a name and a database belong
//! to one environment each.

use db::sql::CreateTable;
use db::{Database, Statement, Type, Value};
use oauth::{TenantId, Timestamp};

use super::{Error, column, position, table, text, time};
use crate::environment::{Environment, EnvironmentId};

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("id", Type::Guid),
        column("tenant_id", Type::Guid),
        column("name", Type::Text),
        column("database_name", Type::Text),
        column("created_at", Type::Int),
    ];
    let addresses = vec![
        column("address", Type::Text),
        column("environment_id", Type::Guid),
        column("position", Type::Int),
    ];
    let mut environment = table("environment", columns, &["id"]);
    environment.unique = vec![
        ("environment_name".into(), vec!["name".into()]),
        ("environment_database".into(), vec!["database_name".into()]),
    ];
    vec![environment, table("environment_address", addresses, &["address"])]
}

pub(crate) fn insert(environment: &Environment, created_at: Timestamp) -> Statement {
    Statement::fixed(
        "INSERT INTO {environment} (id, tenant_id, name, database_name, created_at) VALUES ($1, $2, $3, $4, $5)",
        vec![
            Value::Guid(environment.id.0),
            Value::Guid(environment.tenant.uuid()),
            text(&environment.name),
            text(&environment.database),
            time(created_at),
        ],
        &[],
    )
}

pub(crate) fn insert_address(id: EnvironmentId, address: &str, at: usize) -> Statement {
    Statement::fixed(
        "INSERT INTO {environment_address} (address, environment_id, position) VALUES ($1, $2, $3)",
        vec![text(address), Value::Guid(id.0), position(at)],
        &[],
    )
}

/// Changes nothing, in a transaction in which the environment must exist.
pub(crate) fn hold(id: EnvironmentId) -> Statement {
    Statement::fixed(
        "UPDATE {environment} SET created_at = created_at WHERE id = $1",
        vec![Value::Guid(id.0)],
        &[],
    )
}

pub(crate) fn delete_addresses(id: EnvironmentId) -> Statement {
    Statement::fixed(
        "DELETE FROM {environment_address} WHERE environment_id = $1",
        vec![Value::Guid(id.0)],
        &[],
    )
}

/// Whether an environment of this tenant has this address.
pub(crate) async fn has_address(database: &Database, tenant: TenantId, address: &str) -> Result<bool, Error> {
    let statement = Statement::fixed(
        "SELECT e.id FROM {environment_address} a JOIN {environment} e ON e.id = a.environment_id \
         WHERE a.address = $1 AND e.tenant_id = $2",
        vec![text(address), Value::Guid(tenant.uuid())],
        &[Type::Guid],
    );
    Ok(!database.query(&statement).await?.is_empty())
}

/// All environments, by name.
pub(crate) async fn list(database: &Database) -> Result<Vec<Environment>, Error> {
    let statement = Statement::fixed(
        "SELECT e.id, e.tenant_id, e.name, e.database_name, a.address \
         FROM {environment} e JOIN {environment_address} a ON a.environment_id = e.id ORDER BY e.name, a.position",
        vec![],
        &[Type::Guid, Type::Guid, Type::Text, Type::Text, Type::Text],
    );
    let mut environments: Vec<Environment> = Vec::new();
    for row in database.query(&statement).await?.iter() {
        let (id, address) = (EnvironmentId(row.guid(0)?), row.text(4)?.to_owned());
        match environments.last_mut() {
            Some(last) if last.id == id => last.addresses.push(address),
            _ => environments.push(Environment {
                id,
                tenant: TenantId::from(row.guid(1)?),
                name: row.text(2)?.to_owned(),
                database: row.text(3)?.to_owned(),
                addresses: vec![address],
            }),
        }
    }
    Ok(environments)
}
