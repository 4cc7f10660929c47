//! What the items of a batch were answered.
//!
//! In: the answer as a whole. Out: rows, keys, refusals, item by item. Invariant: an answer that is cut off answers none of
//! the items.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use odata::{HeaderFields, ResponseItem};
use serde::{Deserialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    Error, ServiceRefusal,
    call::{Answer, entity_id, refusal},
};

/// What one item of a batch was answered.
#[derive(Debug, Clone)]
pub enum BatchAnswer {
    /// A request by itself, done.
    Done(PartAnswer),
    /// The requests of a change set, all done.
    AllDone(Vec<PartAnswer>),
    /// The request, or the change set as a whole, was refused.
    Refused(Box<ServiceRefusal>),
}

/// The answer of one request that was done.
#[derive(Debug, Clone)]
pub struct PartAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The key of the row that was made or changed, where the service tells it.
    pub key: Option<Uuid>,
    body: Bytes,
}

impl PartAnswer {
    /// The row, where one was asked for.
    pub fn row<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let doing = "reading a row of a batch";
        serde_json::from_slice(&self.body).map_err(|why| Error::shape(doing, why))
    }

    /// The rows of a collection's page.
    pub fn rows<T: DeserializeOwned>(&self) -> Result<Vec<T>, Error> {
        #[derive(Deserialize)]
        struct Wire<T> {
            value: Vec<T>,
        }
        self.row().map(|wire: Wire<T>| wire.value)
    }
}

/// The answers of a batch.
pub(super) fn read(answer: &Answer, root: &str) -> Result<Vec<BatchAnswer>, Error> {
    let doing = "reading the answers of a batch";
    let content_type = answer.headers.get(header::CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .ok_or(Error::Shape { doing, source: None })?;
    let items = odata::read_answers(content_type, &answer.body).map_err(|why| Error::shape(doing, why))?;
    Ok(items.iter().map(|item| item_answer(item, root)).collect())
}

fn item_answer(item: &ResponseItem<'_>, root: &str) -> BatchAnswer {
    let told = |part: &odata::PartAnswer<'_>| told(part, root);
    match item {
        ResponseItem::Answer(part) => match told(part) {
            Ok(done) => BatchAnswer::Done(done),
            Err(refused) => BatchAnswer::Refused(refused),
        },
        ResponseItem::ChangeSet(parts) => match parts.iter().map(told).collect() {
            Ok(done) => BatchAnswer::AllDone(done),
            Err(refused) => BatchAnswer::Refused(refused),
        },
    }
}

fn told(part: &odata::PartAnswer<'_>, root: &str) -> Result<PartAnswer, Box<ServiceRefusal>> {
    let headers = header_map(&part.headers);
    // A status that is none is a refusal too.
    let status = StatusCode::from_u16(part.status).unwrap_or(StatusCode::BAD_GATEWAY);
    if !status.is_success() {
        return Err(Box::new(refusal(status, &headers, part.body)));
    }
    Ok(PartAnswer {
        status: status.as_u16(),
        key: entity_id(&headers, root),
        body: Bytes::copy_from_slice(part.body),
    })
}

fn header_map(fields: &HeaderFields<'_>) -> HeaderMap {
    let pairs = fields
        .iter()
        .filter_map(|(name, value)| Some((name.parse::<HeaderName>().ok()?, HeaderValue::from_str(value).ok()?)));
    pairs.collect()
}
