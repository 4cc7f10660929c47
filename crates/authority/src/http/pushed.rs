//! `POST /{tenant}/oauth2/v2.0/par`: a client leaves its authorization request here (RFC 9126).
//!
//! In: a form, with the client's credential. Out: the name of the request. Invariant: a request that the authorization
//! endpoint would refuse is refused here already.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use oauth::UnverifiedClient;
use serde::Serialize;

use super::exchange::{Caching, Exchange};
use super::form;
use super::segment::Segment;
use super::{cross_origin, error, recorded};
use crate::authority::Authority;
use crate::pushed;
use crate::refusal::Refusal;
use crate::service;

/// RFC 9126 section 2.2.
#[derive(Serialize)]
struct Pushed {
    request_uri: String,
    expires_in: i64,
}

/// Takes a request.
pub(crate) async fn push(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut exchange = Exchange::begin(&authority, &head);
    let outcome = ask(&authority, tenant, (&head, body), &mut exchange).await;
    let recorded = recorded::client(&authority, &exchange, outcome).await;
    let response = match recorded {
        Ok(request_uri) => {
            let expires_in = pushed::LIFETIME_SECONDS;
            exchange.answer(
                StatusCode::CREATED,
                Caching::Never,
                &Pushed {
                    request_uri,
                    expires_in,
                },
            )
        }
        Err(refusal) => error::answer(&exchange, &refusal),
    };
    cross_origin::readable(&head, response)
}

async fn ask(
    authority: &Authority,
    tenant: Segment,
    (head, body): (&Parts, Body),
    exchange: &mut Exchange,
) -> Result<String, Refusal> {
    let body = form::read(head, body).await?;
    let client = UnverifiedClient::parse(&body, form::authorization(head)).map_err(form::unreadable)?;
    let client = (client.unverified_client_id, client.credential);
    let call = form::call_of(authority, tenant, head, client);
    service::push(authority, &call, &body, &mut exchange.trail).await
}
