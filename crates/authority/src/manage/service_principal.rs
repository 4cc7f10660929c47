//! Applications brought into tenants, switched off there, and taken out.
//!
//! In: a tenant and an application. Out: the service principal's id. Invariant: an application for its own tenant only has
//! a service principal nowhere else; those of the built-in applications cannot be changed.

use std::sync::Arc;

use oauth::{AppId, ObjectId, TenantId};

use super::{Change, ManageError, Mandate};
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

/// Brings an application into a tenant.
pub async fn create(
    authority: &Authority,
    mandate: &Mandate,
    new: NewServicePrincipal,
) -> Result<ObjectId, ManageError> {
    let display_name = check_audience(authority, new).await?;
    let now = authority.clock().now();
    let object_id = new.object_id.unwrap_or_else(|| super::new_id(authority, now).into());
    let row = ServicePrincipalRow {
        tenant: new.tenant,
        app_id: new.app_id,
        object_id,
        enabled: true,
        assignment: Assignment::Optional,
    };
    let change = Change {
        tenant: new.tenant,
        activity: "Add service principal",
        target: Target::ServicePrincipal,
        id: object_id.to_string(),
        name: Some(display_name),
    };
    let steps = vec![
        must_change(store::tenant::hold(new.tenant)),
        any_outcome(store::service_principal::insert(&row, now)),
        super::audit(authority, mandate, change),
    ];
    super::commit(authority, "tenant", new.tenant, steps).await?;
    Ok(object_id)
}

/// Lets an application get tokens of the tenant again.
pub async fn enable(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    app_id: AppId,
) -> Result<(), ManageError> {
    let known = find(authority, tenant, app_id).await?;
    let steps = vec![
        must_change(store::service_principal::set_enabled(tenant, app_id, Switch::On)),
        super::audit(authority, mandate, change("Enable service principal", &known)),
    ];
    super::commit(authority, "service principal", app_id, steps).await
}

/// Keeps an application from getting tokens of the tenant.
pub async fn disable(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    app_id: AppId,
) -> Result<(), ManageError> {
    let known = find(authority, tenant, app_id).await?;
    let steps = vec![
        must_change(store::service_principal::set_enabled(tenant, app_id, Switch::Off)),
        super::audit(authority, mandate, change("Disable service principal", &known)),
    ];
    super::commit(authority, "service principal", app_id, steps).await
}

/// Says who may use an application in the tenant.
pub async fn set_assignment(
    authority: &Authority,
    mandate: &Mandate,
    (tenant, app_id): (TenantId, AppId),
    assignment: Assignment,
) -> Result<(), ManageError> {
    let known = find(authority, tenant, app_id).await?;
    let steps = vec![
        must_change(store::service_principal::set_assignment(tenant, app_id, assignment)),
        super::audit(authority, mandate, change("Update service principal", &known)),
    ];
    super::commit(authority, "service principal", app_id, steps).await
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
    ];
    steps.extend(traces.map(any_outcome));
    steps.push(super::audit(
        authority,
        mandate,
        change("Remove service principal", &known),
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

fn change(activity: &'static str, principal: &ServicePrincipal) -> Change {
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
