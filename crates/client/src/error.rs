//! Why a call was not done. A variant is a decision: ask again, mend the set-up, or tell the user.

use oauth::ChallengeError;

/// Why a call was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The environment's URL cannot be used.
    #[error("`{url}` is not the URL of an environment: {why}")]
    Url {
        /// As given.
        url: String,
        /// In words.
        why: &'static str,
    },
    /// No answer, or one that broke off.
    #[error("while {doing}")]
    Connection {
        /// What was being done.
        doing: &'static str,
        /// Why.
        source: reqwest::Error,
    },
    /// The environment does not tell where its authority is.
    #[error("the environment does not tell where its authority is")]
    NoChallenge {
        /// What its challenge looked like; `None` when there was none.
        source: Option<ChallengeError>,
    },
    /// The authority gave no token.
    #[error("the authority refused: {0}")]
    Authority(AuthorityRefusal),
    /// The environment refused the request.
    #[error("the environment refused: {0}")]
    Service(ServiceRefusal),
    /// An answer of another shape than the protocol has.
    #[error("an answer could not be read while {doing}")]
    Shape {
        /// What was being done.
        doing: &'static str,
        /// Why; `None` when something was missing.
        source: Option<serde_json::Error>,
    },
}

/// The authority's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityRefusal {
    /// The HTTP status.
    pub status: u16,
    /// The OAuth error name (`invalid_client`).
    pub error: String,
    /// The AADSTS numbers.
    pub codes: Vec<u32>,
    /// For a developer.
    pub description: String,
}

impl std::fmt::Display for AuthorityRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}): {}", self.error, self.status, self.description)
    }
}

/// The environment's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRefusal {
    /// The HTTP status.
    pub status: u16,
    /// The Dataverse code (`0x80040217`); empty when the body told none.
    pub code: String,
    /// For a developer.
    pub message: String,
    /// `x-ms-service-request-id`
    pub request_id: Option<String>,
    /// `Retry-After`, in seconds.
    pub retry_after_seconds: Option<u64>,
}

impl std::fmt::Display for ServiceRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}): {}", self.code, self.status, self.message)
    }
}
