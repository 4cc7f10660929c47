//! Forms that clients post, and the calls that they make of them.
//!
//! In: a request. Out: the form's bytes, a [`Call`], or the refusal of what cannot be read.
//! Invariant: nothing longer than [`MOST_BODY_BYTES`] is read, and nothing that does not say that it is a form.

use axum::body::{self, Body, Bytes};
use http::request::Parts;
use http::{HeaderMap, header};
use oauth::{ClientCredential, GrantType, TokenRequest, TokenRequestError};

use super::proof;
use super::segment::Segment;
use crate::authority::Authority;
use crate::call::{Call, Endpoint};
use crate::refusal::Refusal;

/// The longest form that is read. A signed assertion with its certificates takes about 10 KiB.
const MOST_BODY_BYTES: usize = 64 * 1024;
const FORM: &str = "application/x-www-form-urlencoded";

/// Which endpoint was asked, in which tenant.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) endpoint: Endpoint,
    pub(super) unverified_tenant: String,
}

/// The bytes of a form.
pub(super) async fn read(head: &Parts, body: Body) -> Result<Bytes, Refusal> {
    is_form(&head.headers)?;
    // The one way to fail besides length is a connection that breaks, and then nobody reads the answer.
    let bytes = body::to_bytes(body, MOST_BODY_BYTES).await;
    bytes.ok().ok_or(Refusal::BodyTooLarge {
        limit_bytes: MOST_BODY_BYTES,
    })
}

/// What a client posted, in the words of its endpoint.
pub(super) async fn parse<R>(
    head: &Parts,
    body: Body,
    parse: impl FnOnce(&[u8], Option<&[u8]>) -> Result<R, TokenRequestError>,
) -> Result<R, Refusal> {
    let body = read(head, body).await?;
    parse(&body, authorization(head)).map_err(unreadable)
}

/// The `Authorization` header, with which a client may prove itself.
pub(super) fn authorization(head: &Parts) -> Option<&[u8]> {
    head.headers.get(header::AUTHORIZATION).map(http::HeaderValue::as_bytes)
}

/// Whether a page in a browser sent the request.
pub(super) fn from_browser(head: &Parts) -> bool {
    head.headers.contains_key(header::ORIGIN)
}

/// The address of a request without its query, as clients know it.
pub(super) fn url(authority: &Authority, head: &Parts) -> String {
    format!("{}{}", authority.origin(), head.uri.path())
}

/// The call of a client.
pub(super) fn call(authority: &Authority, place: Place, head: &Parts, request: TokenRequest) -> Call {
    Call {
        endpoint: place.endpoint,
        unverified_tenant: place.unverified_tenant,
        from_browser: from_browser(head),
        unverified_proof: proof::unverified(&head.headers),
        peer_certificate: head.extensions.get().cloned(),
        url: url(authority, head),
        request,
    }
}

/// The call of a client at an endpoint, in version 2.0 only, that wants to know who it is and no more.
pub(super) fn call_of(
    authority: &Authority,
    tenant: Segment,
    head: &Parts,
    (unverified_client_id, credential): (String, ClientCredential),
) -> Call {
    let place = Place {
        endpoint: Endpoint::V2,
        unverified_tenant: tenant.0,
    };
    call(authority, place, head, client_alone(unverified_client_id, credential))
}

/// What a client says of itself at an endpoint that gives no tokens.
pub(super) fn client_alone(unverified_client_id: String, credential: ClientCredential) -> TokenRequest {
    TokenRequest {
        grant_type: GrantType::Unsupported(String::new()),
        unverified_client_id,
        credential,
        scope: None,
        resource: None,
        claims: None,
        client_info: false,
        correlation_id: None,
    }
}

/// The refusal of a form that cannot be read.
pub(super) fn unreadable(error: TokenRequestError) -> Refusal {
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
