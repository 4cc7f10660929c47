//! What can be wrong with a request's text, and the body that tells a client so.
//!
//! In: the culprit and where it stood. Out: a sentence for the client, and the JSON of OData's error body.
//! Invariant: every message names what was not understood; positions count characters from 0.

use bytes::Bytes;
use thiserror::Error;

use crate::json::Writer;

/// Why a path, a query string or a header cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SyntaxError {
    /// A string in single quotes has no end. The service's own wording.
    #[error("There is an unterminated literal at position {position} in '{text}'.")]
    UnterminatedLiteral {
        /// Where the quote is missing.
        position: usize,
        /// The whole expression.
        text: String,
    },
    /// Something else stands where the grammar wants `expected`.
    #[error("expected {expected} at position {position} in `{text}`")]
    Unexpected {
        /// What could stand there.
        expected: &'static str,
        /// Where.
        position: usize,
        /// The whole expression.
        text: String,
    },
    /// It looks like a number, a date or a guid and is none.
    #[error("`{literal}` at position {position} in `{text}` is not a literal")]
    InvalidLiteral {
        /// The culprit.
        literal: String,
        /// Where it begins.
        position: usize,
        /// The whole expression.
        text: String,
    },
    /// Good OData, or known to Dataverse, and not built here.
    #[error("{what} is not supported")]
    Unsupported {
        /// The culprit, with the name in backticks: "the query option `$skip`".
        what: String,
    },
    /// A query option that nobody knows.
    #[error("the query option `{name}` is unknown")]
    UnknownOption {
        /// As written.
        name: String,
    },
    /// Twice the same query option, parameter or navigation.
    #[error("`{name}` is given more than once")]
    Duplicate {
        /// As written.
        name: String,
    },
    /// A query option or header whose value is of the wrong kind.
    #[error("the value `{value}` of `{name}` is not {expected}")]
    InvalidValue {
        /// The option or header.
        name: &'static str,
        /// As written.
        value: String,
        /// What it must be.
        expected: &'static str,
    },
    /// A parameter alias without a value that would fit where it stands.
    #[error("the value of the parameter alias `{name}` is not {expected}")]
    InvalidAlias {
        /// With its `@`.
        name: String,
        /// What it must be.
        expected: &'static str,
    },
    /// Percent-encoded bytes that are no UTF-8, or the character NUL.
    #[error("`{text}` is not percent-encoded UTF-8 text")]
    InvalidEncoding {
        /// Still encoded.
        text: String,
    },
    /// Two slashes in a row.
    #[error("the path `{path}` has an empty segment")]
    EmptySegment {
        /// Still encoded.
        path: String,
    },
    /// Something follows `$ref`, `$count` or `$value`, or accompanies `$metadata` or `$batch`.
    #[error("a segment with `$` stands in the wrong place of the path `{path}`")]
    MisplacedSegment {
        /// Still encoded.
        path: String,
    },
    /// A parameter alias has a value and nothing uses it.
    #[error("the parameter alias `@{name}` is not used")]
    UnusedAlias {
        /// Without its `@`.
        name: String,
    },
    /// The URL is over the limit.
    #[error("the URL is `{length}` bytes long, more than {limit}")]
    TooLong {
        /// In bytes, path and query together.
        length: usize,
        /// In bytes.
        limit: usize,
    },
    /// Parentheses within parentheses, over the limit.
    #[error("`{text}` is nested deeper than {limit} levels")]
    TooDeep {
        /// The whole expression.
        text: String,
        /// In levels.
        limit: usize,
    },
}

impl SyntaxError {
    /// Refuses something by its kind and name: "the operator", "add".
    pub(crate) fn unsupported(kind: &str, name: &str) -> Self {
        Self::Unsupported {
            what: format!("{kind} `{name}`"),
        }
    }
}

/// OData's error body, in the two members that Dataverse sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorBody<'a> {
    /// Hexadecimal text: `0x80040217`.
    pub code: &'a str,
    /// For the client's developer.
    pub message: &'a str,
}

impl ErrorBody<'_> {
    /// Prints `{"error":{"code":"…","message":"…"}}`, with both texts escaped.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        let mut writer = Writer::with_capacity(self.code.len() + self.message.len() + 48);
        writer.begin_object();
        writer.name("error");
        writer.begin_object();
        writer.name("code");
        writer.string(self.code);
        writer.name("message");
        writer.string(self.message);
        writer.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn body_escapes_both_texts() {
        let body = ErrorBody {
            code: "0x80040217",
            message: "no \"x\"\n</script>",
        };
        assert_eq!(
            body.to_bytes(),
            r#"{"error":{"code":"0x80040217","message":"no \"x\"\n</script>"}}"#.as_bytes()
        );
    }

    #[test]
    fn unterminated_literal_has_the_services_wording() {
        let error = SyntaxError::UnterminatedLiteral {
            position: 10,
            text: "name eq 'a".to_owned(),
        };
        assert_eq!(
            error.to_string(),
            "There is an unterminated literal at position 10 in 'name eq 'a'."
        );
    }
}
