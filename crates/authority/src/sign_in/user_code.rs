//! The code that a device shows, typed by somebody who is not known yet.
//!
//! In: what was typed, and where. Out: the request that waits with it, or a refusal. INVARIANT: a wrong code stays counted,
//! by address, and too many hold back right ones (RFC 8628 section 5.1); a right one wipes out no wrong one, since
//! everybody can have a device of their own.

use std::net::IpAddr;

use super::lockout;
use crate::authority::Authority;
use crate::grant::device_code::{self, DeviceRequest};
use crate::refusal::{AuthorizationRefusal, Refusal};

/// Finds the request of a code.
pub(crate) async fn find(
    authority: &Authority,
    address: Option<IpAddr>,
    unverified_code: &str,
) -> Result<DeviceRequest, Refusal> {
    let now = authority.clock().now();
    let database = authority.directory().database();
    let attempt = lockout::admit_stranger(database, address, now).await?;
    let found = device_code::find_by_user_code(authority, unverified_code, now).await?;
    let request = found.ok_or(AuthorizationRefusal::UserCode)?;
    attempt.take_back(database).await?;
    Ok(request)
}
