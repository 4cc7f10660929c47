//! Reads the security rows of an environment.
//!
//! In: its database and catalogue. Out: [`Security`] and the epoch that it belongs to.
//! Invariant: a row that cannot be understood stops the load; nothing is left out, and nothing is guessed.

use db::Database;
use uuid::Uuid;

use crate::catalogue::Catalogue;
use crate::environment::epoch;
use crate::environment::security::Security;
use crate::environment::tables::Tables;
use crate::environment::units::TreeError;

/// The epoch may move while the rows are read, and then they are read again; so often at most.
const ATTEMPTS: usize = 8;

/// Why the security rows of an environment cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SnapshotError {
    #[error("the security rows cannot be read")]
    Database(#[from] db::Error),
    #[error("the database was made with catalogue `{made_with}`; this program has `{ours}`")]
    OtherCatalogue { made_with: Uuid, ours: Uuid },
    #[error("the security rows changed {ATTEMPTS} times while they were read")]
    Restless,
    #[error("`{table}` has no row")]
    Empty { table: &'static str },
    #[error(transparent)]
    Tree(#[from] TreeError),
    #[error("`{table}` of `{of}` points to `{to}`, which is not there")]
    Dangling { table: &'static str, of: Uuid, to: Uuid },
    #[error("`{table}` of `{of}` has `{value}` in `{column}`, which has no meaning")]
    Meaningless {
        table: &'static str,
        of: Uuid,
        column: &'static str,
        value: String,
    },
}

/// Reads the epoch, and refuses a database of another catalogue.
pub(crate) async fn read_epoch(database: &Database, fingerprint: Uuid) -> Result<i64, SnapshotError> {
    let rows = database.query(&epoch::query()).await?;
    let row = rows.first().ok_or(SnapshotError::Empty {
        table: crate::schema::STATE,
    })?;
    let (epoch, made_with) = epoch::read(row)?;
    if made_with == fingerprint {
        Ok(epoch)
    } else {
        Err(SnapshotError::OtherCatalogue {
            made_with,
            ours: fingerprint,
        })
    }
}

/// Reads the security rows of one epoch.
pub(crate) async fn load(
    database: &Database,
    catalogue: &Catalogue,
    fingerprint: Uuid,
) -> Result<(i64, Security), SnapshotError> {
    let mut before = read_epoch(database, fingerprint).await?;
    for _ in 0..ATTEMPTS {
        let tables = Tables::read(database).await?;
        let after = read_epoch(database, fingerprint).await?;
        if before == after {
            return Ok((after, tables.compile(catalogue)?));
        }
        before = after;
    }
    Err(SnapshotError::Restless)
}
