//! Why a request is refused: one closed list for the whole gateway.
//!
//! Invariant: code, status and text of each stand in `http/error.rs`; a cause is for the log.

use crate::budget::Exhausted;
use crate::policy::Denied;
use crate::provider::ProviderError;
use crate::said::SaidError;
use crate::session::SessionError;
use crate::sign_in::SignInError;

/// Why a request is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Nobody is signed in, or no longer.
    #[error("nobody is signed in")]
    SignIn(#[source] Option<NoSession>),
    /// The request was sent by a page of another origin.
    #[error("the request comes from another origin")]
    OtherOrigin,
    /// The token that proves that the application's own page sends the request is missing or wrong.
    #[error("the CSRF token is missing or wrong")]
    CsrfToken,
    /// The person's tenant has not subscribed, or no longer.
    #[error("the tenant has no environment here")]
    NotSubscribed,
    /// The request is not understood, or names what is not open.
    #[error(transparent)]
    Said(#[from] SaidError),
    /// The policy does not allow it.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A row is sent as something else than JSON.
    #[error("a row is sent as `application/json`")]
    MediaType,
    /// A row is too long to be looked at.
    #[error("the body is longer than {limit_bytes} bytes")]
    TooLong {
        /// What is taken at most.
        limit_bytes: usize,
    },
    /// The body broke off.
    #[error("the body broke off")]
    BodyLost,
    /// The person's budget is spent.
    #[error(transparent)]
    Budget(#[from] Exhausted),
    /// The session is older than the present configuration, and cannot name the person to the environment.
    #[error("the person cannot be named to the environment")]
    NoObjectId,
    /// The environment or its authority cannot be asked.
    #[error("the environment could not be asked")]
    Environment(#[from] client::Error),
    /// The environment does not accept the application.
    #[error("the environment does not accept the application")]
    ApplicationRefused,
    /// The environment takes too long.
    #[error("the environment did not answer in time")]
    Slow,
    /// The provider cannot be asked, or answers nonsense.
    #[error("the provider could not be asked")]
    Provider(#[from] ProviderError),
    /// The sign-in failed.
    #[error("nobody was signed in")]
    SignInFailed(#[source] FailedSignIn),
    /// The place to return to is not one of the application's own.
    #[error("the return path is no path of this application")]
    ReturnPath,
    /// A logout token proves nothing.
    #[error("the logout token was refused")]
    LogoutToken(#[source] ProviderError),
    /// A sign-out could not be written down, so it did not happen.
    #[error("the sign-out could not be kept")]
    NotKept(#[source] std::io::Error),
    /// Nothing is there.
    #[error("there is nothing at this path")]
    NotFound,
}

/// Why a cookie is no session; for the log.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct NoSession(#[from] pub(crate) SessionError);

/// Why a sign-in failed; for the log.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct FailedSignIn(pub(crate) Box<dyn std::error::Error + Send + Sync>);

impl From<SessionError> for Refusal {
    fn from(error: SessionError) -> Self {
        Self::SignIn(Some(NoSession(error)))
    }
}

impl From<SignInError> for Refusal {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Provider(
                error @ (ProviderError::Unreachable { .. }
                | ProviderError::Answer { .. }
                | ProviderError::Options { .. }),
            ) => Self::Provider(error),
            SignInError::Who(crate::sign_in::WhoError::NotSubscribed) => Self::NotSubscribed,
            other @ (SignInError::NotBegun
            | SignInError::OtherProvider
            | SignInError::Refused(_)
            | SignInError::NoCode
            | SignInError::Provider(ProviderError::Refused { .. } | ProviderError::Token(_))
            | SignInError::Who(_)) => Self::SignInFailed(FailedSignIn(Box::new(other))),
        }
    }
}
