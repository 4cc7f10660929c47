//! Why an authorization request is refused, with what is needed to decide where the refusal goes.
//!
//! INVARIANT: a value that was sent twice is not passed on; whether the client may be answered at the redirect URI is
//! not decided here.

use super::ResponseMode;
use crate::pkce::PkceError;

/// What is wrong with an authorization request. The AADSTS code of each is the authority's to choose.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizationRequestReason {
    /// Longer than 64 KiB.
    #[error("authorization request is longer than 64 KiB")]
    TooLong,
    /// Not form encoded (AADSTS 9002313).
    #[error("authorization request is not form encoded")]
    Malformed,
    /// A parameter appears twice (RFC 6749 section 3.1).
    #[error("parameter `{0}` appears more than once")]
    Repeated(String),
    /// A parameter is missing or empty (AADSTS 900144).
    #[error("parameter `{0}` is missing")]
    Missing(&'static str),
    /// `response_type` is not served (AADSTS 70005).
    #[error("response type `{0}` is not supported")]
    ResponseType(String),
    /// `response_mode` is not served (AADSTS 70007).
    #[error("response mode `{0}` is not supported")]
    ResponseMode(String),
    /// `response_mode` is `query` although the answer has a token (AADSTS 70007).
    #[error("response mode `query` cannot carry a token")]
    TokenInQuery,
    /// `prompt` is none of the known words, or several of them.
    #[error("prompt `{0}` is not supported")]
    Prompt(String),
    /// `max_age` is not a number of seconds.
    #[error("max age `{0}` is not a number of seconds")]
    MaxAge(String),
    /// The code challenge is not one of RFC 7636 (AADSTS 50147).
    #[error("code challenge is refused")]
    CodeChallenge(#[source] PkceError),
    /// `request`: parameters as a signed object are not read, and must not be ignored (OpenID Connect Core section
    /// 6.1).
    #[error("parameter `request` is not supported")]
    RequestObject,
}

/// A refused request: the reason, and the client's own words on where it wants to be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("authorization request is refused")]
pub struct AuthorizationRequestError {
    /// What is wrong.
    #[source]
    pub reason: AuthorizationRequestReason,
    /// `client_id`, when it was sent once.
    pub client_id: Option<String>,
    /// `redirect_uri`, when it was sent once. Not to be followed before it is found among the client's registrations.
    pub redirect_uri: Option<String>,
    /// `response_mode` when it was understood and fits the response type, else the default of the response type when
    /// that was understood.
    pub response_mode: Option<ResponseMode>,
    /// `state`, when it was sent once.
    pub state: Option<String>,
}

impl AuthorizationRequestError {
    /// Of a request that cannot be read at all.
    pub(super) const fn unreadable(reason: AuthorizationRequestReason) -> Self {
        Self {
            reason,
            client_id: None,
            redirect_uri: None,
            response_mode: None,
            state: None,
        }
    }
}
