//! `GET` and `POST /{tenant}/oauth2/v2.0/authorize` and `/{tenant}/oauth2/authorize`.
//!
//! In: a query, or a form. Out: a page of the sign-in, or an answer to the client. Invariant: only read here; every check
//! is made by the interaction, again for each page.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::Method;
use http::request::Parts;
use oauth::AuthorizationRequest;

use super::form;
use super::segment::Segment;
use super::visit::Visit;
use crate::authority::Authority;
use crate::call::Endpoint;
use crate::interaction::{Interaction, Purpose};
use crate::pushed;
use crate::refusal::Refusal;

/// The v1.0 endpoint.
pub(crate) async fn v1(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    authorize(&authority, Endpoint::V1, tenant.0, request).await
}

/// The v2.0 endpoint.
pub(crate) async fn v2(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    authorize(&authority, Endpoint::V2, tenant.0, request).await
}

async fn authorize(authority: &Authority, endpoint: Endpoint, unverified_tenant: String, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut visit = Visit::begin(authority, &head);
    let sent = match read(&head, body).await {
        Ok(sent) => sent,
        Err(refusal) => return visit.refuse(refusal),
    };
    let request = match AuthorizationRequest::parse(&sent) {
        Ok(request) => {
            visit.exchange.correlation_id = request.correlation_id.unwrap_or(visit.exchange.correlation_id);
            pushed::resolve(authority, endpoint, &unverified_tenant, request).await
        }
        // Read again and refused by the interaction, which knows to whom.
        Err(_) => Ok(String::from_utf8_lossy(&sent).into_owned()),
    };
    let request = match request {
        Ok(request) => request,
        Err(refusal) => return visit.refuse(refusal),
    };
    let purpose = Purpose::Authorize { endpoint, request };
    let interaction = Interaction::begin(purpose, unverified_tenant, visit.exchange.at);
    visit.take_turn(interaction, None).await
}

/// The request as it was sent: in the query, or in the body.
pub(super) async fn read(head: &Parts, body: Body) -> Result<Vec<u8>, Refusal> {
    if head.method == Method::POST {
        Ok(form::read(head, body).await?.to_vec())
    } else {
        Ok(head.uri.query().unwrap_or_default().as_bytes().to_vec())
    }
}
