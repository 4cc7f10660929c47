//! The revocation endpoint (RFC 7009): an application gives back what it no longer needs.
//!
//! In: a token. Out: nothing. Invariant: who asks for what is not theirs, or for nothing that exists, is told nothing else
//! (RFC 7009 section 2.2). Access tokens end by themselves: resources verify them without asking.

use oauth::Secret;

use super::{Desk, Trail};
use crate::authority::Authority;
use crate::call::Call;
use crate::grant::refresh_token;
use crate::refusal::{GrantRefusal, Refusal};

/// Revokes a refresh token with its whole family.
pub(crate) async fn revoke(
    authority: &Authority,
    call: &Call,
    token: &Secret<String>,
    trail: &mut Trail,
) -> Result<(), Refusal> {
    let desk = Desk::open(authority, call, trail).await?;
    let found = match refresh_token::load(&desk.snapshot, token).await {
        Ok(found) => Some(found),
        Err(Refusal::Grant(GrantRefusal::Unusable { .. })) => None,
        Err(refusal) => return Err(refusal),
    };
    let made_in = found.as_ref().map(|found| found.family.authorization.tenant);
    let tenant = desk.tenant(made_in, trail).await?;
    let client = desk.client(&tenant).await?;
    let is_own = |app_id| app_id == client.application().app_id;
    match found.filter(|found| is_own(found.family.authorization.app_id)) {
        Some(found) => refresh_token::revoke(authority, &found.family).await,
        None => Ok(()),
    }
}
