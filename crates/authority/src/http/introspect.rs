//! `POST /{tenant}/oauth2/v2.0/introspect` (RFC 7662).
//!
//! In: a form with a token. Out: what it is worth. Invariant: of a token that is worth nothing only that is said.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use oauth::IntrospectionRequest;

use super::error;
use super::exchange::{Caching, Exchange};
use super::form::{self, Place};
use super::segment::Segment;
use crate::authority::Authority;
use crate::call::Endpoint;
use crate::refusal::Refusal;
use crate::service;

/// What a token is worth to the service that asks.
pub(crate) async fn introspect(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
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
            service::introspect(&authority, &call, &request.token, &mut exchange.trail).await
        }
        Err(refusal) => Err(refusal),
    };
    match outcome {
        Ok(answer) => exchange.answer(StatusCode::OK, Caching::Never, &answer),
        Err(refusal) => error::answer(&exchange, &refusal),
    }
}

async fn read(head: &Parts, body: Body) -> Result<IntrospectionRequest, Refusal> {
    let body = form::read(head, body).await?;
    IntrospectionRequest::parse(&body, form::authorization(head)).map_err(form::unreadable)
}
