//! `$expand`: navigations with what is wanted of the rows behind them.
//!
//! Invariant: parameter aliases do not reach in here, as Dataverse documents.

use std::collections::BTreeSet;

use crate::alias::Aliases;
use crate::cursor::Cursor;
use crate::query::options::option;
use crate::query::select::refuse_system_segment;
use crate::{Expand, ExpandOptions, QueryOptions, SyntaxError};

/// Reads `primarycontactid($select=fullname),Account_Tasks`.
pub(super) fn expand(cursor: &mut Cursor<'_>) -> Result<Vec<Expand>, SyntaxError> {
    cursor.set_aliases(&Aliases::Refused);
    let mut items = Vec::new();
    let mut navigations = BTreeSet::new();
    loop {
        cursor.skip_spaces();
        let item = item(cursor)?;
        if !navigations.insert(item.navigation.clone()) {
            return Err(SyntaxError::Duplicate { name: item.navigation });
        }
        items.push(item);
        cursor.skip_spaces();
        if !cursor.eat(",") {
            return Ok(items);
        }
    }
}

fn item(cursor: &mut Cursor<'_>) -> Result<Expand, SyntaxError> {
    refuse_system_segment(cursor)?;
    if cursor.peek() == Some('*') {
        return Err(SyntaxError::unsupported("in `$expand` the item", "*"));
    }
    let name = cursor.qualified_name("the name of a navigation property")?;
    if name.contains('.') {
        return Err(SyntaxError::unsupported("the qualified name", name));
    }
    let navigation = name.to_owned();
    if cursor.eat("/") {
        return behind_slash(navigation, cursor);
    }
    let options = if cursor.eat("(") {
        cursor.nested(options)?
    } else {
        QueryOptions::default()
    };
    Ok(Expand {
        navigation,
        options: ExpandOptions::Rows(Box::new(options)),
    })
}

fn behind_slash(navigation: String, cursor: &mut Cursor<'_>) -> Result<Expand, SyntaxError> {
    let rest = cursor.peek_while(|character| !matches!(character, ',' | ';' | ')' | ' '));
    if rest == "$ref" {
        cursor.take(rest.len());
        return Ok(Expand {
            navigation,
            options: ExpandOptions::Ref,
        });
    }
    Err(SyntaxError::unsupported(
        "in `$expand` the path",
        &format!("{navigation}/{rest}"),
    ))
}

/// Reads `$select=fullname;$top=3)`.
fn options(cursor: &mut Cursor<'_>) -> Result<QueryOptions, SyntaxError> {
    let mut options = QueryOptions::default();
    let mut seen = Vec::new();
    loop {
        cursor.skip_spaces();
        let name = cursor.peek_while(|character| !matches!(character, '=' | ';' | ')' | '(' | ',' | ' '));
        if name.is_empty() {
            return Err(cursor.unexpected("a query option"));
        }
        if seen.contains(&name) {
            return Err(SyntaxError::Duplicate { name: name.to_owned() });
        }
        seen.push(name);
        cursor.take(name.len());
        cursor.skip_spaces();
        cursor.expect("=", "`=`")?;
        cursor.skip_spaces();
        option(&mut options, name, cursor)?;
        cursor.skip_spaces();
        if cursor.eat(")") {
            return Ok(options);
        }
        cursor.expect(";", "`;` or `)`")?;
    }
}
