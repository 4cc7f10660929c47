//! Why a call was not done. A variant is a decision: ask again, look whether it was done, mend the set-up, tell the user.
//!
//! Invariant: no variant holds a secret, a token or a body.

use std::sync::Arc;

use oauth::ChallengeError;

mod refusal;

pub use refusal::{AuthorityRefusal, ServiceRefusal};

/// What lies behind an error, for a log: of the HTTP client, of the JSON reader, of the file system.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// Why a call was not done. Cheap to clone: callers that waited for the same token are told the same.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// An address that no request is sent to.
    #[error("`{url}` cannot be used: {why}")]
    Url {
        /// As given.
        url: String,
        /// In words.
        why: &'static str,
    },
    /// The options or the credential cannot be used.
    #[error("{what}")]
    SetUp {
        /// What is wrong.
        what: &'static str,
        /// Why.
        source: Option<Cause>,
    },
    /// Nothing was done: no connection, or no answer to a question that changes nothing. Ask again later.
    #[error("while {doing}")]
    Unreachable {
        /// What was being done.
        doing: &'static str,
        /// Why.
        source: Cause,
    },
    /// The request was sent and its answer did not come, or broke off: it may have been done. It was not sent again,
    /// because doing it twice would not be the same as doing it once; or it was, and that did not tell.
    #[error("the answer was lost while {doing}")]
    AnswerLost {
        /// What was being done.
        doing: &'static str,
        /// Why; the refusal of the repetition where there was one.
        source: Cause,
    },
    /// The environment does not tell where its authority is.
    #[error("the environment does not tell where its authority is")]
    NoChallenge {
        /// What its challenge looked like; `None` when there was none.
        source: Option<ChallengeError>,
    },
    /// The environment names an authority that may not see the credential: see [`crate::Authorities`].
    #[error("the environment names the authority `{authority}`, which is not among `Options::authorities`")]
    ForeignAuthority {
        /// Its origin.
        authority: String,
    },
    /// The authority gave no token.
    #[error("the authority refused: {0}")]
    Authority(Box<AuthorityRefusal>),
    /// The environment refused the request.
    #[error("the environment refused: {0}")]
    Service(Box<ServiceRefusal>),
    /// An answer of another shape than the protocol has: what was asked for was done. Or a row to send that is no JSON:
    /// nothing was.
    #[error("unexpected shape while {doing}")]
    Shape {
        /// What was being done.
        doing: &'static str,
        /// Why; `None` when something was missing.
        source: Option<Cause>,
    },
}

impl Error {
    pub(crate) fn shape(doing: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Shape {
            doing,
            source: Some(Arc::new(source)),
        }
    }

    pub(crate) fn unreachable(doing: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Unreachable {
            doing,
            source: Arc::new(source),
        }
    }

    pub(crate) fn set_up(what: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::SetUp {
            what,
            source: Some(Arc::new(source)),
        }
    }

    /// A token goes to the environment that it is for, and nowhere else.
    pub(crate) fn leads_out(url: &str) -> Self {
        Self::Url {
            url: url.to_owned(),
            why: "it leads out of the environment",
        }
    }
}
