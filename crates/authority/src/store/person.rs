//! People: users of a tenant.
//!
//! In: a person, a password's hash. Out: the person. Invariant: a user principal name belongs to one person, in any case
//! of its letters; the password's hash is read only to check a password.

use db::sql::CreateTable;
use db::{Database, Row, Statement, Type, Value};
use oauth::{ObjectId, TenantId, Timestamp};

use super::{Error, Switch, column, nullable, optional_text, switch, table, text, time};
use crate::person::{DirectoryRole, Person};

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("tenant_id", Type::Guid),
        column("object_id", Type::Guid),
        column("upn", Type::Text),
        column("upn_folded", Type::Text),
        column("display_name", Type::Text),
        nullable("given_name", Type::Text),
        nullable("surname", Type::Text),
        nullable("mail", Type::Text),
        column("password_hash", Type::Text),
        column("directory_role", Type::Text),
        column("licensed", Type::Bool),
        column("enabled", Type::Bool),
        column("created_at", Type::Int),
    ];
    let mut person = table("person", columns, &["tenant_id", "object_id"]);
    person.unique = vec![
        ("person_upn".into(), vec!["upn_folded".into()]),
        ("person_object_id".into(), vec!["object_id".into()]),
    ];
    vec![person]
}

/// The password's hash is in the PHC string form.
pub(crate) fn insert(person: &Person, password_hash: &str, created_at: Timestamp) -> Statement {
    Statement::fixed(
        "INSERT INTO {person} (tenant_id, object_id, upn, upn_folded, display_name, given_name, surname, mail, \
         password_hash, directory_role, licensed, enabled, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        vec![
            Value::Guid(person.tenant.uuid()),
            Value::Guid(person.object_id.uuid()),
            text(&person.upn),
            text(person.upn.to_lowercase()),
            text(&person.display_name),
            optional_text(person.given_name.as_deref()),
            optional_text(person.surname.as_deref()),
            optional_text(person.mail.as_deref()),
            text(password_hash),
            text(role_text(person.directory_role)),
            Value::Bool(person.licensed),
            Value::Bool(person.enabled),
            time(created_at),
        ],
        &[],
    )
}

pub(crate) fn set_licensed(tenant: TenantId, object_id: ObjectId, licensed: Switch) -> Statement {
    Statement::fixed(
        "UPDATE {person} SET licensed = $3 WHERE tenant_id = $1 AND object_id = $2",
        vec![
            Value::Guid(tenant.uuid()),
            Value::Guid(object_id.uuid()),
            switch(licensed),
        ],
        &[],
    )
}

pub(crate) fn set_enabled(tenant: TenantId, object_id: ObjectId, enabled: Switch) -> Statement {
    Statement::fixed(
        "UPDATE {person} SET enabled = $3 WHERE tenant_id = $1 AND object_id = $2",
        vec![
            Value::Guid(tenant.uuid()),
            Value::Guid(object_id.uuid()),
            switch(enabled),
        ],
        &[],
    )
}

/// The person of this user principal name, in any case of its letters.
pub(crate) async fn find_id_by_upn(
    database: &Database,
    tenant: TenantId,
    upn: &str,
) -> Result<Option<ObjectId>, Error> {
    let statement = Statement::fixed(
        "SELECT p.object_id FROM {person} p WHERE p.tenant_id = $1 AND p.upn_folded = $2",
        vec![Value::Guid(tenant.uuid()), text(upn.to_lowercase())],
        &[Type::Guid],
    );
    let rows = database.query(&statement).await?;
    Ok(rows.first().map(|row| row.guid(0)).transpose()?.map(ObjectId::from))
}

pub(crate) async fn find(database: &Database, tenant: TenantId, object_id: ObjectId) -> Result<Option<Person>, Error> {
    let statement = Statement::fixed(
        "SELECT p.upn, p.display_name, p.given_name, p.surname, p.mail, p.directory_role, p.licensed, p.enabled \
         FROM {person} p WHERE p.tenant_id = $1 AND p.object_id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(object_id.uuid())],
        &[
            Type::Text,
            Type::Text,
            Type::Text,
            Type::Text,
            Type::Text,
            Type::Text,
            Type::Bool,
            Type::Bool,
        ],
    );
    let rows = database.query(&statement).await?;
    rows.first().map(|row| read(tenant, object_id, row)).transpose()
}

fn read(tenant: TenantId, object_id: ObjectId, row: Row<'_>) -> Result<Person, Error> {
    Ok(Person {
        object_id,
        tenant,
        upn: row.text(0)?.to_owned(),
        display_name: row.text(1)?.to_owned(),
        given_name: row.optional_text(2)?.map(str::to_owned),
        surname: row.optional_text(3)?.map(str::to_owned),
        mail: row.optional_text(4)?.map(str::to_owned),
        directory_role: role(row.text(5)?)?,
        licensed: row.bool(6)?,
        enabled: row.bool(7)?,
    })
}

fn role_text(role: DirectoryRole) -> &'static str {
    match role {
        DirectoryRole::Member => "member",
        DirectoryRole::Administrator => "administrator",
    }
}

fn role(text: &str) -> Result<DirectoryRole, Error> {
    match text {
        "member" => Ok(DirectoryRole::Member),
        "administrator" => Ok(DirectoryRole::Administrator),
        _ => Err(Error::Unknown { what: "directory role" }),
    }
}
