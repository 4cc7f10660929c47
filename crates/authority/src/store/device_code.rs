//! Device codes: a device waits while its person answers elsewhere (RFC 8628).
//!
//! In: a device's request, a person's answer. Out: the same. INVARIANT: a request is answered at most once and redeemed
//! at most once; each is one statement whose row count tells.

use db::sql::{CreateIndex, CreateTable};
use db::{Database, Row, Statement, Type, Value};
use oauth::{AppId, SecretHash, TenantId, Timestamp};
use uuid::Uuid;

use super::{Error, MOST_PURGED, column, document, hash, index, nullable, optional_text, table, text, time};
use crate::authorization::Authorization;

/// A device's request as it is kept.
#[derive(Debug)]
pub(crate) struct DeviceCodeRow {
    /// The id of its device code, which is also the id of the family of refresh tokens made from it.
    pub(crate) id: Uuid,
    /// The hash of the device code's secret.
    pub(crate) hash: SecretHash,
    /// What the person types.
    pub(crate) user_code: String,
    /// The tenant; none at the aliases of many tenants.
    pub(crate) tenant: Option<TenantId>,
    /// The application.
    pub(crate) app_id: AppId,
    /// The scope as it was asked for.
    pub(crate) scope: String,
    /// The `resource` of the v1.0 endpoint.
    pub(crate) resource: Option<String>,
    /// Its end.
    pub(crate) expires_at: Timestamp,
    /// What the person said.
    pub(crate) answer: Answer,
}

/// What a person said to a device's request.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// Nothing yet.
    None,
    /// No.
    Declined,
    /// Yes.
    Granted(Box<Authorization>),
}

const DECLINED: &str = "declined";
const GRANTED: &str = "granted";

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("id", Type::Guid),
        column("hash", Type::Text),
        column("user_code", Type::Text),
        nullable("tenant_id", Type::Guid),
        column("app_id", Type::Guid),
        column("scope", Type::Text),
        nullable("resource", Type::Text),
        column("expires_at", Type::Int),
        nullable("answer", Type::Text),
        nullable("document", Type::Text),
        nullable("used_at", Type::Int),
    ];
    let mut requests = table("device_code", columns, &["id"]);
    requests.unique = vec![("device_code_user_code".into(), vec!["user_code".into()])];
    vec![requests]
}

pub(super) fn indexes() -> Vec<CreateIndex> {
    vec![index("device_code_age", "device_code", &["expires_at"])]
}

/// Makes a request that nobody has answered. A user code that is taken is a duplicate.
pub(crate) fn insert(row: &DeviceCodeRow) -> Statement {
    Statement::fixed(
        "INSERT INTO {device_code} (id, hash, user_code, tenant_id, app_id, scope, resource, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        vec![
            Value::Guid(row.id),
            text(row.hash.as_text()),
            text(&row.user_code),
            row.tenant.map_or(Value::Null, |tenant| Value::Guid(tenant.uuid())),
            Value::Guid(row.app_id.uuid()),
            text(&row.scope),
            optional_text(row.resource.as_deref()),
            time(row.expires_at),
        ],
        &[],
    )
}

/// Says no; changes nothing where the request was answered or has ended.
pub(crate) fn decline(id: Uuid, now: Timestamp) -> Statement {
    Statement::fixed(
        "UPDATE {device_code} SET answer = $3 WHERE id = $1 AND answer IS NULL AND expires_at > $2",
        vec![Value::Guid(id), time(now), text(DECLINED)],
        &[],
    )
}

/// Says yes; changes nothing where the request was answered or has ended.
pub(crate) fn grant(id: Uuid, authorization: &Authorization, now: Timestamp) -> Result<Statement, Error> {
    Ok(Statement::fixed(
        "UPDATE {device_code} SET answer = $3, document = $4 \
         WHERE id = $1 AND answer IS NULL AND expires_at > $2",
        vec![Value::Guid(id), time(now), text(GRANTED), document(authorization)?],
        &[],
    ))
}

/// Uses a request up; changes nothing where that has been done.
pub(crate) fn use_up(id: Uuid, now: Timestamp) -> Statement {
    Statement::fixed(
        "UPDATE {device_code} SET used_at = $2 WHERE id = $1 AND used_at IS NULL",
        vec![Value::Guid(id), time(now)],
        &[],
    )
}

/// Forgets a few requests that ended before a time.
pub(crate) fn purge(before: Timestamp) -> Statement {
    Statement::fixed(
        "DELETE FROM {device_code} WHERE id IN (SELECT o.id FROM {device_code} o WHERE o.expires_at < $1 \
         ORDER BY o.expires_at LIMIT $2) AND expires_at < $1",
        vec![time(before), Value::Int(MOST_PURGED)],
        &[],
    )
}

const COLUMNS: &[Type] = &[
    Type::Guid,
    Type::Text,
    Type::Text,
    Type::Guid,
    Type::Guid,
    Type::Text,
    Type::Text,
    Type::Int,
    Type::Text,
    Type::Text,
];

/// A request, whatever became of it.
pub(crate) async fn find(database: &Database, id: Uuid) -> Result<Option<DeviceCodeRow>, Error> {
    let statement = Statement::fixed(
        "SELECT d.id, d.hash, d.user_code, d.tenant_id, d.app_id, d.scope, d.resource, d.expires_at, d.answer, \
         d.document FROM {device_code} d WHERE d.id = $1",
        vec![Value::Guid(id)],
        COLUMNS,
    );
    database.query(&statement).await?.first().map(read).transpose()
}

/// The request of a user code, whatever became of it.
pub(crate) async fn find_by_user_code(database: &Database, user_code: &str) -> Result<Option<DeviceCodeRow>, Error> {
    let statement = Statement::fixed(
        "SELECT d.id, d.hash, d.user_code, d.tenant_id, d.app_id, d.scope, d.resource, d.expires_at, d.answer, \
         d.document FROM {device_code} d WHERE d.user_code = $1",
        vec![text(user_code)],
        COLUMNS,
    );
    database.query(&statement).await?.first().map(read).transpose()
}

fn read(row: Row<'_>) -> Result<DeviceCodeRow, Error> {
    let authorization = row.optional_text(9)?.map(serde_json::from_str).transpose()?;
    Ok(DeviceCodeRow {
        id: row.guid(0)?,
        hash: hash(row.text(1)?)?,
        user_code: row.text(2)?.to_owned(),
        tenant: row.optional_guid(3)?.map(TenantId::from),
        app_id: AppId::from(row.guid(4)?),
        scope: row.text(5)?.to_owned(),
        resource: row.optional_text(6)?.map(str::to_owned),
        expires_at: Timestamp::from_seconds(row.int(7)?),
        answer: match (row.optional_text(8)?, authorization) {
            (None, None) => Answer::None,
            (Some(DECLINED), None) => Answer::Declined,
            (Some(GRANTED), Some(authorization)) => Answer::Granted(Box::new(authorization)),
            _ => {
                return Err(Error::Unknown {
                    what: "answer to a device",
                });
            }
        },
    })
}
