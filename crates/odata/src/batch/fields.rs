//! Header lines within a part of a multipart body: of the part itself, or of the message in it.
//!
//! In: bytes that begin with header lines. Out: [`HeaderFields`], and the bytes behind the empty line.
//! Invariant: names and values are text without control characters, trimmed.

use crate::batch::{BatchError, multipart};

/// Header lines of one part.
const MAX_LINES: usize = 100;
/// Bytes of them together.
const MAX_BYTES: usize = 64 * 1024;
/// Characters of a line that are repeated to whoever sent it.
const SHOWN_CHARACTERS: usize = 100;

/// Header lines, in their order; names compare without case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeaderFields<'a>(Vec<(&'a str, &'a str)>);

impl<'a> HeaderFields<'a> {
    /// Reads lines up to an empty one or the end, and gives what stands behind. Clients leave the empty line out where
    /// nothing follows it.
    pub(crate) fn read(unverified: &'a [u8]) -> Result<(Self, &'a [u8]), BatchError> {
        let mut fields = Vec::new();
        let mut rest = unverified;
        while !rest.is_empty() {
            let (line, behind) = multipart::line(rest);
            rest = behind;
            if line.is_empty() {
                break;
            }
            if fields.len() == MAX_LINES || unverified.len() - rest.len() > MAX_BYTES {
                return Err(BatchError::TooManyHeaders {
                    lines: MAX_LINES,
                    bytes: MAX_BYTES,
                });
            }
            fields.push(field(line).ok_or_else(|| BatchError::Header { line: shown(line) })?);
        }
        Ok((Self(fields), rest))
    }

    /// The value of a header that may stand once; `None` when it does not stand there.
    pub(crate) fn one(&self, name: &'static str) -> Result<Option<&'a str>, BatchError> {
        let mut values = self.0.iter().filter(|(given, _)| given.eq_ignore_ascii_case(name));
        match (values.next(), values.next()) {
            (found, None) => Ok(found.map(|(_, value)| *value)),
            (_, Some(_)) => Err(BatchError::RepeatedHeader { name }),
        }
    }

    /// Names, as written, with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().copied()
    }
}

fn field(line: &[u8]) -> Option<(&str, &str)> {
    let text = str::from_utf8(line).ok()?;
    let (name, value) = text.split_once(':')?;
    let value = value.trim_matches([' ', '\t']);
    let is_name = !name.is_empty() && name.bytes().all(is_token);
    (is_name && !value.contains(|character: char| character.is_control() && character != '\t')).then_some((name, value))
}

/// RFC 9110, section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// A line as it can be repeated in a message.
pub(crate) fn shown(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let printable = text.chars().filter(|character| !character.is_control());
    printable.take(SHOWN_CHARACTERS).collect()
}
