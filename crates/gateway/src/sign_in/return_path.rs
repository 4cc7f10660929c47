//! Where a person goes after signing in or out: a path of the application's own.
//!
//! Invariant: no path that is accepted leads a browser to another origin.

/// The longest that is kept in a cookie.
const MAX_CHARS: usize = 1024;

/// The path, if it is one: a single slash, then printable ASCII without a backslash, which browsers read as a slash.
pub(crate) fn checked(unverified_path: Option<&str>) -> Option<String> {
    let Some(path) = unverified_path else {
        return Some("/".to_owned());
    };
    let plain = path.len() <= MAX_CHARS && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let own = path.starts_with('/') && !path.starts_with("//");
    (plain && own).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_away() {
        for path in [
            "",
            "orders",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            " /orders",
            "javascript:alert(1)",
            "/orders evil",
            "/\u{e9}",
        ] {
            assert_eq!(checked(Some(path)), None, "{path:?}");
        }
        assert_eq!(checked(Some(&format!("/{}", "a".repeat(MAX_CHARS)))), None);
    }

    #[test]
    fn own_paths_are_kept() {
        assert_eq!(checked(None).as_deref(), Some("/"));
        for path in ["/", "/orders?page=2#top", "/a//b", "/?to=https://x.example"] {
            assert_eq!(checked(Some(path)).as_deref(), Some(path));
        }
    }
}
