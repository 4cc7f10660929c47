//! Consent written down: all that one "yes" brings, and all of it withdrawn again.
//!
//! In: what was consented to, for whom. Out: nothing. INVARIANT: one transaction brings in the application and its
//! resources, merges the scopes into the grants that are there, and gives the roles; an application for its own tenant only
//! is brought in nowhere else.

use db::Step;
use oauth::{AppId, ObjectId, TenantId, Timestamp};
use uuid::Uuid;

use super::{Change, Held, ManageError, Mandate};
use crate::application::{Assignment, Audience};
use crate::authority::Authority;
use crate::consent::{AppRoleAssignment, PrincipalKind, ScopeGrant};
use crate::snapshot::Snapshot;
use crate::store::directory_audit::Target;
use crate::store::service_principal::ServicePrincipalRow;
use crate::store::{self, any_outcome, must_change};

/// What was consented to.
#[derive(Debug, Clone)]
pub struct NewConsent {
    /// The tenant.
    pub tenant: TenantId,
    /// The application that was let in.
    pub client: AppId,
    /// For whom; `None` for everybody in the tenant.
    pub person: Option<ObjectId>,
    /// The scopes of each resource: words without their resource.
    pub scopes: Vec<(AppId, Vec<String>)>,
    /// Roles that the application is given itself: resource and role.
    pub roles: Vec<(AppId, Uuid)>,
}

/// A consent that is being worked out on one snapshot.
struct Work<'a> {
    authority: &'a Authority,
    snapshot: &'a Snapshot,
    mandate: &'a Mandate,
    tenant: TenantId,
    now: Timestamp,
    steps: Vec<Step>,
}

/// Writes a consent down, beside what was consented to before.
pub async fn grant(authority: &Authority, mandate: &Mandate, new: NewConsent) -> Result<(), ManageError> {
    for _ in 0..super::MOST_ATTEMPTS {
        let snapshot = super::snapshot(authority).await?;
        let mut work = Work {
            authority,
            snapshot: &snapshot,
            mandate,
            tenant: new.tenant,
            now: authority.clock().now(),
            steps: vec![must_change(store::tenant::hold(new.tenant))],
        };
        work.write(&new).await?;
        let steps = work.steps;
        match super::commit_at(authority, &snapshot, steps).await {
            Ok(Held::Done) => return Ok(()),
            // Another node has written the same, which the next snapshot shows.
            Ok(Held::Moved) | Err(ManageError::Taken { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Err(super::contended("application", &new.client))
}

/// Withdraws all that an application was let have in a tenant, by whomever: scopes and roles. The application stays.
pub async fn withdraw(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    client: AppId,
) -> Result<(), ManageError> {
    let snapshot = super::snapshot(authority).await?;
    let found = snapshot.service_principal(tenant, client).await;
    let principal = found
        .map_err(super::read_failed)?
        .ok_or_else(|| ManageError::NotFound {
            what: "service principal",
            id: client.to_string(),
        })?;
    let change = Change {
        tenant,
        activity: "Remove consent to application",
        target: Target::ServicePrincipal,
        id: principal.object_id.to_string(),
        name: Some(principal.display_name.clone()),
    };
    let steps = vec![
        must_change(store::tenant::hold(tenant)),
        any_outcome(store::scope_grant::delete_of_client(tenant, client)),
        any_outcome(store::app_role_assignment::delete_of_principal(
            tenant,
            principal.object_id,
        )),
        super::audit(authority, mandate, change),
    ];
    super::commit(authority, "tenant", tenant, steps).await
}

impl Work<'_> {
    async fn write(&mut self, new: &NewConsent) -> Result<(), ManageError> {
        let client = self.bring_in(new.client).await?;
        let resources = new.scopes.iter().map(|(resource, _)| *resource);
        let mut resources: Vec<AppId> = resources
            .chain(new.roles.iter().map(|(resource, _)| *resource))
            .collect();
        resources.sort_unstable();
        resources.dedup();
        for resource in resources.into_iter().filter(|resource| *resource != new.client) {
            self.bring_in(resource).await?;
        }
        let known = self.snapshot.scope_grants(new.tenant, new.client, new.person).await;
        let known = known.map_err(super::read_failed)?;
        for (resource, scopes) in new.scopes.iter().filter(|(_, scopes)| !scopes.is_empty()) {
            let before = known.iter().find(|grant| grant.resource == *resource);
            self.merge(new, *resource, before, scopes);
        }
        let held = self.snapshot.app_role_assignments(new.tenant, client).await;
        let held = held.map_err(super::read_failed)?;
        for (resource, role) in &new.roles {
            if !held.iter().any(|one| one.resource == *resource && one.role == *role) {
                self.give(client, *resource, *role);
            }
        }
        self.log("Consent to application", client, None);
        Ok(())
    }

    /// The service principal of an application, made where there is none.
    async fn bring_in(&mut self, app_id: AppId) -> Result<ObjectId, ManageError> {
        let found = self.snapshot.service_principal(self.tenant, app_id).await;
        if let Some(principal) = found.map_err(super::read_failed)? {
            return Ok(principal.object_id);
        }
        let client = self.snapshot.client(app_id).await.map_err(super::read_failed)?;
        let application = &client
            .ok_or_else(|| ManageError::NotFound {
                what: "application",
                id: app_id.to_string(),
            })?
            .application
            .clone();
        if application.audience == Audience::SingleTenant && application.home_tenant != self.tenant {
            return Err(ManageError::Invalid {
                what: "application",
                value: app_id.to_string(),
                reason: "is for its own tenant only",
            });
        }
        let object_id = super::new_id(self.authority, self.now).into();
        let row = ServicePrincipalRow {
            tenant: self.tenant,
            app_id,
            object_id,
            enabled: true,
            assignment: Assignment::Optional,
        };
        self.steps
            .push(any_outcome(store::service_principal::insert(&row, self.now)));
        self.log(
            "Add service principal",
            object_id,
            Some(application.display_name.clone()),
        );
        Ok(object_id)
    }

    fn merge(&mut self, new: &NewConsent, resource: AppId, before: Option<&ScopeGrant>, scopes: &[String]) {
        let mut all = before.map(|grant| grant.scopes.clone()).unwrap_or_default();
        for scope in scopes {
            if !all.contains(scope) {
                all.push(scope.clone());
            }
        }
        let step = match before {
            Some(grant) => must_change(store::scope_grant::set_scopes(self.tenant, grant.id, &all)),
            None => any_outcome(store::scope_grant::insert(
                &ScopeGrant {
                    id: super::new_id(self.authority, self.now),
                    tenant: self.tenant,
                    client: new.client,
                    resource,
                    person: new.person,
                    scopes: all,
                },
                self.now,
            )),
        };
        self.steps.push(step);
    }

    fn give(&mut self, principal: ObjectId, resource: AppId, role: Uuid) {
        let assignment = AppRoleAssignment {
            id: super::new_id(self.authority, self.now),
            tenant: self.tenant,
            principal,
            principal_kind: PrincipalKind::ServicePrincipal,
            resource,
            role,
        };
        let insert = store::app_role_assignment::insert(&assignment, self.now);
        self.steps.push(any_outcome(insert));
    }

    fn log(&mut self, activity: &'static str, principal: ObjectId, name: Option<String>) {
        let change = Change {
            tenant: self.tenant,
            activity,
            target: Target::ServicePrincipal,
            id: principal.to_string(),
            name,
        };
        self.steps.push(super::audit(self.authority, self.mandate, change));
    }
}
