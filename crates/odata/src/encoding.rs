//! Percent-encoding (RFC 3986, section 2.1) taken off the pieces of a URL.
//!
//! In: one piece, already split off at its `/`, `&` or `=`. Out: its text.
//! Invariant: decoded once, never twice; what comes out is UTF-8 without NUL.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::SyntaxError;

/// Of path and query together (Dataverse's limit for a plain request).
pub(crate) const MAX_URL_BYTES: usize = 32 * 1024;
/// Likewise, of a request within a batch.
pub(crate) const MAX_URL_BYTES_IN_BATCH: usize = 64 * 1024;

/// Refuses a URL that is too long, before it is looked at.
pub(crate) fn check_length(bytes: usize, limit: usize) -> Result<(), SyntaxError> {
    if bytes > limit {
        return Err(SyntaxError::TooLong { length: bytes, limit });
    }
    Ok(())
}

/// A piece of a path, where `+` is itself.
pub(crate) fn path_text(encoded: &str) -> Result<Cow<'_, str>, SyntaxError> {
    percent_decode_str(encoded)
        .decode_utf8()
        .ok()
        .filter(|text| !text.contains('\0'))
        .ok_or_else(|| SyntaxError::InvalidEncoding {
            text: encoded.to_owned(),
        })
}

/// A piece of a query string, where clients write a space as `+`.
pub(crate) fn query_text(encoded: &str) -> Result<String, SyntaxError> {
    let spaced = encoded.replace('+', " ");
    path_text(&spaced).map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(encoded: &str, expected: Option<&str>) {
        assert_eq!(query_text(encoded).ok().as_deref(), expected, "{encoded}");
    }

    #[test]
    fn refuses() {
        check("%ff", None);
        check("%c3%28", None);
        check("a%00b", None);
    }

    #[test]
    fn decodes_once() {
        check("a+b%20c%2Bd", Some("a b c+d"));
        check("%2527", Some("%27"));
        check("50%", Some("50%"));
        check("%C3%A9 é", Some("é é"));
        assert_eq!(path_text("a+b").ok().as_deref(), Some("a+b"));
    }
}
