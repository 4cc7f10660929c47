//! The literal at a place of an expression.
//!
//! In: a cursor. Out: the literal, or nothing when a name stands there.
//! Invariant: a word that begins like a number, a date or a guid is one, or an error; it is never read in part.

use uuid::Uuid;

use super::number::number;
use super::url_json::json;
use crate::cursor::Cursor;
use crate::{Date, DateTime, Literal, SyntaxError};

/// Reads the literal that stands here; `None` when there is something else, and nothing is taken then.
pub(crate) fn literal(cursor: &mut Cursor<'_>) -> Result<Option<Literal>, SyntaxError> {
    match cursor.peek() {
        Some('\'') => string(cursor).map(Literal::String).map(Some),
        Some('{') => match braced_guid(cursor) {
            Some(guid) => Ok(Some(Literal::Guid(guid))),
            None => json(cursor).map(Some),
        },
        Some('[') => json(cursor).map(Some),
        Some(first) if first.is_ascii_digit() || matches!(first, '+' | '-' | '.') => number_or_date(cursor),
        Some(first) if first.is_alphabetic() => word_or_typed(cursor),
        _ => Ok(None),
    }
}

/// A string in single quotes; two of them stand for one inside it.
fn string(cursor: &mut Cursor<'_>) -> Result<String, SyntaxError> {
    let start = *cursor;
    let mut text = String::new();
    cursor.eat("'");
    loop {
        let run = cursor.peek_while(|character| character != '\'');
        text.push_str(cursor.take(run.len()));
        if !cursor.eat("'") {
            return Err(start.unterminated());
        }
        if !cursor.eat("'") {
            return Ok(text);
        }
        text.push('\'');
    }
}

fn braced_guid(cursor: &mut Cursor<'_>) -> Option<Uuid> {
    let (inside, _) = cursor.rest().strip_prefix('{')?.split_once('}')?;
    let guid = guid(inside)?;
    cursor.take(inside.len() + 2);
    Some(guid)
}

/// Only the form with hyphens; the library would take others.
fn guid(word: &str) -> Option<Uuid> {
    if word.len() == 36 {
        Uuid::try_parse(word).ok()
    } else {
        None
    }
}

fn number_or_date(cursor: &mut Cursor<'_>) -> Result<Option<Literal>, SyntaxError> {
    let word = cursor.peek_while(is_word);
    let literal = if let Some(guid) = guid(word) {
        Some(Literal::Guid(guid))
    } else if word.contains('T') {
        DateTime::parse(word).map(Literal::DateTime)
    } else if word.contains(':') {
        return Err(SyntaxError::unsupported("the time of day", word));
    } else {
        Date::parse(word).map(Literal::Date).or_else(|| number(word))
    };
    match literal {
        Some(literal) => {
            cursor.take(word.len());
            Ok(Some(literal))
        }
        // A sign in front of a name or a parenthesis is not ours to judge.
        None if word
            .strip_prefix(['-', '+'])
            .is_some_and(|rest| !rest.starts_with(char::is_numeric)) =>
        {
            Ok(None)
        }
        None => Err(cursor.invalid_literal(word)),
    }
}

/// A guid that begins with a letter, a word that is a value, or a typed literal (`Namespace.Enum'Member'`).
fn word_or_typed(cursor: &mut Cursor<'_>) -> Result<Option<Literal>, SyntaxError> {
    if let Some(guid) = guid(cursor.peek_while(is_word)) {
        cursor.take(36);
        return Ok(Some(Literal::Guid(guid)));
    }
    let name = cursor.peek_while(|character| crate::cursor::is_identifier(character) || character == '.');
    let mut behind = *cursor;
    behind.take(name.len());
    match behind.peek() {
        Some('\'') => {
            *cursor = behind;
            return typed(name, cursor).map(Some);
        }
        // `null(…)` is a call and `true/x` a path, of whatever sort.
        Some('(' | '/' | ':') => return Ok(None),
        _ => {}
    }
    let literal = match name {
        "null" => Literal::Null,
        "INF" | "NaN" => return Ok(number(cursor.take(name.len()))),
        _ if name.eq_ignore_ascii_case("true") => Literal::Boolean(true),
        _ if name.eq_ignore_ascii_case("false") => Literal::Boolean(false),
        _ => return Ok(None),
    };
    *cursor = behind;
    Ok(Some(literal))
}

fn typed(type_name: &str, cursor: &mut Cursor<'_>) -> Result<Literal, SyntaxError> {
    let member = string(cursor)?;
    let qualified = type_name.split('.').all(|part| !part.is_empty()) && type_name.contains('.');
    if !qualified {
        return Err(SyntaxError::unsupported(
            "the literal",
            &format!("{type_name}'{member}'"),
        ));
    }
    Ok(Literal::Enum {
        type_name: type_name.to_owned(),
        member,
    })
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | ':' | '+' | '-' | '_')
}
