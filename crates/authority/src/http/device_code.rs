//! `POST /{tenant}/oauth2/v2.0/devicecode` and `POST /{tenant}/oauth2/devicecode`.
//!
//! In: a form. Out: a device's codes in the shape of the endpoint's version. Invariant: the person is sent to the
//! authority's own origin, whatever the request says.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use oauth::{DeviceAuthorizationRequest, DeviceAuthorizationResponse, DeviceAuthorizationResponseV1, TokenRequest};

use super::error;
use super::exchange::{Caching, Exchange};
use super::form::{self, Place};
use super::segment::Segment;
use crate::authority::Authority;
use crate::call::Endpoint;
use crate::grant::device_code::{DeviceCodes, INTERVAL_SECONDS, LIFETIME_SECONDS};
use crate::refusal::Refusal;
use crate::service;

/// The v1.0 endpoint.
pub(crate) async fn v1(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    device_code(&authority, Endpoint::V1, tenant, request).await
}

/// The v2.0 endpoint.
pub(crate) async fn v2(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    device_code(&authority, Endpoint::V2, tenant, request).await
}

async fn device_code(authority: &Authority, endpoint: Endpoint, tenant: Segment, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut exchange = Exchange::begin(authority, &head);
    let outcome = match read(&head, body).await {
        Ok(request) => {
            exchange.correlation_id = request.correlation_id.unwrap_or(exchange.correlation_id);
            let place = Place {
                endpoint,
                unverified_tenant: tenant.0,
            };
            let call = form::call(authority, place, &head, request);
            service::device_authorization(authority, &call, &mut exchange.trail).await
        }
        Err(refusal) => Err(refusal),
    };
    match (outcome.map(|codes| answer(authority, codes)), endpoint) {
        (Ok(codes), Endpoint::V1) => {
            let codes = DeviceAuthorizationResponseV1::from(codes);
            exchange.answer(StatusCode::OK, Caching::Never, &codes)
        }
        (Ok(codes), Endpoint::V2) => exchange.answer(StatusCode::OK, Caching::Never, &codes),
        (Err(refusal), _) => error::answer(&exchange, &refusal),
    }
}

async fn read(head: &Parts, body: Body) -> Result<TokenRequest, Refusal> {
    let body = form::read(head, body).await?;
    let request = DeviceAuthorizationRequest::parse(&body, form::authorization(head)).map_err(form::unreadable)?;
    Ok(TokenRequest {
        scope: request.scope,
        resource: request.resource,
        claims: request.claims,
        correlation_id: request.correlation_id,
        ..form::client_alone(request.unverified_client_id, request.credential)
    })
}

fn answer(authority: &Authority, codes: DeviceCodes) -> DeviceAuthorizationResponse {
    let verification_uri = format!("{}/device", authority.origin());
    DeviceAuthorizationResponse {
        message: format!(
            "To sign in, use a web browser to open the page {verification_uri} and enter the code {} to authenticate.",
            codes.user_code
        ),
        user_code: codes.user_code,
        device_code: codes.device_code,
        verification_uri,
        expires_in: LIFETIME_SECONDS,
        interval: INTERVAL_SECONDS,
    }
}
