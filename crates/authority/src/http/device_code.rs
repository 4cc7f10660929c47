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

use super::exchange::{Caching, Exchange};
use super::form::{self, Place};
use super::segment::Segment;
use super::{error, recorded};
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
    let place = Place {
        endpoint,
        unverified_tenant: tenant.0,
    };
    let outcome = ask(authority, place, (&head, body), &mut exchange).await;
    let recorded = recorded::client(authority, &exchange, outcome).await;
    match (recorded.map(|codes| answer(authority, codes)), endpoint) {
        (Ok(codes), Endpoint::V1) => {
            let codes = DeviceAuthorizationResponseV1::from(codes);
            exchange.answer(StatusCode::OK, Caching::Never, &codes)
        }
        (Ok(codes), Endpoint::V2) => exchange.answer(StatusCode::OK, Caching::Never, &codes),
        (Err(refusal), _) => error::answer(&exchange, &refusal),
    }
}

async fn ask(
    authority: &Authority,
    place: Place,
    (head, body): (&Parts, Body),
    exchange: &mut Exchange,
) -> Result<DeviceCodes, Refusal> {
    let request = form::parse(head, body, DeviceAuthorizationRequest::parse).await?;
    exchange.correlation_id = request.correlation_id.unwrap_or(exchange.correlation_id);
    let request = TokenRequest {
        scope: request.scope,
        resource: request.resource,
        claims: request.claims,
        ..form::client_alone(request.unverified_client_id, request.credential)
    };
    let call = form::call(authority, place, head, request);
    service::device_authorization(authority, &call, &mut exchange.trail).await
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
