//! `client_credentials` (RFC 6749 section 4.4): a token for the application itself.
//!
//! In: a request, then the facts about its client and its resource. Out: a [`Grant`].
//! Invariant: [`load`] only reads, [`decide`] only decides. An application without roles at the resource is granted its
//! token all the same: the resource knows what it may do.

use std::sync::Arc;

use oauth::{ResourceScope, ScopeError, TokenRequest};

use super::Grant;
use crate::application::ServicePrincipal;
use crate::call::{Call, Endpoint};
use crate::client_auth::AuthenticatedClient;
use crate::refusal::Refusal;
use crate::resource::Resource;
use crate::snapshot::Snapshot;
use crate::store;
use crate::tenant::Tenant;

/// What the decision rests on.
#[derive(Debug)]
pub(crate) struct Facts {
    principal: Option<Arc<ServicePrincipal>>,
    resource: Option<Arc<Resource>>,
    resource_as_asked: String,
}

/// The resource that a request names, as the client wrote it.
pub(crate) fn asked_resource(call: &Call) -> Result<String, Refusal> {
    no_browser(call)?;
    match call.endpoint {
        Endpoint::V1 => call
            .request
            .resource
            .clone()
            .ok_or(Refusal::Missing { name: "resource" }),
        Endpoint::V2 => {
            no_resource_parameter(&call.request)?;
            resource_of_scope(&call.request)
        }
    }
}

/// Reads what the directory knows of client and resource in the tenant.
pub(crate) async fn load(
    snapshot: &Snapshot,
    tenant: &Tenant,
    client: &AuthenticatedClient,
    resource_as_asked: String,
) -> Result<Facts, store::Error> {
    Ok(Facts {
        principal: snapshot
            .service_principal(tenant.id, client.application().app_id)
            .await?,
        resource: snapshot.resource(tenant.id, &resource_as_asked).await?,
        resource_as_asked,
    })
}

/// Grants or refuses; the first check that fails decides.
pub(crate) fn decide(tenant: &Tenant, client: &AuthenticatedClient, facts: Facts) -> Result<Grant, Refusal> {
    application_is_enabled(client)?;
    let principal = principal_exists(tenant, client, &facts)?;
    principal_is_enabled(tenant, &principal)?;
    let resource = resource_exists(tenant, &facts)?;
    Ok(Grant {
        principal,
        proof: client.proof(),
        resource,
        resource_as_asked: facts.resource_as_asked,
    })
}

/// A browser cannot keep a secret: whoever sends one from a page has published it.
fn no_browser(call: &Call) -> Result<(), Refusal> {
    if call.from_browser {
        Err(Refusal::CrossOrigin)
    } else {
        Ok(())
    }
}

fn no_resource_parameter(request: &TokenRequest) -> Result<(), Refusal> {
    if request.resource.is_some() {
        Err(Refusal::ResourceParameter)
    } else {
        Ok(())
    }
}

fn resource_of_scope(request: &TokenRequest) -> Result<String, Refusal> {
    let scope = request.scope.as_deref().ok_or(Refusal::Missing { name: "scope" })?;
    match ResourceScope::parse(scope) {
        Ok(parsed) => Ok(parsed.resource().to_owned()),
        Err(ScopeError::Missing) => Err(Refusal::Missing { name: "scope" }),
        Err(ScopeError::Malformed | ScopeError::Mixed) => Err(Refusal::ScopeMalformed {
            scope: scope.to_owned(),
        }),
        Err(ScopeError::NotDefault) => Err(Refusal::ScopeNotDefault {
            scope: scope.to_owned(),
        }),
    }
}

fn application_is_enabled(client: &AuthenticatedClient) -> Result<(), Refusal> {
    let application = client.application();
    if application.enabled {
        Ok(())
    } else {
        Err(Refusal::ApplicationDisabled {
            application: application.app_id.to_string(),
        })
    }
}

fn principal_exists(
    tenant: &Tenant,
    client: &AuthenticatedClient,
    facts: &Facts,
) -> Result<Arc<ServicePrincipal>, Refusal> {
    facts.principal.clone().ok_or_else(|| Refusal::ServicePrincipalMissing {
        application: client.application().app_id.to_string(),
        tenant: tenant.id.to_string(),
    })
}

fn principal_is_enabled(tenant: &Tenant, principal: &ServicePrincipal) -> Result<(), Refusal> {
    if principal.enabled {
        Ok(())
    } else {
        Err(Refusal::ServicePrincipalDisabled {
            application: principal.app_id.to_string(),
            tenant: tenant.id.to_string(),
        })
    }
}

fn resource_exists(tenant: &Tenant, facts: &Facts) -> Result<Resource, Refusal> {
    facts
        .resource
        .as_deref()
        .copied()
        .ok_or_else(|| Refusal::ResourceNotFound {
            resource: facts.resource_as_asked.clone(),
            tenant: tenant.id.to_string(),
        })
}
