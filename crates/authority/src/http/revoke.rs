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
use super::form;
use super::segment::Segment;
use super::{cross_origin, error, recorded};
use crate::authority::Authority;
use crate::refusal::Refusal;
use crate::service;

/// Takes a token back.
pub(crate) async fn revoke(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut exchange = Exchange::begin(&authority, &head);
    let outcome = ask(&authority, tenant, (&head, body), &mut exchange).await;
    let recorded = recorded::client(&authority, &exchange, outcome).await;
    let response = match recorded {
        Ok(()) => exchange.answer_empty(StatusCode::OK),
        Err(refusal) => error::answer(&exchange, &refusal),
    };
    cross_origin::readable(&head, response)
}

async fn ask(
    authority: &Authority,
    tenant: Segment,
    (head, body): (&Parts, Body),
    exchange: &mut Exchange,
) -> Result<(), Refusal> {
    let request = form::parse(head, body, RevocationRequest::parse).await?;
    let client = (request.unverified_client_id, request.credential);
    let call = form::call_of(authority, tenant, head, client);
    service::revoke(authority, &call, &request.token, &mut exchange.trail).await
}
