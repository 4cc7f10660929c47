//! `application/x-www-form-urlencoded` (RFC 6749 appendix B): bytes come in, text goes out, and back.
//!
//! INVARIANT: text that is not well encoded is refused, never guessed at.

mod parameters;

pub(crate) use parameters::{Parameters, ParametersError};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986 section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A percent sign without two hexadecimal digits behind it, or bytes that are not UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("text is not form encoded")]
pub(crate) struct FormError;

/// Decodes one name or value: `+` is a space.
pub(crate) fn decode(encoded: &[u8]) -> Result<String, FormError> {
    let mut rest = encoded;
    while let Some(at) = rest.iter().position(|byte| *byte == b'%') {
        match rest.get(at + 1..at + 3) {
            Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => rest = rest.get(at + 3..).unwrap_or_default(),
            _ => return Err(FormError),
        }
    }
    let spaced: Vec<u8> = encoded
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    let decoded: Vec<u8> = percent_decode(&spaced).collect();
    String::from_utf8(decoded).ok().ok_or(FormError)
}

/// Encodes a text as a part of a URL: everything but the unreserved characters of RFC 3986 section 2.3.
#[must_use]
pub fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Encodes one name or value.
pub(crate) fn encode(text: &str) -> String {
    // A space becomes %20 first; no other character does, so the second step cannot hit anything else.
    percent_encoded(text).replace("%20", "+")
}

/// Joins names and values to a query or a body.
pub(crate) fn print<'n, 'v>(pairs: impl IntoIterator<Item = (&'n str, &'v str)>) -> String {
    let pairs = pairs.into_iter();
    let pairs: Vec<String> = pairs
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

/// Splits a body into decoded names and values. Empty pairs (`a=1&&b=2`) are skipped; a pair without `=` has an empty
/// value.
pub(crate) fn pairs(body: &[u8]) -> Result<Vec<(String, String)>, FormError> {
    body.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            Ok((name, value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::needless_pass_by_value,
        reason = "a case is one line when its expectation is a value"
    )]

    use super::*;

    fn check(input: &[u8], expected: Result<&str, FormError>) {
        assert_eq!(decode(input).as_deref().map_err(Clone::clone), expected, "{input:?}");
    }

    #[test]
    fn broken_encodings_are_refused() {
        for bad in [
            &b"%"[..],
            b"a%",
            b"%2",
            b"%zz",
            b"%2g",
            b"100%25%",
            b"%%",
            b"%ff",
            b"\xff",
            b"%c3%28",
        ] {
            check(bad, Err(FormError));
        }
    }

    #[test]
    fn good_encodings_are_read() {
        check(b"", Ok(""));
        check(b"a+b%20c%2Bd", Ok("a b c+d"));
        check(b"%c3%A4", Ok("ä"));
        check("ä".as_bytes(), Ok("ä"));
        check(b"%00", Ok("\0"));
    }

    #[test]
    fn a_body_is_split_before_it_is_decoded() {
        let read = pairs(b"a=1%262&&b&c=x=y&=z");
        let expected = [("a", "1&2"), ("b", ""), ("c", "x=y"), ("", "z")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(read, Ok(expected.to_vec()));
        assert_eq!(pairs(b"a=1&b=%"), Err(FormError));
        assert_eq!(pairs(b""), Ok(Vec::new()));
    }

    proptest::proptest! {
        #[test]
        fn every_text_round_trips(text: String) {
            let encoded = encode(&text);
            proptest::prop_assert!(encoded.is_ascii() && !encoded.contains([' ', '&', '=', ':']));
            proptest::prop_assert_eq!(decode(encoded.as_bytes()), Ok(text));
        }

        #[test]
        fn pairs_round_trip(sent: Vec<(String, String)>) {
            let printed = print(sent.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            proptest::prop_assert_eq!(pairs(printed.as_bytes()), Ok(sent));
        }

        #[test]
        fn no_bytes_panic(body: Vec<u8>) {
            let _ = pairs(&body);
        }
    }
}
