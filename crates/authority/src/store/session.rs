//! Sessions of browsers.
//!
//! In: hashes of tokens. Out: the sessions, also those that are over for as long as they tell a known browser.
//! INVARIANT: no statement takes a token, and a session that is over cannot be prolonged.

use db::sql::{CreateIndex, CreateTable};
use db::{Database, Row, Statement, Type, Value};
use oauth::{ObjectId, TenantId, Timestamp};
use uuid::Uuid;

use super::{Error, MOST_PURGED, column, index, table, text, time};
use crate::authorization::Method;

/// The most sessions of one browser.
pub(crate) const MOST: usize = 5;

/// A session as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SessionRow {
    /// The SHA-256 of its token.
    pub(crate) token_hash: Vec<u8>,
    /// The `sid` claim.
    pub(crate) id: Uuid,
    pub(crate) tenant: TenantId,
    pub(crate) person: ObjectId,
    pub(crate) methods: Vec<Method>,
    /// The network address at which it began, for people; empty where it is not known.
    pub(crate) address: String,
    /// What the browser called itself then, cut; empty where it said nothing.
    pub(crate) user_agent: String,
    /// When the person proved who they are.
    pub(crate) started_at: Timestamp,
    /// When it was last used, within a few minutes.
    pub(crate) seen_at: Timestamp,
    /// Over from this time on.
    pub(crate) ends_at: Timestamp,
    /// Removed from this time on.
    pub(crate) forget_at: Timestamp,
}

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("token_hash", Type::Bytes),
        column("id", Type::Guid),
        column("tenant_id", Type::Guid),
        column("person_id", Type::Guid),
        column("methods", Type::Text),
        column("address", Type::Text),
        column("user_agent", Type::Text),
        column("started_at", Type::Int),
        column("seen_at", Type::Int),
        column("ends_at", Type::Int),
        column("forget_at", Type::Int),
    ];
    vec![table("session", columns, &["token_hash"])]
}

pub(super) fn indexes() -> Vec<CreateIndex> {
    vec![
        index("session_person", "session", &["tenant_id", "person_id"]),
        index("session_age", "session", &["forget_at"]),
    ]
}

pub(crate) fn insert(row: &SessionRow) -> Result<Statement, Error> {
    Ok(Statement::fixed(
        "INSERT INTO {session} (token_hash, id, tenant_id, person_id, methods, address, user_agent, started_at, seen_at, \
         ends_at, forget_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        vec![
            Value::Bytes(row.token_hash.clone()),
            Value::Guid(row.id),
            Value::Guid(row.tenant.uuid()),
            Value::Guid(row.person.uuid()),
            text(serde_json::to_string(&row.methods)?),
            text(row.address.clone()),
            text(row.user_agent.clone()),
            time(row.started_at),
            time(row.seen_at),
            time(row.ends_at),
            time(row.forget_at),
        ],
        &[],
    ))
}

/// Notes that a session was used, and until when it lives on.
pub(crate) fn prolong(row: &SessionRow) -> Statement {
    Statement::fixed(
        "UPDATE {session} SET seen_at = $2, ends_at = $3, forget_at = $4 WHERE token_hash = $1 AND ends_at > $2",
        vec![
            Value::Bytes(row.token_hash.clone()),
            time(row.seen_at),
            time(row.ends_at),
            time(row.forget_at),
        ],
        &[],
    )
}

/// Ends a session that is not over; its browser stays known.
pub(crate) fn end(token_hash: &[u8], now: Timestamp) -> Statement {
    Statement::fixed(
        "UPDATE {session} SET ends_at = $2 WHERE token_hash = $1 AND ends_at > $2",
        vec![Value::Bytes(token_hash.to_vec()), time(now)],
        &[],
    )
}

/// Ends one session of a person that is not over.
pub(crate) fn end_one(tenant: TenantId, person: ObjectId, id: Uuid, now: Timestamp) -> Statement {
    Statement::fixed(
        "UPDATE {session} SET ends_at = $4 WHERE tenant_id = $1 AND person_id = $2 AND id = $3 AND ends_at > $4",
        vec![
            Value::Guid(tenant.uuid()),
            Value::Guid(person.uuid()),
            Value::Guid(id),
            time(now),
        ],
        &[],
    )
}

/// Ends all sessions of a person.
pub(crate) fn end_of_person(tenant: TenantId, person: ObjectId, now: Timestamp) -> Statement {
    Statement::fixed(
        "UPDATE {session} SET ends_at = $3 WHERE tenant_id = $1 AND person_id = $2 AND ends_at > $3",
        vec![Value::Guid(tenant.uuid()), Value::Guid(person.uuid()), time(now)],
        &[],
    )
}

pub(crate) fn delete(token_hash: &[u8]) -> Statement {
    Statement::fixed(
        "DELETE FROM {session} WHERE token_hash = $1",
        vec![Value::Bytes(token_hash.to_vec())],
        &[],
    )
}

pub(crate) fn delete_of_person(tenant: TenantId, person: ObjectId) -> Statement {
    Statement::fixed(
        "DELETE FROM {session} WHERE tenant_id = $1 AND person_id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(person.uuid())],
        &[],
    )
}

/// Removes a few of those whose time is over.
pub(crate) fn purge(now: Timestamp) -> Statement {
    Statement::fixed(
        "DELETE FROM {session} WHERE token_hash IN (SELECT s.token_hash FROM {session} s WHERE s.forget_at <= $1 \
         ORDER BY s.forget_at LIMIT $2) AND forget_at <= $1",
        vec![time(now), Value::Int(MOST_PURGED)],
        &[],
    )
}

/// The sessions of these tokens, live or over, in the order of the tokens; looks at the first [`MOST`].
pub(crate) async fn list(database: &Database, token_hashes: &[Vec<u8>]) -> Result<Vec<SessionRow>, Error> {
    if token_hashes.is_empty() {
        return Ok(Vec::new());
    }
    // What is missing is filled up with what no hash is, so that there is one statement.
    let hashes = token_hashes.iter().cloned().chain(std::iter::repeat(Vec::new()));
    let statement = Statement::fixed(
        "SELECT s.token_hash, s.id, s.tenant_id, s.person_id, s.methods, s.address, s.user_agent, s.started_at, s.seen_at, \
         s.ends_at, s.forget_at FROM {session} s WHERE s.token_hash IN ($1, $2, $3, $4, $5)",
        hashes.take(MOST).map(Value::Bytes).collect(),
        &COLUMNS,
    );
    let rows = database.query(&statement).await?;
    let mut sessions = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    sessions.sort_by_key(|row| token_hashes.iter().position(|hash| *hash == row.token_hash));
    Ok(sessions)
}

/// The sessions of a person that are not over, in all browsers, the newest first.
pub(crate) async fn of_person(
    database: &Database,
    tenant: TenantId,
    person: ObjectId,
    now: Timestamp,
) -> Result<Vec<SessionRow>, Error> {
    let statement = Statement::fixed(
        "SELECT s.token_hash, s.id, s.tenant_id, s.person_id, s.methods, s.address, s.user_agent, s.started_at, s.seen_at, \
         s.ends_at, s.forget_at FROM {session} s WHERE s.tenant_id = $1 AND s.person_id = $2 AND s.ends_at > $3 \
         ORDER BY s.started_at DESC, s.id LIMIT 100",
        vec![Value::Guid(tenant.uuid()), Value::Guid(person.uuid()), time(now)],
        &COLUMNS,
    );
    database.query(&statement).await?.iter().map(read).collect()
}

const COLUMNS: [Type; 11] = [
    Type::Bytes,
    Type::Guid,
    Type::Guid,
    Type::Guid,
    Type::Text,
    Type::Text,
    Type::Text,
    Type::Int,
    Type::Int,
    Type::Int,
    Type::Int,
];

fn read(row: Row<'_>) -> Result<SessionRow, Error> {
    Ok(SessionRow {
        token_hash: row.bytes(0)?.to_vec(),
        id: row.guid(1)?,
        tenant: TenantId::from(row.guid(2)?),
        person: ObjectId::from(row.guid(3)?),
        methods: serde_json::from_str(row.text(4)?)?,
        address: row.text(5)?.to_owned(),
        user_agent: row.text(6)?.to_owned(),
        started_at: Timestamp::from_seconds(row.int(7)?),
        seen_at: Timestamp::from_seconds(row.int(8)?),
        ends_at: Timestamp::from_seconds(row.int(9)?),
        forget_at: Timestamp::from_seconds(row.int(10)?),
    })
}
