//! `POST /{tenant}/oauth2/v2.0/par`: a client leaves its authorization request here (RFC 9126).
//!
//! In: a form, with the client's credential. Out: the name of the request. Invariant: a request that the authorization
//! endpoint would refuse is refused here already.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use oauth::{AuthorizationRequest, Timestamp, UnverifiedClient};
use serde::Serialize;

use super::exchange::{Caching, Exchange};
use super::form::{self, Place};
use super::segment::Segment;
use super::{cross_origin, error};
use crate::authority::Authority;
use crate::call::{Call, Endpoint};
use crate::client_auth;
use crate::interaction::asked::{self, Asked, Goal};
use crate::interaction::{Interaction, Purpose};
use crate::pushed;
use crate::refusal::{Asked as Kind, AuthorizationRefusal, Refusal};
use crate::tenant::{self, TenantName};

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
    let outcome = take(&authority, tenant.0, (&head, body), &mut exchange).await;
    let response = match outcome {
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

async fn take(
    authority: &Authority,
    unverified_tenant: String,
    (head, body): (&Parts, Body),
    exchange: &mut Exchange,
) -> Result<String, Refusal> {
    let now = exchange.at;
    let body = form::read(head, body).await?;
    let client = UnverifiedClient::parse(&body, form::authorization(head)).map_err(form::unreadable)?;
    exchange.trail.unverified_application = client.unverified_client_id.parse().ok();
    let call = call(authority, &unverified_tenant, head, client);
    let snapshot = authority.directory().snapshot().await?;
    let tenant = tenant::find(&snapshot, &TenantName::parse(&unverified_tenant)?, Kind::Endpoint).await?;
    exchange.trail.tenant = Some(tenant.id);
    let client = client_auth::authenticate(authority, &snapshot, &tenant, &call, now).await?;
    let request = checked(authority, unverified_tenant, &body, now).await?;
    pushed::keep(authority, tenant.id, &client, &request, now).await
}

/// The request, unless the authorization endpoint would refuse it.
async fn checked(
    authority: &Authority,
    unverified_tenant: String,
    body: &[u8],
    now: Timestamp,
) -> Result<AuthorizationRequest, Refusal> {
    let snapshot = authority.directory().snapshot().await?;
    let request = match AuthorizationRequest::parse(body) {
        Ok(request) => request.to_query(),
        // Refused below, in the words of the authorization endpoint.
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    let endpoint = Endpoint::V2;
    let interaction = Interaction::begin(Purpose::Authorize { endpoint, request }, unverified_tenant, now);
    match asked::load(authority, &snapshot, &interaction).await {
        Ok(Asked {
            goal: Goal::Authorize { request, .. },
            ..
        }) => Ok(*request),
        Ok(_) => Err(AuthorizationRefusal::RequestUri.into()),
        Err(refused) => Err(refused.refusal),
    }
}

fn call(authority: &Authority, unverified_tenant: &str, head: &Parts, client: UnverifiedClient) -> Call {
    let place = Place {
        endpoint: Endpoint::V2,
        unverified_tenant: unverified_tenant.to_owned(),
    };
    let request = form::client_alone(client.unverified_client_id, client.credential);
    form::call(authority, place, head, request)
}
