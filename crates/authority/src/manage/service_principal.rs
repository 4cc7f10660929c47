//! Applications brought into tenants, switched off there, and taken out.
//!
//! In: a tenant and an application. Out: the service principal's id. Invariant: an application for its own tenant only has
//! a service principal nowhere else; those of the built-in applications cannot be changed.

use std::sync::Arc;

use oauth::{AppId, ObjectId, TenantId};

use super::transaction::{self, demand, then};
use super::{Change, ManageError, Mandate, owner};
use crate::application::{Assignment, Audience, ServicePrincipal};
use crate::authority::Authority;
use crate::store::directory_audit::Target;
use crate::store::service_principal::ServicePrincipalRow;
use crate::store::{self, Switch, any_outcome, must_change};
use crate::well_known;

/// A service principal to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewServicePrincipal {
    /// Its id; made where none is given.
    pub object_id: Option<ObjectId>,
    /// The tenant.
    pub tenant: TenantId,
    /// The application.
    pub app_id: AppId,
}

/// What of a service principal shall be otherwise; `None` leaves it as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct PrincipalChange {
    /// Whether the application gets tokens of the tenant.
    pub enabled: Option<bool>,
    /// Who may use it there.
    pub assignment: Option<Assignment>,
}

/// Brings an application into a tenant.
pub async fn create(
    authority: &Authority,
    mandate: &Mandate,
    new: NewServicePrincipal,
) -> Result<ObjectId, ManageError> {
    create_with(authority, mandate, new, PrincipalChange::default()).await
}

/// Brings an application into a tenant, otherwise than [`create`] does. Who asks for it, an application or a person, is its
/// owner.
pub async fn create_with(
    authority: &Authority,
    mandate: &Mandate,
    new: NewServicePrincipal,
    wanted: PrincipalChange,
) -> Result<ObjectId, ManageError> {
    let display_name = check_audience(authority, new).await?;
    let now = authority.clock().now();
    let object_id = new.object_id.unwrap_or_else(|| super::new_id(authority, now).into());
    let row = ServicePrincipalRow {
        tenant: new.tenant,
        app_id: new.app_id,
        object_id,
        enabled: wanted.enabled.unwrap_or(true),
        assignment: wanted.assignment.unwrap_or(Assignment::Optional),
    };
    let change = Change {
        tenant: new.tenant,
        activity: "Add service principal",
        target: Target::ServicePrincipal,
        id: object_id.to_string(),
        name: Some(display_name),
    };
    let mut parts = vec![
        demand(store::tenant::hold(new.tenant), super::missing("tenant", &new.tenant)),
        then(store::service_principal::insert(&row, now)),
    ];
    parts.extend(owner::first(mandate, new.tenant, object_id));
    parts.push(super::audit(authority, mandate, change).into());
    transaction::commit(authority, parts).await?;
    Ok(object_id)
}

/// Changes a service principal.
pub async fn change(
    authority: &Authority,
    mandate: &Mandate,
    (tenant, app_id): (TenantId, AppId),
    wanted: PrincipalChange,
) -> Result<(), ManageError> {
    let known = find(authority, tenant, app_id).await?;
    let mut parts = Vec::new();
    let mut step = |activity, statement| {
        parts.push(demand(statement, super::missing("service principal", &app_id)));
        parts.push(super::audit(authority, mandate, logged(activity, &known)).into());
    };
    if let Some(is_enabled) = wanted.enabled {
        let (switch, activity) = if is_enabled {
            (Switch::On, "Enable service principal")
        } else {
            (Switch::Off, "Disable service principal")
        };
        step(activity, store::service_principal::set_enabled(tenant, app_id, switch));
    }
    if let Some(assignment) = wanted.assignment {
        let statement = store::service_principal::set_assignment(tenant, app_id, assignment);
        step("Update service principal", statement);
    }
    transaction::commit(authority, parts).await
}

/// Lets an application get tokens of the tenant again.
pub async fn enable(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    app_id: AppId,
) -> Result<(), ManageError> {
    let wanted = PrincipalChange {
        enabled: Some(true),
        ..PrincipalChange::default()
    };
    change(authority, mandate, (tenant, app_id), wanted).await
}

/// Keeps an application from getting tokens of the tenant.
pub async fn disable(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    app_id: AppId,
) -> Result<(), ManageError> {
    let wanted = PrincipalChange {
        enabled: Some(false),
        ..PrincipalChange::default()
    };
    change(authority, mandate, (tenant, app_id), wanted).await
}

/// Says who may use an application in the tenant.
pub async fn set_assignment(
    authority: &Authority,
    mandate: &Mandate,
    of: (TenantId, AppId),
    assignment: Assignment,
) -> Result<(), ManageError> {
    let wanted = PrincipalChange {
        assignment: Some(assignment),
        ..PrincipalChange::default()
    };
    change(authority, mandate, of, wanted).await
}

/// Takes an application out of a tenant, with all that it was given or has given there.
pub async fn delete(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    app_id: AppId,
) -> Result<(), ManageError> {
    let known = find(authority, tenant, app_id).await?;
    let mut steps = vec![must_change(store::service_principal::delete(tenant, app_id))];
    let traces = [
        store::scope_grant::delete_of_client(tenant, app_id),
        store::scope_grant_list::delete_of_resource(tenant, app_id),
        store::app_role_assignment::delete_of_principal(tenant, known.object_id),
        store::app_role_assignment::delete_of_resource(tenant, app_id),
        store::group::delete_of_member(tenant, known.object_id),
        store::owner::delete_all(tenant, known.object_id),
    ];
    steps.extend(traces.map(any_outcome));
    steps.push(super::audit(
        authority,
        mandate,
        logged("Remove service principal", &known),
    ));
    super::commit(authority, "service principal", app_id, steps).await
}

/// The service principal as it is now, if it has a row that can be changed.
async fn find(authority: &Authority, tenant: TenantId, app_id: AppId) -> Result<Arc<ServicePrincipal>, ManageError> {
    let snapshot = super::snapshot(authority).await?;
    let known = snapshot.service_principal(tenant, app_id).await;
    let known = known.map_err(super::read_failed)?;
    let known = known.filter(|_| well_known::client(app_id).is_none());
    known.ok_or_else(|| ManageError::NotFound {
        what: "service principal",
        id: app_id.to_string(),
    })
}

fn logged(activity: &'static str, principal: &ServicePrincipal) -> Change {
    Change {
        tenant: principal.tenant,
        activity,
        target: Target::ServicePrincipal,
        id: principal.object_id.to_string(),
        name: Some(principal.display_name.clone()),
    }
}

/// The application's name, if it may be brought in.
async fn check_audience(authority: &Authority, new: NewServicePrincipal) -> Result<String, ManageError> {
    let snapshot = super::snapshot(authority).await?;
    let found = snapshot.client(new.app_id).await.map_err(super::read_failed)?;
    let client = found.ok_or_else(|| ManageError::NotFound {
        what: "application",
        id: new.app_id.to_string(),
    })?;
    if well_known::client(new.app_id).is_some() {
        // Every tenant has it from the start.
        return Err(ManageError::Taken {
            constraint: "service_principal_pkey".to_owned(),
        });
    }
    match client.application.audience {
        Audience::SingleTenant if client.application.home_tenant != new.tenant => Err(ManageError::Invalid {
            what: "application",
            value: new.app_id.to_string(),
            reason: "is for its own tenant only",
        }),
        Audience::SingleTenant | Audience::MultipleTenants => Ok(client.application.display_name.clone()),
    }
}
