//! The parameters of a request: a query or a form body comes in, each value is taken out by its name.
//!
//! INVARIANT: a name that was sent twice has no value, and an empty value counts as not sent (RFC 6749 section 3.1 and
//! 3.2).

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::pairs;
use crate::secret::Secret;

/// A signed assertion with its certificates takes about 10 KiB; nothing else comes near.
const MAX_BYTES: usize = 64 * 1024;

/// Why bytes are not parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParametersError {
    /// Longer than 64 KiB.
    TooLong,
    /// Not form encoded.
    Malformed,
}

/// Decoded parameters. All are kept as secrets, since any may be one.
pub(crate) struct Parameters {
    values: HashMap<String, Secret<String>>,
    repeated: Option<String>,
}

impl Parameters {
    /// Decodes a query or a body.
    pub(crate) fn read(encoded: &[u8]) -> Result<Self, ParametersError> {
        if encoded.len() > MAX_BYTES {
            return Err(ParametersError::TooLong);
        }
        let mut values = HashMap::new();
        let mut repeated = Vec::new();
        for (name, value) in pairs(encoded).ok().ok_or(ParametersError::Malformed)? {
            let value = Secret::new(value);
            match values.entry(name) {
                Entry::Vacant(place) => {
                    place.insert(value);
                }
                Entry::Occupied(place) => repeated.push(place.key().clone()),
            }
        }
        for name in &repeated {
            values.remove(name);
        }
        Ok(Self {
            values,
            repeated: repeated.into_iter().next(),
        })
    }

    /// The first name that was sent twice, which no request may do.
    pub(crate) fn repeated(&self) -> Option<&str> {
        self.repeated.as_deref()
    }

    /// The value, left where it is.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let value = self.values.get(name)?;
        Some(value.expose().as_str()).filter(|value| !value.is_empty())
    }

    /// The value of a parameter that is no secret.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        self.take_secret(name).map(|value| value.expose().clone())
    }

    /// The value of a parameter that is a secret.
    pub(crate) fn take_secret(&mut self, name: &str) -> Option<Secret<String>> {
        self.values.remove(name).filter(|value| !value.expose().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_form_is_refused() {
        let refuse = |encoded: &[u8], expected| assert_eq!(Parameters::read(encoded).err(), Some(expected));
        refuse(b"a=%", ParametersError::Malformed);
        refuse("a".repeat(MAX_BYTES + 1).as_bytes(), ParametersError::TooLong);
        assert!(Parameters::read("a".repeat(MAX_BYTES).as_bytes()).is_ok());
    }

    #[test]
    fn a_repeated_name_has_no_value() {
        let mut parameters = Parameters::read(b"a=1&b=2&a=3&c=4&c=4").unwrap();
        assert_eq!(parameters.repeated(), Some("a"));
        assert_eq!((parameters.get("a"), parameters.get("c")), (None, None));
        assert_eq!(parameters.take("b").as_deref(), Some("2"));
    }

    #[test]
    fn an_empty_value_was_not_sent() {
        let mut parameters = Parameters::read(b"a=&b=2").unwrap();
        assert_eq!(parameters.get("a"), None);
        assert_eq!(parameters.take("a"), None);
        assert_eq!((parameters.repeated(), parameters.get("b")), (None, Some("2")));
        assert_eq!(parameters.take_secret("b"), Some(Secret::new("2".to_owned())));
        assert_eq!(parameters.take_secret("b"), None);
    }
}
