//! The conductors of the protocol endpoints.
//!
//! In: a request, read but not believed. Out: what the endpoint answers, or a [`Refusal`].
//! Invariant: the steps are called here, in order, and never call each other.

use oauth::{AppId, GrantType, TenantId};

use crate::authority::Authority;
use crate::call::Call;
use crate::client_auth;
use crate::grant::client_credentials;
use crate::issue::{self, IssuedToken, Terms};
use crate::refusal::{Asked, Refusal};
use crate::tenant::{self, TenantName};

/// What was learned of a call on its way, for the log.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    /// The tenant.
    pub(crate) tenant: Option<TenantId>,
    /// The application that the call names; proved only if the call succeeds.
    pub(crate) unverified_application: Option<AppId>,
}

/// Answers a token request. Nothing is written: this grant has nothing that is used up.
pub(crate) async fn token(authority: &Authority, call: &Call, trail: &mut Trail) -> Result<IssuedToken, Refusal> {
    let now = authority.clock().now();
    trail.unverified_application = call.request.unverified_client_id.parse().ok();
    let name = TenantName::parse(&call.unverified_tenant)?;
    served(&call.request.grant_type)?;
    let resource = client_credentials::asked_resource(call)?;
    let snapshot = authority.directory().snapshot().await?;
    let tenant = tenant::find(&snapshot, &name, Asked::Endpoint).await?;
    trail.tenant = Some(tenant.id);
    let client = client_auth::authenticate(&snapshot, &tenant, &call.request, now).await?;
    let facts = client_credentials::load(&snapshot, &tenant, &client, resource).await?;
    let grant = client_credentials::decide(&tenant, &client, facts)?;
    let key = tenant.keys.signing_at(now).ok_or(Refusal::NoSigningKey)?;
    let terms = Terms {
        key,
        now,
        lifetime: authority.token_lifetime(),
        random: authority.random(),
    };
    issue::access_token(&tenant, grant, &terms).map_err(Refusal::Signing)
}

/// The grants that are given. A second one makes this a choice between two roads.
fn served(grant_type: &GrantType) -> Result<(), Refusal> {
    match grant_type {
        GrantType::ClientCredentials => Ok(()),
        GrantType::Unsupported(grant_type) => Err(Refusal::GrantType {
            grant_type: grant_type.clone(),
        }),
    }
}
