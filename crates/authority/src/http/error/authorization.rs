//! The table of [`AuthorizationRefusal`]: AADSTS number, OAuth error, HTTP status and text of each.
//!
//! In: a refusal. Out: its code and text. Invariant: as in the table of all refusals.

use http::StatusCode;
use oauth::OAuthError;

use super::{Code, shown};
use crate::refusal::AuthorizationRefusal;

/// Number, OAuth error and status.
#[rustfmt::skip] // one line per variant: this is read as a table
pub(super) fn code(refusal: &AuthorizationRefusal) -> Code {
    use {AuthorizationRefusal as R, OAuthError as E, StatusCode as S};
    let (number, error, status) = match refusal {
        R::RedirectUnregistered { .. }  => (50_011,    E::InvalidRequest,          S::BAD_REQUEST),
        R::RedirectMissing { .. }       => (900_971,   E::InvalidRequest,          S::BAD_REQUEST),
        R::SingleTenant { .. }          => (50_194,    E::InvalidRequest,          S::BAD_REQUEST),
        R::ResponseType { .. }          => (70_005,    E::UnsupportedResponseType, S::BAD_REQUEST),
        R::ResponseTypeOff { .. }       => (700_054,   E::UnsupportedResponseType, S::BAD_REQUEST),
        R::ResponseMode { .. }          => (70_007,    E::UnsupportedResponseMode, S::BAD_REQUEST),
        R::Prompt { .. }                => (90_023,    E::InvalidRequest,          S::BAD_REQUEST),
        R::RequestObject                => (9_002_313, E::RequestNotSupported,     S::BAD_REQUEST),
        R::RequestUri                   => (9_002_313, E::InvalidRequestUri,       S::BAD_REQUEST),
        R::CodeChallenge { .. }         => (50_147,    E::InvalidRequest,          S::BAD_REQUEST),
        R::PkceMissing { .. }           => (9_002_325, E::InvalidRequest,          S::BAD_REQUEST),
        R::Scope { .. }                 => (70_011,    E::InvalidScope,            S::BAD_REQUEST),
        R::ScopeNotOffered { .. }       => (650_053,   E::InvalidClient,           S::UNAUTHORIZED),
        R::ResourceNotRegistered { .. } => (650_057,   E::InvalidResource,         S::BAD_REQUEST),
        R::ResourceNotBroughtIn { .. }  => (650_052,   E::InvalidResource,         S::BAD_REQUEST),
        R::LoginNeeded                  => (50_058,    E::LoginRequired,           S::BAD_REQUEST),
        R::SeveralSessions              => (16_000,    E::InteractionRequired,     S::BAD_REQUEST),
        R::ConsentNeeded { .. }         => (65_001,    E::InteractionRequired,     S::BAD_REQUEST),
        R::ConsentMissing { .. }        => (65_001,    E::InvalidGrant,            S::BAD_REQUEST),
        R::ConsentDeclined              => (65_004,    E::AccessDenied,            S::BAD_REQUEST),
        R::ConsentNotWritten(_)         => (90_033,    E::TemporarilyUnavailable,  S::SERVICE_UNAVAILABLE),
        R::AdministratorNeeded { .. }   => (90_094,    E::ConsentRequired,         S::FORBIDDEN),
        R::NotAssigned { .. }           => (50_105,    E::InvalidGrant,            S::BAD_REQUEST),
        R::OtherTenant { .. }           => (50_020,    E::InvalidGrant,            S::BAD_REQUEST),
        R::AccountUnknown { .. }        => (50_034,    E::InvalidGrant,            S::BAD_REQUEST),
        R::ContextForeign               => (165_000,   E::InvalidRequest,          S::BAD_REQUEST),
        R::ContextExpired               => (50_089,    E::InvalidRequest,          S::BAD_REQUEST),
        R::ContextNotSealed(_)          => (50_000,    E::ServerError,             S::INTERNAL_SERVER_ERROR),
        R::UserCode                     => (70_018,    E::BadVerificationCode,     S::BAD_REQUEST),
    };
    Code { number, error, status }
}

/// What the client is told.
#[rustfmt::skip] // as above
pub(super) fn text(refusal: &AuthorizationRefusal) -> String {
    use AuthorizationRefusal as R;
    match refusal {
        R::RedirectUnregistered { application, uri } => format!("The redirect URI '{}' specified in the request does not match the redirect URIs configured for the application '{}'.", shown(uri), shown(application)),
        R::RedirectMissing { application } => format!("No reply address is registered for the application '{}', or several are and the request names none.", shown(application)),
        R::SingleTenant { application, alias } => format!("Application '{}' is not configured as a multi-tenant application. Usage of the '/{alias}' endpoint is not supported for such applications. Use the endpoint of its tenant.", shown(application)),
        R::ResponseType { response_type } => format!("The response type '{}' is not supported.", shown(response_type)),
        R::ResponseTypeOff { application, response_type } => format!("The response type '{response_type}' is not enabled for the application '{}'.", shown(application)),
        R::ResponseMode { response_mode } => format!("The response mode '{}' is not supported for this response type.", shown(response_mode)),
        R::Prompt { prompt } => format!("The value '{}' of the parameter 'prompt' is not supported.", shown(prompt)),
        R::RequestObject => "The parameter 'request' is not supported.".to_owned(),
        R::RequestUri => "The value of the parameter 'request_uri' is unknown, used or expired, or was given to another client.".to_owned(),
        R::CodeChallenge { reason } => format!("The parameter 'code_challenge' is not valid. {reason}."),
        R::PkceMissing { application } => format!("Proof Key for Code Exchange is required for cross-origin authorization code redemption and for public clients. The application '{}' must send a code challenge.", shown(application)),
        R::Scope { scope } => format!("The provided value for the input parameter 'scope' is not valid. The scope '{}' is not valid.", shown(scope)),
        R::ScopeNotOffered { application, scope, resource } => format!("The application '{}' asked for scope '{}' that doesn't exist on the resource '{}'.", shown(application), shown(scope), shown(resource)),
        R::ResourceNotRegistered { application, resource } => format!("Invalid resource. The client '{}' has requested access to the resource '{}', which is not listed in the requested permissions in the client's application registration.", shown(application), shown(resource)),
        R::ResourceNotBroughtIn { resource, tenant } => format!("The application needs access to a service '{}' that the organization '{}' has not brought in. Ask an administrator.", shown(resource), shown(tenant)),
        R::LoginNeeded => "A silent sign-in request was sent but no user is signed in.".to_owned(),
        R::SeveralSessions => "Several accounts are signed in and the request does not tell which one to use.".to_owned(),
        R::ConsentNeeded { application, name } | R::ConsentMissing { application, name } => format!("The user or administrator has not consented to use the application with id '{}' named '{}'. Send an interactive authorization request for this user and resource.", shown(application), shown(name)),
        R::ConsentDeclined => "The user declined to consent to access the application.".to_owned(),
        R::ConsentNotWritten(_) => "A transient error has occurred. Please try again.".to_owned(),
        R::AdministratorNeeded { application, name } => format!("The application '{}' named '{}' asks for permissions that only an administrator may grant. Ask an administrator to grant them.", shown(application), shown(name)),
        R::NotAssigned { application, user } => format!("The signed in user '{}' is not assigned to a role for the application '{}'. Ask an administrator for access.", shown(user), shown(application)),
        R::OtherTenant { user, tenant } => format!("The user account '{}' does not exist in the tenant '{}' and cannot access the application there. Sign in with an account of that tenant.", shown(user), shown(tenant)),
        R::AccountUnknown { user } => format!("The user account '{}' was not found. Check the user name and its domain.", shown(user)),
        R::ContextForeign => "The request does not belong to the sign-in that was begun in this browser. Begin again, with cookies allowed.".to_owned(),
        R::ContextExpired => "The sign-in took too long. Begin again.".to_owned(),
        R::ContextNotSealed(_) => "There was an error going on with the sign-in.".to_owned(),
        R::UserCode => "No device waits with this code. It may have expired: ask the device for another.".to_owned(),
    }
}
