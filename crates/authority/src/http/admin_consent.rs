//! `GET /{tenant}/adminconsent` and `/{tenant}/v2.0/adminconsent`.
//!
//! In: a query. Out: a page of the sign-in, or a message to the client. Invariant: as at the authorization endpoint.

use axum::extract::{Request, State};
use axum::response::Response;

use super::authorize;
use super::fields::Fields;
use super::segment::Segment;
use super::visit::Visit;
use crate::authority::Authority;
use crate::call::Endpoint;
use crate::interaction::admin_consent::AdminConsentRequest;
use crate::interaction::{Interaction, Purpose};
use crate::refusal::Refusal;

/// The v1.0 endpoint.
pub(crate) async fn v1(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    admin_consent(&authority, Endpoint::V1, tenant.0, request).await
}

/// The v2.0 endpoint.
pub(crate) async fn v2(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    admin_consent(&authority, Endpoint::V2, tenant.0, request).await
}

async fn admin_consent(
    authority: &Authority,
    endpoint: Endpoint,
    unverified_tenant: String,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let visit = Visit::begin(authority, &head);
    let sent = match authorize::read(&head, body).await {
        Ok(sent) => sent,
        Err(refusal) => return visit.refuse(refusal),
    };
    let request = match read(&Fields::read(&sent)) {
        Ok(request) => request,
        Err(refusal) => return visit.refuse(refusal),
    };
    let purpose = Purpose::AdminConsent { endpoint, request };
    let interaction = Interaction::begin(purpose, unverified_tenant, visit.exchange.at);
    visit.take_turn(interaction, None).await
}

fn read(fields: &Fields) -> Result<AdminConsentRequest, Refusal> {
    let own = |name| fields.get(name).map(str::to_owned);
    Ok(AdminConsentRequest {
        unverified_client_id: own("client_id").ok_or(Refusal::Missing { name: "client_id" })?,
        redirect_uri: own("redirect_uri"),
        scope: own("scope"),
        state: own("state"),
    })
}
