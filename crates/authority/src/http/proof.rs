//! The `DPoP` header of a request.
//!
//! In: the headers. Out: the proof, unread. INVARIANT: a header that came twice, or that is no text, does not count as none:
//! what goes out then is no JWT, and is refused as such (RFC 9449 section 4.3, point 1).

use http::{HeaderMap, HeaderName, HeaderValue};

const DPOP: HeaderName = HeaderName::from_static("dpop");

/// The proof as it was sent; `None` where none was.
pub(crate) fn unverified(headers: &HeaderMap) -> Option<String> {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let proofs: Vec<String> = headers.get_all(DPOP).iter().map(text).collect();
    (!proofs.is_empty()).then(|| proofs.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_header_counts() {
        let check = |values: &[&[u8]], expected: Option<&str>| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(DPOP, HeaderValue::from_bytes(value).unwrap());
            }
            assert_eq!(unverified(&headers).as_deref(), expected, "{values:?}");
        };
        check(&[], None);
        check(&[b"a.b.c"], Some("a.b.c"));
        check(&[b"a.b.c", b"a.b.c"], Some("a.b.c, a.b.c"));
        check(&[b""], Some(""));
        check(&[b"\xff"], Some(""));
    }
}
