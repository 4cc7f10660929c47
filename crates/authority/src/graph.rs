//! The directory API: who asks, and what they may do, before anything of the directory is looked at.
//!
//! In: a bearer token and the right that a call needs. Out: a [`Permit`]. Invariant: the steps are called here, in order;
//! [`crate::http`] cannot reach an entity without the [`Permit`] that comes out.

pub(crate) mod access;
mod refusal;
mod rules;
pub(crate) mod who;

use std::sync::Arc;

pub(crate) use access::{Extent, Permit, Reach, Right};
pub(crate) use refusal::GraphRefusal;
pub(crate) use who::{Caller, Identity};

use crate::authority::Authority;
use crate::snapshot::Snapshot;

/// Says who asks: the caller of a token, and the snapshot by which the whole call is answered.
pub(crate) async fn identify(
    authority: &Authority,
    unverified_token: Option<&str>,
) -> Result<(Caller, Arc<Snapshot>), GraphRefusal> {
    let snapshot = authority.directory().snapshot().await?;
    let caller = who::caller(authority, &snapshot, unverified_token).await?;
    Ok((caller, snapshot))
}
