//! The query of a URI.
//!
//! In: a URI. Out: a decoded value. Invariant: a value that is not UTF-8 is no value.

use http::Uri;
use percent_encoding::percent_decode_str;

/// The first value of this name, form decoded.
pub(crate) fn value(uri: &Uri, name: &str) -> Option<String> {
    let mut pairs = uri
        .query()?
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let (_, encoded) = pairs.find(|(key, _)| *key == name)?;
    let spaced = encoded.replace('+', " ");
    Some(percent_decode_str(&spaced).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_of_a_name_is_decoded() {
        let check = |uri: &'static str, expected: Option<&str>| {
            assert_eq!(value(&Uri::from_static(uri), "a").as_deref(), expected, "{uri}");
        };
        check("/", None);
        check("/?", None);
        check("/?b=1", None);
        check("/?a=%ff", None);
        check("/?a", Some(""));
        check("/?b=2&a=1&a=3", Some("1"));
        check("/?a=https%3A%2F%2Fx.test%2Fy+z", Some("https://x.test/y z"));
    }
}
