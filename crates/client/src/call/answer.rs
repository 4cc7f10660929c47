//! A whole answer of an environment, and the refusal that it may be.
//!
//! In: a response. Out: status, headers, body; rows by serde; a [`ServiceRefusal`]. Invariant: the body has been read to
//! its end.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, de::DeserializeOwned};
use uuid::Uuid;

use odata::{Arguments, EntityReference, Literal};

use crate::{Error, ServiceRefusal, place::Place};

/// The names under which answers carry the id of the request.
const REQUEST_IDS: [&str; 3] = ["x-ms-service-request-id", "req_id", "x-ms-request-id"];

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(super) async fn read(response: reqwest::Response) -> Result<Self, reqwest::Error> {
        let status = response.status();
        let headers = response.headers().clone();
        let body = response.bytes().await?;
        Ok(Self { status, headers, body })
    }

    /// An unchanged row (304) is an answer, not a refusal; so is a batch that ended at a failure, which its parts tell.
    pub(crate) fn is_good(&self) -> bool {
        let content_type = self.headers.get(header::CONTENT_TYPE);
        let is_batch = content_type.is_some_and(|value| value.as_bytes().starts_with(b"multipart/mixed"));
        self.status.is_success() || self.status == StatusCode::NOT_MODIFIED || is_batch
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.headers)
    }

    pub(crate) fn refusal(&self, request_id: Option<&str>) -> ServiceRefusal {
        ServiceRefusal {
            client_request_id: request_id.map(str::to_owned),
            ..refusal(self.status, &self.headers, &self.body)
        }
    }

    /// The body by serde; an answer without a body is `null`.
    pub(crate) fn json<T: DeserializeOwned>(&self, doing: &'static str) -> Result<T, Error> {
        let body = if self.body.is_empty() { b"null" } else { &self.body[..] };
        serde_json::from_slice(body).map_err(|why| Error::shape(doing, why))
    }

    /// The key in `OData-EntityId: https://.../accounts(<key>)`.
    pub(crate) fn entity_id(&self, place: &Place) -> Option<Uuid> {
        entity_id(&self.headers, place.address().root().as_str())
    }
}

/// The key that an answer names, by either of the two headers that do.
pub(crate) fn entity_id(headers: &HeaderMap, root: &str) -> Option<Uuid> {
    let address = headers.get("odata-entityid").or_else(|| headers.get("location"))?;
    match EntityReference::parse(address.to_str().ok()?, root).ok()?.arguments {
        Arguments::Single(Literal::Guid(id)) => Some(id),
        Arguments::Absent | Arguments::Empty | Arguments::Single(_) | Arguments::Named(_) => None,
    }
}

/// The words of a refusal. A proxy in front may answer anything; the status alone is then told.
pub(crate) fn refusal(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ServiceRefusal {
    let told = serde_json::from_slice::<Refusal>(body)
        .map(|it| it.error)
        .unwrap_or_default();
    let request_id = REQUEST_IDS.iter().find_map(|name| headers.get(*name)?.to_str().ok());
    ServiceRefusal {
        status: status.as_u16(),
        code: told.code,
        message: told.message,
        request_id: request_id.map(str::to_owned),
        client_request_id: None,
        retry_after: retry_after(headers),
    }
}

/// `Retry-After` in seconds; the form with a date is not the service's.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

#[derive(Deserialize)]
struct Refusal {
    error: Told,
}

#[derive(Default, Deserialize)]
struct Told {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}
