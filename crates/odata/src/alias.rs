//! Parameter aliases (OData URL conventions, section 5.3): values given once and named in the path, `$filter` and `$orderby`.
//!
//! In: the query options whose names begin with `@`. Out: a value for each place that names one.
//! Invariant: a value is a literal or a property path, never an expression, so replacing it cannot grow the tree.

use std::cell::Cell;

use crate::cursor::Cursor;
use crate::literal::parse::literal;
use crate::query::property_path;
use crate::{Literal, PropertyPath, SyntaxError};

/// The aliases of one request, or a place where none may stand.
pub(crate) enum Aliases {
    /// In the order of the URL.
    Given(Vec<Alias>),
    /// Aliases are not supported here.
    Refused,
}

/// One alias with its value.
pub(crate) struct Alias {
    name: String,
    value: AliasValue,
    used: Cell<bool>,
}

/// What an alias stands for.
#[derive(Clone)]
pub(crate) enum AliasValue {
    /// `@p1='Ada'`
    Literal(Literal),
    /// `@p1=revenue`
    Path(PropertyPath),
}

impl Aliases {
    /// Picks the aliases out of the decoded query options. Names must not repeat; the caller has checked that.
    pub(crate) fn read(options: &[(String, String)]) -> Result<Self, SyntaxError> {
        let given = options
            .iter()
            .filter(|(name, _)| name.starts_with('@'))
            .map(|(name, value)| {
                let name = alias_name(name)?.to_owned();
                Ok(Alias {
                    name,
                    value: alias_value(value)?,
                    used: Cell::new(false),
                })
            })
            .collect::<Result<_, SyntaxError>>()?;
        Ok(Self::Given(given))
    }

    /// Refuses an alias that nothing names: the client meant something by it.
    pub(crate) fn check_used(&self) -> Result<(), SyntaxError> {
        let unused = match self {
            Self::Given(given) => given.iter().find(|alias| !alias.used.get()),
            Self::Refused => None,
        };
        match unused {
            Some(alias) => Err(SyntaxError::UnusedAlias {
                name: alias.name.clone(),
            }),
            None => Ok(()),
        }
    }

    fn get(&self, name: &str) -> Result<AliasValue, SyntaxError> {
        match self {
            Self::Given(given) => Ok(match given.iter().find(|alias| alias.name == name) {
                Some(alias) => {
                    alias.used.set(true);
                    alias.value.clone()
                }
                None => AliasValue::Literal(Literal::Null),
            }),
            Self::Refused => Err(SyntaxError::unsupported(
                "in this place the parameter alias",
                &format!("@{name}"),
            )),
        }
    }
}

/// The value of the alias that stands here; `None` when none does. One without a value is `null`.
pub(crate) fn alias(cursor: &mut Cursor<'_>) -> Result<Option<AliasValue>, SyntaxError> {
    if !cursor.eat("@") {
        return Ok(None);
    }
    let name = cursor.identifier("the name of a parameter alias")?;
    if let Some('.' | '/') = cursor.peek() {
        return Err(SyntaxError::unsupported(
            "the path",
            &format!("@{name}{}", cursor.rest()),
        ));
    }
    cursor.aliases().get(name).map(Some)
}

/// A literal, or an alias of one.
pub(crate) fn literal_or_alias(cursor: &mut Cursor<'_>) -> Result<Literal, SyntaxError> {
    let start = *cursor;
    match alias(cursor)? {
        Some(AliasValue::Literal(literal)) => Ok(literal),
        Some(AliasValue::Path(_)) => Err(wrong_kind(&start, cursor, "a literal")),
        None => literal(cursor)?.ok_or_else(|| cursor.unexpected("a literal")),
    }
}

/// The alias between two places has a value that cannot stand there.
pub(crate) fn wrong_kind(start: &Cursor<'_>, end: &Cursor<'_>, expected: &'static str) -> SyntaxError {
    SyntaxError::InvalidAlias {
        name: start.until(end).to_owned(),
        expected,
    }
}

fn alias_name(option: &str) -> Result<&str, SyntaxError> {
    let mut cursor = Cursor::new(option, &Aliases::Refused);
    cursor.eat("@");
    let name = cursor.identifier("the name of a parameter alias")?;
    cursor.finish("the end of the parameter alias")?;
    Ok(name)
}

fn alias_value(text: &str) -> Result<AliasValue, SyntaxError> {
    let mut cursor = Cursor::new(text, &Aliases::Refused);
    cursor.skip_spaces();
    // Refused here: an alias of an alias could go in circles.
    alias(&mut cursor)?;
    let value = match literal(&mut cursor)? {
        Some(literal) => AliasValue::Literal(literal),
        None => AliasValue::Path(property_path(&mut cursor, "a literal or a property")?),
    };
    cursor.finish("the end of the parameter alias")?;
    Ok(value)
}
