//! Function calls of `$filter`: the three string functions, and the query functions of Dataverse.
//!
//! In: a call's name and arguments. Out: a [`Predicate`].
//! Invariant: a function that is not built is refused by its name.

use odata::{Expr, Literal, PropertyPath};
use uuid::Uuid;

use crate::catalogue::{Column, Kind};
use crate::error::Error;
use crate::plan::fold::fold_part;
use crate::plan::path::{End, Place, Scope, place, through};
use crate::plan::{Cell, Comparison, Predicate, literal};

/// The namespace of query functions.
const NAMESPACE: &str = "Microsoft.Dynamics.CRM.";
/// The parameter that names the column.
const PROPERTY_NAME: &str = "PropertyName";
/// The parameter that holds a list.
const PROPERTY_VALUES: &str = "PropertyValues";

/// Plans `name(arguments)` or `name(named)`.
pub(super) fn call(
    scope: Scope<'_>,
    name: &str,
    arguments: &[Expr],
    named: &[(String, Literal)],
) -> Result<Predicate, Error> {
    match name {
        "contains" => like(scope, name, arguments, |part| format!("%{part}%")),
        "startswith" => like(scope, name, arguments, |part| format!("{part}%")),
        "endswith" => like(scope, name, arguments, |part| format!("%{part}")),
        _ => match name.strip_prefix(NAMESPACE) {
            Some(function) => query_function(scope, function, &Named { function, named }),
            None => Err(unsupported(name)),
        },
    }
}

fn unsupported(name: &str) -> Error {
    Error::NotSupported {
        what: format!("the function `{name}` is not supported in `$filter`"),
    }
}

fn like(
    scope: Scope<'_>,
    name: &str,
    arguments: &[Expr],
    pattern: impl Fn(&str) -> String,
) -> Result<Predicate, Error> {
    let [Expr::Path(path), Expr::Literal(Literal::String(text))] = arguments else {
        let what = format!("`{name}` takes a property and a text in single quotes");
        return Err(Error::InvalidArgument { what });
    };
    let Place { hops, end } = place(scope, path)?;
    match end {
        End::Column(column) if matches!(column.kind, Kind::String { .. } | Kind::Memo { .. }) => {
            let pattern = pattern(&wildcards(text)?);
            Ok(through(
                &hops,
                Predicate::Like {
                    column: column.id,
                    pattern,
                },
            ))
        }
        End::Column(_) | End::Row(_) => {
            let what = format!("`{name}` is for text, which `{}` is not", path.segments.join("/"));
            Err(Error::InvalidArgument { what })
        }
    }
}

/// The text of a string function as a folded pattern. As in Dataverse `%` and `_` in it are wildcards, and `[%]`, `[_]`
/// and `[[]` stand for the characters themselves.
fn wildcards(text: &str) -> Result<String, Error> {
    let mut pattern = String::with_capacity(text.len() + 8);
    let folded = fold_part(text);
    let mut characters = folded.chars();
    while let Some(character) = characters.next() {
        match character {
            '[' => match (characters.next(), characters.next()) {
                (Some(literal), Some(']')) if literal != '^' => escape(&mut pattern, literal),
                _ => {
                    return Err(Error::NotSupported {
                        what: format!(
                            "`{text}` holds a character class, which is not supported; `[[]` stands for the bracket itself"
                        ),
                    });
                }
            },
            '%' | '_' => pattern.push(character),
            other => escape(&mut pattern, other),
        }
    }
    Ok(pattern)
}

fn escape(pattern: &mut String, character: char) {
    if matches!(character, '%' | '_' | '\\') {
        pattern.push('\\');
    }
    pattern.push(character);
}

/// The named arguments of a query function.
struct Named<'a> {
    function: &'a str,
    named: &'a [(String, Literal)],
}

impl Named<'_> {
    fn argument(&self, name: &str) -> Result<&Literal, Error> {
        let found = self.named.iter().find(|(known, _)| known == name);
        found
            .map(|(_, literal)| literal)
            .ok_or_else(|| self.wrong(&format!("needs the parameter `{name}`")))
    }

    fn wrong(&self, what: &str) -> Error {
        Error::InvalidArgument {
            what: format!("`{NAMESPACE}{}` {what}", self.function),
        }
    }

    /// No parameters but these.
    fn only(&self, names: &[&str]) -> Result<(), Error> {
        match self.named.iter().find(|(known, _)| !names.contains(&known.as_str())) {
            Some((unknown, _)) => Err(self.wrong(&format!("has no parameter `{unknown}`"))),
            None => Ok(()),
        }
    }

    /// The column that the function is about.
    fn column<'a>(&self, scope: Scope<'a>) -> Result<&'a Column, Error> {
        let Literal::String(property) = self.argument(PROPERTY_NAME)? else {
            return Err(self.wrong(&format!("takes `{PROPERTY_NAME}` as text in single quotes")));
        };
        // A lookup goes by its logical name here, elsewhere by its property's.
        if let Some(column) = scope.table.column_named(property).filter(|column| column.on_read) {
            return Ok(column);
        }
        let path = PropertyPath {
            segments: vec![property.clone()],
        };
        match place(
            Scope {
                variable: None,
                ..scope
            },
            &path,
        )?
        .end
        {
            End::Column(column) => Ok(column),
            End::Row(_) => Err(self.wrong(&format!("cannot be asked of the navigation `{property}`"))),
        }
    }

    /// The list, each value typed by the column.
    fn values(&self, column: &Column) -> Result<Vec<Cell>, Error> {
        let wrong = || self.wrong(&format!("takes `{PROPERTY_VALUES}` as a list like [\"a\",\"b\"]"));
        let Literal::Json(serde_json::Value::Array(items)) = self.argument(PROPERTY_VALUES)? else {
            return Err(wrong());
        };
        items
            .iter()
            .map(|item| match item {
                serde_json::Value::String(text) => literal::cell_of_text(column, text),
                serde_json::Value::Number(number) => literal::cell_of_text(column, &number.to_string()),
                serde_json::Value::Bool(value) => literal::cell_of_text(column, &value.to_string()),
                serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => Err(wrong()),
            })
            .collect()
    }
}

fn query_function(scope: Scope<'_>, function: &str, arguments: &Named<'_>) -> Result<Predicate, Error> {
    let speaker = scope.context.speaker;
    match function {
        "In" => list(scope, arguments),
        "NotIn" => Ok(list(scope, arguments)?.negated()),
        "Between" => between(scope, arguments),
        "NotBetween" => Ok(between(scope, arguments)?.negated()),
        "EqualUserId" => one_of(scope, arguments, &[speaker.user]),
        "NotEqualUserId" => Ok(one_of(scope, arguments, &[speaker.user])?.negated()),
        "EqualBusinessId" => one_of(scope, arguments, &[speaker.unit]),
        "NotEqualBusinessId" => Ok(one_of(scope, arguments, &[speaker.unit])?.negated()),
        "EqualUserTeams" => one_of(scope, arguments, speaker.teams),
        "EqualUserOrUserTeams" => {
            let mut ids = vec![speaker.user];
            ids.extend_from_slice(speaker.teams);
            one_of(scope, arguments, &ids)
        }
        _ => Err(unsupported(&format!("{NAMESPACE}{function}"))),
    }
}

fn list(scope: Scope<'_>, arguments: &Named<'_>) -> Result<Predicate, Error> {
    arguments.only(&[PROPERTY_NAME, PROPERTY_VALUES])?;
    let column = arguments.column(scope)?;
    let equal = |value| Predicate::Compare {
        column: column.id,
        op: Comparison::Eq,
        value,
    };
    Ok(Predicate::Any(
        arguments.values(column)?.into_iter().map(equal).collect(),
    ))
}

fn between(scope: Scope<'_>, arguments: &Named<'_>) -> Result<Predicate, Error> {
    arguments.only(&[PROPERTY_NAME, PROPERTY_VALUES])?;
    let column = arguments.column(scope)?;
    let Ok([low, high]) = <[Cell; 2]>::try_from(arguments.values(column)?) else {
        return Err(arguments.wrong("takes two values"));
    };
    Ok(Predicate::All(vec![
        Predicate::Compare {
            column: column.id,
            op: Comparison::Ge,
            value: low,
        },
        Predicate::Compare {
            column: column.id,
            op: Comparison::Le,
            value: high,
        },
    ]))
}

fn one_of(scope: Scope<'_>, arguments: &Named<'_>, ids: &[Uuid]) -> Result<Predicate, Error> {
    arguments.only(&[PROPERTY_NAME])?;
    let column = arguments.column(scope)?;
    if matches!(column.kind, Kind::Lookup { .. } | Kind::Guid) {
        return Ok(Predicate::In {
            column: column.id,
            list: ids.into(),
        });
    }
    Err(arguments.wrong(&format!("cannot be asked of `{}`", column.property)))
}
