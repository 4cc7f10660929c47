//! The keys that sign tokens.
//!
//! In: certificates, and private keys already sealed. Out: the same. INVARIANT: no statement takes an open private key,
//! and no two keys of an algorithm have one number: two nodes that make the next key at once make one.

use db::sql::CreateTable;
use db::{Database, Row, Statement, Type, Value};
use oauth::{Algorithm, Timestamp};

use super::tenant_settings::algorithm;
use super::{Error, column, nullable, optional_time, table, text, time};

/// A key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SigningKeyRow {
    /// The key's id: base64url of the SHA-1 of its certificate.
    pub(crate) kid: String,
    /// By what it signs.
    pub(crate) algorithm: Algorithm,
    /// Which key of its algorithm it is, from 1 on: keys sign in this order.
    pub(crate) number: i64,
    /// The certificate in DER.
    pub(crate) certificate: Vec<u8>,
    /// The private key in PKCS #8, sealed.
    pub(crate) sealed_key: Vec<u8>,
    /// Signs from this time on, until a later key begins.
    pub(crate) not_before: Timestamp,
    /// Published up to this time; without one until further notice.
    pub(crate) retire_at: Option<Timestamp>,
}

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("kid", Type::Text),
        column("algorithm", Type::Text),
        column("number", Type::Int),
        column("certificate", Type::Bytes),
        column("sealed_key", Type::Bytes),
        column("not_before", Type::Int),
        nullable("retire_at", Type::Int),
        column("created_at", Type::Int),
    ];
    let mut key = table("signing_key", columns, &["kid"]);
    key.unique = vec![("signing_key_number".into(), vec!["algorithm".into(), "number".into()])];
    vec![key]
}

pub(crate) fn insert(row: &SigningKeyRow, created_at: Timestamp) -> Statement {
    Statement::fixed(
        "INSERT INTO {signing_key} (kid, algorithm, number, certificate, sealed_key, not_before, retire_at, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        vec![
            text(&row.kid),
            text(row.algorithm.as_str()),
            Value::Int(row.number),
            Value::Bytes(row.certificate.clone()),
            Value::Bytes(row.sealed_key.clone()),
            time(row.not_before),
            optional_time(row.retire_at),
            time(created_at),
        ],
        &[],
    )
}

/// Gives a key another time to sign and to be published.
pub(crate) fn set_period(kid: &str, not_before: Timestamp, retire_at: Option<Timestamp>) -> Statement {
    Statement::fixed(
        "UPDATE {signing_key} SET not_before = $2, retire_at = $3 WHERE kid = $1",
        vec![text(kid), time(not_before), optional_time(retire_at)],
        &[],
    )
}

pub(crate) fn delete(kid: &str) -> Statement {
    Statement::fixed("DELETE FROM {signing_key} WHERE kid = $1", vec![text(kid)], &[])
}

/// All keys, the oldest first.
pub(crate) async fn list(database: &Database) -> Result<Vec<SigningKeyRow>, Error> {
    let statement = Statement::fixed(
        "SELECT k.kid, k.algorithm, k.number, k.certificate, k.sealed_key, k.not_before, k.retire_at \
         FROM {signing_key} k ORDER BY k.created_at, k.algorithm, k.number",
        vec![],
        &[
            Type::Text,
            Type::Text,
            Type::Int,
            Type::Bytes,
            Type::Bytes,
            Type::Int,
            Type::Int,
        ],
    );
    database.query(&statement).await?.iter().map(read).collect()
}

fn read(row: Row<'_>) -> Result<SigningKeyRow, Error> {
    Ok(SigningKeyRow {
        kid: row.text(0)?.to_owned(),
        algorithm: algorithm(row.text(1)?)?,
        number: row.int(2)?,
        certificate: row.bytes(3)?.to_vec(),
        sealed_key: row.bytes(4)?.to_vec(),
        not_before: Timestamp::from_seconds(row.int(5)?),
        retire_at: row.optional_int(6)?.map(Timestamp::from_seconds),
    })
}
