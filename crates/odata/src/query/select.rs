//! `$select`, and the property path that the other options share.
//!
//! Invariant: a path is plain names; casts, annotations and system segments are refused by name.

use crate::cursor::Cursor;
use crate::{PropertyPath, SyntaxError};

/// Reads `name,_primarycontactid_value` or `*`.
pub(super) fn select(cursor: &mut Cursor<'_>) -> Result<Vec<PropertyPath>, SyntaxError> {
    let mut items = Vec::new();
    loop {
        cursor.skip_spaces();
        items.push(item(cursor)?);
        cursor.skip_spaces();
        if !cursor.eat(",") {
            return Ok(items);
        }
    }
}

/// Reads names joined by slashes.
pub(crate) fn property_path(cursor: &mut Cursor<'_>, expected: &'static str) -> Result<PropertyPath, SyntaxError> {
    let mut segments = Vec::new();
    loop {
        segments.push(segment(cursor, expected)?.to_owned());
        if !cursor.eat("/") {
            return Ok(PropertyPath { segments });
        }
    }
}

/// Refuses what OData allows in a path and this service does not have: `$count`, `$it`, annotations.
pub(super) fn refuse_system_segment(cursor: &Cursor<'_>) -> Result<(), SyntaxError> {
    match cursor.peek() {
        Some('$' | '@') => {
            let name = cursor.peek_while(|character| !matches!(character, '/' | '(' | ')' | ',' | ';' | ' '));
            Err(SyntaxError::unsupported("the path segment", name))
        }
        _ => Ok(()),
    }
}

fn item(cursor: &mut Cursor<'_>) -> Result<PropertyPath, SyntaxError> {
    if cursor.eat("*") {
        return Ok(PropertyPath {
            segments: vec!["*".to_owned()],
        });
    }
    let path = property_path(cursor, "the name of a property")?;
    match cursor.peek() {
        Some('(') => Err(SyntaxError::unsupported("in `$select` the list", cursor.rest())),
        _ => Ok(path),
    }
}

fn segment<'a>(cursor: &mut Cursor<'a>, expected: &'static str) -> Result<&'a str, SyntaxError> {
    refuse_system_segment(cursor)?;
    let start = *cursor;
    let name = cursor.identifier(expected)?;
    if cursor.peek() == Some('.') {
        let mut whole = start;
        return Err(match whole.qualified_name(expected) {
            Ok(name) => SyntaxError::unsupported("the qualified name", name),
            Err(error) => error,
        });
    }
    Ok(name)
}
