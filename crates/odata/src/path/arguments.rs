//! What stands in parentheses behind a name: a key or the parameters of a function.
//!
//! Invariant: either one value without a name, or values that all have names, each name once.

use crate::alias::literal_or_alias;
use crate::cursor::Cursor;
use crate::{Arguments, Literal, SyntaxError};

/// Reads `(…)` if it stands here.
pub(super) fn arguments(cursor: &mut Cursor<'_>) -> Result<Arguments, SyntaxError> {
    if !cursor.eat("(") {
        return Ok(Arguments::Absent);
    }
    cursor.skip_spaces();
    if cursor.eat(")") {
        return Ok(Arguments::Empty);
    }
    let Some(first) = parameter_name(cursor) else {
        let literal = literal_or_alias(cursor)?;
        cursor.skip_spaces();
        cursor.expect(")", "`)`")?;
        return Ok(Arguments::Single(literal));
    };
    let mut named = Vec::new();
    parameter_value(first, &mut named, cursor)?;
    loop {
        cursor.skip_spaces();
        if cursor.eat(")") {
            return Ok(Arguments::Named(named));
        }
        cursor.expect(",", "`,` or `)`")?;
        cursor.skip_spaces();
        let name = parameter_name(cursor).ok_or_else(|| cursor.unexpected("a name with `=`"))?;
        parameter_value(name, &mut named, cursor)?;
    }
}

/// Takes `name =` if it stands here.
pub(crate) fn parameter_name<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let mut ahead = *cursor;
    let name = ahead.peek_identifier()?;
    ahead.take(name.len());
    ahead.skip_spaces();
    if !ahead.eat("=") {
        return None;
    }
    ahead.skip_spaces();
    *cursor = ahead;
    Some(name)
}

/// Reads the value behind `name =` into the list.
pub(crate) fn parameter_value(
    name: &str,
    named: &mut Vec<(String, Literal)>,
    cursor: &mut Cursor<'_>,
) -> Result<(), SyntaxError> {
    if named.iter().any(|(known, _)| known == name) {
        return Err(SyntaxError::Duplicate { name: name.to_owned() });
    }
    named.push((name.to_owned(), literal_or_alias(cursor)?));
    Ok(())
}
