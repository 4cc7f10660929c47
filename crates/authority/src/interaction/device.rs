//! The request of a device, found by the code that it shows.
//!
//! In: a code as it was typed. Out: [`Asked`]. Invariant: a device has no redirect URI, so every refusal is told on a page.

use super::asked::{self, Asked, Device, Goal, Place, Refused, Rules, Wants};
use super::authorize;
use crate::authority::Authority;
use crate::call::Endpoint;
use crate::grant::device_code::{self, DeviceRequest};
use crate::refusal::{AuthorizationRefusal, Refusal};
use crate::snapshot::Snapshot;
use crate::tenant::TenantName;

/// The request that waits with this code.
async fn find(authority: &Authority, user_code: &str) -> Result<DeviceRequest, Refusal> {
    let found = device_code::find_by_user_code(authority, user_code, authority.clock().now()).await?;
    found.ok_or_else(|| AuthorizationRefusal::UserCode.into())
}

/// Reads what a request is about.
pub(super) async fn load(authority: &Authority, snapshot: &Snapshot, user_code: &str) -> Result<Asked, Refused> {
    let request = find(authority, user_code).await?;
    let name = request.tenant.map_or(TenantName::Organizations, TenantName::Id);
    let place = match request.tenant {
        Some(tenant) => asked::place(snapshot, &tenant.to_string()).await?,
        None => Place { name, tenant: None },
    };
    let client = asked::client(snapshot, &place, &request.app_id.to_string()).await?;
    asked::application_is_enabled(&client.application)?;
    // Only the v1.0 endpoint takes a resource, and it takes nothing else.
    let endpoint = match request.resource {
        Some(_) => Endpoint::V1,
        None => Endpoint::V2,
    };
    let scopes = authorize::scopes(endpoint, &request.scope, request.resource.as_deref())?;
    Ok(Asked {
        client,
        rules: Rules {
            tenant: request.tenant,
            device: Device::Waiting,
            ..Rules::default()
        },
        tenant: place.tenant,
        wants: Wants::Scopes(scopes),
        goal: Goal::Device(request),
    })
}
