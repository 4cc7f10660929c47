//! Authorization requests that a client leaves here before it sends a browser (RFC 9126).
//!
//! In: a request, and the client that proved itself; then its name. Out: a name; then the request, once. INVARIANT: a name
//! is 256 bits of chance, good for [`LIFETIME_SECONDS`], for one use, in the tenant and for the client that left the
//! request; what the browser says beside it does not count.

use db::Commit;
use oauth::{AuthorizationRequest, Secret, TenantId, Timestamp};

use crate::authority::Authority;
use crate::call::Endpoint;
use crate::client_auth::AuthenticatedClient;
use crate::interaction::asked;
use crate::opaque::Opaque;
use crate::refusal::{AuthorizationRefusal, Refusal};
use crate::store::pushed_request::PushedRequestRow;
use crate::store::{self, any_outcome, must_change};

/// How long a request waits for its browser.
pub(crate) const LIFETIME_SECONDS: i64 = 60;
/// What the name of a request begins with.
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// Keeps a request; gives its name.
pub(crate) async fn keep(
    authority: &Authority,
    tenant: TenantId,
    client: &AuthenticatedClient,
    request: &AuthorizationRequest,
    now: Timestamp,
) -> Result<String, Refusal> {
    let name = Opaque::generate(authority.random());
    let row = PushedRequestRow {
        id: name.id(),
        hash: name.hash(authority.random()),
        tenant,
        app_id: client.application().app_id,
        request: request.to_query(),
        expires_at: now.plus_seconds(LIFETIME_SECONDS),
    };
    let steps = vec![
        any_outcome(store::pushed_request::delete_expired(now)),
        any_outcome(store::pushed_request::insert(&row)),
    ];
    store::record(authority.directory().database(), steps).await?;
    Ok(format!("{PREFIX}{}", name.text().expose()))
}

/// A request as a query: itself or, where it only names one that was left here, that one, which is then used up.
pub(crate) async fn resolve(
    authority: &Authority,
    endpoint: Endpoint,
    unverified_tenant: &str,
    request: AuthorizationRequest,
) -> Result<String, Refusal> {
    let Some(name) = request.request_uri.as_deref() else {
        return Ok(request.to_query());
    };
    let unknown = || AuthorizationRefusal::RequestUri;
    let name = name
        .strip_prefix(PREFIX)
        .filter(|_| endpoint == Endpoint::V2)
        .ok_or_else(unknown)?;
    let name = Opaque::parse(&Secret::new(name.to_owned())).ok_or_else(unknown)?;
    let snapshot = authority.directory().snapshot().await?;
    let tenant = asked::place(&snapshot, unverified_tenant)
        .await?
        .tenant
        .map(|tenant| tenant.id);
    let now = authority.clock().now();
    let database = authority.directory().database();
    let row = store::pushed_request::find(database, name.id()).await?;
    let is_meant = |row: &PushedRequestRow| {
        name.is_of(&row.hash)
            && now < row.expires_at
            && Some(row.tenant) == tenant
            && request.unverified_client_id.parse() == Ok(row.app_id)
    };
    let row = row.filter(is_meant).ok_or_else(unknown)?;
    let used = store::record(database, vec![must_change(store::pushed_request::delete(row.id))]).await?;
    match used {
        Commit::Done(_) => Ok(row.request),
        Commit::Refused { .. } => Err(unknown().into()),
    }
}
