//! The operator at the running program: who holds the operator's key may do all that the program's owner may.
//!
//! In: the key that came with a request, and what the operator asks for. Out: the operator's [`Mandate`], and tokens of the
//! built-in administration. INVARIANT: a mandate comes out of [`identify`] only for the configured key, compared in
//! constant time; without a configured key it never does.

use std::sync::Arc;

use oauth::{ClientProof, Secret};

use crate::authority::Authority;
use crate::grant::{Grant, PersonGroups, Subject};
use crate::graph::GraphRefusal;
use crate::issue::{self, IssuedToken, Terms, TokenLifetime};
use crate::mandate::Mandate;
use crate::refusal::Refusal;
use crate::tenant::{Tenant, TenantName};
use crate::well_known;

/// How long a token of the administration lives: a command is over sooner.
const TOKEN_SECONDS: u32 = 600;

/// Proof that the operator's key was shown; made in this file only.
#[derive(Debug)]
pub(crate) struct Proof(());

/// Recognises the operator by the key.
pub(crate) fn identify(authority: &Authority, unverified_key: Option<&str>) -> Result<Mandate, GraphRefusal> {
    let key = authority.operator_key().ok_or(GraphRefusal::OperatorKey)?;
    let unverified_key = unverified_key.ok_or(GraphRefusal::OperatorKey)?;
    if key.matches(&Secret::new(unverified_key.to_owned())) {
        Ok(Mandate::of_operator(Proof(())))
    } else {
        Err(GraphRefusal::OperatorKey)
    }
}

/// The tenant of an id or a domain.
pub(crate) async fn tenant(authority: &Authority, _: &Mandate, name: &str) -> Result<Arc<Tenant>, GraphRefusal> {
    let not_found = || GraphRefusal::NotFound { id: name.to_owned() };
    let parsed = TenantName::parse(name).ok().ok_or_else(not_found)?;
    let snapshot = authority.directory().snapshot().await?;
    snapshot.tenant(&parsed).await?.ok_or_else(not_found)
}

/// A token for the directory API of a tenant, for the built-in administration.
pub(crate) async fn token(
    authority: &Authority,
    mandate: &Mandate,
    tenant_name: &str,
) -> Result<IssuedToken, GraphRefusal> {
    let tenant = tenant(authority, mandate, tenant_name).await?;
    let snapshot = authority.directory().snapshot().await?;
    let principal = snapshot
        .service_principal(tenant.id, well_known::ADMINISTRATION)
        .await?;
    let resource = snapshot.resource_of(tenant.id, well_known::GRAPH).await?;
    let (Some(principal), Some(resource)) = (principal, resource) else {
        return Err(GraphRefusal::CallerUnknown);
    };
    let grant = Grant {
        principal,
        proof: ClientProof::Secret,
        resource,
        resource_as_asked: well_known::GRAPH_URI.to_owned(),
        roles: well_known::administration_roles(),
        groups: PersonGroups::default(),
        confirmation: None,
        subject: Subject::Application,
    };
    let lifetime = TokenLifetime {
        seconds: TOKEN_SECONDS..=TOKEN_SECONDS,
    };
    let terms = Terms::new(authority, &tenant, authority.clock().now()).map_err(unsigned)?;
    let terms = Terms {
        lifetime: &lifetime,
        ..terms
    };
    issue::access_token(&tenant, &grant, &terms).map_err(|error| unsigned(Refusal::Signing(error)))
}

fn unsigned(refusal: Refusal) -> GraphRefusal {
    GraphRefusal::Unsigned(Box::new(refusal))
}
