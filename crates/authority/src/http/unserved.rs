//! What is not served: other methods, other paths, and endpoints of the protocol that are not built.
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

/// `OPTIONS` at an endpoint that pages of any origin may read.
pub(crate) async fn preflight(State(authority): State<Authority>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    Exchange::begin(&authority, &head).answer_preflight()
}

pub(crate) async fn authorize(State(authority): State<Authority>, request: Request) -> Response {
    not_built(&authority, request, "authorization")
}

pub(crate) async fn device_code(State(authority): State<Authority>, request: Request) -> Response {
    not_built(&authority, request, "device authorization")
}

pub(crate) async fn logout(State(authority): State<Authority>, request: Request) -> Response {
    not_built(&authority, request, "logout")
}

pub(crate) async fn admin_consent(State(authority): State<Authority>, request: Request) -> Response {
    not_built(&authority, request, "admin consent")
}

pub(crate) async fn userinfo(State(authority): State<Authority>, request: Request) -> Response {
    not_built(&authority, request, "userinfo")
}

pub(crate) async fn realm(State(authority): State<Authority>, request: Request) -> Response {
    not_built(&authority, request, "realm discovery")
}

fn not_built(authority: &Authority, request: Request, endpoint: &'static str) -> Response {
    refuse(authority, request, |_| Refusal::NotBuilt { endpoint })
}

fn refuse(authority: &Authority, request: Request, why: impl FnOnce(&Parts) -> Refusal) -> Response {
    let (head, _) = request.into_parts();
    error::answer(&Exchange::begin(authority, &head), &why(&head))
}
