//! The table of refusals: HTTP status, Dataverse code and text of each [`Error`].
//!
//! In: an [`Error`]. Out: the JSON answer that clients parse, and one line in the log with the whole chain of causes.
//! Invariant: the tables are exhaustive, without `_`; a code is Dataverse's own wherever Dataverse has one.

use std::fmt::Write as _;

use axum::{body::Body, response::Response};
use http::{HeaderValue, StatusCode, header};
use oauth::{Challenge, TokenError};
use odata::{ErrorBody, SyntaxError};

use crate::{
    catalogue::Right,
    environment::Address,
    error::{Error, KeyProofError, Rule},
    http::headers,
    limits::Limit,
};

/// Seconds after which a client may repeat a request that failed for our reasons.
const UNAVAILABLE_RETRY_SECONDS: u64 = 5;

/// Text of a request that is cut before it is repeated to the caller, in characters.
const SHOWN_CHARACTERS: usize = 200;

/// Where Dataverse sends developers whose payload it did not understand.
const PAYLOAD_HELP: &str = "For more information on this error please follow this help link \
     https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : ";

/// Status and Dataverse code of an error.
#[rustfmt::skip] // one line per variant: this is read as a table
#[expect(clippy::match_same_arms, reason = "a table has a line for each variant, though two may say the same")]
pub(crate) fn code(error: &Error) -> (StatusCode, &'static str) {
    use StatusCode as S;
    match error {
        Error::Syntax(SyntaxError::TooLong { .. }) => (S::URI_TOO_LONG,           "0x80060888"),
        Error::Syntax(_)                           => (S::BAD_REQUEST,            "0x80060888"),
        Error::Batch { .. }                        => (S::BAD_REQUEST,            "0x80060888"),
        Error::UnknownContentId { .. }             => (S::BAD_REQUEST,            "0x80060888"),
        Error::Payload { .. }                      => (S::BAD_REQUEST,            "0x80048d19"),
        Error::UnknownSegment { .. }               => (S::NOT_FOUND,              "0x80060888"),
        Error::UnknownProperty { .. }              => (S::BAD_REQUEST,            "0x80060888"),
        Error::UndeclaredMember { .. }             => (S::BAD_REQUEST,            "0x80048d19"),
        Error::WrongMember { .. }                  => (S::BAD_REQUEST,            "0x80048d19"),
        Error::WrongType { .. }                    => (S::BAD_REQUEST,            "0x80060888"),
        Error::TooLong { .. }                      => (S::BAD_REQUEST,            "0x80044331"),
        Error::NotAnOption { .. }                  => (S::BAD_REQUEST,            "0x8004431a"),
        Error::Required { .. }                     => (S::BAD_REQUEST,            "0x80040200"),
        Error::NotSupported { .. }                 => (S::BAD_REQUEST,            "0x80060888"),
        Error::NotBuilt { .. }                     => (S::NOT_IMPLEMENTED,        "0x80040219"),
        Error::MethodNotAllowed { .. }             => (S::METHOD_NOT_ALLOWED,     "0x80040315"),
        Error::InvalidArgument { .. }              => (S::BAD_REQUEST,            "0x80040203"),
        Error::TooLarge { .. }                     => (S::PAYLOAD_TOO_LARGE,      "0x8004418a"),
        Error::BodyBroken { .. }                   => (S::BAD_REQUEST,            "0x80048d19"),
        Error::ContentType { .. }                  => (S::UNSUPPORTED_MEDIA_TYPE, "0x80060888"),
        Error::Unauthenticated { source: None }    => (S::UNAUTHORIZED,           "0x80044302"),
        Error::Unauthenticated { source: Some(TokenError::Expired { .. }) } => (S::UNAUTHORIZED, "0x8004a101"),
        Error::Unauthenticated { source: Some(_) } => (S::UNAUTHORIZED,           "0x8004a102"),
        Error::KeyNotProved { .. }                 => (S::UNAUTHORIZED,           "0x8004a104"),
        Error::ApplicationNotTrusted { .. }        => (S::UNAUTHORIZED,           "0x8004a105"),
        Error::ConsentWithdrawn { .. }             => (S::UNAUTHORIZED,           "0x8004a106"),
        Error::SignInRevoked { .. }                => (S::UNAUTHORIZED,           "0x8004a107"),
        Error::NotAMember                          => (S::FORBIDDEN,              "0x80072560"),
        Error::UserDisabled { .. }                 => (S::FORBIDDEN,              "0x80040225"),
        Error::NotLicensed { .. }                  => (S::FORBIDDEN,              "0x8004d24b"),
        Error::NotInDirectory { .. }               => (S::FORBIDDEN,              "0x80044300"),
        Error::ScopeMissing { .. }                 => (S::FORBIDDEN,              "0x8004a103"),
        Error::NoRoles { .. }                      => (S::FORBIDDEN,              "0x80042f09"),
        Error::MayNotImpersonate { .. }            => (S::FORBIDDEN,              "0x8004a110"),
        Error::UnknownImpersonated { .. }          => (S::NOT_FOUND,              "0x80040217"),
        Error::MissingPrivilege { .. }             => (S::FORBIDDEN,              "0x80040220"),
        Error::NoAccess { .. }                     => (S::FORBIDDEN,              "0x80040220"),
        Error::NotFound { .. }                     => (S::NOT_FOUND,              "0x80040217"),
        Error::KeyNotFound { .. }                  => (S::NOT_FOUND,              "0x80060891"),
        Error::NoSuchKey { .. }                    => (S::BAD_REQUEST,            "0x80041140"),
        Error::VersionMismatch                     => (S::PRECONDITION_FAILED,    "0x80060882"),
        Error::AlreadyExists                       => (S::PRECONDITION_FAILED,    "0x80040237"),
        Error::Duplicate { .. }                    => (S::PRECONDITION_FAILED,    "0x80040237"),
        Error::DuplicateKey { .. }                 => (S::PRECONDITION_FAILED,    "0x80060892"),
        Error::Referenced { .. }                   => (S::METHOD_NOT_ALLOWED,     "0x80040227"),
        Error::DuplicateApplicationUser { .. }     => (S::PRECONDITION_FAILED,    "0x8004f511"),
        Error::ApplicationNotInDirectory { .. }    => (S::BAD_REQUEST,            "0x8004f510"),
        Error::BuiltInRole { .. }                  => (S::BAD_REQUEST,            "0x80040203"),
        Error::Rule { rule, .. }                   => rule_code(*rule),
        Error::Limited { limit, .. }               => (S::TOO_MANY_REQUESTS,      limit_code(*limit)),
        Error::Directory(_)                        => (S::SERVICE_UNAVAILABLE,    "0x80072559"),
        Error::Unavailable { .. }                  => (S::SERVICE_UNAVAILABLE,    "0x80044150"),
        Error::Contended                           => (S::SERVICE_UNAVAILABLE,    "0x80044150"),
        Error::Internal { .. }                     => (S::INTERNAL_SERVER_ERROR,  "0x80040216"),
    }
}

#[rustfmt::skip] // as above
#[expect(clippy::match_same_arms, reason = "as above")]
fn rule_code(rule: Rule) -> (StatusCode, &'static str) {
    use StatusCode as S;
    match rule {
        Rule::AccessModeIsFixed       => (S::BAD_REQUEST,         "0x80040d40"),
        Rule::BusinessUnitLoop        => (S::BAD_REQUEST,         "0x80040203"),
        Rule::RoleOfOtherBusinessUnit => (S::BAD_REQUEST,         "0x80041409"),
        Rule::DefaultTeamMembership   => (S::BAD_REQUEST,         "0x8004830b"),
        Rule::PrivilegeDepth          => (S::FORBIDDEN,           "0x800404bb"),
        Rule::AccessTeamRole          => (S::BAD_REQUEST,         "0x80048331"),
        Rule::AccessTeamOwner         => (S::BAD_REQUEST,         "0x80048340"),
        Rule::OwnerDisabled           => (S::FORBIDDEN,           "0x8004022b"),
        Rule::OwnerLacksPrivilege     => (S::FORBIDDEN,           "0x80040231"),
        Rule::BuiltIn                 => (S::BAD_REQUEST,         "0x80040203"),
        Rule::UserAlreadyExists       => (S::PRECONDITION_FAILED, "0x80041d2c"),
    }
}

fn limit_code(limit: Limit) -> &'static str {
    match limit {
        Limit::Requests { .. } => "0x80072322",
        Limit::ExecutionTime { .. } => "0x80072321",
        Limit::Concurrent { .. } => "0x80072326",
    }
}

/// What the client is told: Dataverse's words where they are known. Names the culprit, never a secret.
#[rustfmt::skip] // as above
pub(crate) fn text(error: &Error) -> String {
    match error {
        Error::Syntax(error) => sentence(error),
        Error::Batch { source } => sentence(source),
        Error::UnknownContentId { id } => format!("Content-ID Reference: '${}' does not exist in the batch context.", shown(id)),
        Error::Payload { entity_set, source } => payload(entity_set, &sentence(source)),
        Error::UnknownSegment { segment } => format!("Resource not found for the segment '{}'.", shown(segment)),
        Error::UnknownProperty { property, table } => format!("Could not find a property named '{}' on type 'Microsoft.Dynamics.CRM.{table}'.", shown(property)),
        Error::UndeclaredMember { member, table, entity_set } => payload(entity_set, &format!("The property '{}' does not exist on type 'Microsoft.Dynamics.CRM.{table}'. Make sure to only use property names that are defined by the type.", shown(member))),
        Error::WrongMember { entity_set, column, value, expected } => payload(entity_set, &wrong_value(column, value, expected)),
        Error::WrongType { column, value, expected } => wrong_value(column, value, expected),
        Error::TooLong { table, column, max_length } => format!("A validation error occurred.  The length of the '{column}' attribute of the '{table}' entity exceeded the maximum allowed length of '{max_length}'."),
        Error::NotAnOption { column, value } => format!("A validation error occurred. The value {value} of '{column}' is outside the valid range."),
        Error::Required { table, column } => format!("Required field missing: '{column}' of the '{table}' entity."),
        Error::NotSupported { what } | Error::NotBuilt { what } | Error::MethodNotAllowed { what } | Error::InvalidArgument { what } | Error::Rule { what, .. } => capitalised(what),
        Error::TooLarge { limit_bytes } => format!("The length of the request is too large: {limit_bytes} bytes are taken at most."),
        Error::BodyBroken { .. } => "The request body could not be read to its end.".to_owned(),
        Error::ContentType { content_type } => format!("The content type '{}' is not supported: send 'application/json'.", shown(content_type)),
        Error::Unauthenticated { source: None } => "The request is not authenticated: no bearer token was sent.".to_owned(),
        Error::Unauthenticated { source: Some(error) } => sentence(error),
        Error::KeyNotProved { source } => sentence(source),
        Error::ApplicationNotTrusted { app } => format!("The application (Id = {app}) has no enabled service principal in the directory of the organization's tenant."),
        Error::ConsentWithdrawn { app } => format!("The consent that the application (Id = {app}) had been given was withdrawn."),
        Error::SignInRevoked { object } => format!("The sessions of the person (object id = {object}) were revoked after the access token was issued."),
        Error::NotAMember => "The user is not a member of the organization.".to_owned(),
        Error::UserDisabled { user } => format!("The specified user(Id = {user}) is disabled. Consider enabling this user."),
        Error::NotLicensed { user } => format!("The user (Id = {user}) has not been assigned any license."),
        Error::NotInDirectory { object } => format!("The person (object id = {object}) does not exist in the directory of the organization's tenant, or is disabled there."),
        Error::ScopeMissing { scope } => format!("The token of a person needs the scope '{scope}'."),
        Error::NoRoles { user } => format!("The user (Id = {user}) has not been assigned any roles."),
        Error::MayNotImpersonate { .. } => "User does not have the privilege to act on behalf another user.".to_owned(),
        Error::UnknownImpersonated { id } => format!("systemuser With Id = {id} Does Not Exist"),
        Error::MissingPrivilege { .. } => missing_privilege(error),
        Error::NoAccess { user, right, table, id } => format!("Principal with id {user} does not have {} right(s) for record with id {id} of entity {table}", right_name(*right)),
        Error::NotFound { table, id } => format!("{table} With Id = {id} Does Not Exist"),
        Error::KeyNotFound { table } => format!("A record with the specified key values does not exist in {table} entity"),
        Error::NoSuchKey { table, columns } => format!("The specified key attributes '{}' are not a defined key for the {table} entity", shown(columns)),
        Error::VersionMismatch => "The version of the existing record doesn't match the RowVersion property provided.".to_owned(),
        Error::AlreadyExists => "A record with matching key values already exists.".to_owned(),
        Error::Duplicate { .. } => "Cannot insert duplicate key.".to_owned(),
        Error::DuplicateKey { key, columns, .. } => format!("Entity Key {key} violated. A record with the same value for {columns} already exists. A duplicate record cannot be created. Select one or more unique values and try again."),
        Error::Referenced { table, id, referencing } => format!("The object you tried to delete is associated with another object and cannot be deleted: {table} with id {id} is referenced by {referencing}."),
        Error::DuplicateApplicationUser { app } => format!("You are attempting to create an Application ID = {app} that already exists."),
        Error::ApplicationNotInDirectory { app } => format!("The application (Id = {app}) does not exist in the directory of the organization's tenant."),
        Error::BuiltInRole { role } => format!("The built-in role '{}' cannot be assigned to an application user. Assign a custom role.", shown(role)),
        Error::Limited { limit, .. } => limit_text(*limit),
        Error::Directory(_) => "The directory of the organization's tenant did not answer. Try again.".to_owned(),
        Error::Unavailable { .. } => "The organization's database did not answer. Try again.".to_owned(),
        Error::Contended => "Others change users, roles, teams or tables of the organization at the same time. Try again.".to_owned(),
        Error::Internal { .. } => "An unexpected error occurred.".to_owned(),
    }
}

/// In the words of Dataverse, by which administrators find the missing privilege.
fn missing_privilege(error: &Error) -> String {
    let Error::MissingPrivilege {
        user,
        role_count,
        privilege,
        privilege_id,
        table,
        caller,
    } = error
    else {
        return String::new();
    };
    let mut text = format!(
        "Principal user (Id={user}, type=8, roleCount={role_count}), is missing {privilege} privilege (Id={privilege_id})"
    );
    if let Some((table, object_type_code)) = table {
        // Writing to a `String` cannot fail.
        let _ = write!(text, " on OTC={object_type_code} for entity '{table}'");
    }
    let _ = write!(text, ". context.Caller={caller}");
    text
}

fn limit_text(limit: Limit) -> String {
    match limit {
        Limit::Requests { limit, window_seconds } => {
            format!("Number of requests exceeded the limit of {limit} over time window of {window_seconds} seconds.")
        }
        Limit::ExecutionTime {
            limit_ms,
            window_seconds,
        } => format!(
            "Combined execution time of incoming requests exceeded limit of {} milliseconds over time window of \
             {window_seconds} seconds. Decrease number of concurrent requests or reduce the duration of requests and \
             try again later.",
            headers::grouped(limit_ms)
        ),
        Limit::Concurrent { limit } => format!("Number of concurrent requests exceeded the limit of {limit}."),
    }
}

/// The names of Dataverse's `AccessRights`.
fn right_name(right: Right) -> &'static str {
    match right {
        Right::Create => "CreateAccess",
        Right::Read => "ReadAccess",
        Right::Write => "WriteAccess",
        Right::Delete => "DeleteAccess",
        Right::Append => "AppendAccess",
        Right::AppendTo => "AppendToAccess",
        Right::Assign => "AssignAccess",
        Right::Share => "ShareAccess",
    }
}

fn wrong_value(column: &str, value: &str, expected: &str) -> String {
    format!(
        "Cannot convert the literal '{}' given for '{}': {expected} expected.",
        shown(value),
        shown(column)
    )
}

fn payload(entity_set: &str, reason: &str) -> String {
    format!("Error identified in Payload provided by the user for Entity :'{entity_set}', {PAYLOAD_HELP}{reason}")
}

/// Text of the caller's, cut to a length that fits a message.
fn shown(text: &str) -> &str {
    text.char_indices()
        .nth(SHOWN_CHARACTERS)
        .and_then(|(end, _)| text.get(..end))
        .unwrap_or(text)
}

/// One of our messages as a sentence: upper case first, full stop last.
fn sentence(message: &impl ToString) -> String {
    capitalised(&message.to_string())
}

fn capitalised(message: &str) -> String {
    let mut characters = message.chars();
    let mut text = String::with_capacity(message.len() + 1);
    text.extend(characters.next().map(|first| first.to_ascii_uppercase()));
    text.push_str(characters.as_str());
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}

/// Prints an error, and logs it with its causes where it is ours to mend.
/// Without an address (no such environment) there is no challenge.
pub(crate) fn answer(error: &Error, address: Option<&Address>) -> Response {
    log(error, address.map_or("", |address| &address.name));
    let (status, code) = code(error);
    let body = ErrorBody {
        code,
        message: &text(error),
    }
    .to_bytes();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let answer_headers = response.headers_mut();
    answer_headers.insert(header::CONTENT_TYPE, headers::JSON);
    if let (StatusCode::UNAUTHORIZED, Some(address)) = (status, address) {
        for challenge in challenges(error, address) {
            // Printed as one line of visible ASCII, so that it always is a header's value.
            if let Ok(value) = HeaderValue::try_from(challenge) {
                answer_headers.append(header::WWW_AUTHENTICATE, value);
            }
        }
    }
    if let Error::Limited {
        retry_after_seconds, ..
    } = error
    {
        answer_headers.insert(header::RETRY_AFTER, HeaderValue::from(*retry_after_seconds));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer_headers.insert(header::RETRY_AFTER, HeaderValue::from(UNAVAILABLE_RETRY_SECONDS));
    }
    response
}

/// Where to get a token, and what was wrong with the one that was sent; for a proof that does not hold, also what proofs
/// are taken (RFC 9449 section 7.1).
fn challenges(error: &Error, address: &Address) -> Vec<String> {
    let reason = if let Error::Unauthenticated { source } = error {
        source.as_ref().map(ToString::to_string)
    } else {
        Some(error.to_string())
    };
    let bearer = Challenge {
        authorization_uri: address.authorization_uri.clone(),
        resource_id: address.urls.first().map(|url| format!("{url}/")),
        error: reason.as_ref().map(|_| "invalid_token".to_owned()),
        error_description: reason,
    };
    let bearer = bearer.to_string();
    if let Error::KeyNotProved { source } = error
        && is_about_proofs(source)
    {
        // First, since the addresses in the other one stop parsers that keep to RFC 9110.
        let dpop = "DPoP error=\"invalid_dpop_proof\", algs=\"RS256 PS256 ES256\"";
        return vec![dpop.to_owned(), bearer];
    }
    vec![bearer]
}

fn is_about_proofs(error: &KeyProofError) -> bool {
    match error {
        KeyProofError::Missing
        | KeyProofError::Proof(_)
        | KeyProofError::OtherProof
        | KeyProofError::Replayed
        | KeyProofError::Scheme => true,
        KeyProofError::NotBound
        | KeyProofError::NoCertificate
        | KeyProofError::Certificate(_)
        | KeyProofError::OtherCertificate => false,
    }
}

fn log(error: &Error, environment: &str) {
    let (status, code) = code(error);
    if status.is_server_error() {
        tracing::error!(environment.name = environment, error.code = code, error.chain = %chain(error), "request failed");
    } else {
        tracing::debug!(environment.name = environment, error.code = code, error.chain = %chain(error), "request refused");
    }
}

/// The error and its causes, outermost first.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        // As above.
        let _ = write!(text, ": {source}");
        cause = source.source();
    }
    text
}

#[cfg(test)]
mod tests;
