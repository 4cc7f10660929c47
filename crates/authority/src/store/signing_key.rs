//! The keys that sign tokens.
//!
//! In: certificates, and private keys already sealed. Out: the same. Invariant: no statement takes an open private key.

use db::sql::CreateTable;
use db::{Database, Row, Statement, Type, Value};
use oauth::Timestamp;

use super::{Error, column, nullable, optional_time, table, text, time};

/// A key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SigningKeyRow {
    /// The key's id: base64url of the SHA-1 of its certificate.
    pub(crate) kid: String,
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
        column("certificate", Type::Bytes),
        column("sealed_key", Type::Bytes),
        column("not_before", Type::Int),
        nullable("retire_at", Type::Int),
        column("created_at", Type::Int),
    ];
    vec![table("signing_key", columns, &["kid"])]
}

pub(crate) fn insert(row: &SigningKeyRow, created_at: Timestamp) -> Statement {
    Statement::fixed(
        "INSERT INTO {signing_key} (kid, certificate, sealed_key, not_before, retire_at, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        vec![
            text(&row.kid),
            Value::Bytes(row.certificate.clone()),
            Value::Bytes(row.sealed_key.clone()),
            time(row.not_before),
            optional_time(row.retire_at),
            time(created_at),
        ],
        &[],
    )
}

/// All keys, the first to sign first.
pub(crate) async fn list(database: &Database) -> Result<Vec<SigningKeyRow>, Error> {
    let statement = Statement::fixed(
        "SELECT k.kid, k.certificate, k.sealed_key, k.not_before, k.retire_at FROM {signing_key} k ORDER BY k.not_before, k.kid",
        vec![],
        &[Type::Text, Type::Bytes, Type::Bytes, Type::Int, Type::Int],
    );
    database.query(&statement).await?.iter().map(read).collect()
}

fn read(row: Row<'_>) -> Result<SigningKeyRow, Error> {
    Ok(SigningKeyRow {
        kid: row.text(0)?.to_owned(),
        certificate: row.bytes(1)?.to_vec(),
        sealed_key: row.bytes(2)?.to_vec(),
        not_before: Timestamp::from_seconds(row.int(3)?),
        retire_at: row.optional_int(4)?.map(Timestamp::from_seconds),
    })
}
