//! The answers of requests within a batch, as text.
//!
//! In: HTTP answers. Out: parts of the batch's answer. Invariant: header names are spelt as Dataverse spells them, since
//! clients look for them as text; no others are printed.

use axum::{body::to_bytes, response::Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use odata::{BatchAnswer, BatchWriter};

use super::Whole;
use crate::{error::Error, http::headers};

/// JSON, as a read within a batch announces it.
const STREAMED_JSON: HeaderValue =
    HeaderValue::from_static("application/json; odata.metadata=minimal; odata.streaming=true");

/// Headers that are printed, in this order.
const PRINTED: [(&str, &str); 6] = [
    ("Content-Type", "content-type"),
    ("Location", "location"),
    ("OData-EntityId", "odata-entityid"),
    ("ETag", "etag"),
    ("Preference-Applied", "preference-applied"),
    ("Retry-After", "retry-after"),
];

/// The answer of one request.
pub(super) struct Answered {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    body: Bytes,
}

impl Answered {
    /// Takes the body out of an answer, which is there already.
    pub(super) async fn of(response: Response) -> Result<Self, Error> {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.map_err(|error| Error::Internal {
            doing: "answering a request within a batch",
            source: error.into_inner(),
        })?;
        Ok(Self {
            status: parts.status,
            headers: parts.headers,
            body,
        })
    }

    /// The answer of a read.
    pub(super) fn streamed(mut self) -> Self {
        if self.headers.get(header::CONTENT_TYPE) == Some(&headers::JSON) && self.status.is_success() {
            self.headers.insert(header::CONTENT_TYPE, STREAMED_JSON);
        }
        self
    }
}

/// Prints the answer of a request by itself.
pub(super) fn one(writer: &mut BatchWriter, whole: &Whole<'_>, content_id: Option<&str>, answered: &Answered) {
    let request_id = whole.request_id();
    writer.answer(&answer(content_id, answered, &fields(answered, &request_id)));
}

/// Prints the answers of a change set.
pub(super) fn change_set(writer: &mut BatchWriter, whole: &Whole<'_>, answers: &[(Option<&str>, &Answered)]) {
    let fields: Vec<_> = answers.iter().map(|(_, answered)| fields(answered, "")).collect();
    let printed: Vec<_> = answers
        .iter()
        .zip(&fields)
        .map(|((content_id, answered), fields)| answer(*content_id, answered, fields))
        .collect();
    writer.change_set(&whole.boundary("changesetresponse"), &printed);
}

fn answer<'a>(
    content_id: Option<&'a str>,
    answered: &'a Answered,
    headers: &'a [(&'a str, &'a str)],
) -> BatchAnswer<'a> {
    BatchAnswer {
        content_id,
        status: answered.status.as_u16(),
        reason: answered.status.canonical_reason().unwrap_or("Unknown"),
        headers,
        body: &answered.body,
    }
}

fn fields<'a>(answered: &'a Answered, request_id: &'a str) -> Vec<(&'a str, &'a str)> {
    let is_failed = answered.status.is_client_error() || answered.status.is_server_error();
    let request_id = is_failed.then_some(("REQ_ID", request_id));
    let given = PRINTED.iter().filter_map(|(printed, name)| {
        let value = answered.headers.get(*name)?.to_str().ok()?;
        Some((*printed, value))
    });
    request_id
        .into_iter()
        .chain([("OData-Version", "4.0")])
        .chain(given)
        .collect()
}
