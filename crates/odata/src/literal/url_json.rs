//! JSON arrays and objects inside a URL (`arrayOrObject` of the OData ABNF).
//!
//! In: a place where a bracket or brace opens. Out: the value, read to the matching one.
//! Invariant: strings may stand in single quotes as Dataverse clients write them (`{'@odata.id':'accounts(…)'}`); a quote
//! inside is escaped with a backslash, in either form.

use crate::cursor::Cursor;
use crate::payload::object;
use crate::{Literal, SyntaxError};

/// Reads the array or object that begins here, with the strictness of a body.
pub(super) fn json(cursor: &mut Cursor<'_>) -> Result<Literal, SyntaxError> {
    let start = *cursor;
    let (text, length) = normalise(cursor)?;
    let written = cursor.take(length);
    let value = object::value(written, &text).map_err(|_error| start.invalid_literal(written))?;
    Ok(Literal::Json(value))
}

/// The text up to the matching bracket with all strings in double quotes, and how many bytes it took.
fn normalise(cursor: &Cursor<'_>) -> Result<(String, usize), SyntaxError> {
    let mut text = String::new();
    let mut depth = 0_usize;
    let mut quote = None;
    let mut characters = cursor.rest().char_indices();
    while let Some((index, character)) = characters.next() {
        match (quote, character) {
            (Some(_), '\\') => {
                let escaped = characters.next().map(|(_, escaped)| escaped);
                if escaped != Some('\'') {
                    text.push('\\');
                }
                text.extend(escaped);
            }
            (Some(open), _) if open == character => {
                quote = None;
                text.push('"');
            }
            (Some(_), '"') => text.push_str("\\\""),
            (Some(_), _) => text.push(character),
            (None, '"' | '\'') => {
                quote = Some(character);
                text.push('"');
            }
            (None, _) => {
                text.push(character);
                depth = match character {
                    '[' | '{' => depth + 1,
                    ']' | '}' => depth.saturating_sub(1),
                    _ => depth,
                };
                if depth == 0 {
                    return Ok((text, index + character.len_utf8()));
                }
            }
        }
    }
    Err(cursor.unterminated())
}
