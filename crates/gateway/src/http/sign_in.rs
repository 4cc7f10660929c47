//! `GET /login` and the way back from the provider.

use ::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::{cookie, error, headers};
use crate::gateway::{Gateway, Inner};
use crate::metrics::Outcome;
use crate::refusal::Refusal;
use crate::sign_in::{Answer, PATIENCE_S, SignInError, return_path};

/// `/login?return=/orders`
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(rename = "return")]
    unverified_return: Option<String>,
}

pub(super) async fn begin(State(gateway): State<Gateway>, wanted: Result<Query<Wanted>, QueryRejection>) -> Response {
    let gateway = gateway.inner();
    told(gateway, begun(gateway, wanted).await)
}

async fn begun(gateway: &Inner, wanted: Result<Query<Wanted>, QueryRejection>) -> Result<Response, Refusal> {
    let Query(wanted) = wanted.map_err(|_twice| Refusal::ReturnPath)?;
    let path = return_path::checked(wanted.unverified_return.as_deref()).ok_or(Refusal::ReturnPath)?;
    let begun = gateway.sign_in.begin(&gateway.sessions.keys, path).await?;
    let mut response = see_other(&begun.location)?;
    if let Some(name) = cookie::of_sign_in(&begun.state) {
        cookie::keep(response.headers_mut(), &name, &begun.cookie, PATIENCE_S);
    }
    Ok(response)
}

pub(super) async fn finish(
    State(gateway): State<Gateway>,
    request_headers: HeaderMap,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Response {
    let gateway = gateway.inner();
    let answer = answer.map(|Query(answer)| answer).unwrap_or_default();
    let name = answer.state.as_deref().and_then(cookie::of_sign_in);
    let mut response = told(
        gateway,
        finished(gateway, &request_headers, name.as_deref(), &answer).await,
    );
    if let Some(name) = name {
        // Used once, whatever came of it.
        cookie::drop(response.headers_mut(), &name);
    }
    response
}

async fn finished(
    gateway: &Inner,
    request_headers: &HeaderMap,
    name: Option<&str>,
    answer: &Answer,
) -> Result<Response, Refusal> {
    let unverified_cookie = name.and_then(|name| cookie::value(request_headers, name));
    let is_subscriber = |tenant: &str| gateway.subscribers.environment(tenant).is_some();
    let signed_in = gateway
        .sign_in
        .finish(&gateway.sessions.keys, unverified_cookie, answer, is_subscriber)
        .await?;
    let begun = gateway
        .sessions
        .begin(signed_in.person, signed_in.provider_session, signed_in.login_hint);
    let begun = begun.map_err(|error| Refusal::SignInFailed(crate::refusal::FailedSignIn(Box::new(error))))?;
    tracing::info!(person.tenant = begun.session.person.tenant(), "somebody signed in");
    let mut response = see_other(&signed_in.return_path)?;
    keep_session(gateway, response.headers_mut(), &begun.cookie);
    Ok(response)
}

/// The cookie lives as long as the session may.
pub(super) fn keep_session(gateway: &Inner, headers: &mut HeaderMap, value: &str) {
    cookie::keep(headers, cookie::SESSION, value, gateway.sessions.lifetimes.longest_s);
}

/// Sends the browser on.
pub(super) fn see_other(location: &str) -> Result<Response, Refusal> {
    let location = HeaderValue::try_from(location).map_err(|_odd| Refusal::from(SignInError::NotBegun))?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    headers::private(response.headers_mut());
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

fn told(gateway: &Inner, outcome: Result<Response, Refusal>) -> Response {
    let code = outcome.as_ref().map_or_else(error::code, |_| "answered");
    gateway.metrics.count(Outcome { part: "sign_in", code });
    outcome.unwrap_or_else(|refusal| error::page(&refusal))
}
