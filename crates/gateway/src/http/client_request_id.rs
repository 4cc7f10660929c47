//! The name by which front end, gateway and environment speak of one request: `x-ms-client-request-id`.
//!
//! Invariant: what goes into a header and a log is short and printable, whoever chose it.

use ::http::{HeaderMap, HeaderName, HeaderValue};
use oauth::Random;

pub(super) const NAME: HeaderName = HeaderName::from_static("x-ms-client-request-id");
const MAX_CHARS: usize = 64;

/// The front end's name for the request, or a new one.
pub(super) fn of(headers: &HeaderMap, random: &dyn Random) -> HeaderValue {
    let given = headers.get(NAME).filter(|value| {
        let bytes = value.as_bytes();
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        (1..=MAX_CHARS).contains(&bytes.len()) && bytes.iter().all(plain)
    });
    given.cloned().unwrap_or_else(|| {
        let made = oauth::random::uuid_v4(random).to_string();
        HeaderValue::try_from(made).unwrap_or(HeaderValue::from_static("none"))
    })
}
