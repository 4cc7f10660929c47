//! What the other side said when it refused: the authority in OAuth's shape, the environment in OData's.
//!
//! Invariant: only what the answer told; nothing of the request.

use std::{fmt, time::Duration};

/// The authority's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityRefusal {
    /// The HTTP status.
    pub status: u16,
    /// The OAuth error name (`invalid_client`); empty when the answer was none of an authority.
    pub error: String,
    /// The AADSTS numbers.
    pub codes: Vec<u32>,
    /// For a developer.
    pub description: String,
    /// The authority's name for this answer.
    pub trace_id: Option<String>,
    /// The name of the request, for the authority's log.
    pub correlation_id: Option<String>,
}

impl fmt::Display for AuthorityRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.error, self.status, self.description)
    }
}

impl std::error::Error for AuthorityRefusal {}

/// The environment's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRefusal {
    /// The HTTP status.
    pub status: u16,
    /// The Dataverse code (`0x80040217`); empty when the body told none.
    pub code: String,
    /// For a developer.
    pub message: String,
    /// The environment's name for this answer: `x-ms-service-request-id`, or `REQ_ID`.
    pub request_id: Option<String>,
    /// The client's name for the request, which it sent as `x-ms-client-request-id`; `None` for a part of a batch.
    pub client_request_id: Option<String>,
    /// `Retry-After`.
    pub retry_after: Option<Duration>,
}

impl fmt::Display for ServiceRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.code, self.status, self.message)
    }
}

impl std::error::Error for ServiceRefusal {}
