//! The device authorization endpoint (RFC 8628 section 3.1).
//!
//! In: a device's request. Out: its codes. Invariant: nothing is granted here; whether the scope can be had is found out
//! when the person consents, and again when the device redeems.

use std::sync::Arc;

use oauth::{RequestedScopes, ScopeError};
use uuid::Uuid;

use super::{Desk, Trail};
use crate::application::Audience;
use crate::authority::Authority;
use crate::call::{Call, Endpoint};
use crate::grant::device_code::{self, DeviceCodes, DeviceRequest};
use crate::refusal::{Asked, GrantRefusal, Refusal};
use crate::tenant::{self, Tenant, TenantName};

/// Answers a device's request.
pub(crate) async fn device_authorization(
    authority: &Authority,
    call: &Call,
    trail: &mut Trail,
) -> Result<DeviceCodes, Refusal> {
    let desk = Desk::open(authority, call, trail).await?;
    no_browser(call)?;
    let scope = asked_scope(call)?;
    let (asked, tenant) = tenants(&desk).await?;
    trail.tenant = Some(asked.as_ref().unwrap_or(&tenant).id);
    let client = desk.client(&tenant).await?;
    let request = DeviceRequest {
        id: Uuid::nil(),
        tenant: asked.map(|tenant| tenant.id),
        app_id: client.application().app_id,
        scope,
        resource: call.request.resource.clone(),
    };
    device_code::begin(authority, &request, desk.now).await
}

/// A device is no page in a browser.
fn no_browser(call: &Call) -> Result<(), Refusal> {
    if call.from_browser {
        Err(Refusal::CrossOrigin)
    } else {
        Ok(())
    }
}

/// The scope as it was sent; of the v1.0 endpoint the words of OpenID Connect, if any.
fn asked_scope(call: &Call) -> Result<String, Refusal> {
    let request = &call.request;
    match (call.endpoint, &request.resource, &request.scope) {
        (Endpoint::V2, Some(_), _) => Err(Refusal::ResourceParameter),
        (Endpoint::V2, None, None) => Err(Refusal::Missing { name: "scope" }),
        (Endpoint::V1, _, None) => Ok(String::new()),
        (Endpoint::V1 | Endpoint::V2, _, Some(scope)) => match RequestedScopes::parse(scope) {
            Ok(_) => Ok(scope.clone()),
            Err(ScopeError::Missing) => Err(GrantRefusal::ScopeEmpty.into()),
            Err(ScopeError::TooLong | ScopeError::Malformed | ScopeError::Mixed | ScopeError::NotDefault) => {
                let scope = scope.clone();
                Err(GrantRefusal::ScopeMalformed { scope }.into())
            }
        },
    }
}

/// The tenant that was asked, and the one in which the client is authenticated. At an alias nobody knows the person's
/// tenant yet, and the client's credentials are known at home.
async fn tenants(desk: &Desk<'_>) -> Result<(Option<Arc<Tenant>>, Arc<Tenant>), Refusal> {
    match &desk.name {
        name @ (TenantName::Id(_) | TenantName::Domain(_) | TenantName::Consumers) => {
            let tenant = tenant::find(&desk.snapshot, name, Asked::Endpoint).await?;
            Ok((Some(Arc::clone(&tenant)), tenant))
        }
        TenantName::Common | TenantName::Organizations => Ok((None, home(desk).await?)),
    }
}

async fn home(desk: &Desk<'_>) -> Result<Arc<Tenant>, Refusal> {
    let application = desk.call.request.unverified_client_id.clone();
    let client = match application.parse() {
        Ok(app_id) => desk.snapshot.client(app_id).await?,
        Err(_) => None,
    };
    let Some(client) = client else {
        let tenant = desk.name.text();
        return Err(Refusal::ApplicationNotFound { application, tenant });
    };
    match client.application.audience {
        Audience::SingleTenant => Err(GrantRefusal::SingleTenantApplication { application }.into()),
        Audience::MultipleTenants => {
            let home = TenantName::Id(client.application.home_tenant);
            tenant::find(&desk.snapshot, &home, Asked::Endpoint).await
        }
    }
}
