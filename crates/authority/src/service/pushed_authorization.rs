//! The pushed authorization request endpoint (RFC 9126 section 2).
//!
//! In: an authorization request, and the client that proved itself. Out: the name of the request. Invariant: a request that
//! the authorization endpoint would refuse is refused here already.

use oauth::AuthorizationRequest;

use super::{Desk, Trail};
use crate::authority::Authority;
use crate::call::Call;
use crate::interaction::asked::{self, Asked, Goal};
use crate::interaction::{Interaction, Purpose};
use crate::pushed;
use crate::refusal::{AuthorizationRefusal, Refusal};

/// Takes a request; gives its name.
pub(crate) async fn push(
    authority: &Authority,
    call: &Call,
    unverified_form: &[u8],
    trail: &mut Trail,
) -> Result<String, Refusal> {
    let desk = Desk::open(authority, call, trail).await?;
    let tenant = desk.tenant(None, trail).await?;
    let client = desk.client(&tenant).await?;
    let request = checked(&desk, unverified_form).await?;
    pushed::keep(authority, tenant.id, &client, &request, desk.now).await
}

/// The request, unless the authorization endpoint would refuse it.
async fn checked(desk: &Desk<'_>, unverified_form: &[u8]) -> Result<AuthorizationRequest, Refusal> {
    let request = match AuthorizationRequest::parse(unverified_form) {
        Ok(request) => request.to_query(),
        // Refused below, in the words of the authorization endpoint.
        Err(_) => String::from_utf8_lossy(unverified_form).into_owned(),
    };
    let endpoint = desk.call.endpoint;
    let purpose = Purpose::Authorize { endpoint, request };
    let interaction = Interaction::begin(purpose, desk.call.unverified_tenant.clone(), desk.now);
    match asked::load(desk.authority, &desk.snapshot, &interaction).await {
        Ok(Asked {
            goal: Goal::Authorize { request, .. },
            ..
        }) => Ok(*request),
        Ok(_) => Err(AuthorizationRefusal::RequestUri.into()),
        Err(refused) => Err(refused.refusal),
    }
}
