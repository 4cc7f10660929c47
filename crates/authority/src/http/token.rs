//! `POST /{tenant}/oauth2/v2.0/token` and `POST /{tenant}/oauth2/token`.
//!
//! In: a form. Out: a token in the shape of the endpoint's version. Invariant: the answer's shape follows the endpoint,
//! the token's form follows the resource.

use axum::body::{self, Body};
use axum::extract::{Request, State};
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use oauth::{TokenRequest, TokenRequestError, TokenResponse, TokenResponseV1};

use super::error;
use super::exchange::{Caching, Exchange};
use super::segment::Segment;
use crate::authority::Authority;
use crate::call::{Call, Endpoint};
use crate::issue::IssuedToken;
use crate::refusal::Refusal;
use crate::service;

/// The longest form that is read. A signed assertion with its certificates takes about 10 KiB.
const MOST_BODY_BYTES: usize = 64 * 1024;
const FORM: &str = "application/x-www-form-urlencoded";
const TOKEN_TYPE: &str = "Bearer";

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
    let outcome = match read(&head, body).await {
        Ok(request) => {
            exchange.correlation_id = request.correlation_id.unwrap_or(exchange.correlation_id);
            let from_browser = head.headers.contains_key(header::ORIGIN);
            let call = Call {
                endpoint,
                unverified_tenant: tenant.0,
                from_browser,
                request,
            };
            service::token(authority, &call, &mut exchange.trail).await
        }
        Err(refusal) => Err(refusal),
    };
    match (outcome, endpoint) {
        (Ok(issued), Endpoint::V1) => exchange.answer(StatusCode::OK, Caching::Never, &answer_v1(issued)),
        (Ok(issued), Endpoint::V2) => exchange.answer(StatusCode::OK, Caching::Never, &answer_v2(issued)),
        (Err(refusal), _) => error::answer(&exchange, &refusal),
    }
}

async fn read(head: &Parts, body: Body) -> Result<TokenRequest, Refusal> {
    is_form(&head.headers)?;
    // The one way to fail besides length is a connection that breaks, and then nobody reads the answer.
    let body = body::to_bytes(body, MOST_BODY_BYTES)
        .await
        .ok()
        .ok_or(Refusal::BodyTooLarge {
            limit_bytes: MOST_BODY_BYTES,
        })?;
    let authorization = head.headers.get(header::AUTHORIZATION).map(http::HeaderValue::as_bytes);
    TokenRequest::parse(&body, authorization).map_err(unreadable)
}

fn is_form(headers: &HeaderMap) -> Result<(), Refusal> {
    let sent = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(FORM) {
        Ok(())
    } else {
        Err(Refusal::ContentType {
            received: sent.to_owned(),
        })
    }
}

fn unreadable(error: TokenRequestError) -> Refusal {
    let malformed = |reason| Refusal::Malformed { reason };
    match error {
        TokenRequestError::TooLong => Refusal::BodyTooLarge {
            limit_bytes: MOST_BODY_BYTES,
        },
        TokenRequestError::Malformed => malformed("The request body is not form encoded"),
        TokenRequestError::Repeated(name) => Refusal::Duplicate { name },
        TokenRequestError::Missing(name) => Refusal::Missing { name },
        TokenRequestError::Authorization(_) => {
            malformed("The Authorization header does not carry client credentials in the Basic scheme")
        }
        TokenRequestError::SeveralCredentials => malformed("The request carries more than one client credential"),
        TokenRequestError::ClientIdsDiffer => {
            malformed("The parameter 'client_id' and the Authorization header name different clients")
        }
        TokenRequestError::AssertionType => malformed("The value of 'client_assertion_type' is not supported"),
    }
}

fn answer_v1(issued: IssuedToken) -> TokenResponseV1 {
    TokenResponseV1 {
        token_type: TOKEN_TYPE.to_owned(),
        expires_in: issued.lifetime_seconds.to_string(),
        ext_expires_in: issued.lifetime_seconds.to_string(),
        expires_on: issued.expires_at.seconds().to_string(),
        not_before: issued.not_before.seconds().to_string(),
        resource: issued.resource,
        access_token: issued.access_token,
    }
}

fn answer_v2(issued: IssuedToken) -> TokenResponse {
    TokenResponse {
        token_type: TOKEN_TYPE.to_owned(),
        expires_in: issued.lifetime_seconds,
        ext_expires_in: Some(issued.lifetime_seconds),
        refresh_in: issued.refresh_in_seconds,
        access_token: issued.access_token,
    }
}
