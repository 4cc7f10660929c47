//! Where the answer to a client goes, and in which form.
//!
//! In: a request whose redirect URI was found among its client's registrations. Out: [`Recipient`]. INVARIANT: made from a
//! [`redirect_uri::Found`] only, so nothing is ever sent to a URI that nobody registered.

use oauth::{AuthorizationFailure, AuthorizationResponse, OAuthError, ResponseMode};

use crate::call::Endpoint;
use crate::redirect_uri::Found;
use crate::registration::RedirectKind;

/// Where an answer goes.
#[derive(Debug, Clone)]
pub(crate) struct Recipient {
    redirect: Found,
    shape: Shape,
    state: Option<String>,
    issuer: String,
}

/// In which form an answer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// That of the authorization endpoint.
    Authorization(ResponseMode),
    /// That of an administrator's consent.
    AdminConsent(Endpoint),
}

/// A refusal, in the words of the wire.
#[derive(Debug)]
pub(crate) struct Failure {
    /// `error`.
    pub(crate) error: OAuthError,
    /// `error_description`.
    pub(crate) description: String,
    /// `error_uri`.
    pub(crate) error_uri: String,
    /// Whether it was the person who said no.
    pub(crate) subcode: Option<&'static str>,
}

/// What is sent to a recipient.
#[derive(Debug)]
pub(crate) enum Message {
    /// Parameters of the authorization endpoint, which travel as the request wants it.
    Authorization(AuthorizationResponse, ResponseMode),
    /// Parameters in the query of the redirect URI.
    Query(Vec<(&'static str, String)>),
}

impl Recipient {
    /// The recipient of a registered redirect URI. The issuer is the one of the metadata that the client read, until the
    /// tenant is known.
    pub(crate) fn new(redirect: Found, shape: Shape, state: Option<String>, issuer: String) -> Self {
        Self {
            redirect,
            shape,
            state,
            issuer,
        }
    }

    /// The redirect URI.
    pub(crate) fn uri(&self) -> &str {
        &self.redirect.uri
    }

    /// What kind of client is behind it.
    pub(crate) fn kind(&self) -> RedirectKind {
        self.redirect.kind
    }

    /// How the answer travels.
    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }

    /// What the recipient is told of a refusal.
    pub(crate) fn refused(&self, failure: Failure) -> Message {
        match self.shape {
            Shape::Authorization(mode) => {
                let failure = AuthorizationFailure {
                    error: failure.error,
                    description: failure.description,
                    error_uri: Some(failure.error_uri),
                    subcode: failure.subcode,
                    state: self.state.clone(),
                    issuer: Some(self.issuer.clone()),
                };
                Message::Authorization(AuthorizationResponse::failure(failure), mode)
            }
            Shape::AdminConsent(endpoint) => Message::Query(self.admin_consent_refused(endpoint, failure)),
        }
    }

    /// A "no" has a name of its own here, another one in each version.
    fn admin_consent_refused(&self, endpoint: Endpoint, failure: Failure) -> Vec<(&'static str, String)> {
        let error = match (failure.error, endpoint) {
            (OAuthError::AccessDenied, Endpoint::V1) => OAuthError::PermissionDenied,
            (OAuthError::AccessDenied, Endpoint::V2) => OAuthError::ConsentRequired,
            (other, _) => other,
        };
        let mut parameters = vec![
            ("error", error.as_str().to_owned()),
            ("error_description", failure.description),
        ];
        if endpoint == Endpoint::V2 {
            parameters.push(("admin_consent", "True".to_owned()));
        }
        parameters.extend(self.state.clone().map(|state| ("state", state)));
        parameters
    }
}
