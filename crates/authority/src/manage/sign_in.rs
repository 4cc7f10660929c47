//! The sign-in log kept short.
//!
//! In: how many days are kept. Out: how many sign-ins were deleted. Invariant: each transaction deletes a bounded number
//! of one tenant, so that nobody's sign-in waits long for it.

use db::Commit;
use oauth::Timestamp;
use uuid::Uuid;

use super::{ManageError, Mandate};
use crate::authority::Authority;
use crate::store::{self, any_outcome};

/// How many days sign-ins are kept where nobody says otherwise, as in Entra ID.
pub const DEFAULT_RETENTION_DAYS: u32 = 30;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// Deletes sign-ins that are older than so many days, and gives their number. Called every hour; any node may.
pub async fn purge(authority: &Authority, _: &Mandate, retention_days: u32) -> Result<u64, ManageError> {
    let end = authority
        .clock()
        .now()
        .plus_seconds(-DAY_SECONDS * i64::from(retention_days));
    // Those of no tenant come first.
    let mut deleted = purge_tenant(authority, Uuid::nil(), end).await?;
    let mut tenant = Uuid::nil();
    while let Some((next, oldest)) = next_tenant(authority, tenant).await? {
        if oldest < end {
            deleted += purge_tenant(authority, next, end).await?;
        }
        tenant = next;
    }
    Ok(deleted)
}

async fn next_tenant(authority: &Authority, behind: Uuid) -> Result<Option<(Uuid, Timestamp)>, ManageError> {
    let next = store::sign_in::next_tenant(authority.directory().database(), behind).await;
    next.map_err(|error| ManageError::Read(error.into()))
}

async fn purge_tenant(authority: &Authority, tenant: Uuid, end: Timestamp) -> Result<u64, ManageError> {
    let mut deleted = 0;
    loop {
        let step = any_outcome(store::sign_in::delete_before(tenant, end));
        let database = authority.directory().database();
        let ended = store::record(database, vec![step]).await.map_err(ManageError::Write)?;
        let gone = match ended {
            Commit::Done(rows) => rows.first().map_or(0, db::Rows::affected),
            // The step expects nothing.
            Commit::Refused { .. } => 0,
        };
        if gone == 0 {
            return Ok(deleted);
        }
        deleted += gone;
    }
}
