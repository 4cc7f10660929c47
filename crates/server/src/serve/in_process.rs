//! Requests without a socket between: the same routers, tokens and answers.
//!
//! In: who is asked, and a request. Out: the JSON of a good answer, or an error with the text of the refusal.
//! Invariant: nothing is allowed here that is not allowed over a socket.

use anyhow::{Context as _, bail};
use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
};
use serde_json::Value;
use tower::ServiceExt as _;

use super::Routing;
use crate::origins::Target;

const ANSWER_LIMIT_BYTES: usize = 16 * 1024 * 1024;

/// A request.
pub(crate) struct Call<'a> {
    /// `GET`
    pub(crate) method: &'a str,
    /// With a leading slash, and the query.
    pub(crate) path: &'a str,
    /// `Bearer ...`; none when empty.
    pub(crate) authorization: &'a str,
    /// Of the body.
    pub(crate) content_type: &'a str,
    /// Empty for none.
    pub(crate) body: String,
}

impl Routing {
    /// Asks, and gives the JSON of a good answer; null when it has no body.
    pub(crate) async fn ask(&self, target: &Target, call: Call<'_>) -> anyhow::Result<Value> {
        let router = self.router(target).context("nobody answers there")?;
        let mut request = Request::builder().method(call.method).uri(call.path);
        if !call.authorization.is_empty() {
            request = request.header(header::AUTHORIZATION, call.authorization);
        }
        if !call.body.is_empty() {
            request = request.header(header::CONTENT_TYPE, call.content_type);
        }
        let response = router.clone().oneshot(request.body(Body::from(call.body))?).await?;
        let status = response.status();
        let body = to_bytes(response.into_body(), ANSWER_LIMIT_BYTES).await?;
        if !status.is_success() {
            bail!("{status}: {}", String::from_utf8_lossy(&body));
        }
        Ok(if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&body)?
        })
    }
}
