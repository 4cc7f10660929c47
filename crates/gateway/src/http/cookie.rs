//! The gateway's cookies.
//!
//! Invariant: every cookie is `__Host-`: it goes to this host only, over TLS only, no script reads it and no neighbouring
//! host sets it (RFC 6265bis section 4.1.3.2); no page of another site sends it along but by a link.

use ::http::{HeaderMap, HeaderValue, header};

/// Of the session.
pub(super) const SESSION: &str = "__Host-commonhold-session";
/// Of a sign-in that is under way; behind it stands the beginning of its state, so that two tabs do not meet.
const SIGN_IN: &str = "__Host-commonhold-sign-in-";
/// Characters of the state in the name.
const STATE_CHARS: usize = 8;

/// The name of the cookie of one sign-in. `None` for a state that was not made here.
pub(super) fn of_sign_in(unverified_state: &str) -> Option<String> {
    let beginning = unverified_state.get(..STATE_CHARS)?;
    let plain = beginning
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    plain.then(|| format!("{SIGN_IN}{beginning}"))
}

/// The value of a cookie.
pub(super) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).into_iter();
    let mut pairs = cookies
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Keeps a cookie for so many seconds.
pub(super) fn keep(headers: &mut HeaderMap, name: &str, value: &str, max_age_s: i64) {
    let text = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={max_age_s}");
    // Names and values are base64url; a header that could not be made would only mean to sign in again.
    if let Ok(value) = HeaderValue::try_from(text) {
        headers.append(header::SET_COOKIE, value);
    }
}

/// Takes a cookie away.
pub(super) fn drop(headers: &mut HeaderMap, name: &str) {
    keep(headers, name, "", 0);
}
