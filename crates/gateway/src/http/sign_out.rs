//! Signing out: here, and when the provider says so.
//!
//! Invariant: a sign-out is answered as done only when it is kept.

use ::http::{HeaderMap, Method, StatusCode, header};
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::json;

use super::{cookie, error, headers, sign_in, who};
use crate::gateway::{Gateway, Inner};
use crate::metrics::Outcome;
use crate::refusal::Refusal;
use crate::session::Session;
use crate::session::endings::Mark;

/// A page without scripts sends the token as a field.
#[derive(Deserialize, Default)]
pub(super) struct Fields {
    csrf_token: Option<String>,
}

/// What a provider posts.
#[derive(Deserialize)]
pub(super) struct BackChannel {
    logout_token: String,
}

/// What a provider opens in a frame.
#[derive(Deserialize)]
pub(super) struct FrontChannel {
    iss: String,
    sid: String,
}

/// `POST /logout`: ends the session here, and tells where it is ended at the provider.
pub(super) async fn here(
    State(gateway): State<Gateway>,
    request_headers: HeaderMap,
    fields: Result<Form<Fields>, FormRejection>,
) -> Response {
    let gateway = gateway.inner();
    let fields = fields.map(|Form(fields)| fields).unwrap_or_default();
    told(gateway, ended_here(gateway, &request_headers, &fields).await)
}

async fn ended_here(gateway: &Inner, request_headers: &HeaderMap, fields: &Fields) -> Result<Response, Refusal> {
    let session = who::signed_in(gateway, request_headers)?;
    who::own_page(gateway, &Method::POST, request_headers)?;
    let token = request_headers
        .get("x-csrf-token")
        .and_then(|value| value.to_str().ok());
    who::csrf_token(gateway, &session, token.or(fields.csrf_token.as_deref()))?;
    gateway.sessions.end(&session).map_err(Refusal::NotKept)?;
    let location = at_provider(gateway, &session).await;
    let wants_page = request_headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    let mut response = if wants_page {
        sign_in::see_other(location.as_deref().unwrap_or("/"))?
    } else {
        let body = json!({ "location": location }).to_string();
        ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
    };
    headers::private(response.headers_mut());
    cookie::drop(response.headers_mut(), cookie::SESSION);
    Ok(response)
}

/// Where the session at the provider is ended (RP-Initiated Logout 1.0 section 2); `None` where it has no such address,
/// or is away: the session here has ended all the same.
async fn at_provider(gateway: &Inner, session: &Session) -> Option<String> {
    let provider = &gateway.sign_in.provider;
    let published = provider.published().await.ok()?;
    let mut url = published.end_session_endpoint.clone()?;
    let mut query = url.query_pairs_mut();
    query
        .append_pair("client_id", &provider.options.client_id)
        .append_pair("post_logout_redirect_uri", &format!("{}/", gateway.origin));
    if let Some(hint) = &session.login_hint {
        query.append_pair("logout_hint", hint);
    }
    Some(query.finish().as_str().to_owned())
}

/// `POST /logout/back-channel` (Back-Channel Logout 1.0 section 2.5).
pub(super) async fn back_channel(
    State(gateway): State<Gateway>,
    form: Result<Form<BackChannel>, FormRejection>,
) -> Response {
    let gateway = gateway.inner();
    told(gateway, ended_by_token(gateway, form).await)
}

async fn ended_by_token(gateway: &Inner, form: Result<Form<BackChannel>, FormRejection>) -> Result<Response, Refusal> {
    let malformed = || {
        Refusal::LogoutToken(crate::provider::ProviderError::Answer {
            doing: "reading a logout token",
            why: "there is none".to_owned(),
        })
    };
    let Form(form) = form.map_err(|_malformed| malformed())?;
    let token = gateway.sign_in.provider.logout_token(&form.logout_token).await;
    let token = token.map_err(Refusal::LogoutToken)?;
    let mark = match (token.session_id(), token.subject()) {
        (Some(sid), _) => Mark::provider_session(token.issuer(), sid),
        (None, Some(subject)) => Mark::person(token.issuer(), subject),
        (None, None) => return Err(malformed()),
    };
    // Sessions of the second in which it was issued are meant too.
    let begun_before = token.issued_at().plus_seconds(1);
    let kept = gateway.sessions.end_marked(&mark, begun_before);
    kept.map_err(Refusal::NotKept)?;
    Ok(done())
}

/// `GET /logout/front-channel?iss=…&sid=…` (Front-Channel Logout 1.0 section 2), the only way of Entra ID. It proves
/// nothing but that the sender knows the session's name at the provider, and does nothing but end that session.
pub(super) async fn front_channel(
    State(gateway): State<Gateway>,
    query: Result<Query<FrontChannel>, QueryRejection>,
) -> Response {
    let gateway = gateway.inner();
    let outcome = match query {
        Ok(Query(FrontChannel { iss, sid })) => {
            let now = gateway.sessions.clock.now();
            let mark = Mark::provider_session(&iss, &sid);
            let kept = gateway.sessions.end_marked(&mark, now.plus_seconds(1));
            kept.map(|()| done()).map_err(Refusal::NotKept)
        }
        Err(_malformed) => Err(Refusal::NotFound),
    };
    told(gateway, outcome)
}

fn done() -> Response {
    let mut response = StatusCode::OK.into_response();
    headers::private(response.headers_mut());
    response
}

fn told(gateway: &Inner, outcome: Result<Response, Refusal>) -> Response {
    let code = outcome.as_ref().map_or_else(error::code, |_| "answered");
    gateway.metrics.count(Outcome { part: "sign_out", code });
    outcome.unwrap_or_else(|refusal| error::answer(&refusal))
}
