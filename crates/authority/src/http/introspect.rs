//! `POST /{tenant}/oauth2/v2.0/introspect` (RFC 7662).
//!
//! In: a form with a token. Out: what it is worth. Invariant: of a token that is worth nothing only that is said.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use oauth::{IntrospectionRequest, IntrospectionResponse};

use super::exchange::{Caching, Exchange};
use super::form;
use super::segment::Segment;
use super::{error, recorded};
use crate::authority::Authority;
use crate::refusal::Refusal;
use crate::service;

/// What a token is worth to the service that asks.
pub(crate) async fn introspect(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut exchange = Exchange::begin(&authority, &head);
    let outcome = ask(&authority, tenant, (&head, body), &mut exchange).await;
    let recorded = recorded::client(&authority, &exchange, outcome).await;
    match recorded {
        Ok(answer) => exchange.answer(StatusCode::OK, Caching::Never, &answer),
        Err(refusal) => error::answer(&exchange, &refusal),
    }
}

async fn ask(
    authority: &Authority,
    tenant: Segment,
    (head, body): (&Parts, Body),
    exchange: &mut Exchange,
) -> Result<IntrospectionResponse, Refusal> {
    let request = form::parse(head, body, IntrospectionRequest::parse).await?;
    let client = (request.unverified_client_id, request.credential);
    let call = form::call_of(authority, tenant, head, client);
    service::introspect(authority, &call, &request.token, &mut exchange.trail).await
}
