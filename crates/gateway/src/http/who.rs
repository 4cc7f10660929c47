//! Who sends a request, and whether the application's own page does.
//!
//! In: method and headers. Out: a [`Session`]. Invariant: what changes something needs, besides the cookie that a browser
//! sends by itself, a token that only a page of this origin can have read.

use ::http::{HeaderMap, HeaderName, Method, header};

use super::cookie;
use crate::gateway::Inner;
use crate::refusal::Refusal;
use crate::session::Session;

const CSRF_TOKEN: HeaderName = HeaderName::from_static("x-csrf-token");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The session of a request that the application's own page sends.
pub(super) fn session(gateway: &Inner, method: &Method, headers: &HeaderMap) -> Result<Session, Refusal> {
    let session = signed_in(gateway, headers)?;
    own_page(gateway, method, headers)?;
    if !is_safe(method) {
        let token = headers.get(CSRF_TOKEN).and_then(|value| value.to_str().ok());
        csrf_token(gateway, &session, token)?;
    }
    Ok(session)
}

/// The session of the cookie.
pub(super) fn signed_in(gateway: &Inner, headers: &HeaderMap) -> Result<Session, Refusal> {
    let unverified_cookie = cookie::value(headers, cookie::SESSION).ok_or(Refusal::SignIn(None))?;
    Ok(gateway.sessions.resume(unverified_cookie)?)
}

/// What browsers say by themselves of the page that asks (Fetch Metadata, and the `Origin` of RFC 6454). A read may also
/// come from the person, who typed the address.
pub(super) fn own_page(gateway: &Inner, method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
    let site = headers.get(FETCH_SITE).map(::http::HeaderValue::as_bytes);
    let own_site = match site {
        None | Some(b"same-origin") => true,
        Some(b"none") => is_safe(method),
        Some(_) => false,
    };
    let origin = headers.get(header::ORIGIN).map(::http::HeaderValue::as_bytes);
    let own_origin = origin.is_none_or(|origin| origin == gateway.origin.as_bytes());
    if own_site && own_origin {
        Ok(())
    } else {
        Err(Refusal::OtherOrigin)
    }
}

pub(super) fn csrf_token(gateway: &Inner, session: &Session, unverified_token: Option<&str>) -> Result<(), Refusal> {
    if unverified_token.is_some_and(|token| gateway.sessions.is_csrf_token(session, token)) {
        Ok(())
    } else {
        Err(Refusal::CsrfToken)
    }
}

/// RFC 9110 section 9.2.1, of the methods that mean something here.
fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}
