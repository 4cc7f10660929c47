//! Who asks the directory API.
//!
//! In: a proved token. Out: [`Caller`]. INVARIANT: a caller is made by [`caller`] only, of a token of this authority for
//! the directory API, and of what the directory says of it now: an application's roles are those that both the token and
//! the directory name, so a role that was taken is gone at once; those of the built-in administration are its own by
//! definition.

use std::sync::Arc;

use oauth::{AppId, ObjectId, TenantId, VerifiedToken};

use super::GraphRefusal;
use crate::application::ServicePrincipal;
use crate::mandate::Initiator;
use crate::person::Person;
use crate::snapshot::Snapshot;
use crate::tenant::Tenant;
use crate::token_holder::{self, Holder};
use crate::well_known;

/// Who asks, and in which tenant.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    tenant: Arc<Tenant>,
    app_id: AppId,
    identity: Identity,
}

/// An application for itself, or a person through one.
#[derive(Debug, Clone)]
pub(crate) enum Identity {
    /// An application.
    Application {
        /// Its service principal in the tenant.
        principal: Arc<ServicePrincipal>,
        /// The roles that it has at the directory API.
        roles: Vec<String>,
    },
    /// A person.
    Person {
        /// The person.
        person: Arc<Person>,
        /// What the person lets the application do.
        scopes: Vec<String>,
    },
}

/// Finds the caller of a token.
pub(super) async fn caller(snapshot: &Snapshot, token: &VerifiedToken) -> Result<Caller, GraphRefusal> {
    let tenant = snapshot.tenant_by_id(token.tenant()).await?;
    let tenant = tenant.ok_or(GraphRefusal::TokenIssuer)?;
    let resource = snapshot.resource_of(tenant.id, well_known::GRAPH).await?;
    let resource = resource.ok_or(GraphRefusal::CallerUnknown)?;
    let holder = token_holder::find(snapshot, tenant.id, &resource, token).await?;
    let identity = match holder.ok_or(GraphRefusal::CallerUnknown)? {
        Holder::Application(principal) => Identity::Application {
            roles: roles(snapshot, tenant.id, token).await?,
            principal,
        },
        Holder::Person { person, scopes } => Identity::Person { person, scopes },
    };
    Ok(Caller {
        tenant,
        app_id: token.app_id(),
        identity,
    })
}

impl Caller {
    /// The tenant of the token: nothing outside of it is ever shown or changed.
    pub(crate) fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// Who.
    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The person, if there is one.
    pub(crate) fn person(&self) -> Option<&Person> {
        match &self.identity {
            Identity::Application { .. } => None,
            Identity::Person { person, .. } => Some(person),
        }
    }

    /// Whether this is the operator, through the program's own administration.
    pub(crate) fn is_administration(&self) -> bool {
        self.app_id == well_known::ADMINISTRATION
    }

    /// Whether this key, an id or a user principal name, is the calling person's own.
    pub(crate) fn is_called(&self, key: &str) -> bool {
        self.person().is_some_and(|person| {
            key.parse::<ObjectId>().is_ok_and(|id| id == person.object_id)
                || key.to_lowercase() == person.upn.to_lowercase()
        })
    }

    /// In whose name the directory is changed.
    pub(super) fn initiator(&self) -> Initiator {
        match &self.identity {
            Identity::Application { principal, .. } => Initiator::Application {
                app_id: self.app_id,
                principal: principal.object_id,
                display_name: principal.display_name.clone(),
            },
            Identity::Person { person, .. } => Initiator::Person {
                object_id: person.object_id,
                upn: person.upn.clone(),
            },
        }
    }
}

/// The roles that the token names and the directory still gives.
async fn roles(snapshot: &Snapshot, tenant: TenantId, token: &VerifiedToken) -> Result<Vec<String>, GraphRefusal> {
    if token.app_id() == well_known::ADMINISTRATION {
        let own = well_known::administration_roles().into_iter();
        return Ok(own.filter(|value| token.roles().contains(value)).collect());
    }
    let assignments = snapshot.app_role_assignments(tenant, token.object_id()).await?;
    let graph = snapshot.client(well_known::GRAPH).await?;
    let Some(graph) = graph else { return Ok(Vec::new()) };
    let given = assignments.iter().filter(|one| one.resource == well_known::GRAPH);
    let given = given.filter_map(|one| graph.application.registration.app_role(one.role)?.value.clone());
    Ok(given.filter(|value| token.roles().contains(value)).collect())
}
