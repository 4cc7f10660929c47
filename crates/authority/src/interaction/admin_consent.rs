//! Requests for an administrator's consent, held against the client's registration.
//!
//! In: an [`AdminConsentRequest`]. Out: [`Asked`]. INVARIANT: as at the authorization endpoint: nothing is sent to a
//! redirect URI that is not registered.

use oauth::{RequestedScopes, ScopeError, ScopeNames};
use serde::{Deserialize, Serialize};

use super::asked::{self, Asked, ConsentFor, Device, Goal, Place, Refused, Rules, Wants};
use super::recipient::{Recipient, Shape};
use crate::authority::Authority;
use crate::call::Endpoint;
use crate::refusal::{AuthorizationRefusal, Refusal};
use crate::snapshot::Snapshot;

/// A request for an administrator's consent, read but not believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AdminConsentRequest {
    /// `client_id`.
    pub(crate) unverified_client_id: String,
    /// `redirect_uri`.
    pub(crate) redirect_uri: Option<String>,
    /// `scope`: of the v2.0 endpoint.
    pub(crate) scope: Option<String>,
    /// `state`.
    pub(crate) state: Option<String>,
}

/// Reads what a request is about.
pub(super) async fn load(
    authority: &Authority,
    snapshot: &Snapshot,
    place: Place,
    endpoint: Endpoint,
    request: &AdminConsentRequest,
) -> Result<Asked, Refused> {
    let client = asked::client(snapshot, &place, &request.unverified_client_id).await?;
    let redirect = asked::redirect(&client.application, request.redirect_uri.as_deref())?;
    let issuer = authority.origin().as_str().to_owned();
    let recipient = Recipient::new(redirect, Shape::AdminConsent(endpoint), request.state.clone(), issuer);
    let enabled = asked::application_is_enabled(&client.application);
    let wants = match enabled.and_then(|()| wants(endpoint, request.scope.as_deref())) {
        Ok(wants) => wants,
        Err(refusal) => {
            return Err(Refused {
                refusal,
                recipient: Some(recipient),
            });
        }
    };
    Ok(Asked {
        client,
        rules: Rules {
            tenant: place.tenant.as_ref().map(|tenant| tenant.id),
            consent_for: ConsentFor::Everybody,
            device: Device::None,
            ..Rules::default()
        },
        tenant: place.tenant,
        wants,
        goal: Goal::AdminConsent {
            endpoint,
            request: request.clone(),
            recipient,
        },
    })
}

/// The v1.0 endpoint asks for all that is registered; so does the v2.0 endpoint for `.default`, which alone brings roles.
fn wants(endpoint: Endpoint, scope: Option<&str>) -> Result<Wants, Refusal> {
    let scope = match endpoint {
        Endpoint::V1 => return Ok(Wants::Registered),
        Endpoint::V2 => scope.ok_or(Refusal::Missing { name: "scope" })?,
    };
    match RequestedScopes::parse(scope) {
        Ok(scopes) if scopes.resources.iter().any(|asked| asked.names == ScopeNames::Default) => Ok(Wants::Registered),
        Ok(scopes) => Ok(Wants::Scopes(scopes)),
        Err(ScopeError::Missing) => Err(Refusal::Missing { name: "scope" }),
        Err(ScopeError::TooLong | ScopeError::Malformed | ScopeError::Mixed | ScopeError::NotDefault) => {
            let scope = scope.to_owned();
            Err(AuthorizationRefusal::Scope { scope }.into())
        }
    }
}
