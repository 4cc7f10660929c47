//! `$search` (OData URL conventions, section 5.1.7): words and phrases, joined by `AND`, `OR` and `NOT`.
//!
//! Precedence, loosest first: `OR`, `AND` (which may be left out), `NOT`. Invariant: parentheses are entered through the
//! cursor's limit, and chains are flat, so the tree's depth is bounded.

use crate::cursor::Cursor;
use crate::{Search, SyntaxError};

/// Words that join others; in capitals, or they are words like any other.
const JOINTS: [&str; 3] = ["AND", "OR", "NOT"];

/// Reads `"displayName:nightly" AND NOT sync` as far as it goes.
pub(super) fn search(cursor: &mut Cursor<'_>) -> Result<Search, SyntaxError> {
    let mut parts = vec![all(cursor)?];
    while next_word(cursor) == "OR" {
        cursor.take("OR".len());
        parts.push(all(cursor)?);
    }
    Ok(joined(parts, Search::Or))
}

fn all(cursor: &mut Cursor<'_>) -> Result<Search, SyntaxError> {
    let mut parts = vec![term(cursor)?];
    loop {
        let ahead = next_word(cursor);
        if ahead == "AND" {
            cursor.take("AND".len());
        } else if ahead == "OR" || matches!(cursor.peek(), None | Some(')')) {
            return Ok(joined(parts, Search::And));
        }
        parts.push(term(cursor)?);
    }
}

fn term(cursor: &mut Cursor<'_>) -> Result<Search, SyntaxError> {
    let ahead = next_word(cursor);
    if ahead == "NOT" {
        cursor.take("NOT".len());
        return cursor.nested(term).map(|part| Search::Not(Box::new(part)));
    }
    if cursor.eat("(") {
        return cursor.nested(|cursor| {
            let inside = search(cursor)?;
            cursor.skip_spaces();
            cursor.expect(")", "`AND`, `OR` or `)`")?;
            Ok(inside)
        });
    }
    if cursor.eat("\"") {
        return phrase(cursor).map(Search::Term);
    }
    if ahead.is_empty() || JOINTS.contains(&ahead) {
        return Err(cursor.unexpected("a word or a phrase"));
    }
    Ok(Search::Term(cursor.take(ahead.len()).to_owned()))
}

/// The rest of a phrase behind its first quote; a backslash stands before a quote or a backslash that is meant.
fn phrase(cursor: &mut Cursor<'_>) -> Result<String, SyntaxError> {
    let mut text = String::new();
    loop {
        let run = cursor.peek_while(|character| !matches!(character, '"' | '\\'));
        text.push_str(cursor.take(run.len()));
        if cursor.eat("\"") {
            return Ok(text);
        }
        if !cursor.eat("\\") {
            return Err(cursor.unterminated());
        }
        let escaped = cursor.peek().ok_or_else(|| cursor.unterminated())?;
        text.push(escaped);
        cursor.take(escaped.len_utf8());
    }
}

/// The word that comes next, not taken; spaces before it are.
fn next_word<'a>(cursor: &mut Cursor<'a>) -> &'a str {
    cursor.skip_spaces();
    cursor.peek_while(|character| !matches!(character, ' ' | '\t' | '"' | '(' | ')'))
}

fn joined(mut parts: Vec<Search>, join: fn(Vec<Search>) -> Search) -> Search {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            join(parts)
        }
    }
}
