//! How people prove who they are besides their password: one-time passwords, and recovery codes for when these are lost.
//!
//! In: sealed secrets, hashes of codes. Out: the same. INVARIANT: a person has at most one one-time password that counts
//! and one that waits for its first right code; a step is used once, a recovery code too.

use db::sql::CreateTable;
use db::{Database, Row, Statement, Type, Value};
use oauth::{ObjectId, SecretHash, SecretHashError, TenantId, Timestamp};
use uuid::Uuid;

use super::{Error, column, table, text, time};

/// Whose.
pub(crate) type Owner = (TenantId, ObjectId);

/// Whether a one-time password counts already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Enrolled, and no right code was shown yet.
    Waiting,
    /// Asked for at each sign-in.
    Confirmed,
}

/// A one-time password as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OneTimePasswordRow {
    /// Its id, under which its secret is sealed.
    pub(crate) id: Uuid,
    /// The sealed secret.
    pub(crate) sealed_secret: Vec<u8>,
    /// The last step whose code was taken.
    pub(crate) last_step: i64,
    /// When it was enrolled.
    pub(crate) created_at: Timestamp,
}

/// A recovery code as it is stored.
#[derive(Debug)]
pub(crate) struct RecoveryCodeRow {
    pub(crate) id: Uuid,
    pub(crate) hash: SecretHash,
}

pub(super) fn tables() -> Vec<CreateTable> {
    let one_time_password = vec![
        column("tenant_id", Type::Guid),
        column("person_id", Type::Guid),
        column("confirmed", Type::Bool),
        column("id", Type::Guid),
        column("sealed_secret", Type::Bytes),
        column("last_step", Type::Int),
        column("created_at", Type::Int),
    ];
    let recovery_code = vec![
        column("tenant_id", Type::Guid),
        column("person_id", Type::Guid),
        column("id", Type::Guid),
        column("hash", Type::Text),
    ];
    vec![
        table(
            "one_time_password",
            one_time_password,
            &["tenant_id", "person_id", "confirmed"],
        ),
        table("recovery_code", recovery_code, &["tenant_id", "person_id", "id"]),
    ]
}

/// Adds one that waits for its first right code.
pub(crate) fn insert(owner: Owner, row: &OneTimePasswordRow) -> Statement {
    Statement::fixed(
        "INSERT INTO {one_time_password} (tenant_id, person_id, confirmed, id, sealed_secret, last_step, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        vec![
            Value::Guid(owner.0.uuid()),
            Value::Guid(owner.1.uuid()),
            Value::Bool(false),
            Value::Guid(row.id),
            Value::Bytes(row.sealed_secret.clone()),
            Value::Int(row.last_step),
            time(row.created_at),
        ],
        &[],
    )
}

pub(crate) fn delete(owner: Owner, standing: Standing) -> Statement {
    Statement::fixed(
        "DELETE FROM {one_time_password} WHERE tenant_id = $1 AND person_id = $2 AND confirmed = $3",
        vec![
            Value::Guid(owner.0.uuid()),
            Value::Guid(owner.1.uuid()),
            confirmed(standing),
        ],
        &[],
    )
}

/// Makes the one that waits count, from this step on.
pub(crate) fn confirm(owner: Owner, id: Uuid, step: i64) -> Statement {
    Statement::fixed(
        "UPDATE {one_time_password} SET confirmed = $5, last_step = $4 \
         WHERE tenant_id = $1 AND person_id = $2 AND id = $3 AND confirmed <> $5",
        vec![
            Value::Guid(owner.0.uuid()),
            Value::Guid(owner.1.uuid()),
            Value::Guid(id),
            Value::Int(step),
            Value::Bool(true),
        ],
        &[],
    )
}

/// Uses a step up; changes no row where it, or a later one, was used before.
pub(crate) fn use_step(owner: Owner, id: Uuid, step: i64) -> Statement {
    Statement::fixed(
        "UPDATE {one_time_password} SET last_step = $4 \
         WHERE tenant_id = $1 AND person_id = $2 AND id = $3 AND last_step < $4",
        vec![
            Value::Guid(owner.0.uuid()),
            Value::Guid(owner.1.uuid()),
            Value::Guid(id),
            Value::Int(step),
        ],
        &[],
    )
}

pub(crate) async fn find(
    database: &Database,
    owner: Owner,
    standing: Standing,
) -> Result<Option<OneTimePasswordRow>, Error> {
    let statement = Statement::fixed(
        "SELECT o.id, o.sealed_secret, o.last_step, o.created_at FROM {one_time_password} o \
         WHERE o.tenant_id = $1 AND o.person_id = $2 AND o.confirmed = $3",
        vec![
            Value::Guid(owner.0.uuid()),
            Value::Guid(owner.1.uuid()),
            confirmed(standing),
        ],
        &[Type::Guid, Type::Bytes, Type::Int, Type::Int],
    );
    database.query(&statement).await?.first().map(read).transpose()
}

/// Whether a person has anything besides the password: a one-time password that counts, or a passkey.
pub(crate) async fn has_second_factor(database: &Database, owner: Owner) -> Result<bool, Error> {
    let statement = Statement::fixed(
        "SELECT o.id FROM {one_time_password} o WHERE o.tenant_id = $1 AND o.person_id = $2 AND o.confirmed = $3 \
         UNION ALL SELECT p.id FROM {passkey} p WHERE p.tenant_id = $1 AND p.person_id = $2",
        vec![
            Value::Guid(owner.0.uuid()),
            Value::Guid(owner.1.uuid()),
            confirmed(Standing::Confirmed),
        ],
        &[Type::Guid],
    );
    Ok(database.query(&statement).await?.first().is_some())
}

fn confirmed(standing: Standing) -> Value {
    Value::Bool(standing == Standing::Confirmed)
}

fn read(row: Row<'_>) -> Result<OneTimePasswordRow, Error> {
    Ok(OneTimePasswordRow {
        id: row.guid(0)?,
        sealed_secret: row.bytes(1)?.to_vec(),
        last_step: row.int(2)?,
        created_at: Timestamp::from_seconds(row.int(3)?),
    })
}

pub(crate) fn insert_recovery_code(owner: Owner, row: &RecoveryCodeRow) -> Statement {
    Statement::fixed(
        "INSERT INTO {recovery_code} (tenant_id, person_id, id, hash) VALUES ($1, $2, $3, $4)",
        vec![
            Value::Guid(owner.0.uuid()),
            Value::Guid(owner.1.uuid()),
            Value::Guid(row.id),
            text(row.hash.as_text()),
        ],
        &[],
    )
}

/// Uses a recovery code up; changes no row where it was used before.
pub(crate) fn use_recovery_code(owner: Owner, id: Uuid) -> Statement {
    Statement::fixed(
        "DELETE FROM {recovery_code} WHERE tenant_id = $1 AND person_id = $2 AND id = $3",
        vec![
            Value::Guid(owner.0.uuid()),
            Value::Guid(owner.1.uuid()),
            Value::Guid(id),
        ],
        &[],
    )
}

pub(crate) fn delete_recovery_codes(owner: Owner) -> Statement {
    Statement::fixed(
        "DELETE FROM {recovery_code} WHERE tenant_id = $1 AND person_id = $2",
        vec![Value::Guid(owner.0.uuid()), Value::Guid(owner.1.uuid())],
        &[],
    )
}

/// Removes the recovery codes of a person who has nothing left that they could stand in for.
pub(crate) fn delete_needless_recovery_codes(owner: Owner) -> Statement {
    Statement::fixed(
        "DELETE FROM {recovery_code} WHERE tenant_id = $1 AND person_id = $2 \
         AND NOT EXISTS (SELECT o.id FROM {one_time_password} o \
         WHERE o.tenant_id = $1 AND o.person_id = $2 AND o.confirmed = $3) \
         AND NOT EXISTS (SELECT p.id FROM {passkey} p WHERE p.tenant_id = $1 AND p.person_id = $2)",
        vec![
            Value::Guid(owner.0.uuid()),
            Value::Guid(owner.1.uuid()),
            confirmed(Standing::Confirmed),
        ],
        &[],
    )
}

/// The recovery codes that were not used yet.
pub(crate) async fn recovery_codes(database: &Database, owner: Owner) -> Result<Vec<RecoveryCodeRow>, Error> {
    let statement = Statement::fixed(
        "SELECT r.id, r.hash FROM {recovery_code} r WHERE r.tenant_id = $1 AND r.person_id = $2 ORDER BY r.id",
        vec![Value::Guid(owner.0.uuid()), Value::Guid(owner.1.uuid())],
        &[Type::Guid, Type::Text],
    );
    database
        .query(&statement)
        .await?
        .iter()
        .map(read_recovery_code)
        .collect()
}

fn read_recovery_code(row: Row<'_>) -> Result<RecoveryCodeRow, Error> {
    Ok(RecoveryCodeRow {
        id: row.guid(0)?,
        hash: SecretHash::parse(row.text(1)?).map_err(|SecretHashError| Error::Unknown {
            what: "hash of a recovery code",
        })?,
    })
}
