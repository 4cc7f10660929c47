//! Parameters of a challenge (RFC 9110 section 11.6.1): text comes in, names and values go out.
//!
//! INVARIANT: every step shortens the text, so that reading ends.

use super::ChallengeError;

const SCHEME: &str = "bearer";

/// The parameters behind `Bearer`, in their order. A bare value ends at a comma or space: Dataverse prints URIs
/// without quotation marks, which RFC 9110 would not allow.
pub(super) fn bearer_parameters(header: &str) -> Result<Vec<(&str, String)>, ChallengeError> {
    let header = header.trim_ascii();
    let (scheme, mut rest) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return Err(ChallengeError::NotBearer);
    }
    let mut parameters = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return Ok(parameters);
        }
        let (name, value) = rest.split_once('=').ok_or(ChallengeError::Malformed)?;
        if name.is_empty() || name.contains([' ', '\t', ',', '"']) {
            return Err(ChallengeError::Malformed);
        }
        let (value, behind) = match value.strip_prefix('"') {
            Some(quoted) => quoted_value(quoted)?,
            None => bare_value(value),
        };
        parameters.push((name, value));
        rest = behind;
    }
}

/// Reads to the closing quotation mark; a backslash takes the next character as it is.
fn quoted_value(text: &str) -> Result<(String, &str), ChallengeError> {
    let mut value = String::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '"' => return Ok((value, rest.as_str())),
            '\\' => value.push(rest.next().ok_or(ChallengeError::Malformed)?),
            plain => value.push(plain),
        }
    }
    Err(ChallengeError::Malformed)
}

fn bare_value(text: &str) -> (String, &str) {
    let end = text.find([' ', '\t', ',']).unwrap_or(text.len());
    let (value, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (value.to_owned(), rest)
}
