//! Applications as registered in their home tenant, and the identifier URIs by which they are known as resources.
//!
//! In: an application id, or an identifier. Out: the registration. Invariant: an identifier URI belongs to one application.

use db::sql::CreateTable;
use db::{Database, Row, Statement, Type, Value};
use oauth::{AppId, ObjectId, TenantId, Timestamp, TokenVersion};

use super::narrow::folded;
use super::{Error, Switch, column, position, switch, table, text, time};
use crate::application::{Application, Audience};
use crate::registration::Registration;

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("app_id", Type::Guid),
        column("object_id", Type::Guid),
        column("tenant_id", Type::Guid),
        column("display_name", Type::Text),
        column("display_name_folded", Type::Text),
        column("audience", Type::Text),
        column("token_version", Type::Int),
        column("registration", Type::Text),
        column("enabled", Type::Bool),
        column("created_at", Type::Int),
    ];
    let uris = vec![
        column("uri", Type::Text),
        column("app_id", Type::Guid),
        column("position", Type::Int),
    ];
    let mut application = table("application", columns, &["app_id"]);
    application.unique = vec![("application_object_id".into(), vec!["object_id".into()])];
    vec![application, table("application_identifier", uris, &["uri"])]
}

pub(crate) fn insert(application: &Application, created_at: Timestamp) -> Result<Statement, Error> {
    let registration = registration_text(&application.registration)?;
    Ok(Statement::fixed(
        "INSERT INTO {application} (app_id, object_id, tenant_id, display_name, display_name_folded, audience, \
         token_version, registration, enabled, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        vec![
            Value::Guid(application.app_id.uuid()),
            Value::Guid(application.object_id.uuid()),
            Value::Guid(application.home_tenant.uuid()),
            text(&application.display_name),
            text(folded(&application.display_name)),
            text(audience_text(application.audience)),
            Value::Int(token_version_number(application.token_version)),
            text(registration),
            Value::Bool(application.enabled),
            time(created_at),
        ],
        &[],
    ))
}

/// Replaces name, audience, form of tokens and registration.
pub(crate) fn update(application: &Application) -> Result<Statement, Error> {
    let registration = registration_text(&application.registration)?;
    Ok(Statement::fixed(
        "UPDATE {application} SET display_name = $2, display_name_folded = $3, audience = $4, token_version = $5, \
         registration = $6 WHERE app_id = $1",
        vec![
            Value::Guid(application.app_id.uuid()),
            text(&application.display_name),
            text(folded(&application.display_name)),
            text(audience_text(application.audience)),
            Value::Int(token_version_number(application.token_version)),
            text(registration),
        ],
        &[],
    ))
}

pub(crate) fn delete(app_id: AppId) -> Statement {
    Statement::fixed(
        "DELETE FROM {application} WHERE app_id = $1",
        vec![Value::Guid(app_id.uuid())],
        &[],
    )
}

pub(crate) fn delete_identifiers(app_id: AppId) -> Statement {
    Statement::fixed(
        "DELETE FROM {application_identifier} WHERE app_id = $1",
        vec![Value::Guid(app_id.uuid())],
        &[],
    )
}

pub(crate) fn insert_identifier(app_id: AppId, uri: &str, at: usize) -> Statement {
    Statement::fixed(
        "INSERT INTO {application_identifier} (uri, app_id, position) VALUES ($1, $2, $3)",
        vec![text(uri), Value::Guid(app_id.uuid()), position(at)],
        &[],
    )
}

/// Changes nothing, in a transaction in which the application must exist.
pub(crate) fn hold(app_id: AppId) -> Statement {
    Statement::fixed(
        "UPDATE {application} SET created_at = created_at WHERE app_id = $1",
        vec![Value::Guid(app_id.uuid())],
        &[],
    )
}

pub(crate) fn set_enabled(app_id: AppId, enabled: Switch) -> Statement {
    Statement::fixed(
        "UPDATE {application} SET enabled = $2 WHERE app_id = $1",
        vec![Value::Guid(app_id.uuid()), switch(enabled)],
        &[],
    )
}

/// The registration of an application.
pub(crate) async fn find(database: &Database, app_id: AppId) -> Result<Option<Application>, Error> {
    let statement = Statement::fixed(
        "SELECT a.object_id, a.tenant_id, a.display_name, a.audience, a.token_version, a.registration, a.enabled \
         FROM {application} a WHERE a.app_id = $1",
        vec![Value::Guid(app_id.uuid())],
        &[
            Type::Guid,
            Type::Guid,
            Type::Text,
            Type::Text,
            Type::Int,
            Type::Text,
            Type::Bool,
        ],
    );
    let rows = database.query(&statement).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let identifier_uris = identifiers(database, app_id).await?;
    read(app_id, row, identifier_uris).map(Some)
}

/// The application that has this identifier URI.
pub(crate) async fn identified_by(database: &Database, uri: &str) -> Result<Option<AppId>, Error> {
    let statement = Statement::fixed(
        "SELECT i.app_id FROM {application_identifier} i WHERE i.uri = $1",
        vec![text(uri)],
        &[Type::Guid],
    );
    let rows = database.query(&statement).await?;
    Ok(rows.first().map(|row| row.guid(0)).transpose()?.map(AppId::from))
}

async fn identifiers(database: &Database, app_id: AppId) -> Result<Vec<String>, Error> {
    let statement = Statement::fixed(
        "SELECT i.uri FROM {application_identifier} i WHERE i.app_id = $1 ORDER BY i.position",
        vec![Value::Guid(app_id.uuid())],
        &[Type::Text],
    );
    let rows = database.query(&statement).await?;
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}

/// The cells from the object id to the switch, in the order of [`find`].
pub(super) fn read(app_id: AppId, row: Row<'_>, identifier_uris: Vec<String>) -> Result<Application, Error> {
    Ok(Application {
        app_id,
        object_id: ObjectId::from(row.guid(0)?),
        home_tenant: TenantId::from(row.guid(1)?),
        display_name: row.text(2)?.to_owned(),
        audience: audience(row.text(3)?)?,
        token_version: token_version(row.int(4)?)?,
        registration: serde_json::from_str(row.text(5)?)?,
        enabled: row.bool(6)?,
        identifier_uris,
    })
}

fn registration_text(registration: &Registration) -> Result<String, Error> {
    Ok(serde_json::to_string(registration)?)
}

fn audience_text(audience: Audience) -> &'static str {
    match audience {
        Audience::SingleTenant => "AzureADMyOrg",
        Audience::MultipleTenants => "AzureADMultipleOrgs",
    }
}

fn audience(text: &str) -> Result<Audience, Error> {
    match text {
        "AzureADMyOrg" => Ok(Audience::SingleTenant),
        "AzureADMultipleOrgs" => Ok(Audience::MultipleTenants),
        _ => Err(Error::Unknown {
            what: "sign-in audience",
        }),
    }
}

fn token_version_number(version: TokenVersion) -> i64 {
    match version {
        TokenVersion::V1 => 1,
        TokenVersion::V2 => 2,
    }
}

fn token_version(number: i64) -> Result<TokenVersion, Error> {
    match number {
        1 => Ok(TokenVersion::V1),
        2 => Ok(TokenVersion::V2),
        _ => Err(Error::Unknown {
            what: "access token version",
        }),
    }
}
