//! The table of refusals: AADSTS number, OAuth error, HTTP status and text of each.
//!
//! In: a [`Refusal`] and the [`Exchange`] in which it happened. Out: the JSON answer that MSAL parses, and one log line.
//! Invariant: the tables are exhaustive, without `_`; a number that was retired is never given a new meaning.

mod assertion;
mod authorization;
mod binding;
mod grant;
mod person;

use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use oauth::{ErrorResponse, OAuthError};

use super::exchange::{Caching, Exchange};
use crate::refusal::{Asked, AuthorizationRefusal, PersonRefusal, Refusal};

/// Seconds after which a client may repeat a request that failed for our reasons.
const RETRY_AFTER_SECONDS: u32 = 5;

/// What a refusal is on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code {
    /// The number behind `AADSTS`, also in `error_codes`.
    pub(crate) number: u32,
    /// The OAuth error (RFC 6749 section 5.2, and the names that Entra ID adds).
    pub(crate) error: OAuthError,
    /// The HTTP status.
    pub(crate) status: StatusCode,
}

/// Number, OAuth error and status of a refusal.
#[rustfmt::skip] // one line per variant: this is read as a table
#[expect(clippy::match_same_arms, reason = "one line per variant: this is read as a table")]
pub(crate) fn code(refusal: &Refusal) -> Code {
    use {OAuthError as E, StatusCode as S};
    let (number, error, status) = match refusal {
        Refusal::NoEndpoint { .. }               => (9_002_313, E::InvalidRequest,        S::NOT_FOUND),
        Refusal::Method { .. }                   => (900_561,   E::InvalidRequest,        S::BAD_REQUEST),
        Refusal::ContentType { .. }              => (9_002_313, E::InvalidRequest,        S::BAD_REQUEST),
        Refusal::BodyTooLarge { .. }             => (9_002_313, E::InvalidRequest,        S::PAYLOAD_TOO_LARGE),
        Refusal::Malformed { .. }                => (9_002_313, E::InvalidRequest,        S::BAD_REQUEST),
        Refusal::Duplicate { .. }                => (9_000_411, E::InvalidRequest,        S::BAD_REQUEST),
        Refusal::Missing { .. }                  => (900_144,   E::InvalidRequest,        S::BAD_REQUEST),
        Refusal::GrantType { .. }                => (70_003,    E::UnsupportedGrantType, S::BAD_REQUEST),
        Refusal::ResourceParameter               => (901_002,   E::InvalidRequest,        S::BAD_REQUEST),
        Refusal::CrossOrigin                     => (9_002_326, E::InvalidRequest,        S::BAD_REQUEST),
        Refusal::TenantMalformed { .. }          => (900_023,   E::InvalidRequest,        S::BAD_REQUEST),
        Refusal::TenantNotFound { asked: Asked::Metadata, .. } => (90_002, E::InvalidTenant,  S::BAD_REQUEST),
        Refusal::TenantNotFound { asked: Asked::Endpoint, .. } => (90_002, E::InvalidRequest, S::BAD_REQUEST),
        Refusal::TenantUnknowable { .. }         => (50_059,    E::InvalidRequest,        S::BAD_REQUEST),
        Refusal::ConsumersTenant                 => (9_001_023, E::InvalidRequest,        S::BAD_REQUEST),
        Refusal::Instance { .. }                 => (50_049,    E::InvalidInstance,       S::BAD_REQUEST),
        Refusal::ApplicationNotFound { .. }      => (700_016,   E::UnauthorizedClient,    S::BAD_REQUEST),
        Refusal::ServicePrincipalMissing { .. }  => (7_000_229, E::InvalidClient,         S::UNAUTHORIZED),
        Refusal::ApplicationDisabled { .. }      => (7_000_112, E::UnauthorizedClient,    S::BAD_REQUEST),
        Refusal::ServicePrincipalDisabled { .. } => (7_000_112, E::UnauthorizedClient,    S::BAD_REQUEST),
        Refusal::CredentialMissing               => (7_000_216, E::InvalidClient,         S::UNAUTHORIZED),
        Refusal::SecretWrong { .. }              => (7_000_215, E::InvalidClient,         S::UNAUTHORIZED),
        Refusal::SecretExpired { .. }            => (7_000_222, E::InvalidClient,         S::UNAUTHORIZED),
        Refusal::SecretNotYetValid { .. }        => (7_000_215, E::InvalidClient,         S::UNAUTHORIZED),
        Refusal::ScopeMalformed { .. }           => (70_011,    E::InvalidScope,          S::BAD_REQUEST),
        Refusal::ScopeNotDefault { .. }          => (1_002_012, E::InvalidScope,          S::BAD_REQUEST),
        Refusal::ResourceNotFound { .. }         => (500_011,   E::InvalidResource,       S::BAD_REQUEST),
        Refusal::Assertion(refusal)              => return assertion::code(refusal),
        Refusal::Binding(refusal)                => return binding::code(refusal),
        Refusal::Grant(refusal)                  => return grant::code(refusal),
        Refusal::Authorization(refusal)          => return authorization::code(refusal),
        Refusal::Person(refusal)                 => return person::code(refusal),
        Refusal::Directory(_)                    => (90_033,    E::TemporarilyUnavailable, S::SERVICE_UNAVAILABLE),
        Refusal::NotRecorded(_)                  => (90_033,    E::TemporarilyUnavailable, S::SERVICE_UNAVAILABLE),
        Refusal::NoSigningKey                    => (50_000,    E::ServerError,           S::INTERNAL_SERVER_ERROR),
        Refusal::Signing(_)                      => (50_000,    E::ServerError,           S::INTERNAL_SERVER_ERROR),
    };
    Code { number, error, status }
}

/// What the client is told. Names the culprit, never a secret. Avoids the words by which msal-node would take an
/// unrelated error for a call to sign in again (`interaction_required` and its kin).
#[rustfmt::skip] // as above
pub(crate) fn text(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NoEndpoint { path } => format!("There is no endpoint at '{}'.", shown(path)),
        Refusal::Method { received, accepted } => format!("The endpoint only accepts {accepted} requests. Received a {} request.", shown(received)),
        Refusal::ContentType { received } => format!("The request body must be of the type 'application/x-www-form-urlencoded'. Received '{}'.", shown(received)),
        Refusal::BodyTooLarge { limit_bytes } => format!("The request body is longer than {limit_bytes} bytes."),
        Refusal::Malformed { reason } => format!("Invalid request. {reason}."),
        Refusal::Duplicate { name } => format!("The request is not properly formatted. The parameter '{}' is duplicated.", shown(name)),
        Refusal::Missing { name } => format!("The request must contain the following parameter: '{name}'."),
        Refusal::GrantType { grant_type } => format!("The grant type '{}' is not supported.", shown(grant_type)),
        Refusal::ResourceParameter => "The parameter 'resource' is not supported by this endpoint. Name the resource in 'scope'.".to_owned(),
        Refusal::CrossOrigin => "This grant is not available to a request with an 'Origin' header: cross-origin redemption is permitted only for single-page applications.".to_owned(),
        Refusal::TenantMalformed { tenant } => format!("Specified tenant identifier '{}' is neither a valid DNS name, nor a tenant id.", shown(tenant)),
        Refusal::TenantNotFound { tenant, .. } => format!("Tenant '{}' not found. Check that the tenant id or domain is right and that this is the right authority.", shown(tenant)),
        Refusal::TenantUnknowable { alias } => format!("No tenant-identifying information found in the request: this grant needs a tenant id or domain in place of '{alias}'."),
        Refusal::ConsumersTenant => "This grant is not supported at '/consumers'. Use the endpoint of a tenant.".to_owned(),
        Refusal::Instance { address } => format!("Unknown or invalid instance: '{}'.", shown(address)),
        Refusal::ApplicationNotFound { application, tenant } => format!("Application with identifier '{}' was not found in the directory '{}'. Either no administrator of the tenant has consented to it, or the request went to the wrong tenant.", shown(application), shown(tenant)),
        Refusal::ServicePrincipalMissing { application, tenant } => format!("The client application '{}' is missing a service principal in the tenant '{}'.", shown(application), shown(tenant)),
        Refusal::ApplicationDisabled { application } => format!("Application '{}' is disabled.", shown(application)),
        Refusal::ServicePrincipalDisabled { application, tenant } => format!("Application '{}' is disabled in the tenant '{}'.", shown(application), shown(tenant)),
        Refusal::CredentialMissing => "The request must contain 'client_secret' or 'client_assertion' for this grant.".to_owned(),
        Refusal::SecretWrong { application } => format!("Invalid client secret provided. Make sure that the secret sent is the client secret's value, not its id, for application '{}'.", shown(application)),
        Refusal::SecretExpired { application } => format!("The provided client secret keys for application '{}' are expired.", shown(application)),
        Refusal::SecretNotYetValid { application } => format!("Invalid client secret provided: its validity has not begun, for application '{}'.", shown(application)),
        Refusal::ScopeMalformed { scope } => format!("The provided value for the input parameter 'scope' is not valid. The scope '{}' is not valid: exactly one '<resource>/.default' is expected.", shown(scope)),
        Refusal::ScopeNotDefault { scope } => format!("The provided value for scope '{}' is not valid. Client credential flows must have a scope value of a resource identifier with the suffix '/.default'.", shown(scope)),
        Refusal::ResourceNotFound { resource, tenant } => format!("The resource principal named '{}' was not found in the tenant '{}'.", shown(resource), shown(tenant)),
        Refusal::Assertion(refusal) => assertion::text(refusal),
        Refusal::Binding(refusal) => binding::text(refusal),
        Refusal::Grant(refusal) => grant::text(refusal),
        Refusal::Authorization(refusal) => authorization::text(refusal),
        Refusal::Person(refusal) => person::text(refusal),
        Refusal::Directory(_) | Refusal::NotRecorded(_) => "A transient error has occurred. Please try again.".to_owned(),
        Refusal::NoSigningKey | Refusal::Signing(_) => "There was an error issuing a token.".to_owned(),
    }
}

/// The answer to a refused request, logged once.
pub(crate) fn answer(exchange: &Exchange, refusal: &Refusal) -> Response {
    let code = code(refusal);
    log(exchange, refusal, code);
    let mut response = exchange.answer(code.status, Caching::Never, &body(exchange, refusal, code));
    response.headers_mut().extend(extra_headers(refusal, code));
    response
}

/// The refusal in the words of the wire.
pub(crate) fn body(exchange: &Exchange, refusal: &Refusal, code: Code) -> ErrorResponse {
    let (trace_id, correlation_id) = (exchange.trace_id, exchange.correlation_id);
    let timestamp = ErrorResponse::timestamp_text(exchange.at);
    ErrorResponse {
        error: code.error.to_string(),
        error_description: format!(
            "AADSTS{}: {} Trace ID: {trace_id} Correlation ID: {correlation_id} Timestamp: {timestamp}",
            code.number,
            text(refusal),
        ),
        error_codes: vec![code.number],
        timestamp,
        trace_id: trace_id.to_string(),
        correlation_id: correlation_id.to_string(),
        error_uri: Some(format!("{}/error?code={}", exchange.origin, code.number)),
        suberror: suberror(refusal).map(str::to_owned),
        claims: None,
    }
}

/// A finer reason, by which clients tell what a person could do about it.
fn suberror(refusal: &Refusal) -> Option<&'static str> {
    if let Refusal::Authorization(AuthorizationRefusal::ConsentMissing { .. }) = refusal {
        Some("consent_required")
    } else {
        None
    }
}

/// Headers that only some refusals carry.
fn extra_headers(refusal: &Refusal, code: Code) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Refusal::Method { accepted, .. } = refusal {
        headers.insert(header::ALLOW, HeaderValue::from_static(accepted));
    }
    if code.status == StatusCode::UNAUTHORIZED {
        // RFC 6749 section 5.2: a client that tried the Authorization header is told which scheme is taken.
        headers.insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Basic realm=\"token\""),
        );
    }
    if code.status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
    }
    headers
}

/// One line per refusal: a failure of ours with its causes as an error, a decision about the caller as information.
pub(crate) fn log(exchange: &Exchange, refusal: &Refusal, code: Code) {
    let tenant = exchange.trail.tenant.map(tracing::field::display);
    let application = exchange.trail.unverified_application.map(tracing::field::display);
    let (correlation, trace) = (exchange.correlation_id, exchange.trace_id);
    if let Refusal::Directory(_)
    | Refusal::NotRecorded(_)
    | Refusal::NoSigningKey
    | Refusal::Signing(_)
    | Refusal::Person(PersonRefusal::Hashing(_) | PersonRefusal::Sealed(_)) = refusal
    {
        tracing::error!(
            code = code.number, tenant.id = tenant, app.id = application,
            correlation.id = %correlation, trace.id = %trace,
            error = refusal as &dyn std::error::Error, "request failed"
        );
    } else {
        tracing::info!(
            code = code.number, tenant.id = tenant, app.id = application,
            correlation.id = %correlation, trace.id = %trace,
            reason = %refusal, "request refused"
        );
    }
}

/// The caller's own words as they may be said back: printable and short.
fn shown(text: &str) -> String {
    const MOST_CHARS: usize = 200;
    text.chars()
        .filter(|char| !char.is_control())
        .take(MOST_CHARS)
        .collect()
}

#[cfg(test)]
mod tests;
