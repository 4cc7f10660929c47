//! Authorization codes: what each stands for, until it is used up.
//!
//! In: a code's hash with what it is bound to. Out: the same. INVARIANT: [`use_up`] changes a row at most once; no
//! statement takes the code itself.

use db::sql::{CreateIndex, CreateTable};
use db::{Database, Row, Statement, Type, Value};
use oauth::{CodeChallenge, SecretHash, Timestamp};
use uuid::Uuid;

use super::{
    Error, MOST_PURGED, column, document, hash, index, nullable, optional_text, redirect_kind, redirect_kind_text,
    table, text, time,
};
use crate::authorization::Authorization;
use crate::registration::RedirectKind;

/// A code as it is kept.
#[derive(Debug)]
pub(crate) struct CodeRow {
    /// Its id, which is also the id of the family of refresh tokens made from it.
    pub(crate) id: Uuid,
    /// The hash of its secret.
    pub(crate) hash: SecretHash,
    /// What it stands for.
    pub(crate) authorization: Authorization,
    /// The redirect URI to which it was sent.
    pub(crate) redirect_uri: String,
    /// What kind of client is behind that.
    pub(crate) redirect_kind: RedirectKind,
    /// What the verifier is compared with.
    pub(crate) code_challenge: Option<CodeChallenge>,
    /// Its end.
    pub(crate) expires_at: Timestamp,
}

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("id", Type::Guid),
        column("hash", Type::Text),
        column("document", Type::Text),
        column("redirect_uri", Type::Text),
        column("redirect_kind", Type::Text),
        nullable("code_challenge", Type::Text),
        column("expires_at", Type::Int),
        nullable("used_at", Type::Int),
    ];
    vec![table("authorization_code", columns, &["id"])]
}

pub(super) fn indexes() -> Vec<CreateIndex> {
    vec![index("authorization_code_age", "authorization_code", &["expires_at"])]
}

pub(crate) fn insert(row: &CodeRow) -> Result<Statement, Error> {
    let challenge = row.code_challenge.as_ref().map(CodeChallenge::to_text);
    Ok(Statement::fixed(
        "INSERT INTO {authorization_code} (id, hash, document, redirect_uri, redirect_kind, code_challenge, \
         expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        vec![
            Value::Guid(row.id),
            text(row.hash.as_text()),
            document(&row.authorization)?,
            text(&row.redirect_uri),
            text(redirect_kind_text(row.redirect_kind)),
            optional_text(challenge.as_deref()),
            time(row.expires_at),
        ],
        &[],
    ))
}

/// Uses a code up; changes nothing where that has been done.
pub(crate) fn use_up(id: Uuid, now: Timestamp) -> Statement {
    Statement::fixed(
        "UPDATE {authorization_code} SET used_at = $2 WHERE id = $1 AND used_at IS NULL",
        vec![Value::Guid(id), time(now)],
        &[],
    )
}

/// Forgets a few codes that ended before a time.
pub(crate) fn purge(before: Timestamp) -> Statement {
    Statement::fixed(
        "DELETE FROM {authorization_code} WHERE id IN (SELECT o.id FROM {authorization_code} o WHERE o.expires_at < $1 \
         ORDER BY o.expires_at LIMIT $2) AND expires_at < $1",
        vec![time(before), Value::Int(MOST_PURGED)],
        &[],
    )
}

/// A code, used or not.
pub(crate) async fn find(database: &Database, id: Uuid) -> Result<Option<CodeRow>, Error> {
    let statement = Statement::fixed(
        "SELECT c.hash, c.document, c.redirect_uri, c.redirect_kind, c.code_challenge, c.expires_at \
         FROM {authorization_code} c WHERE c.id = $1",
        vec![Value::Guid(id)],
        &[Type::Text, Type::Text, Type::Text, Type::Text, Type::Text, Type::Int],
    );
    let rows = database.query(&statement).await?;
    rows.first().map(|row| read(id, row)).transpose()
}

fn read(id: Uuid, row: Row<'_>) -> Result<CodeRow, Error> {
    let challenge = row.optional_text(4)?.map(CodeChallenge::from_text).transpose();
    Ok(CodeRow {
        id,
        hash: hash(row.text(0)?)?,
        authorization: serde_json::from_str(row.text(1)?)?,
        redirect_uri: row.text(2)?.to_owned(),
        redirect_kind: redirect_kind(row.text(3)?)?,
        code_challenge: challenge.ok().ok_or(Error::Unknown { what: "code challenge" })?,
        expires_at: Timestamp::from_seconds(row.int(5)?),
    })
}
