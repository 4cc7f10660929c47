//! The query string as a whole, and one option of it by its name.
//!
//! In: the raw query string. Out: [`QueryOptions`].
//! Invariant: cut at `&` and the first `=` before anything is decoded; every option is read, or refused by name.

use std::collections::BTreeSet;

use crate::alias::Aliases;
use crate::cursor::Cursor;
use crate::query::{expand, expression, order_by, search, select};
use crate::{QueryOptions, SyntaxError, encoding};

/// Options of OData or Dataverse that this service does not have.
const UNSUPPORTED: [&str; 15] = [
    "$apply",
    "$compute",
    "$deltatoken",
    "$format",
    "$index",
    "$levels",
    "$schemaversion",
    "$search",
    "$skip",
    "SolutionUniqueName",
    "fetchXml",
    "partitionid",
    "savedQuery",
    "sql",
    "userQuery",
];

/// Text that the caller hands to custom logic (Dataverse's shared variable); there is none that would read it.
const SHARED_VARIABLE: &str = "tag";

impl QueryOptions {
    /// Reads a raw query string without its `?`; empty when there is none.
    pub fn parse(unverified_query: &str) -> Result<Self, SyntaxError> {
        encoding::check_length(unverified_query.len(), encoding::MAX_URL_BYTES)?;
        let (options, aliases) = parse(unverified_query)?;
        aliases.check_used()?;
        Ok(options)
    }
}

/// Reads a raw query string, and the aliases that its path may use.
pub(crate) fn parse(unverified_query: &str) -> Result<(QueryOptions, Aliases), SyntaxError> {
    let pieces = split(unverified_query)?;
    let aliases = Aliases::read(&pieces)?;
    let mut options = QueryOptions::default();
    for (name, value) in &pieces {
        let mut cursor = Cursor::new(value, &aliases);
        cursor.skip_spaces();
        match name.as_str() {
            SHARED_VARIABLE => {}
            alias if alias.starts_with('@') => {}
            "$skiptoken" => options.skip_token = Some(text("$skiptoken", value)?),
            "$id" => options.id = Some(text("$id", value)?),
            "$search" => {
                options.search = Some(search::search(&mut cursor)?);
                cursor.finish("`AND`, `OR` or the end")?;
            }
            name => {
                option(&mut options, name, &mut cursor)?;
                cursor.finish("an operator, `,` or the end")?;
            }
        }
    }
    Ok((options, aliases))
}

/// Reads the value of an option that may also stand inside `$expand`, as far as it goes.
pub(super) fn option(options: &mut QueryOptions, name: &str, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    match name {
        "$select" => options.select = Some(select::select(cursor)?),
        "$filter" => options.filter = Some(expression::expression(cursor)?),
        "$orderby" => options.order_by = order_by::order_by(cursor)?,
        "$expand" => options.expand = expand::expand(cursor)?,
        "$top" => options.top = Some(top(word(cursor))?),
        "$count" => options.count = count(word(cursor))?,
        alias if alias.starts_with('@') => {
            return Err(SyntaxError::unsupported("in `$expand` the parameter alias", alias));
        }
        name if UNSUPPORTED.contains(&name) => return Err(SyntaxError::unsupported("the query option", name)),
        name => return Err(SyntaxError::UnknownOption { name: name.to_owned() }),
    }
    Ok(())
}

/// Names and values, decoded; no name twice.
fn split(query: &str) -> Result<Vec<(String, String)>, SyntaxError> {
    let mut pieces = Vec::new();
    let mut names = BTreeSet::new();
    for piece in query.split('&').filter(|piece| !piece.is_empty()) {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        let name = encoding::query_text(name)?;
        if !names.insert(name.clone()) {
            return Err(SyntaxError::Duplicate { name });
        }
        pieces.push((name, encoding::query_text(value)?));
    }
    Ok(pieces)
}

/// What stands before the next separator of an `$expand`'s options.
fn word<'a>(cursor: &mut Cursor<'a>) -> &'a str {
    let word = cursor.peek_while(|character| !matches!(character, ';' | ')' | ' '));
    cursor.take(word.len())
}

fn top(value: &str) -> Result<u64, SyntaxError> {
    let digits = Some(value).filter(|value| value.bytes().all(|byte| byte.is_ascii_digit()));
    digits
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| invalid("$top", value, "a whole number from 0"))
}

fn count(value: &str) -> Result<bool, SyntaxError> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(invalid("$count", value, "true or false")),
    }
}

fn text(name: &'static str, value: &str) -> Result<String, SyntaxError> {
    if value.is_empty() {
        Err(invalid(name, value, "a text"))
    } else {
        Ok(value.to_owned())
    }
}

fn invalid(name: &'static str, value: &str, expected: &'static str) -> SyntaxError {
    SyntaxError::InvalidValue {
        name,
        value: value.to_owned(),
        expected,
    }
}
