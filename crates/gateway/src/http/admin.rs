//! What the operator asks: is it alive, is it of use, what has it done.

use ::http::{StatusCode, header};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};

use crate::gateway::Gateway;

/// The process answers.
pub(super) async fn healthy() -> Response {
    "ok\n".into_response()
}

/// People can sign in: what the provider publishes is known.
pub(super) async fn ready(State(gateway): State<Gateway>) -> Response {
    match gateway.inner().sign_in.provider.published().await {
        Ok(_) => "ok\n".into_response(),
        Err(error) => {
            tracing::warn!(error = %error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the identity provider is away\n").into_response()
        }
    }
}

/// Prometheus' text format 0.0.4.
pub(super) async fn metrics(State(gateway): State<Gateway>) -> Response {
    let content_type = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (content_type, gateway.inner().metrics.text()).into_response()
}
