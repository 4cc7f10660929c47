//! Batches: several requests in one, as `multipart/mixed` (OData v4 part 1, section 11.7; RFC 2046; RFC 9112).
//!
//! In: the content type and the body of a batch. Out: its requests in their order, borrowed from the body; and the bytes
//! of its answer. Invariant: a body that is cut off, nested deeper than a change set or over a limit is refused whole, so
//! that nobody runs a part of it.

mod answer;
pub(crate) mod fields;
pub(crate) mod multipart;
mod request;
mod request_writer;
mod response_reader;
#[cfg(test)]
mod tests;

use thiserror::Error;

pub use answer::{BatchAnswer, BatchWriter};
pub use fields::HeaderFields;
pub use request::{Batch, BatchItem, BatchRequest};
pub use request_writer::{PartRequest, RequestWriter};
pub use response_reader::{PartAnswer, ResponseItem, read_answers};

/// Requests of one batch, those within change sets counted too (Dataverse's limit).
pub(crate) const MAX_REQUESTS: usize = 1000;

/// Why a batch cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BatchError {
    /// Not `multipart/mixed`. Batches in JSON belong to OData 4.01, which Dataverse does not speak.
    #[error("a batch is sent as `multipart/mixed`, not as `{content_type}`")]
    ContentType {
        /// As sent.
        content_type: String,
    },
    /// No boundary, or none that RFC 2046 section 5.1.1 allows.
    #[error("the content type `{content_type}` has no boundary of 1 to 70 characters")]
    Boundary {
        /// As sent.
        content_type: String,
    },
    /// The last delimiter is missing, so that parts may be missing too.
    #[error("the delimiter `--{boundary}--` is missing at the end")]
    Unclosed {
        /// Without its hyphens.
        boundary: String,
    },
    /// Nothing stands between the delimiters.
    #[error("nothing stands between the delimiters `--{boundary}` and `--{boundary}--`")]
    Empty {
        /// Without its hyphens.
        boundary: String,
    },
    /// Over the limit.
    #[error("a batch takes {limit} requests at most")]
    TooMany {
        /// Requests.
        limit: usize,
    },
    /// A part that is neither a request nor, outside a change set, a change set.
    #[error("a part is `application/http`, or a change set outside of any other, not `{content_type}`")]
    PartType {
        /// As sent; empty when it is missing.
        content_type: String,
    },
    /// A part whose bytes are not sent as they are.
    #[error("the transfer encoding `{encoding}` of a part is not supported: send it as `binary`")]
    TransferEncoding {
        /// As sent.
        encoding: String,
    },
    /// A line among the headers of a part that is no header.
    #[error("the line `{line}` of a part is not `name: value`")]
    Header {
        /// As sent, without bytes that are no text, cut to a length that fits a message.
        line: String,
    },
    /// Twice the same header, of which one value counts.
    #[error("the header `{name}` stands more than once in a part")]
    RepeatedHeader {
        /// In lower case.
        name: &'static str,
    },
    /// The headers of one part are over the limit.
    #[error("the headers of a part are more than {lines} lines or {bytes} bytes")]
    TooManyHeaders {
        /// Lines.
        lines: usize,
        /// Bytes of all lines together.
        bytes: usize,
    },
    /// The first line of a part is not `<method> <url> HTTP/<version>`.
    #[error("`{line}` is not the first line of a request: `<method> <url> HTTP/1.1`")]
    RequestLine {
        /// As in [`BatchError::Header`].
        line: String,
    },
    /// The first line of an answer is not `HTTP/<version> <status> …`.
    #[error("`{line}` is not the first line of an answer: `HTTP/1.1 200 OK`")]
    StatusLine {
        /// As in [`BatchError::Header`].
        line: String,
    },
    /// A name by which later requests could not refer to this one.
    #[error("the content id `{id}` is not made of 1 to 128 letters, digits, `-`, `.`, `_` or `~`")]
    ContentId {
        /// As sent.
        id: String,
    },
    /// Two requests of one change set with the same name.
    #[error("the content id `{id}` stands more than once in a change set")]
    RepeatedContentId {
        /// As sent.
        id: String,
    },
}
