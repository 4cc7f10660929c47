//! `POST /{tenant}/oauth2/v2.0/revoke` (RFC 7009).
//!
//! In: a form with a token. Out: nothing. Invariant: the answer does not tell whether there was such a token.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use oauth::RevocationRequest;

use super::exchange::Exchange;
use super::form::{self, Place};
use super::segment::Segment;
use super::{cross_origin, error};
use crate::authority::Authority;
use crate::call::Endpoint;
use crate::refusal::Refusal;
use crate::service;

/// Takes a token back.
pub(crate) async fn revoke(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut exchange = Exchange::begin(&authority, &head);
    let outcome = match read(&head, body).await {
        Ok(request) => {
            let place = Place {
                endpoint: Endpoint::V2,
                unverified_tenant: tenant.0,
            };
            let client = form::client_alone(request.unverified_client_id, request.credential);
            let call = form::call(&authority, place, &head, client);
            service::revoke(&authority, &call, &request.token, &mut exchange.trail).await
        }
        Err(refusal) => Err(refusal),
    };
    let response = match outcome {
        Ok(()) => exchange.answer_empty(StatusCode::OK),
        Err(refusal) => error::answer(&exchange, &refusal),
    };
    cross_origin::readable(&head, response)
}

async fn read(head: &Parts, body: Body) -> Result<RevocationRequest, Refusal> {
    let body = form::read(head, body).await?;
    RevocationRequest::parse(&body, form::authorization(head)).map_err(form::unreadable)
}
