//! Refresh tokens in families: all that came of one authorization, of which one use follows another.
//!
//! In: hashes of tokens, and what their family stands for. Out: the same. INVARIANT: a token is made only in a
//! transaction that holds its family ([`hold_family`], or made it), so nothing is added to a family that was revoked.

use db::sql::{CreateIndex, CreateTable};
use db::{Database, Row, Statement, Type, Value};
use oauth::{Confirmation, SecretHash, Timestamp};
use uuid::Uuid;

use super::{
    Error, MOST_PURGED, column, document, hash, index, nullable, optional_text, optional_time, redirect_kind,
    redirect_kind_text, table, text, time,
};
use crate::authorization::Authorization;
use crate::registration::RedirectKind;

/// All refresh tokens that came of one authorization.
#[derive(Debug, Clone)]
pub(crate) struct Family {
    /// Its id.
    pub(crate) id: Uuid,
    /// What it stands for.
    pub(crate) authorization: Authorization,
    /// What kind of client it was made for.
    pub(crate) redirect_kind: RedirectKind,
    /// The key that a client without a credential must show (RFC 9449 section 5, RFC 8705 section 4).
    pub(crate) confirmation: Option<Confirmation>,
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// Its fixed end, for pages in a browser.
    pub(crate) ends_at: Option<Timestamp>,
    /// When it was revoked.
    pub(crate) revoked_at: Option<Timestamp>,
}

/// One token of a family.
#[derive(Debug)]
pub(crate) struct TokenRow {
    /// Its id.
    pub(crate) id: Uuid,
    /// The hash of its secret.
    pub(crate) hash: SecretHash,
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// Its end, if it is not used before.
    pub(crate) expires_at: Timestamp,
}

/// A token with its family.
#[derive(Debug)]
pub(crate) struct Found {
    /// The token.
    pub(crate) token: TokenRow,
    /// When another took its place.
    pub(crate) rotated_at: Option<Timestamp>,
    /// Its family.
    pub(crate) family: Family,
}

pub(super) fn tables() -> Vec<CreateTable> {
    let family = vec![
        column("id", Type::Guid),
        column("tenant_id", Type::Guid),
        column("app_id", Type::Guid),
        column("person_id", Type::Guid),
        column("document", Type::Text),
        column("redirect_kind", Type::Text),
        nullable("confirmation", Type::Text),
        column("created_at", Type::Int),
        nullable("ends_at", Type::Int),
        column("kept_until", Type::Int),
        nullable("revoked_at", Type::Int),
    ];
    let token = vec![
        column("id", Type::Guid),
        column("family_id", Type::Guid),
        column("hash", Type::Text),
        column("created_at", Type::Int),
        column("expires_at", Type::Int),
        nullable("rotated_at", Type::Int),
        column("kept_until", Type::Int),
    ];
    vec![
        table("refresh_family", family, &["id"]),
        table("refresh_token", token, &["id"]),
    ]
}

pub(super) fn indexes() -> Vec<CreateIndex> {
    vec![
        index("refresh_family_age", "refresh_family", &["kept_until"]),
        index("refresh_token_age", "refresh_token", &["kept_until"]),
    ]
}

/// Makes a family, for a first token that ends at `kept_until` if it is not used.
pub(crate) fn insert_family(family: &Family, kept_until: Timestamp) -> Result<Statement, Error> {
    let confirmation = family.confirmation.as_ref().map(serde_json::to_string).transpose()?;
    Ok(Statement::fixed(
        "INSERT INTO {refresh_family} (id, tenant_id, app_id, person_id, document, redirect_kind, confirmation, \
         created_at, ends_at, kept_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        vec![
            Value::Guid(family.id),
            Value::Guid(family.authorization.tenant.uuid()),
            Value::Guid(family.authorization.app_id.uuid()),
            Value::Guid(family.authorization.person.uuid()),
            document(&family.authorization)?,
            text(redirect_kind_text(family.redirect_kind)),
            optional_text(confirmation.as_deref()),
            time(family.created_at),
            optional_time(family.ends_at),
            time(kept_until),
        ],
        &[],
    ))
}

/// Holds a family for a new token; changes nothing where it was revoked.
pub(crate) fn hold_family(id: Uuid, kept_until: Timestamp) -> Statement {
    Statement::fixed(
        "UPDATE {refresh_family} SET kept_until = $2 WHERE id = $1 AND revoked_at IS NULL",
        vec![Value::Guid(id), time(kept_until)],
        &[],
    )
}

/// Makes every token of a family worthless.
pub(crate) fn revoke_family(id: Uuid, now: Timestamp) -> Statement {
    Statement::fixed(
        "UPDATE {refresh_family} SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
        vec![Value::Guid(id), time(now)],
        &[],
    )
}

pub(crate) fn insert(family: Uuid, token: &TokenRow) -> Statement {
    Statement::fixed(
        "INSERT INTO {refresh_token} (id, family_id, hash, created_at, expires_at, kept_until) \
         VALUES ($1, $2, $3, $4, $5, $5)",
        vec![
            Value::Guid(token.id),
            Value::Guid(family),
            text(token.hash.as_text()),
            time(token.created_at),
            time(token.expires_at),
        ],
        &[],
    )
}

/// Uses a token up; changes nothing where that has been done. It is remembered for a while, to be known again.
pub(crate) fn rotate(id: Uuid, now: Timestamp, kept_until: Timestamp) -> Statement {
    Statement::fixed(
        "UPDATE {refresh_token} SET rotated_at = $2, kept_until = $3 WHERE id = $1 AND rotated_at IS NULL",
        vec![Value::Guid(id), time(now), time(kept_until)],
        &[],
    )
}

/// Forgets a few tokens and families that ended before a time.
pub(crate) fn purge(before: Timestamp) -> [Statement; 2] {
    let values = vec![time(before), Value::Int(MOST_PURGED)];
    [
        Statement::fixed(
            "DELETE FROM {refresh_token} WHERE id IN (SELECT o.id FROM {refresh_token} o WHERE o.kept_until < $1 \
             ORDER BY o.kept_until LIMIT $2) AND kept_until < $1",
            values.clone(),
            &[],
        ),
        Statement::fixed(
            "DELETE FROM {refresh_family} WHERE id IN (SELECT o.id FROM {refresh_family} o WHERE o.kept_until < $1 \
             ORDER BY o.kept_until LIMIT $2) AND kept_until < $1",
            values,
            &[],
        ),
    ]
}

/// A token with its family, used or not, revoked or not.
pub(crate) async fn find(database: &Database, id: Uuid) -> Result<Option<Found>, Error> {
    let statement = Statement::fixed(
        "SELECT t.hash, t.created_at, t.expires_at, t.rotated_at, f.id, f.document, f.redirect_kind, \
         f.confirmation, f.created_at, f.ends_at, f.revoked_at \
         FROM {refresh_token} t JOIN {refresh_family} f ON f.id = t.family_id WHERE t.id = $1",
        vec![Value::Guid(id)],
        &[
            Type::Text,
            Type::Int,
            Type::Int,
            Type::Int,
            Type::Guid,
            Type::Text,
            Type::Text,
            Type::Text,
            Type::Int,
            Type::Int,
            Type::Int,
        ],
    );
    let rows = database.query(&statement).await?;
    rows.first().map(|row| read(id, row)).transpose()
}

fn read(id: Uuid, row: Row<'_>) -> Result<Found, Error> {
    Ok(Found {
        token: TokenRow {
            id,
            hash: hash(row.text(0)?)?,
            created_at: Timestamp::from_seconds(row.int(1)?),
            expires_at: Timestamp::from_seconds(row.int(2)?),
        },
        rotated_at: row.optional_int(3)?.map(Timestamp::from_seconds),
        family: Family {
            id: row.guid(4)?,
            authorization: serde_json::from_str(row.text(5)?)?,
            redirect_kind: redirect_kind(row.text(6)?)?,
            confirmation: row.optional_text(7)?.map(serde_json::from_str).transpose()?,
            created_at: Timestamp::from_seconds(row.int(8)?),
            ends_at: row.optional_int(9)?.map(Timestamp::from_seconds),
            revoked_at: row.optional_int(10)?.map(Timestamp::from_seconds),
        },
    })
}
