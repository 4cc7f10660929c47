//! A batch as a client sent it.
//!
//! In: its content type and body. Out: [`Batch`]. Invariant: text and bodies are borrowed; a change set holds requests,
//! never another one.

use crate::batch::fields::{HeaderFields, shown};
use crate::batch::{BatchError, MAX_REQUESTS, multipart};

/// Characters of a content id.
const MAX_CONTENT_ID: usize = 128;
/// Encodings that leave bytes as they are (RFC 2045, section 6.2).
const PLAIN: [&str; 3] = ["binary", "8bit", "7bit"];

/// The requests of a batch, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch<'a> {
    /// At least one.
    pub items: Vec<BatchItem<'a>>,
}

/// One part of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchItem<'a> {
    /// A request by itself.
    Request(BatchRequest<'a>),
    /// Requests that are done all or none; at least one.
    ChangeSet(Vec<BatchRequest<'a>>),
}

/// A request within a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRequest<'a> {
    /// The name by which later requests of the same change set refer to it (`$1`): letters, digits, `-`, `.`, `_`, `~`.
    pub content_id: Option<&'a str>,
    /// As written, letters alone.
    pub method: &'a str,
    /// As written: absolute, with a path alone, relative to the batch, or `$1/…`. It may hold spaces.
    pub url: &'a str,
    /// Headers of the request, not of the part.
    pub headers: HeaderFields<'a>,
    /// Empty where there is nothing but white space.
    pub body: &'a [u8],
}

impl<'a> Batch<'a> {
    /// Reads the body of a batch.
    pub fn parse(unverified_content_type: &str, unverified_body: &'a [u8]) -> Result<Self, BatchError> {
        let boundary = multipart::boundary(unverified_content_type)?;
        let mut items = Vec::new();
        let mut left = MAX_REQUESTS;
        for part in multipart::parts(unverified_body, boundary, MAX_REQUESTS)? {
            let (headers, content) = HeaderFields::read(part)?;
            let content_type = headers.one("content-type")?.unwrap_or_default();
            let item = if multipart::is_multipart(content_type) {
                check_encoding(&headers)?;
                BatchItem::ChangeSet(change_set(content, multipart::boundary(content_type)?)?)
            } else {
                BatchItem::Request(request(&headers, content)?)
            };
            left = left
                .checked_sub(item.requests().len())
                .ok_or(BatchError::TooMany { limit: MAX_REQUESTS })?;
            items.push(item);
        }
        Ok(Self { items })
    }
}

impl<'a> BatchItem<'a> {
    /// The request, or those of the change set.
    #[must_use]
    pub fn requests(&self) -> &[BatchRequest<'a>] {
        match self {
            Self::Request(request) => std::slice::from_ref(request),
            Self::ChangeSet(requests) => requests,
        }
    }
}

fn change_set<'a>(content: &'a [u8], boundary: &str) -> Result<Vec<BatchRequest<'a>>, BatchError> {
    let mut requests: Vec<BatchRequest<'a>> = Vec::new();
    let mut ids = std::collections::HashSet::new();
    for part in multipart::parts(content, boundary, MAX_REQUESTS)? {
        let (headers, content) = HeaderFields::read(part)?;
        let request = request(&headers, content)?;
        if let Some(id) = request.content_id
            && !ids.insert(id)
        {
            return Err(BatchError::RepeatedContentId { id: id.to_owned() });
        }
        requests.push(request);
    }
    Ok(requests)
}

/// A part's headers, and the message in it.
fn request<'a>(part: &HeaderFields<'a>, message: &'a [u8]) -> Result<BatchRequest<'a>, BatchError> {
    let content_type = part.one("content-type")?.unwrap_or_default();
    let media = content_type.split(';').next().unwrap_or_default();
    if !media.trim().eq_ignore_ascii_case("application/http") {
        return Err(BatchError::PartType {
            content_type: content_type.to_owned(),
        });
    }
    check_encoding(part)?;
    let content_id = part.one("content-id")?.map(content_id).transpose()?;
    // RFC 9112, section 2.2: empty lines before the first one mean nothing.
    let (first, rest) = multipart::line(message.trim_ascii_start());
    let (method, url) = request_line(first).ok_or_else(|| BatchError::RequestLine { line: shown(first) })?;
    let (headers, body) = HeaderFields::read(rest)?;
    let body = if body.trim_ascii().is_empty() { &[] } else { body };
    Ok(BatchRequest {
        content_id,
        method,
        url,
        headers,
        body,
    })
}

fn check_encoding(part: &HeaderFields<'_>) -> Result<(), BatchError> {
    match part.one("content-transfer-encoding")? {
        Some(encoding) if !PLAIN.iter().any(|plain| plain.eq_ignore_ascii_case(encoding)) => {
            Err(BatchError::TransferEncoding {
                encoding: encoding.to_owned(),
            })
        }
        Some(_) | None => Ok(()),
    }
}

/// Method and URL. Clients leave spaces in the URL as they are, so that it ends where the version begins.
fn request_line(line: &[u8]) -> Option<(&str, &str)> {
    let line = str::from_utf8(line).ok()?.trim_end();
    let (method, rest) = line.split_once(' ')?;
    let (url, version) = rest.rsplit_once(' ')?;
    let url = url.trim();
    let is_method = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_version = version.strip_prefix("HTTP/").is_some_and(|number| !number.is_empty());
    (is_method && is_version && !url.is_empty() && !url.contains(char::is_control)).then_some((method, url))
}

/// OData v4 ABNF: `request-id = 1*unreserved`.
fn content_id(text: &str) -> Result<&str, BatchError> {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if (1..=MAX_CONTENT_ID).contains(&text.len()) && text.bytes().all(is_unreserved) {
        return Ok(text);
    }
    Err(BatchError::ContentId { id: text.to_owned() })
}
