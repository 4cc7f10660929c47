//! Consent: what people and administrators of a tenant have let an application have, and what is still missing.
//!
//! In: the scopes that are asked for and the grants on record. Out: the scopes that a token may carry, or what somebody
//! would have to consent to first. INVARIANT: [`settle`] is the only way from asked to granted scopes; it never returns a
//! scope that is not both offered by the resource and granted, except to an application in its own tenant, which needs
//! nobody's consent.

use std::collections::BTreeSet;

use oauth::{AppId, ObjectId, OidcScope, ScopeNames, TenantId};
use uuid::Uuid;

use crate::application::Application;
use crate::registration::{AccessKind, DelegatedScope, ScopeKind};
use crate::resource::Resource;
use crate::snapshot::Snapshot;
use crate::store;
use crate::well_known;

/// A consent on record (`oauth2PermissionGrant`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScopeGrant {
    /// Its id.
    pub(crate) id: Uuid,
    /// The tenant.
    pub(crate) tenant: TenantId,
    /// The application that was given it.
    pub(crate) client: AppId,
    /// The resource.
    pub(crate) resource: AppId,
    /// For whom; `None` for everybody in the tenant (`consentType` `AllPrincipals`).
    pub(crate) person: Option<ObjectId>,
    /// The scopes, in the order in which they were granted.
    pub(crate) scopes: Vec<String>,
}

/// A role given to a person, a group or an application (`appRoleAssignment`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AppRoleAssignment {
    /// Its id.
    pub(crate) id: Uuid,
    /// The tenant.
    pub(crate) tenant: TenantId,
    /// Who has it.
    pub(crate) principal: ObjectId,
    /// What kind of thing that is.
    pub(crate) principal_kind: PrincipalKind,
    /// The resource that defines it.
    pub(crate) resource: AppId,
    /// The role; all zero for mere access.
    pub(crate) role: Uuid,
}

/// Who may have a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PrincipalKind {
    /// A person.
    User,
    /// Everybody in a group.
    Group,
    /// An application.
    ServicePrincipal,
}

/// What an application may have at one resource in the name of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Granted {
    /// All that it asks for: its own tenant's application.
    Everything,
    /// These scopes.
    Scopes(BTreeSet<String>),
    /// These scopes, and to know who the person is: at Microsoft Graph, OpenID Connect's words. Whoever let an application
    /// have anything, at whatever resource, is not asked once more whether people may sign in to it.
    ScopesAndSignIn(BTreeSet<String>),
}

/// Why scopes cannot be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unsettled {
    /// The resource offers no such scope.
    NotOffered {
        /// The scope.
        scope: String,
    },
    /// These have not been consented to.
    Missing {
        /// The scopes, in the order in which they were asked for.
        scopes: Vec<DelegatedScope>,
    },
    /// The application asked for all that it registered, and it registered nothing of this resource.
    NothingRegistered,
}

/// Reads what is on record.
pub(crate) async fn granted(
    snapshot: &Snapshot,
    tenant: TenantId,
    client: &Application,
    person: ObjectId,
    resource: &Resource,
) -> Result<Granted, store::Error> {
    if client.home_tenant == tenant {
        return Ok(Granted::Everything);
    }
    let everybody = snapshot.scope_grants(tenant, client.app_id, None).await?;
    let personal = snapshot.scope_grants(tenant, client.app_id, Some(person)).await?;
    let mut scopes = BTreeSet::new();
    for grant in everybody.iter().chain(personal.iter()) {
        if grant.resource == resource.app_id() {
            scopes.extend(grant.scopes.iter().cloned());
        }
    }
    let offered = &resource.application().registration;
    for scope in &offered.scopes {
        if offered.pre_authorizes(client.app_id, scope.id) {
            scopes.insert(scope.value.clone());
        }
    }
    let has_anything = !everybody.is_empty() || !personal.is_empty();
    if has_anything && resource.app_id() == well_known::GRAPH {
        return Ok(Granted::ScopesAndSignIn(scopes));
    }
    Ok(Granted::Scopes(scopes))
}

/// The scopes that a token for `resource` carries, in the order in which they were asked for.
pub(crate) fn settle(
    asked: &ScopeNames,
    granted: &Granted,
    client: &Application,
    resource: &Resource,
) -> Result<Vec<String>, Unsettled> {
    match asked {
        ScopeNames::Named(names) => settle_named(names, granted, resource),
        ScopeNames::Default => settle_default(granted, client, resource),
    }
}

fn settle_named(names: &[String], granted: &Granted, resource: &Resource) -> Result<Vec<String>, Unsettled> {
    let mut missing = Vec::new();
    for name in names {
        let scope = resource.application().registration.scope(name);
        let scope = scope.ok_or_else(|| Unsettled::NotOffered { scope: name.clone() })?;
        if !granted.covers(name) {
            missing.push(scope.clone());
        }
    }
    if missing.is_empty() {
        Ok(names.to_vec())
    } else {
        Err(Unsettled::Missing { scopes: missing })
    }
}

/// `.default`: what is granted already or, where that is nothing, what the application registered.
fn settle_default(granted: &Granted, client: &Application, resource: &Resource) -> Result<Vec<String>, Unsettled> {
    let registered = registered(client, resource);
    let offered = &resource.application().registration;
    let settled: Vec<String> = match granted {
        Granted::Everything if registered.is_empty() => {
            let enabled = offered
                .scopes
                .iter()
                .filter(|scope| scope.is_enabled && scope.kind == ScopeKind::User);
            enabled.map(|scope| scope.value.clone()).collect()
        }
        Granted::Everything => registered.iter().map(|scope| scope.value.clone()).collect(),
        Granted::Scopes(scopes) | Granted::ScopesAndSignIn(scopes) => {
            let still_offered = scopes.iter().filter(|scope| offered.scope(scope).is_some());
            still_offered.cloned().collect()
        }
    };
    if !settled.is_empty() {
        Ok(settled)
    } else if registered.is_empty() {
        Err(Unsettled::NothingRegistered)
    } else {
        Err(Unsettled::Missing { scopes: registered })
    }
}

/// The scopes of a resource that an application registered that it needs (`requiredResourceAccess`).
pub(crate) fn registered(client: &Application, resource: &Resource) -> Vec<DelegatedScope> {
    let required = client.registration.required_access.iter();
    let required = required.filter(|one| one.resource_app_id == resource.app_id());
    let ids = required.flat_map(|one| &one.resource_access);
    let scopes = ids.filter(|access| access.kind == AccessKind::Scope);
    let offered = &resource.application().registration;
    scopes
        .filter_map(|access| offered.scope_by_id(access.id))
        .filter(|scope| scope.is_enabled)
        .cloned()
        .collect()
}

impl Granted {
    /// Whether this scope is among them.
    pub(crate) fn covers(&self, scope: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Scopes(scopes) => scopes.contains(scope),
            Self::ScopesAndSignIn(scopes) => scopes.contains(scope) || OidcScope::from_name(scope).is_some(),
        }
    }
}

#[cfg(test)]
mod tests;
