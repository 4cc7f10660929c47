//! `GET` and `POST /oidc/userinfo` and `/{tenant}/openid/userinfo` (OpenID Connect Core section 5.3).
//!
//! In: an access token in the `Authorization` header. Out: the claims of its person. Invariant: whoever shows no token that
//! opens this gets a challenge (RFC 6750 section 3), and no claim.

use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use oauth::{Challenge, OAuthError};
use serde::Serialize;

use super::exchange::{Caching, Exchange};
use super::segment::Segment;
use super::{cross_origin, error, presented};
use crate::authority::Authority;
use crate::refusal::Refusal;
use crate::service::{self, UserClaims, UserinfoRefusal};

/// Where Microsoft Graph has it.
pub(crate) async fn graph(State(authority): State<Authority>, request: Request) -> Response {
    userinfo(&authority, None, request).await
}

/// Where the v1.0 metadata name it.
pub(crate) async fn v1(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    userinfo(&authority, Some(&tenant.0), request).await
}

/// The claims as they are printed.
#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
}

/// A refusal as a resource prints it.
#[derive(Serialize)]
struct Error<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    error_description: &'a str,
}

async fn userinfo(authority: &Authority, tenant: Option<&str>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let mut exchange = Exchange::begin(authority, &head);
    let presented = presented::token(authority, &head);
    let outcome = service::userinfo(authority, presented.as_ref(), tenant, &mut exchange.trail).await;
    let response = match outcome {
        Ok(claims) => exchange.answer(StatusCode::OK, Caching::Never, &printed(&claims)),
        Err(UserinfoRefusal::Directory(directory)) => error::answer(&exchange, &Refusal::Directory(directory)),
        Err(refusal) => challenge(authority, &exchange, &refusal),
    };
    cross_origin::readable(&head, response)
}

fn printed(claims: &UserClaims) -> Claims<'_> {
    let person = claims.profile.as_deref();
    Claims {
        sub: &claims.subject,
        name: person.map(|person| person.display_name.as_str()),
        family_name: person.and_then(|person| person.surname.as_deref()),
        given_name: person.and_then(|person| person.given_name.as_deref()),
        preferred_username: person.map(|person| person.upn.as_str()),
        email: claims.email.as_deref(),
    }
}

/// Status, error and text of a refusal; no error where no token came (RFC 6750 section 3.1).
fn code(refusal: &UserinfoRefusal) -> (StatusCode, Option<OAuthError>, String) {
    let invalid = |text: String| (StatusCode::UNAUTHORIZED, Some(OAuthError::InvalidToken), text);
    match refusal {
        UserinfoRefusal::Missing => (StatusCode::UNAUTHORIZED, None, "an access token is needed".to_owned()),
        UserinfoRefusal::Issuer => invalid("token was not issued here".to_owned()),
        UserinfoRefusal::Token(error) => invalid(error.to_string()),
        UserinfoRefusal::Key => invalid("the key of the token was not proved".to_owned()),
        UserinfoRefusal::Person => invalid("token speaks for no user who may sign in".to_owned()),
        UserinfoRefusal::Scope => (
            StatusCode::FORBIDDEN,
            Some(OAuthError::InsufficientScope),
            "token lacks the scope 'openid'".to_owned(),
        ),
        UserinfoRefusal::Directory(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            Some(OAuthError::TemporarilyUnavailable),
            "try again".to_owned(),
        ),
    }
}

fn challenge(authority: &Authority, exchange: &Exchange, refusal: &UserinfoRefusal) -> Response {
    let (status, error, text) = code(refusal);
    tracing::info!(trace.id = %exchange.trace_id, reason = refusal as &dyn std::error::Error, "userinfo refused");
    let body = Error {
        error: error.map(OAuthError::as_str),
        error_description: &text,
    };
    let mut response = exchange.answer(status, Caching::Never, &body);
    let challenge = Challenge {
        authorization_uri: format!("{}/common/oauth2/authorize", authority.origin()),
        resource_id: None,
        error: error.map(|error| error.to_string()),
        error_description: error.is_some().then(|| text.clone()),
    };
    if let Ok(value) = HeaderValue::from_str(&challenge.to_string()) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
}
