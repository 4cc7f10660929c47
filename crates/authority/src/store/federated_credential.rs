//! Federated credentials: whose tokens an application may show in place of a credential of its own.
//!
//! In: issuer, subject and audience. Out: the same. Invariant: issuer and subject belong to one credential of an
//! application, and so does a name.

use db::sql::CreateTable;
use db::{Database, Row, Statement, Type, Value};
use oauth::AppId;
use uuid::Uuid;

use super::{Error, column, nullable, optional_text, position, table, text};
use crate::application::FederatedCredential;

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("app_id", Type::Guid),
        column("id", Type::Guid),
        column("name", Type::Text),
        column("issuer", Type::Text),
        column("subject", Type::Text),
        column("audience", Type::Text),
        nullable("description", Type::Text),
    ];
    let mut credential = table("federated_credential", columns, &["app_id", "id"]);
    let unique = |columns: &[&'static str]| columns.iter().map(|&column| column.into()).collect();
    credential.unique = vec![
        ("federated_credential_name".into(), unique(&["app_id", "name"])),
        (
            "federated_credential_subject".into(),
            unique(&["app_id", "issuer", "subject"]),
        ),
    ];
    vec![credential]
}

pub(crate) fn insert(app_id: AppId, credential: &FederatedCredential) -> Statement {
    Statement::fixed(
        "INSERT INTO {federated_credential} (app_id, id, name, issuer, subject, audience, description) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        vec![
            Value::Guid(app_id.uuid()),
            Value::Guid(credential.id),
            text(&credential.name),
            text(&credential.issuer),
            text(&credential.subject),
            text(&credential.audience),
            optional_text(credential.description.as_deref()),
        ],
        &[],
    )
}

/// Replaces everything but the name.
pub(crate) fn update(app_id: AppId, credential: &FederatedCredential) -> Statement {
    Statement::fixed(
        "UPDATE {federated_credential} SET issuer = $3, subject = $4, audience = $5, description = $6 \
         WHERE app_id = $1 AND id = $2",
        vec![
            Value::Guid(app_id.uuid()),
            Value::Guid(credential.id),
            text(&credential.issuer),
            text(&credential.subject),
            text(&credential.audience),
            optional_text(credential.description.as_deref()),
        ],
        &[],
    )
}

pub(crate) fn delete(app_id: AppId, id: Uuid) -> Statement {
    Statement::fixed(
        "DELETE FROM {federated_credential} WHERE app_id = $1 AND id = $2",
        vec![Value::Guid(app_id.uuid()), Value::Guid(id)],
        &[],
    )
}

/// Finds the credential of this number, counted from one: an application that has it has no room for another.
pub(crate) fn nth(app_id: AppId, number: usize) -> Statement {
    Statement::fixed(
        "SELECT f.id FROM {federated_credential} f WHERE f.app_id = $1 ORDER BY f.id LIMIT 1 OFFSET $2",
        vec![Value::Guid(app_id.uuid()), position(number.saturating_sub(1))],
        &[Type::Guid],
    )
}

pub(crate) async fn list(database: &Database, app_id: AppId) -> Result<Vec<FederatedCredential>, Error> {
    let statement = Statement::fixed(
        "SELECT f.id, f.name, f.issuer, f.subject, f.audience, f.description FROM {federated_credential} f \
         WHERE f.app_id = $1 ORDER BY f.name",
        vec![Value::Guid(app_id.uuid())],
        &[Type::Guid, Type::Text, Type::Text, Type::Text, Type::Text, Type::Text],
    );
    database.query(&statement).await?.iter().map(read).collect()
}

fn read(row: Row<'_>) -> Result<FederatedCredential, Error> {
    Ok(FederatedCredential {
        id: row.guid(0)?,
        name: row.text(1)?.to_owned(),
        issuer: row.text(2)?.to_owned(),
        subject: row.text(3)?.to_owned(),
        audience: row.text(4)?.to_owned(),
        description: row.optional_text(5)?.map(str::to_owned),
    })
}
