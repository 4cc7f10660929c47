//! Multipart bodies (RFC 2046, section 5.1), cut at their delimiters.
//!
//! In: a content type, and a body. Out: its boundary, and the bytes between the delimiters, untouched.
//! Invariant: the line end before a delimiter belongs to the delimiter; both CRLF and LF end a line.

use crate::batch::BatchError;

/// RFC 2046, section 5.1.1.
const MAX_BOUNDARY: usize = 70;

/// The boundary in a content type `multipart/mixed; boundary=…`, quoted or not.
pub(crate) fn boundary(unverified_content_type: &str) -> Result<&str, BatchError> {
    let content_type = || unverified_content_type.to_owned();
    let (media, parameters) = unverified_content_type
        .split_once(';')
        .unwrap_or((unverified_content_type, ""));
    if !media.trim().eq_ignore_ascii_case("multipart/mixed") {
        return Err(BatchError::ContentType {
            content_type: content_type(),
        });
    }
    let mut boundaries = parameters
        .split(';')
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))
        .map(|(_, value)| unquoted(value.trim()));
    match (boundaries.next(), boundaries.next()) {
        (Some(boundary), None) if is_boundary(boundary) => Ok(boundary),
        _ => Err(BatchError::Boundary {
            content_type: content_type(),
        }),
    }
}

/// Whether a content type is that of a body in parts.
pub(crate) fn is_multipart(unverified_content_type: &str) -> bool {
    let media = unverified_content_type.split(';').next().unwrap_or_default();
    media.trim().eq_ignore_ascii_case("multipart/mixed")
}

/// The parts between the delimiters of this boundary, at most `limit`. What stands before the first delimiter and behind
/// the last one means nothing.
pub(crate) fn parts<'a>(body: &'a [u8], boundary: &str, limit: usize) -> Result<Vec<&'a [u8]>, BatchError> {
    let mut parts = Vec::new();
    let mut part = None;
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let behind = at + line.len();
        if let Some(delimiter) = delimiter(line, boundary) {
            if let Some(start) = part {
                if parts.len() == limit {
                    return Err(BatchError::TooMany { limit });
                }
                parts.push(without_line_end(body.get(start..at).unwrap_or_default()));
            }
            match delimiter {
                Delimiter::Next => part = Some(behind),
                Delimiter::Last if parts.is_empty() => {
                    return Err(BatchError::Empty {
                        boundary: boundary.to_owned(),
                    });
                }
                Delimiter::Last => return Ok(parts),
            }
        }
        at = behind;
    }
    Err(BatchError::Unclosed {
        boundary: boundary.to_owned(),
    })
}

/// The first line without its end, and what stands behind it.
pub(crate) fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |at| at + 1);
    let (line, rest) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
    (without_line_end(line), rest)
}

enum Delimiter {
    Next,
    Last,
}

fn delimiter(line: &[u8], boundary: &str) -> Option<Delimiter> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary.as_bytes())?;
    match rest.trim_ascii_end() {
        b"" => Some(Delimiter::Next),
        b"--" => Some(Delimiter::Last),
        _ => None,
    }
}

fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

fn unquoted(value: &str) -> &str {
    let quoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    quoted.unwrap_or(value)
}

fn is_boundary(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    (1..=MAX_BOUNDARY).contains(&text.len()) && text.bytes().all(is_allowed) && !text.ends_with(' ')
}
