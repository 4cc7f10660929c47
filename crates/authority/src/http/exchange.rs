//! One request and its answer: the ids by which both are found again, and the headers that every answer carries.
//!
//! In: the head of a request. Out: answers with the headers of Entra ID's endpoints.
//! INVARIANT: a correlation id is a GUID, so a client cannot write anything else into our answers or logs.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use oauth::{Timestamp, random};
use serde::Serialize;
use uuid::Uuid;

use super::query;
use crate::authority::Authority;
use crate::origin::Origin;
use crate::service::Trail;

const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
const RETURN_CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("return-client-request-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-request-id");
const SERVER: HeaderName = HeaderName::from_static("x-ms-ests-server");
const TELEMETRY: HeaderName = HeaderName::from_static("x-ms-clitelem");

/// What is known of a request from its head, and is learned of it on the way to its answer.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// Our id of this request. It begins with the moment (UUID version 7), so the log is read on from it.
    pub(crate) trace_id: Uuid,
    /// The client's id of it; ours where it sent none.
    pub(crate) correlation_id: Uuid,
    /// When it arrived.
    pub(crate) at: Timestamp,
    /// Where the connection came from, as the listener tells.
    pub(crate) address: Option<IpAddr>,
    /// The `User-Agent` header.
    pub(crate) user_agent: Option<String>,
    /// The authority's origin.
    pub(crate) origin: Arc<Origin>,
    /// What was learned on the way, for the log.
    pub(crate) trail: Trail,
    /// Whether the client wants its id back as a header.
    returns_id: bool,
}

/// Who may keep an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caching {
    /// Nobody.
    Never,
    /// The client, for a day; pages of any origin may read it.
    Day,
    /// Everybody, without asking again: the name changes with the content.
    ForEver,
}

impl Exchange {
    /// Reads the ids out of a request's head. A client sends its id as a header or in the query.
    pub(crate) fn begin(authority: &Authority, head: &Parts) -> Self {
        let at = authority.clock().now();
        let trace_id = random::uuid_v7(authority.random(), at);
        let from_header = head
            .headers
            .get(CLIENT_REQUEST_ID)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let sent = from_header.or_else(|| query::value(&head.uri, CLIENT_REQUEST_ID.as_str()));
        let user_agent = head.headers.get(header::USER_AGENT);
        let returns_id = head.headers.get(RETURN_CLIENT_REQUEST_ID);
        Self {
            trace_id,
            correlation_id: sent.and_then(|text| Uuid::try_parse(&text).ok()).unwrap_or(trace_id),
            at,
            address: head.extensions.get().map(SocketAddr::ip),
            user_agent: user_agent.and_then(|value| value.to_str().ok()).map(str::to_owned),
            origin: Arc::clone(authority.origin_shared()),
            trail: Trail::default(),
            returns_id: returns_id.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true")),
        }
    }

    /// An answer in JSON.
    pub(crate) fn answer(&self, status: StatusCode, caching: Caching, body: &impl Serialize) -> Response {
        match serde_json::to_vec(body) {
            Ok(json) => self.dress(status, caching, Body::from(json)),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "answer has no json form");
                self.dress(StatusCode::INTERNAL_SERVER_ERROR, Caching::Never, Body::empty())
            }
        }
    }

    /// An answer without a body that nobody may keep.
    pub(crate) fn answer_empty(&self, status: StatusCode) -> Response {
        self.dress(status, Caching::Never, Body::empty())
    }

    /// An answer without a body, to a browser that asks what it may ask.
    pub(crate) fn answer_preflight(&self) -> Response {
        self.dress(StatusCode::NO_CONTENT, Caching::Day, Body::empty())
    }

    /// An answer for a browser: a page, or a file that a page links to.
    pub(crate) fn answer_text(
        &self,
        status: StatusCode,
        caching: Caching,
        content_type: &'static str,
        text: impl Into<Body>,
    ) -> Response {
        let mut response = self.dress(status, caching, text.into());
        let content_type = HeaderValue::from_static(content_type);
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
        response
    }

    fn dress(&self, status: StatusCode, caching: Caching, body: Body) -> Response {
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json; charset=utf-8"),
        );
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(
            SERVER,
            HeaderValue::from_static(concat!("commonhold - ", env!("CARGO_PKG_VERSION"))),
        );
        headers.insert(REQUEST_ID, guid(self.trace_id));
        if self.returns_id {
            headers.insert(CLIENT_REQUEST_ID, guid(self.correlation_id));
        }
        if self.origin.is_strict_transport() {
            headers.insert(
                header::STRICT_TRANSPORT_SECURITY,
                HeaderValue::from_static("max-age=31536000"),
            );
        }
        add_caching(headers, caching);
        response
    }
}

fn add_caching(headers: &mut HeaderMap, caching: Caching) {
    match caching {
        Caching::Never => {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache"));
            headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
            headers.insert(header::EXPIRES, HeaderValue::from_static("-1"));
            headers.insert(TELEMETRY, HeaderValue::from_static("1,0,0,,"));
        }
        Caching::Day => {
            headers.insert(
                header::CACHE_CONTROL,
                HeaderValue::from_static("max-age=86400, private"),
            );
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            headers.insert(
                header::ACCESS_CONTROL_ALLOW_METHODS,
                HeaderValue::from_static("GET, OPTIONS"),
            );
        }
        Caching::ForEver => {
            headers.insert(
                header::CACHE_CONTROL,
                HeaderValue::from_static("public, max-age=31536000, immutable"),
            );
        }
    }
}

/// A GUID as a header's value.
fn guid(id: Uuid) -> HeaderValue {
    let mut buffer = Uuid::encode_buffer();
    let text = id.as_hyphenated().encode_lower(&mut buffer);
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}
