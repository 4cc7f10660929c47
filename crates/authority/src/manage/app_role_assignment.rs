//! Roles given to people, groups and applications, and taken from them.
//!
//! In: who, and which role of which resource. Out: the assignment's id. Invariant: only a role that the resource offers,
//! to the kind of principal for which it is meant, is given.

use oauth::{AppId, ObjectId, TenantId};
use uuid::Uuid;

use super::{Change, Held, ManageError, Mandate};
use crate::authority::Authority;
use crate::consent::{AppRoleAssignment, PrincipalKind};
use crate::registration::MemberType;
use crate::snapshot::Snapshot;
use crate::store::directory_audit::Target;
use crate::store::{self, any_outcome, must_change};

/// A role to be given.
#[derive(Debug, Clone, Copy)]
pub struct NewAppRoleAssignment {
    /// The tenant.
    pub tenant: TenantId,
    /// Who shall have it: a person, a group, or a service principal.
    pub principal: Principal,
    /// The resource that defines it.
    pub resource: AppId,
    /// The role; the nil id for mere access to a resource that defines no roles.
    pub role: Uuid,
}

/// Who may have a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Principal {
    /// A person.
    User(ObjectId),
    /// Everybody in a group.
    Group(ObjectId),
    /// An application, by its id.
    Application(AppId),
}

/// Gives a role.
pub async fn assign(authority: &Authority, mandate: &Mandate, new: NewAppRoleAssignment) -> Result<Uuid, ManageError> {
    for _ in 0..super::MOST_ATTEMPTS {
        let snapshot = super::snapshot(authority).await?;
        check_role(&snapshot, new).await?;
        let (principal, principal_kind) = find_principal(&snapshot, new.tenant, new.principal).await?;
        let now = authority.clock().now();
        let assignment = AppRoleAssignment {
            id: super::new_id(authority, now),
            tenant: new.tenant,
            principal,
            principal_kind,
            resource: new.resource,
            role: new.role,
        };
        let steps = vec![
            any_outcome(store::app_role_assignment::insert(&assignment, now)),
            super::audit(authority, mandate, given(&assignment)),
        ];
        if super::commit_at(authority, &snapshot, steps).await? == Held::Done {
            return Ok(assignment.id);
        }
    }
    Err(super::contended("resource", &new.resource))
}

/// Takes a role.
pub async fn remove(authority: &Authority, mandate: &Mandate, tenant: TenantId, id: Uuid) -> Result<(), ManageError> {
    let change = Change {
        tenant,
        activity: "Remove app role assignment",
        target: Target::ServicePrincipal,
        id: id.to_string(),
        name: None,
    };
    let steps = vec![
        must_change(store::app_role_assignment::delete(tenant, id)),
        super::audit(authority, mandate, change),
    ];
    super::commit(authority, "app role assignment", id, steps).await
}

async fn check_role(snapshot: &Snapshot, new: NewAppRoleAssignment) -> Result<(), ManageError> {
    let resource = snapshot.service_principal(new.tenant, new.resource).await;
    let client = snapshot.client(new.resource).await.map_err(super::read_failed)?;
    let (Some(_), Some(client)) = (resource.map_err(super::read_failed)?, client) else {
        return Err(ManageError::NotFound {
            what: "resource",
            id: new.resource.to_string(),
        });
    };
    let registration = &client.application.registration;
    let wanted = match new.principal {
        Principal::User(_) | Principal::Group(_) => MemberType::User,
        Principal::Application(_) => MemberType::Application,
    };
    let offered = registration.app_roles.iter().filter(|role| role.is_enabled);
    let mut offered = offered.filter(|role| role.allowed_member_types.contains(&wanted));
    let is_access = new.role.is_nil() && registration.app_roles.is_empty();
    if is_access || offered.any(|role| role.id == new.role) {
        return Ok(());
    }
    Err(ManageError::Invalid {
        what: "app role",
        value: new.role.to_string(),
        reason: "was not found on the application, or is not for this kind of principal",
    })
}

async fn find_principal(
    snapshot: &Snapshot,
    tenant: TenantId,
    principal: Principal,
) -> Result<(ObjectId, PrincipalKind), ManageError> {
    let (found, kind, id) = match principal {
        Principal::User(id) => {
            let person = snapshot.person(tenant, id).await.map_err(super::read_failed)?;
            let found = person.map(|person| person.object_id);
            (found, PrincipalKind::User, id.to_string())
        }
        Principal::Group(id) => {
            let group = store::group::find(snapshot.database(), tenant, id).await;
            let found = group.map_err(super::read_failed)?.map(|group| group.object_id);
            (found, PrincipalKind::Group, id.to_string())
        }
        Principal::Application(app_id) => {
            let principal = snapshot.service_principal(tenant, app_id).await;
            let found = principal.map_err(super::read_failed)?;
            let found = found.map(|principal| principal.object_id);
            (found, PrincipalKind::ServicePrincipal, app_id.to_string())
        }
    };
    let found = found.ok_or(ManageError::NotFound { what: "principal", id })?;
    Ok((found, kind))
}

fn given(assignment: &AppRoleAssignment) -> Change {
    Change {
        tenant: assignment.tenant,
        activity: "Add app role assignment",
        target: match assignment.principal_kind {
            PrincipalKind::User => Target::User,
            PrincipalKind::Group => Target::Group,
            PrincipalKind::ServicePrincipal => Target::ServicePrincipal,
        },
        id: assignment.principal.to_string(),
        name: None,
    }
}
