//! Cookies of the sign-in pages.
//!
//! In: the headers of a request, or a value to keep. Out: a value, or a header. INVARIANT: every cookie is `__Host-`: it
//! goes to this host only, over TLS only, and no script reads it (RFC 6265bis section 4.1.3.2).

use http::{HeaderMap, HeaderValue, header};

/// When a browser sends a cookie to pages that another site opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SameSite {
    /// When the person follows a link.
    Lax,
    /// Always: an application renews its tokens in a hidden frame.
    None,
}

/// The value of a cookie.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).into_iter();
    let cookies = cookies.filter_map(|cookies| cookies.to_str().ok());
    let mut pairs = cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The header that keeps a cookie: for so many seconds, or until the browser is closed. `None` for a value that no cookie
/// can have.
pub(crate) fn keep(name: &str, value: &str, same_site: SameSite, max_age_seconds: Option<i64>) -> Option<HeaderValue> {
    let same_site = match same_site {
        SameSite::Lax => "Lax",
        SameSite::None => "None",
    };
    let max_age = max_age_seconds
        .map(|seconds| format!("; Max-Age={seconds}"))
        .unwrap_or_default();
    let text = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite={same_site}{max_age}");
    HeaderValue::try_from(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("x-a=0; a=1=2;b=3"));
        headers.append(header::COOKIE, HeaderValue::from_static("c=4"));
        let check = |name: &str, expected: Option<&str>| assert_eq!(value(&headers, name), expected, "{name}");
        check("a", Some("1=2"));
        check("b", Some("3"));
        check("c", Some("4"));
        check("-a", None);
        check("", None);
    }

    #[test]
    fn cookies_are_for_this_host_and_no_script() {
        let header = keep("__Host-a", "v", SameSite::Lax, None).unwrap();
        assert_eq!(header, "__Host-a=v; Path=/; Secure; HttpOnly; SameSite=Lax");
        let header = keep("__Host-a", "v", SameSite::None, Some(60)).unwrap();
        assert_eq!(
            header,
            "__Host-a=v; Path=/; Secure; HttpOnly; SameSite=None; Max-Age=60"
        );
        assert!(keep("__Host-a", "v\r\nx: y", SameSite::None, None).is_none());
    }
}
