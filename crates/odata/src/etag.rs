//! Entity tags and the two conditional headers (RFC 9110, section 13.1), in the one form that Dataverse uses.
//!
//! In: header text. Out: the row version that a client has seen, or "any".
//! Invariant: an entity tag is weak and holds the number of a row version, nothing else.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};

use crate::SyntaxError;

/// The version of a row: `W/"536530"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ETag(pub i64);

impl fmt::Display for ETag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "W/\"{}\"", self.0)
    }
}

impl FromStr for ETag {
    type Err = SyntaxError;

    fn from_str(unverified_text: &str) -> Result<Self, SyntaxError> {
        version("ETag", unverified_text)
    }
}

/// The text, as `@odata.etag` holds it.
impl<'de> Deserialize<'de> for ETag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// `If-Match`: change the row only when it is there, and in this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: it must exist.
    Any,
    /// It must be in this version.
    ETag(ETag),
}

impl IfMatch {
    /// Reads the header's value; a list of several tags is refused.
    pub fn parse(unverified_text: &str) -> Result<Self, SyntaxError> {
        match unverified_text.trim() {
            "*" => Ok(Self::Any),
            tag => Ok(Self::ETag(version("If-Match", tag)?)),
        }
    }
}

/// `If-None-Match`: answer only when the row is not there, or not in this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfNoneMatch {
    /// `*`: it must not exist.
    Any,
    /// It must be in another version.
    ETag(ETag),
}

impl IfNoneMatch {
    /// Reads the header's value; the text `null`, which Dataverse clients send by habit, is no condition.
    pub fn parse(unverified_text: &str) -> Result<Option<Self>, SyntaxError> {
        match unverified_text.trim() {
            "null" => Ok(None),
            "*" => Ok(Some(Self::Any)),
            tag => Ok(Some(Self::ETag(version("If-None-Match", tag)?))),
        }
    }
}

fn version(header: &'static str, text: &str) -> Result<ETag, SyntaxError> {
    text.strip_prefix("W/\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|digits| {
            digits
                .strip_prefix('-')
                .unwrap_or(digits)
                .bytes()
                .all(|byte| byte.is_ascii_digit())
        })
        .and_then(|digits| digits.parse().ok())
        .map(ETag)
        .ok_or_else(|| SyntaxError::InvalidValue {
            name: header,
            value: text.to_owned(),
            expected: "an entity tag like W/\"123\"",
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(input: &str, expected: Option<i64>) {
        assert_eq!(input.parse::<ETag>().ok(), expected.map(ETag), "{input}");
    }

    #[test]
    fn refuses() {
        for malformed in [
            "",
            "1",
            "\"1\"",
            "W/1",
            "W/\"\"",
            "W/\"1",
            "w/\"1\"",
            "W/\"+1\"",
            "W/\"a\"",
            "W/\"1\", W/\"2\"",
            "W/\"9223372036854775808\"",
        ] {
            check(malformed, None);
            assert!(IfMatch::parse(malformed).is_err(), "{malformed}");
            assert!(IfNoneMatch::parse(malformed).is_err(), "{malformed}");
        }
        assert!(IfMatch::parse("null").is_err());
    }

    #[test]
    fn names_the_header() {
        let message = IfMatch::parse("W/x").map_err(|error| error.to_string());
        assert_eq!(
            message,
            Err("the value `W/x` of `If-Match` is not an entity tag like W/\"123\"".to_owned())
        );
    }

    #[test]
    fn accepts() {
        check("W/\"536530\"", Some(536_530));
        assert_eq!(IfMatch::parse(" * "), Ok(IfMatch::Any));
        assert_eq!(IfMatch::parse("W/\"7\""), Ok(IfMatch::ETag(ETag(7))));
        assert_eq!(IfNoneMatch::parse("null"), Ok(None));
        assert_eq!(IfNoneMatch::parse("*"), Ok(Some(IfNoneMatch::Any)));
        assert_eq!(IfNoneMatch::parse("W/\"7\""), Ok(Some(IfNoneMatch::ETag(ETag(7)))));
    }

    proptest! {
        #[test]
        fn prints_what_it_reads(version: i64) {
            prop_assert_eq!(ETag(version).to_string().parse(), Ok(ETag(version)));
        }
    }
}
