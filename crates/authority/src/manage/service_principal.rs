//! Applications brought into tenants, and switched off there.
//!
//! In: a tenant and an application. Out: the service principal's id. Invariant: an application for its own tenant only has
//! a service principal nowhere else.

use oauth::{AppId, ObjectId, TenantId};

use super::{ManageError, Operator};
use crate::application::Audience;
use crate::authority::Authority;
use crate::store::service_principal::ServicePrincipalRow;
use crate::store::{self, Switch, any_outcome, must_change};

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
pub async fn create(authority: &Authority, _: &Operator, new: NewServicePrincipal) -> Result<ObjectId, ManageError> {
    check_audience(authority, new).await?;
    let now = authority.clock().now();
    let object_id = new.object_id.unwrap_or_else(|| super::new_id(authority, now).into());
    let row = ServicePrincipalRow {
        tenant: new.tenant,
        app_id: new.app_id,
        object_id,
        enabled: true,
    };
    let steps = vec![
        must_change(store::tenant::hold(new.tenant)),
        any_outcome(store::service_principal::insert(&row, now)),
    ];
    super::commit(authority, "tenant", new.tenant, steps).await?;
    Ok(object_id)
}

/// Lets an application get tokens of the tenant again.
pub async fn enable(authority: &Authority, _: &Operator, tenant: TenantId, app_id: AppId) -> Result<(), ManageError> {
    let step = must_change(store::service_principal::set_enabled(tenant, app_id, Switch::On));
    super::commit(authority, "service principal", app_id, vec![step]).await
}

/// Keeps an application from getting tokens of the tenant.
pub async fn disable(authority: &Authority, _: &Operator, tenant: TenantId, app_id: AppId) -> Result<(), ManageError> {
    let step = must_change(store::service_principal::set_enabled(tenant, app_id, Switch::Off));
    super::commit(authority, "service principal", app_id, vec![step]).await
}

async fn check_audience(authority: &Authority, new: NewServicePrincipal) -> Result<(), ManageError> {
    let snapshot = authority.directory().snapshot().await.map_err(ManageError::Read)?;
    let found = snapshot
        .client(new.app_id)
        .await
        .map_err(|error| ManageError::Read(error.into()))?;
    let client = found.ok_or_else(|| ManageError::NotFound {
        what: "application",
        id: new.app_id.to_string(),
    })?;
    match client.application.audience {
        Audience::SingleTenant if client.application.home_tenant != new.tenant => Err(ManageError::Invalid {
            what: "application",
            value: new.app_id.to_string(),
            reason: "is for its own tenant only",
        }),
        Audience::SingleTenant | Audience::MultipleTenants => Ok(()),
    }
}
