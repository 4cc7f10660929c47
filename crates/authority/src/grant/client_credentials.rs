//! `client_credentials` (RFC 6749 section 4.4): a token for the application itself.
//!
//! In: a request, then the facts about its client and its resource. Out: a [`Grant`].
//! Invariant: [`load`] only reads, [`decide`] only decides. An application without roles at the resource is granted its
//! token all the same, unless the resource serves assigned applications only: the resource knows what it may do.

use std::sync::Arc;

use oauth::{ClientProof, ResourceScope, ScopeError, TokenRequest};

use super::{Asker, Grant, PersonGroups, Subject, assignment, check};
use crate::application::{Assignment, ServicePrincipal};
use crate::call::{Call, Endpoint};
use crate::consent::AppRoleAssignment;
use crate::refusal::{GrantRefusal, Refusal};
use crate::registration::MemberType;
use crate::resource::Resource;
use crate::snapshot::Snapshot;
use crate::store;

/// What the decision rests on.
#[derive(Debug)]
pub(crate) struct Facts {
    principal: Option<Arc<ServicePrincipal>>,
    assignments: Arc<Vec<AppRoleAssignment>>,
    resource: Option<Arc<Resource>>,
    resource_as_asked: String,
}

/// The resource that a request names, as the client wrote it.
pub(crate) fn asked_resource(call: &Call) -> Result<String, Refusal> {
    check::no_browser(call)?;
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
    asker: &Asker<'_>,
    resource_as_asked: String,
) -> Result<Facts, store::Error> {
    let (tenant, application) = (asker.tenant.id, asker.client.application());
    let principal = snapshot.service_principal(tenant, application.app_id).await?;
    let assignments = match &principal {
        Some(principal) => snapshot.app_role_assignments(tenant, principal.object_id).await?,
        None => Arc::default(),
    };
    Ok(Facts {
        principal,
        assignments,
        resource: snapshot.resource(tenant, &resource_as_asked).await?,
        resource_as_asked,
    })
}

/// Grants or refuses; the first check that fails decides.
pub(crate) fn decide(asker: &Asker<'_>, facts: Facts) -> Result<Grant, Refusal> {
    client_is_proved(asker)?;
    check::application_is_enabled(asker.client)?;
    let principal = check::principal_exists(asker, facts.principal)?;
    check::principal_is_enabled(asker, &principal)?;
    let resource = check::resource_exists(asker.tenant, &facts.resource_as_asked, facts.resource)?;
    application_is_assigned(&principal, &resource, &facts.assignments)?;
    Ok(Grant {
        principal,
        proof: asker.client.proof(),
        roles: assignment::roles(&facts.assignments, &resource, MemberType::Application),
        groups: PersonGroups::default(),
        resource,
        resource_as_asked: facts.resource_as_asked,
        confirmation: asker.confirmation.clone(),
        subject: Subject::Application,
    })
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
        Err(ScopeError::TooLong | ScopeError::Malformed | ScopeError::Mixed) => Err(Refusal::ScopeMalformed {
            scope: scope.to_owned(),
        }),
        Err(ScopeError::NotDefault) => Err(Refusal::ScopeNotDefault {
            scope: scope.to_owned(),
        }),
    }
}

/// A token for the application itself is only for one that is itself for certain.
fn client_is_proved(asker: &Asker<'_>) -> Result<(), Refusal> {
    match asker.client.proof() {
        ClientProof::None => Err(Refusal::CredentialMissing),
        ClientProof::Secret | ClientProof::Certificate => Ok(()),
    }
}

fn application_is_assigned(
    principal: &ServicePrincipal,
    resource: &Resource,
    assignments: &[AppRoleAssignment],
) -> Result<(), Refusal> {
    match resource.principal().assignment {
        Assignment::Required if !assignment::is_assigned(assignments, resource.app_id()) => {
            Err(GrantRefusal::ApplicationNotAssigned {
                application: principal.app_id.to_string(),
                resource: resource.app_id().to_string(),
            }
            .into())
        }
        Assignment::Required | Assignment::Optional => Ok(()),
    }
}
