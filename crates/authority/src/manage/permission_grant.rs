//! Delegated permissions given to applications, changed and withdrawn (`oauth2PermissionGrant`).
//!
//! In: an application, a resource, for whom, which scopes. Out: the grant's id. Invariant: one grant for each application,
//! resource and person, with at least one scope; a page's consent and these conductors write the same rows.

use oauth::{AppId, ObjectId, TenantId};
use uuid::Uuid;

use super::{Change, Held, ManageError, Mandate};
use crate::authority::Authority;
use crate::consent::ScopeGrant;
use crate::snapshot::Snapshot;
use crate::store::directory_audit::Target;
use crate::store::{self, any_outcome, must_change};

/// A grant to be made.
#[derive(Debug, Clone)]
pub struct NewPermissionGrant {
    /// The tenant.
    pub tenant: TenantId,
    /// The application that shall have it.
    pub client: AppId,
    /// The resource.
    pub resource: AppId,
    /// For whom; `None` for everybody in the tenant.
    pub person: Option<ObjectId>,
    /// The scopes: words without their resource.
    pub scopes: Vec<String>,
}

/// Makes a grant.
pub async fn create(authority: &Authority, mandate: &Mandate, new: NewPermissionGrant) -> Result<Uuid, ManageError> {
    check_scopes(&new.scopes)?;
    for _ in 0..super::MOST_ATTEMPTS {
        let snapshot = super::snapshot(authority).await?;
        check_parties(&snapshot, &new).await?;
        let now = authority.clock().now();
        let grant = ScopeGrant {
            id: super::new_id(authority, now),
            tenant: new.tenant,
            client: new.client,
            resource: new.resource,
            person: new.person,
            scopes: new.scopes.clone(),
        };
        let steps = vec![
            any_outcome(store::scope_grant::insert(&grant, now)),
            super::audit(
                authority,
                mandate,
                change("Add delegated permission grant", new.tenant, grant.id),
            ),
        ];
        if super::commit_at(authority, &snapshot, steps).await? == Held::Done {
            return Ok(grant.id);
        }
    }
    Err(super::contended("application", &new.client))
}

/// Replaces the scopes of a grant.
pub async fn set_scopes(
    authority: &Authority,
    mandate: &Mandate,
    (tenant, id): (TenantId, Uuid),
    scopes: &[String],
) -> Result<(), ManageError> {
    check_scopes(scopes)?;
    let steps = vec![
        must_change(store::scope_grant::set_scopes(tenant, id, scopes)),
        super::audit(
            authority,
            mandate,
            change("Update delegated permission grant", tenant, id),
        ),
    ];
    super::commit(authority, "permission grant", id, steps).await
}

/// Withdraws a grant.
pub async fn remove(authority: &Authority, mandate: &Mandate, tenant: TenantId, id: Uuid) -> Result<(), ManageError> {
    let steps = vec![
        must_change(store::scope_grant::delete(tenant, id)),
        super::audit(
            authority,
            mandate,
            change("Remove delegated permission grant", tenant, id),
        ),
    ];
    super::commit(authority, "permission grant", id, steps).await
}

fn change(activity: &'static str, tenant: TenantId, id: Uuid) -> Change {
    Change {
        tenant,
        activity,
        target: Target::ServicePrincipal,
        id: id.to_string(),
        name: None,
    }
}

fn check_scopes(scopes: &[String]) -> Result<(), ManageError> {
    let is_word = |scope: &String| !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_graphic());
    if !scopes.is_empty() && scopes.iter().all(is_word) {
        return Ok(());
    }
    Err(ManageError::Invalid {
        what: "scope",
        value: scopes.join(" "),
        reason: "is not a list of scopes",
    })
}

async fn check_parties(snapshot: &Snapshot, new: &NewPermissionGrant) -> Result<(), ManageError> {
    for (what, app_id) in [("client", new.client), ("resource", new.resource)] {
        let principal = snapshot.service_principal(new.tenant, app_id).await;
        if principal.map_err(super::read_failed)?.is_none() {
            let id = app_id.to_string();
            return Err(ManageError::NotFound { what, id });
        }
    }
    let Some(person) = new.person else { return Ok(()) };
    match snapshot.person(new.tenant, person).await.map_err(super::read_failed)? {
        Some(_) => Ok(()),
        None => Err(ManageError::NotFound {
            what: "person",
            id: person.to_string(),
        }),
    }
}
