//! One call of the directory API and its answer: the ids by which both are found again, and the headers of every answer.
//!
//! In: the head of a request. Out: answers. INVARIANT: a client's request id is a GUID, so a client cannot write anything
//! else into our answers or logs.

use axum::body::Body;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use oauth::{TenantId, Timestamp, random};
use serde_json::Value;
use uuid::Uuid;

use super::error;
use super::reply::{Content, Reply};
use crate::authority::Authority;
use crate::graph::GraphRefusal;

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");
const JSON: &str = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

/// What is known of a call from its head.
#[derive(Debug)]
pub(crate) struct GraphExchange {
    /// Our id of this call.
    pub(crate) request_id: Uuid,
    /// The client's id of it; ours where it sent none.
    pub(crate) client_request_id: Uuid,
    /// When it arrived.
    pub(crate) at: Timestamp,
    /// The tenant, once it is known.
    pub(crate) tenant: Option<TenantId>,
    /// Where people sign in, for the challenge.
    authorization_uri: String,
    is_strict_transport: bool,
}

impl GraphExchange {
    /// Reads the ids out of a request's head.
    pub(crate) fn begin(authority: &Authority, head: &Parts) -> Self {
        let request_id = random::uuid_v4(authority.random());
        let sent = head.headers.get(CLIENT_REQUEST_ID).and_then(|id| id.to_str().ok());
        Self {
            request_id,
            client_request_id: sent.and_then(|id| Uuid::try_parse(id).ok()).unwrap_or(request_id),
            at: authority.clock().now(),
            tenant: None,
            authorization_uri: format!("{}/common/oauth2/v2.0/authorize", authority.origin()),
            is_strict_transport: authority.origin().is_strict_transport(),
        }
    }

    /// The answer to a call, as status, body and headers of its own.
    pub(crate) fn settle(&self, outcome: Result<Reply, GraphRefusal>) -> (StatusCode, Content) {
        match outcome {
            Ok(reply) => (reply.status, reply.body),
            Err(refusal) => {
                error::log(self, &refusal);
                let (status, _) = error::code(&refusal);
                (status, Content::Json(error::body(self, &refusal)))
            }
        }
    }

    /// The answer as it is sent.
    pub(crate) fn respond(&self, status: StatusCode, content: Content) -> Response {
        let mut headers = HeaderMap::new();
        let body = match content {
            Content::None => Body::empty(),
            Content::Number(number) => {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
                Body::from(number.to_string())
            }
            Content::Json(json) => {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
                headers.insert(ODATA_VERSION, HeaderValue::from_static("4.0"));
                Body::from(bytes(&json))
            }
        };
        self.add_headers(&mut headers, status);
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }

    fn add_headers(&self, headers: &mut HeaderMap, status: StatusCode) {
        headers.insert(REQUEST_ID, guid(self.request_id));
        headers.insert(CLIENT_REQUEST_ID, guid(self.client_request_id));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if self.is_strict_transport {
            let value = HeaderValue::from_static("max-age=31536000");
            headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        if status == StatusCode::UNAUTHORIZED {
            let challenge = format!("Bearer realm=\"\", authorization_uri=\"{}\"", self.authorization_uri);
            if let Ok(challenge) = HeaderValue::from_str(&challenge) {
                headers.insert(header::WWW_AUTHENTICATE, challenge);
            }
        }
    }
}

/// A value made here always has a JSON form.
fn bytes(json: &Value) -> Vec<u8> {
    json.to_string().into_bytes()
}

/// A GUID as a header's value.
fn guid(id: Uuid) -> HeaderValue {
    let mut buffer = Uuid::encode_buffer();
    let text = id.as_hyphenated().encode_lower(&mut buffer);
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}
