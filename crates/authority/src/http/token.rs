//! `POST /{tenant}/oauth2/v2.0/token` and `POST /{tenant}/oauth2/token`.
//!
//! In: a form. Out: tokens in the shape of the endpoint's version. Invariant: the answer's shape follows the endpoint,
//! the access token's form follows the resource.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use oauth::{TokenRequest, TokenResponse, TokenResponseV1};

use super::exchange::{Caching, Exchange};
use super::form::{self, Place};
use super::recorded;
use super::segment::Segment;
use super::{cross_origin, error};
use crate::authority::Authority;
use crate::call::Endpoint;
use crate::issue::IssuedToken;
use crate::refusal::Refusal;
use crate::service;

/// The v1.0 endpoint.
pub(crate) async fn v1(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    token(&authority, Endpoint::V1, tenant, request).await
}

/// The v2.0 endpoint.
pub(crate) async fn v2(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    token(&authority, Endpoint::V2, tenant, request).await
}

async fn token(authority: &Authority, endpoint: Endpoint, tenant: Segment, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut exchange = Exchange::begin(authority, &head);
    let place = Place {
        endpoint,
        unverified_tenant: tenant.0,
    };
    let outcome = ask(authority, place, (&head, body), &mut exchange).await;
    let recorded = recorded::token(authority, &exchange, outcome).await;
    let response = match (recorded, endpoint) {
        (Ok(issued), Endpoint::V1) => exchange.answer(StatusCode::OK, Caching::Never, &answer_v1(issued)),
        (Ok(issued), Endpoint::V2) => exchange.answer(StatusCode::OK, Caching::Never, &answer_v2(issued)),
        (Err(refusal), _) => error::answer(&exchange, &refusal),
    };
    cross_origin::readable(&head, response)
}

async fn ask(
    authority: &Authority,
    place: Place,
    (head, body): (&Parts, Body),
    exchange: &mut Exchange,
) -> Result<IssuedToken, Refusal> {
    let request = form::parse(head, body, TokenRequest::parse).await?;
    exchange.correlation_id = request.correlation_id.unwrap_or(exchange.correlation_id);
    let call = form::call(authority, place, head, request);
    service::token(authority, &call, &mut exchange.trail).await
}

fn answer_v1(issued: IssuedToken) -> TokenResponseV1 {
    TokenResponseV1 {
        token_type: issued.token_type.as_str().to_owned(),
        scope: issued.scope,
        expires_in: issued.lifetime_seconds.to_string(),
        ext_expires_in: issued.lifetime_seconds.to_string(),
        expires_on: issued.expires_at.seconds().to_string(),
        not_before: issued.not_before.seconds().to_string(),
        resource: issued.resource,
        access_token: issued.access_token,
        refresh_token: issued.refresh_token,
        id_token: issued.id_token,
        client_info: issued.client_info,
    }
}

fn answer_v2(issued: IssuedToken) -> TokenResponse {
    TokenResponse {
        token_type: issued.token_type.as_str().to_owned(),
        scope: issued.scope,
        expires_in: issued.lifetime_seconds,
        ext_expires_in: Some(issued.lifetime_seconds),
        refresh_in: issued.refresh_in_seconds,
        access_token: issued.access_token,
        refresh_token: issued.refresh_token,
        id_token: issued.id_token,
        client_info: issued.client_info,
    }
}
