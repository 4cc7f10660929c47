//! Passkeys of people.
//!
//! In: keys that authenticators made. Out: the same. INVARIANT: the id of a credential is one person's only; a counter
//! never goes back, and of two uses with the same counter one is the first.

use db::sql::{CreateIndex, CreateTable};
use db::{Database, Row, Statement, Type, Value};
use oauth::{ObjectId, TenantId, Timestamp};
use uuid::Uuid;

use super::authentication_method::Owner;
use super::{Error, column, index, table, text, time};
use crate::passkey::{Algorithm, Known, PublicKey};

/// A passkey as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PasskeyRow {
    /// The id that the authenticator gave it.
    pub(crate) credential_id: Vec<u8>,
    /// Its id in the directory.
    pub(crate) id: Uuid,
    pub(crate) tenant: TenantId,
    pub(crate) person: ObjectId,
    /// What the person calls it.
    pub(crate) name: String,
    pub(crate) key: PublicKey,
    pub(crate) sign_count: u32,
    pub(crate) aaguid: Uuid,
    /// Whether it may be copied to other devices.
    pub(crate) is_backed_up: bool,
    pub(crate) created_at: Timestamp,
    /// When it was last used; at first, when it was made.
    pub(crate) used_at: Timestamp,
}

impl PasskeyRow {
    /// What its use is checked with.
    pub(crate) fn known(&self) -> Known<'_> {
        Known {
            tenant: self.tenant,
            person: self.person,
            key: &self.key,
            sign_count: self.sign_count,
            is_backed_up: self.is_backed_up,
        }
    }
}

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("credential_id", Type::Bytes),
        column("id", Type::Guid),
        column("tenant_id", Type::Guid),
        column("person_id", Type::Guid),
        column("name", Type::Text),
        column("algorithm", Type::Int),
        column("public_key", Type::Bytes),
        column("sign_count", Type::Int),
        column("aaguid", Type::Guid),
        column("backed_up", Type::Bool),
        column("created_at", Type::Int),
        column("used_at", Type::Int),
    ];
    vec![table("passkey", columns, &["credential_id"])]
}

pub(super) fn indexes() -> Vec<CreateIndex> {
    vec![index("passkey_person", "passkey", &["tenant_id", "person_id"])]
}

pub(crate) fn insert(row: &PasskeyRow) -> Statement {
    Statement::fixed(
        "INSERT INTO {passkey} (credential_id, id, tenant_id, person_id, name, algorithm, public_key, sign_count, aaguid, \
         backed_up, created_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        vec![
            Value::Bytes(row.credential_id.clone()),
            Value::Guid(row.id),
            Value::Guid(row.tenant.uuid()),
            Value::Guid(row.person.uuid()),
            text(row.name.clone()),
            Value::Int(row.key.algorithm.cose()),
            Value::Bytes(row.key.spki.clone()),
            Value::Int(i64::from(row.sign_count)),
            Value::Guid(row.aaguid),
            Value::Bool(row.is_backed_up),
            time(row.created_at),
            time(row.used_at),
        ],
        &[],
    )
}

/// Notes a use; changes no row where the passkey was used or removed meanwhile.
pub(crate) fn used(row: &PasskeyRow, sign_count: u32, now: Timestamp) -> Statement {
    Statement::fixed(
        "UPDATE {passkey} SET sign_count = $3, used_at = $4 WHERE credential_id = $1 AND sign_count = $2",
        vec![
            Value::Bytes(row.credential_id.clone()),
            Value::Int(i64::from(row.sign_count)),
            Value::Int(i64::from(sign_count)),
            time(now),
        ],
        &[],
    )
}

pub(crate) fn delete(owner: Owner, id: Uuid) -> Statement {
    Statement::fixed(
        "DELETE FROM {passkey} WHERE tenant_id = $1 AND person_id = $2 AND id = $3",
        vec![
            Value::Guid(owner.0.uuid()),
            Value::Guid(owner.1.uuid()),
            Value::Guid(id),
        ],
        &[],
    )
}

pub(crate) fn delete_of_person(owner: Owner) -> Statement {
    Statement::fixed(
        "DELETE FROM {passkey} WHERE tenant_id = $1 AND person_id = $2",
        vec![Value::Guid(owner.0.uuid()), Value::Guid(owner.1.uuid())],
        &[],
    )
}

/// The passkey of this id, whosever it is.
pub(crate) async fn find(database: &Database, credential_id: &[u8]) -> Result<Option<PasskeyRow>, Error> {
    let statement = Statement::fixed(
        "SELECT p.credential_id, p.id, p.tenant_id, p.person_id, p.name, p.algorithm, p.public_key, p.sign_count, p.aaguid, \
         p.backed_up, p.created_at, p.used_at FROM {passkey} p WHERE p.credential_id = $1",
        vec![Value::Bytes(credential_id.to_vec())],
        &COLUMNS,
    );
    database.query(&statement).await?.first().map(read).transpose()
}

/// A person's passkeys, the oldest first.
pub(crate) async fn list(database: &Database, owner: Owner) -> Result<Vec<PasskeyRow>, Error> {
    let statement = Statement::fixed(
        "SELECT p.credential_id, p.id, p.tenant_id, p.person_id, p.name, p.algorithm, p.public_key, p.sign_count, p.aaguid, \
         p.backed_up, p.created_at, p.used_at FROM {passkey} p WHERE p.tenant_id = $1 AND p.person_id = $2 ORDER BY p.id",
        vec![Value::Guid(owner.0.uuid()), Value::Guid(owner.1.uuid())],
        &COLUMNS,
    );
    database.query(&statement).await?.iter().map(read).collect()
}

const COLUMNS: [Type; 12] = [
    Type::Bytes,
    Type::Guid,
    Type::Guid,
    Type::Guid,
    Type::Text,
    Type::Int,
    Type::Bytes,
    Type::Int,
    Type::Guid,
    Type::Bool,
    Type::Int,
    Type::Int,
];

fn read(row: Row<'_>) -> Result<PasskeyRow, Error> {
    let unknown = |what| Error::Unknown { what };
    let algorithm = Algorithm::of_cose(row.int(5)?);
    Ok(PasskeyRow {
        credential_id: row.bytes(0)?.to_vec(),
        id: row.guid(1)?,
        tenant: TenantId::from(row.guid(2)?),
        person: ObjectId::from(row.guid(3)?),
        name: row.text(4)?.to_owned(),
        key: PublicKey {
            algorithm: algorithm.ok_or_else(|| unknown("algorithm of a passkey"))?,
            spki: row.bytes(6)?.to_vec(),
        },
        sign_count: u32::try_from(row.int(7)?)
            .ok()
            .ok_or_else(|| unknown("counter of a passkey"))?,
        aaguid: row.guid(8)?,
        is_backed_up: row.bool(9)?,
        created_at: Timestamp::from_seconds(row.int(10)?),
        used_at: Timestamp::from_seconds(row.int(11)?),
    })
}
