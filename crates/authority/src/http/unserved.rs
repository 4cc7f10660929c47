//! What is not served: other methods and other paths.
//!
//! In: any request. Out: a refusal in the same shape as every other. Invariant: nothing is answered as if it were served.

use axum::extract::{Request, State};
use axum::response::Response;
use http::request::Parts;

use super::error;
use super::exchange::Exchange;
use crate::authority::Authority;
use crate::refusal::Refusal;

/// A path that no route has.
pub(crate) async fn path(State(authority): State<Authority>, request: Request) -> Response {
    refuse(&authority, request, |head| Refusal::NoEndpoint {
        path: head.uri.path().to_owned(),
    })
}

/// Another method at an endpoint that is read.
pub(crate) async fn method_get(State(authority): State<Authority>, request: Request) -> Response {
    refuse(&authority, request, |head| Refusal::Method {
        received: head.method.to_string(),
        accepted: "GET",
    })
}

/// Another method at an endpoint that is posted to.
pub(crate) async fn method_post(State(authority): State<Authority>, request: Request) -> Response {
    refuse(&authority, request, |head| Refusal::Method {
        received: head.method.to_string(),
        accepted: "POST",
    })
}

/// Another method at an endpoint that takes both.
pub(crate) async fn method_get_or_post(State(authority): State<Authority>, request: Request) -> Response {
    refuse(&authority, request, |head| Refusal::Method {
        received: head.method.to_string(),
        accepted: "GET, POST",
    })
}

/// `OPTIONS` at an endpoint that pages of any origin may read.
pub(crate) async fn preflight(State(authority): State<Authority>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    Exchange::begin(&authority, &head).answer_preflight()
}

fn refuse(authority: &Authority, request: Request, why: impl FnOnce(&Parts) -> Refusal) -> Response {
    let (head, _) = request.into_parts();
    error::answer(&Exchange::begin(authority, &head), &why(&head))
}
