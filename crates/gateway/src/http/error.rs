//! Refusals on the wire: status, code and text of each, in one exhaustive table, in the shape of OData's errors.
//!
//! Invariant: no text repeats what only the log may know: why a cookie, a token or a provider's answer was not believed.

use ::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use crate::budget::ExhaustedBy;
use crate::policy::Verdict;
use crate::provider::ProviderError;
use crate::refusal::Refusal;
use crate::said::SaidError;

/// When to come again after somebody was away, in seconds.
const AWAY_RETRY_S: u32 = 5;

/// The row of the table.
struct Row {
    status: StatusCode,
    code: &'static str,
    text: String,
}

/// The stable code.
pub(super) fn code(refusal: &Refusal) -> &'static str {
    row(refusal).code
}

/// The answer, as JSON.
pub(super) fn answer(refusal: &Refusal) -> Response {
    log(refusal);
    let Row { status, code, text } = row(refusal);
    let mut error = json!({ "code": code, "message": text });
    if let (Refusal::SignIn(_), Some(members)) = (refusal, error.as_object_mut()) {
        members.insert("login".to_owned(), "/login".into());
    }
    let body = json!({ "error": error }).to_string();
    let headers = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    with_retry(refusal, (status, headers, body).into_response())
}

/// The answer as a page, for a person whose browser was sent here.
pub(super) fn page(refusal: &Refusal) -> Response {
    log(refusal);
    let Row { status, code, text } = row(refusal);
    let text = escaped(&text);
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Not signed in</title><h1>Not signed in</h1><p>{text}</p><p><a href=\"/login\">Sign in again</a></p>\
         <p><small>{code}</small></p></html>"
    );
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    with_retry(refusal, (status, headers, body).into_response())
}

fn with_retry(refusal: &Refusal, mut response: Response) -> Response {
    super::headers::private(response.headers_mut());
    if let Some(seconds) = retry_after_s(refusal) {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn retry_after_s(refusal: &Refusal) -> Option<u32> {
    if let Refusal::Budget(exhausted) = refusal {
        return Some(exhausted.retry_after_s);
    }
    let status = row(refusal).status;
    matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT).then_some(AWAY_RETRY_S)
}

#[expect(clippy::too_many_lines, reason = "one table")]
fn row(refusal: &Refusal) -> Row {
    let (status, code, text) = match refusal {
        Refusal::SignIn(_) => (401, "SignInRequired", "sign in at `/login`".to_owned()),
        Refusal::OtherOrigin => (
            403,
            "OtherOrigin",
            "a page of another origin may not ask this".to_owned(),
        ),
        Refusal::CsrfToken => (
            403,
            "CsrfToken",
            "send the `csrf_token` of `/me` in the header `X-CSRF-Token`".to_owned(),
        ),
        Refusal::NotSubscribed => (403, "NotSubscribed", "your organisation has not subscribed".to_owned()),
        Refusal::Said(error) => said(error),
        Refusal::Denied(denied) => match denied.decision.verdict {
            Verdict::Allowed | Verdict::Denied => (403, "PolicyDenied", denied.to_string()),
            Verdict::Failed => (
                403,
                "PolicyFailed",
                "the access policy could not be evaluated".to_owned(),
            ),
        },
        Refusal::MediaType => (415, "MediaType", refusal.to_string()),
        Refusal::TooLong { .. } => (413, "BodyTooLong", refusal.to_string()),
        Refusal::BodyLost => (400, "BodyLost", refusal.to_string()),
        Refusal::Budget(exhausted) => match exhausted.cause {
            ExhaustedBy::Requests => (429, "BudgetSpent", "your request budget is spent".to_owned()),
            ExhaustedBy::InFlight => (
                429,
                "TooManyAtOnce",
                "too many of your requests are under way".to_owned(),
            ),
        },
        Refusal::NoObjectId => (
            403,
            "NoObjectId",
            "sign in again: the session does not name you".to_owned(),
        ),
        Refusal::Environment(error) => environment(error),
        Refusal::ApplicationRefused => (502, "ApplicationRefused", refusal.to_string()),
        Refusal::Slow => (504, "EnvironmentSlow", refusal.to_string()),
        Refusal::Provider(ProviderError::Unreachable { .. })
        | Refusal::LogoutToken(ProviderError::Unreachable { .. }) => {
            (503, "ProviderAway", "the identity provider is away".to_owned())
        }
        Refusal::Provider(
            ProviderError::Answer { .. }
            | ProviderError::Options { .. }
            | ProviderError::Refused { .. }
            | ProviderError::Token(_),
        ) => (
            502,
            "ProviderUnusable",
            "the identity provider's answer cannot be used".to_owned(),
        ),
        Refusal::SignInFailed(_) => (
            400,
            "SignInFailed",
            "the sign-in did not succeed; begin again".to_owned(),
        ),
        Refusal::ReturnPath => (400, "ReturnPath", refusal.to_string()),
        Refusal::LogoutToken(
            ProviderError::Answer { .. }
            | ProviderError::Options { .. }
            | ProviderError::Refused { .. }
            | ProviderError::Token(_),
        ) => (400, "invalid_request", "the logout token was refused".to_owned()),
        Refusal::NotKept(_) => (503, "NotKept", "the sign-out could not be kept; try again".to_owned()),
        Refusal::NotFound => (404, "NotFound", refusal.to_string()),
    };
    Row {
        status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        code,
        text,
    }
}

fn said(error: &SaidError) -> (u16, &'static str, String) {
    let (status, code) = match error {
        SaidError::NotOpen { .. } | SaidError::Unknown { .. } => (403, "NotOpen"),
        SaidError::Batch => (501, "BatchNotOpen"),
        SaidError::Method { .. } => (405, "MethodNotOpen"),
        SaidError::Path { .. } | SaidError::Syntax(_) => (400, "UrlNotUnderstood"),
        SaidError::Payload(_)
        | SaidError::Refused(_)
        | SaidError::Nested { .. }
        | SaidError::Annotation { .. }
        | SaidError::Address { .. } => (400, "RequestNotUnderstood"),
    };
    (status, code, error.to_string())
}

fn environment(error: &client::Error) -> (u16, &'static str, String) {
    use client::Error;
    match error {
        Error::Unreachable { .. } => (
            503,
            "EnvironmentAway",
            "the environment or its authority is away; nothing was done".to_owned(),
        ),
        Error::AnswerLost { .. } => (
            502,
            "AnswerLost",
            "the environment's answer was lost; the request may have been done".to_owned(),
        ),
        Error::Authority(refusal) if refusal.status >= 500 || refusal.status == 429 => (
            503,
            "AuthorityAway",
            "the authority is away; nothing was done".to_owned(),
        ),
        Error::Authority(_) => (
            502,
            "ApplicationRefused",
            "the authority does not accept the application; nothing was done".to_owned(),
        ),
        Error::Url { .. }
        | Error::SetUp { .. }
        | Error::NoChallenge { .. }
        | Error::ForeignAuthority { .. }
        | Error::Service(_)
        | Error::Shape { .. } => (502, "EnvironmentUnusable", "the environment cannot be asked".to_owned()),
    }
}

/// Once, here, with all causes.
fn log(refusal: &Refusal) {
    let status = row(refusal).status;
    let mut causes = String::new();
    let mut cause = std::error::Error::source(refusal);
    while let Some(error) = cause {
        causes = format!("{causes}: {error}");
        cause = error.source();
    }
    if status.is_server_error() {
        tracing::warn!(code = code(refusal), "{refusal}{causes}");
    } else {
        tracing::debug!(code = code(refusal), "{refusal}{causes}");
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
