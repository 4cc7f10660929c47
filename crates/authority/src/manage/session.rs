//! The sessions of a person, in all their browsers.
//!
//! In: a person. Out: their sessions; or one of them over. Invariant: no token and no hash of one leaves the store.

use oauth::{ObjectId, TenantId, Timestamp};
use uuid::Uuid;

use super::{ManageError, Mandate, person};
use crate::authority::Authority;
use crate::store::{self, any_outcome, must_change};

/// A session that is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// Its id: the `sid` claim.
    pub id: Uuid,
    /// The network address at which it began; empty where it is not known.
    pub address: String,
    /// What the browser called itself then; empty where it said nothing.
    pub user_agent: String,
    /// When the person signed in.
    pub started_at: Timestamp,
    /// When it was last used, within a few minutes.
    pub seen_at: Timestamp,
}

/// The sessions of a person that are not over, the newest first, 100 at most.
pub async fn list(
    authority: &Authority,
    _: &Mandate,
    tenant: TenantId,
    person: ObjectId,
) -> Result<Vec<OpenSession>, ManageError> {
    let found = person::find(authority, tenant, person).await?;
    let (database, now) = (authority.directory().database(), authority.clock().now());
    let rows = store::session::of_person(database, tenant, person, now).await;
    let rows = rows.map_err(super::read_failed)?.into_iter();
    let valid = rows.filter(|row| row.started_at >= found.sessions_valid_from);
    let sessions = valid.map(|row| OpenSession {
        id: row.id,
        address: row.address,
        user_agent: row.user_agent,
        started_at: row.started_at,
        seen_at: row.seen_at,
    });
    Ok(sessions.collect())
}

/// Ends a session: who is at its browser is signed in no more.
pub async fn end(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
    id: Uuid,
) -> Result<(), ManageError> {
    let steps = vec![
        must_change(store::session::end_one(tenant, person, id, authority.clock().now())),
        any_outcome(store::session_application::delete(id)),
        person::audit(authority, mandate, (tenant, person), "End session of user"),
    ];
    super::commit(authority, "session", id, steps).await
}
