//! Answers that pages of other origins may read (the CORS protocol of the Fetch standard).
//!
//! In: a request of a page. Out: the headers that let it read the answer. INVARIANT: only endpoints that know their caller
//! by what it sends, and never by a cookie, let every origin read: a page learns nothing that it could not fetch itself.

use axum::extract::{Request, State};
use axum::response::Response;
use http::request::Parts;
use http::{HeaderName, HeaderValue, header};

use super::exchange::Exchange;
use super::form;
use crate::authority::Authority;

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, OPTIONS");
/// What clients send beside the body: RFC 6749 section 2.3.1, RFC 9449 section 4.1, and the telemetry of MSAL.
const HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, dpop, client-request-id, return-client-request-id, x-client-sku, x-client-ver, \
     x-client-os, x-client-cpu, x-client-current-telemetry, x-client-last-telemetry, x-ms-lib-capability, \
     x-anchormailbox",
);
/// What of the answer's head a page may read: the challenge of a refused token.
const EXPOSED: [HeaderName; 1] = [header::WWW_AUTHENTICATE];

/// Lets the page that asked read the answer.
pub(super) fn readable(head: &Parts, mut response: Response) -> Response {
    if form::from_browser(head) {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.extend(EXPOSED.map(|name| (header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from(name))));
    }
    response
}

/// `OPTIONS` at an endpoint that pages post to.
pub(super) async fn preflight(State(authority): State<Authority>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let mut response = Exchange::begin(&authority, &head).answer_preflight();
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    response
}
