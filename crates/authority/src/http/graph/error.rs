//! The table of the directory API's refusals: status, code and text of each.
//!
//! In: a [`GraphRefusal`]. Out: the JSON answer in Microsoft Graph's shape, and one log line. Invariant: the tables are
//! exhaustive, without `_`.

use http::StatusCode;
use serde_json::{Value, json};

use super::exchange::GraphExchange;
use crate::graph::GraphRefusal;
use crate::manage::ManageError;

/// Status and code of a refusal.
#[rustfmt::skip] // one line per variant: this is read as a table
#[expect(clippy::match_same_arms, reason = "one line per variant: this is read as a table")]
pub(crate) fn code(refusal: &GraphRefusal) -> (StatusCode, &'static str) {
    use {GraphRefusal as R, StatusCode as S};
    match refusal {
        R::TokenMissing        => (S::UNAUTHORIZED,          "InvalidAuthenticationToken"),
        R::TokenIssuer         => (S::UNAUTHORIZED,          "InvalidAuthenticationToken"),
        R::Token(_)            => (S::UNAUTHORIZED,          "InvalidAuthenticationToken"),
        R::TokenKey            => (S::UNAUTHORIZED,          "InvalidAuthenticationToken"),
        R::OperatorKey         => (S::UNAUTHORIZED,          "InvalidAuthenticationToken"),
        R::CallerUnknown       => (S::FORBIDDEN,             "Authorization_IdentityNotFound"),
        R::Denied              => (S::FORBIDDEN,             "Authorization_RequestDenied"),
        R::NoPerson            => (S::BAD_REQUEST,           "BadRequest"),
        R::Segment { .. }      => (S::BAD_REQUEST,           "BadRequest"),
        R::Method { .. }       => (S::METHOD_NOT_ALLOWED,    "Request_BadRequest"),
        R::NotFound { .. }     => (S::NOT_FOUND,             "Request_ResourceNotFound"),
        R::BodyTooLarge { .. } => (S::PAYLOAD_TOO_LARGE,     "Request_BadRequest"),
        R::Body                => (S::BAD_REQUEST,           "BadRequest"),
        R::Property { .. }     => (S::BAD_REQUEST,           "Request_BadRequest"),
        R::Missing { .. }      => (S::BAD_REQUEST,           "Request_BadRequest"),
        R::Value { .. }        => (S::BAD_REQUEST,           "Request_BadRequest"),
        R::Batch { .. }        => (S::BAD_REQUEST,           "BadRequest"),
        R::Proof(_)            => (S::UNAUTHORIZED,          "Authentication_MissingOrMalformed"),
        R::ProofKey            => (S::UNAUTHORIZED,          "Authentication_MissingOrMalformed"),
        R::Syntax(_)           => (S::BAD_REQUEST,           "BadRequest"),
        R::Query { .. }        => (S::BAD_REQUEST,           "Request_UnsupportedQuery"),
        R::Consistency { .. }  => (S::BAD_REQUEST,           "Request_UnsupportedQuery"),
        R::UsageLocation       => (S::BAD_REQUEST,           "Request_BadRequest"),
        R::Manage(error)       => manage_code(error),
        R::Directory(_)        => (S::SERVICE_UNAVAILABLE,   "ServiceNotAvailable"),
        R::Unsigned(_)         => (S::INTERNAL_SERVER_ERROR, "InternalServerError"),
        R::Answer(_)           => (S::INTERNAL_SERVER_ERROR, "InternalServerError"),
    }
}

#[rustfmt::skip] // as above
#[expect(clippy::match_same_arms, reason = "as above")]
fn manage_code(error: &ManageError) -> (StatusCode, &'static str) {
    use {ManageError as M, StatusCode as S};
    match error {
        M::Invalid { .. }   => (S::BAD_REQUEST,           "Request_BadRequest"),
        M::Taken { .. }     => (S::CONFLICT,              "Request_MultipleObjectsWithSameKeyValue"),
        M::NotFound { .. }  => (S::NOT_FOUND,             "Request_ResourceNotFound"),
        M::Contended { .. } => (S::SERVICE_UNAVAILABLE,   "ServiceNotAvailable"),
        M::Busy             => (S::SERVICE_UNAVAILABLE,   "ServiceNotAvailable"),
        M::Seal(_)          => (S::INTERNAL_SERVER_ERROR, "InternalServerError"),
        M::Keys(_)          => (S::INTERNAL_SERVER_ERROR, "InternalServerError"),
        M::Password(_)      => (S::INTERNAL_SERVER_ERROR, "InternalServerError"),
        M::CutOff(_)        => (S::INTERNAL_SERVER_ERROR, "InternalServerError"),
        M::Document(_)      => (S::INTERNAL_SERVER_ERROR, "InternalServerError"),
        M::Write(_)         => (S::SERVICE_UNAVAILABLE,   "ServiceNotAvailable"),
        M::Read(_)          => (S::SERVICE_UNAVAILABLE,   "ServiceNotAvailable"),
    }
}

/// What the caller is told.
#[rustfmt::skip] // as above
pub(crate) fn text(refusal: &GraphRefusal) -> String {
    use GraphRefusal as R;
    match refusal {
        R::TokenMissing => "Access token is empty.".to_owned(),
        R::TokenIssuer => "Access token validation failure. Invalid issuer.".to_owned(),
        R::Token(error) => format!("Access token validation failure. {error}."),
        R::TokenKey => "Access token validation failure. The key to which the token is bound was not proved.".to_owned(),
        R::OperatorKey => "The operator's key is missing, or is not the one of this server.".to_owned(),
        R::CallerUnknown => "The identity of the calling application or person could not be established.".to_owned(),
        R::Denied => "Insufficient privileges to complete the operation.".to_owned(),
        R::NoPerson => "/me request is only valid with delegated authentication flow.".to_owned(),
        R::Segment { segment } => format!("Resource not found for the segment '{}'.", shown(segment)),
        R::Method { .. } => "Specified HTTP method is not allowed for the request target.".to_owned(),
        R::NotFound { id } => format!("Resource '{}' does not exist or one of its queried reference-property objects are not present.", shown(id)),
        R::BodyTooLarge { limit_bytes } => format!("The request body is longer than {limit_bytes} bytes."),
        R::Body => "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.".to_owned(),
        R::Property { name } => format!("Invalid property '{}'.", shown(name)),
        R::Missing { name } => format!("A value is required for property '{name}' of the resource."),
        R::Value { name, reason } => format!("Invalid value specified for property '{}' of the resource: it {reason}.", shown(name)),
        R::Batch { reason } => format!("Invalid batch payload format. {reason}."),
        R::Proof(error) => format!("The proof of possession is not valid: {error}."),
        R::ProofKey => "The proof of possession is not signed by a valid certificate of the application.".to_owned(),
        R::Syntax(error) => format!("Invalid query: {}", shown(&error.to_string())),
        R::Query { what } => format!("{}.", shown(what)),
        R::Consistency { what } => format!("Request with {what} only works with the header 'ConsistencyLevel: eventual'."),
        R::UsageLocation => "License assignment cannot be done for user with invalid usage location.".to_owned(),
        R::Manage(error) => manage_text(error),
        R::Directory(_) => "The service is temporarily unavailable. Try again later.".to_owned(),
        R::Unsigned(_) | R::Answer(_) => "An internal server error occurred.".to_owned(),
    }
}

fn manage_text(error: &ManageError) -> String {
    match error {
        ManageError::Invalid { what, value, reason } => format!("The {what} '{}' {reason}.", shown(value)),
        ManageError::Taken { constraint } => taken(constraint),
        ManageError::NotFound { id, .. } => {
            format!("Resource '{id}' does not exist or one of its queried reference-property objects are not present.")
        }
        ManageError::Busy | ManageError::Contended { .. } | ManageError::Write(_) | ManageError::Read(_) => {
            "The service is temporarily unavailable. Try again later.".to_owned()
        }
        ManageError::Seal(_)
        | ManageError::Keys(_)
        | ManageError::Password(_)
        | ManageError::CutOff(_)
        | ManageError::Document(_) => "An internal server error occurred.".to_owned(),
    }
}

/// What is taken, by the constraint of the directory's tables.
fn taken(constraint: &str) -> String {
    let what = match constraint {
        "domain_pkey" => "Another tenant has one of these domains already",
        "service_principal_pkey" => {
            "The service principal cannot be created, because the service principal name of the application is already in use"
        }
        "application_identifier_pkey" => {
            "Another object with the same value for property identifierUris already exists"
        }
        "person_upn" => "Another object with the same value for property userPrincipalName already exists",
        "federated_credential_name" => "FederatedIdentityCredential with this name already exists",
        "federated_credential_subject" => "FederatedIdentityCredential with this issuer and subject already exists",
        "owner_pkey" | "owner_of" => "One or more added object references already exist for the property 'owners'",
        "group_member_pkey" | "group_member_of" => {
            "One or more added object references already exist for the property 'members'"
        }
        "app_role_assignment_pkey" => "Permission being assigned already exists on the object",
        "scope_grant_pkey" => "Permission entry already exists",
        _ => "Another object with the same key value already exists",
    };
    format!("{what}.")
}

/// The body of a refusal.
pub(crate) fn body(exchange: &GraphExchange, refusal: &GraphRefusal) -> Value {
    let (_, code) = code(refusal);
    let date = exchange.at.to_string();
    json!({ "error": {
        "code": code,
        "message": text(refusal),
        "innerError": {
            "date": date.split(['.', 'Z']).next().unwrap_or_default(),
            "request-id": exchange.request_id.to_string(),
            "client-request-id": exchange.client_request_id.to_string(),
        },
    }})
}

/// One line per refusal: a failure of ours with its causes as an error, a decision about the caller as information.
pub(crate) fn log(exchange: &GraphExchange, refusal: &GraphRefusal) {
    let (status, code) = code(refusal);
    let (request, client_request) = (exchange.request_id, exchange.client_request_id);
    let tenant = exchange.tenant.map(tracing::field::display);
    if status.is_server_error() {
        tracing::error!(
            code, tenant.id = tenant, correlation.id = %client_request, trace.id = %request,
            error = refusal as &dyn std::error::Error, "directory call failed"
        );
    } else {
        tracing::info!(
            code, tenant.id = tenant, correlation.id = %client_request, trace.id = %request,
            reason = %refusal, "directory call refused"
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
