//! The fields of a form, or of a query, that a browser sends.
//!
//! In: bytes. Out: values by their names. Invariant: every value is kept as a secret, since any may be one.

use oauth::Secret;
use percent_encoding::percent_decode;

/// Names and values.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<(String, Secret<String>)>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`. A value that is not UTF-8 is no value.
    pub(crate) fn read(encoded: &[u8]) -> Self {
        let pairs = encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
        let fields = pairs.filter_map(|pair| {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            Some((name, Secret::new(value)))
        });
        Self(fields.collect())
    }

    /// The first value of a name that is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.find(name).map(|value| value.expose().as_str())
    }

    /// As [`Self::get`], of a value that is a secret.
    pub(crate) fn secret(&self, name: &str) -> Option<Secret<String>> {
        self.find(name).cloned()
    }

    fn find(&self, name: &str) -> Option<&Secret<String>> {
        let mut values = self
            .0
            .iter()
            .filter(|(key, value)| key == name && !value.expose().is_empty());
        values.next().map(|(_, value)| value)
    }
}

fn decode(encoded: &[u8]) -> Option<String> {
    let spaced: Vec<u8> = encoded
        .iter()
        .map(|&byte| if byte == b'+' { b' ' } else { byte })
        .collect();
    Some(percent_decode(&spaced).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_and_found_by_name() {
        let fields = Fields::read(b"a=&a=1%2B1+2&b&=x&c=%ff&d=%c3%a4&&e=f=g");
        assert_eq!(fields.get("a"), Some("1+1 2"));
        assert_eq!(fields.get("d"), Some("\u{e4}"));
        assert_eq!(fields.get("e"), Some("f=g"));
        assert_eq!((fields.get("b"), fields.get("c"), fields.get("f")), (None, None, None));
        assert_eq!(fields.secret("d"), Some(Secret::new("\u{e4}".to_owned())));
        assert!(!format!("{fields:?}").contains("f=g"));
    }
}
