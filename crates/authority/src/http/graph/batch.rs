//! `$batch`: several calls in one (OData JSON format, section 19).
//!
//! In: at most twenty calls with ids. Out: their answers, in the order of the calls. Invariant: each call is answered as if
//! it had come alone, with the token of the batch; one whose forerunner failed is not made.

use std::collections::BTreeMap;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use oauth::VerifiedToken;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::GraphCall;
use super::exchange::GraphExchange;
use super::reply::{Content, Reply};
use crate::authority::Authority;
use crate::graph::{self, GraphRefusal};

const MOST_REQUESTS: usize = 20;

#[derive(Deserialize)]
struct Batch {
    requests: Vec<Part>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    id: String,
    method: String,
    url: String,
    #[serde(default)]
    headers: Map<String, Value>,
    body: Option<Value>,
    #[serde(default)]
    depends_on: Vec<String>,
}

/// Answers a batch.
pub(super) async fn answer(
    authority: &Authority,
    token: &VerifiedToken,
    call: &GraphCall<'_>,
    exchange: &mut GraphExchange,
) -> Result<Reply, GraphRefusal> {
    graph::identify(authority, token).await?;
    let batch: Option<Batch> = serde_json::from_slice(call.unverified_body).ok();
    let batch = batch.ok_or(GraphRefusal::Batch {
        reason: "A list 'requests' of objects with 'id', 'method' and 'url' is expected",
    })?;
    check(&batch.requests)?;
    let mut statuses = BTreeMap::new();
    let mut responses = Vec::new();
    for part in &batch.requests {
        let forerunners = part.depends_on.iter().map(|id| statuses.get(id.as_str()));
        let is_free = forerunners
            .into_iter()
            .all(|status: Option<&StatusCode>| status.is_some_and(StatusCode::is_success));
        let (status, content) = if is_free {
            let outcome = Box::pin(answer_part(authority, token, part, exchange)).await;
            exchange.settle(outcome)
        } else {
            (StatusCode::FAILED_DEPENDENCY, Content::Json(failed_dependency()))
        };
        statuses.insert(part.id.as_str(), status);
        responses.push(response(&part.id, status, content));
    }
    Ok(Reply {
        status: StatusCode::OK,
        body: Content::Json(json!({ "responses": responses })),
    })
}

fn check(parts: &[Part]) -> Result<(), GraphRefusal> {
    let refuse = |reason| Err(GraphRefusal::Batch { reason });
    if parts.is_empty() || parts.len() > MOST_REQUESTS {
        return refuse("The number of requests must be between 1 and 20");
    }
    for (at, part) in parts.iter().enumerate() {
        let mut before = parts.iter().take(at).map(|part| &part.id);
        if part.id.is_empty() || before.any(|id| *id == part.id) {
            return refuse("Each request needs an 'id' of its own");
        }
        let known = |wanted: &String| parts.iter().take(at).any(|part| part.id == *wanted);
        if !part.depends_on.iter().all(known) {
            return refuse("'dependsOn' may only name requests that come before");
        }
    }
    Ok(())
}

async fn answer_part(
    authority: &Authority,
    token: &VerifiedToken,
    part: &Part,
    exchange: &mut GraphExchange,
) -> Result<Reply, GraphRefusal> {
    let method = Method::from_bytes(part.method.to_ascii_uppercase().as_bytes()).ok();
    let method = method.ok_or(GraphRefusal::Batch {
        reason: "A 'method' is not one of HTTP",
    })?;
    let relative = part.url.strip_prefix("/v1.0").unwrap_or(&part.url);
    let (path, query) = relative.split_once('?').unwrap_or((relative, ""));
    let path = format!("/v1.0/{}", path.trim_start_matches('/'));
    let body = part.body.as_ref().map(Value::to_string).unwrap_or_default();
    let call = GraphCall {
        method: &method,
        unverified_path: &path,
        unverified_query: query,
        headers: &headers(part),
        unverified_body: body.as_bytes(),
    };
    super::answer(authority, token, &call, exchange).await
}

/// The headers of a part. Its token is that of the batch, whatever it says.
fn headers(part: &Part) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in &part.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).ok();
        let value = value.as_str().and_then(|value| HeaderValue::from_str(value).ok());
        if let (Some(name), Some(value)) = (name, value) {
            headers.insert(name, value);
        }
    }
    headers
}

fn response(id: &str, status: StatusCode, content: Content) -> Value {
    let status = status.as_u16();
    match content {
        Content::None => json!({ "id": id, "status": status, "headers": {} }),
        Content::Number(number) => {
            json!({ "id": id, "status": status, "headers": { CONTENT_TYPE.as_str(): "text/plain" }, "body": number })
        }
        Content::Json(body) => {
            json!({ "id": id, "status": status, "headers": { CONTENT_TYPE.as_str(): "application/json" }, "body": body })
        }
    }
}

fn failed_dependency() -> Value {
    json!({ "error": { "code": "FailedDependency", "message": "A request on which this one depends has failed." } })
}
