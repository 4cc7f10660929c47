//! `$orderby`: properties with their directions.
//!
//! Invariant: only property paths order; an alias must stand for one.

use crate::alias::{AliasValue, alias, wrong_kind};
use crate::cursor::Cursor;
use crate::query::property_path;
use crate::{Direction, OrderBy, PropertyPath, SyntaxError};

/// Reads `revenue desc,name`.
pub(super) fn order_by(cursor: &mut Cursor<'_>) -> Result<Vec<OrderBy>, SyntaxError> {
    let mut items = Vec::new();
    loop {
        cursor.skip_spaces();
        let path = path(cursor)?;
        let direction = direction(cursor);
        items.push(OrderBy { path, direction });
        cursor.skip_spaces();
        if !cursor.eat(",") {
            return Ok(items);
        }
    }
}

fn path(cursor: &mut Cursor<'_>) -> Result<PropertyPath, SyntaxError> {
    let start = *cursor;
    match alias(cursor)? {
        Some(AliasValue::Path(path)) => return Ok(path),
        Some(AliasValue::Literal(_)) => return Err(wrong_kind(&start, cursor, "a property")),
        None => {}
    }
    let path = property_path(cursor, "the name of a property")?;
    match cursor.peek() {
        Some('(') => Err(SyntaxError::unsupported(
            "in `$orderby` the function",
            start.until(cursor),
        )),
        _ => Ok(path),
    }
}

fn direction(cursor: &mut Cursor<'_>) -> Direction {
    cursor.skip_spaces();
    if cursor.eat_keyword("desc") {
        return Direction::Descending;
    }
    cursor.eat_keyword("asc");
    Direction::Ascending
}
