//! The directory API: who asks, and what they may do, before anything of the directory is looked at.
//!
//! In: an access token and the right that a call needs. Out: a [`Permit`]. Invariant: the steps are called here, in order;
//! [`crate::http`] cannot reach an entity without the [`Permit`] that comes out.

pub(crate) mod access;
mod refusal;
mod rules;
pub(crate) mod who;

use std::sync::Arc;

use oauth::VerifiedToken;

pub(crate) use access::{Extent, Permit, Reach, Right};
pub(crate) use refusal::GraphRefusal;
pub(crate) use who::{Caller, Identity};

use crate::authority::Authority;
use crate::presented_token::{self, PresentedToken};
use crate::snapshot::Snapshot;

/// Proves the token of a request, once: what is proved by it counts for each part of a batch.
pub(crate) async fn prove(
    authority: &Authority,
    presented: Option<&PresentedToken<'_>>,
) -> Result<VerifiedToken, GraphRefusal> {
    let presented = presented.ok_or(GraphRefusal::TokenMissing)?;
    let snapshot = authority.directory().snapshot().await?;
    let tenant = presented_token::issuing_tenant(&snapshot, presented.unverified_token).await?;
    let tenant = tenant.ok_or(GraphRefusal::TokenIssuer)?;
    Ok(presented_token::prove(authority, &snapshot, &tenant, presented).await?)
}

/// Says who asks: the caller of a token as the directory knows them now, and the snapshot by which the whole call is
/// answered.
pub(crate) async fn identify(
    authority: &Authority,
    token: &VerifiedToken,
) -> Result<(Caller, Arc<Snapshot>), GraphRefusal> {
    let snapshot = authority.directory().snapshot().await?;
    let caller = who::caller(&snapshot, token).await?;
    Ok((caller, snapshot))
}
