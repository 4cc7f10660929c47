//! `GET /me`: who is signed in, for the front end.

use ::http::{HeaderMap, Method, header};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::{error, headers, sign_in, who};
use crate::gateway::{Gateway, Inner};
use crate::metrics::Outcome;
use crate::refusal::Refusal;

pub(super) async fn me(State(gateway): State<Gateway>, request_headers: HeaderMap) -> Response {
    let gateway = gateway.inner();
    let outcome = answered(gateway, &request_headers);
    let code = outcome.as_ref().map_or_else(error::code, |_| "answered");
    gateway.metrics.count(Outcome { part: "me", code });
    outcome.unwrap_or_else(|refusal| error::answer(&refusal))
}

fn answered(gateway: &Inner, request_headers: &HeaderMap) -> Result<Response, Refusal> {
    let session = who::session(gateway, &Method::GET, request_headers)?;
    let person = &session.person;
    let sessions = &gateway.sessions;
    let ends = session.begun.plus_seconds(sessions.lifetimes.longest_s);
    let body = json!({
        "subject": person.subject(),
        "issuer": person.issuer(),
        "tenant": person.tenant(),
        "name": person.name(),
        "roles": person.roles(),
        "groups": person.groups(),
        "claims": person.claims(),
        "csrf_token": sessions.csrf_token(&session),
        "ends": ends.to_string(),
        "budget": {
            "remaining": gateway.budgets.remaining(person),
            "requests": gateway.budgets.options().requests,
            "window_seconds": gateway.budgets.options().window_s,
        },
    });
    let content_type = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    let mut response = (content_type, body.to_string()).into_response();
    headers::private(response.headers_mut());
    if let Some(renewed) = sessions.renew(&session) {
        sign_in::keep_session(gateway, response.headers_mut(), &renewed);
    }
    Ok(response)
}
