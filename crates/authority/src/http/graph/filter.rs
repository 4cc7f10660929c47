//! `$filter` and `$search`, asked of an object as it is about to be shown.
//!
//! In: a filter and an object in its JSON form. Out: whether the object is taken. Invariant: [`check`] has refused what
//! [`takes`] does not know; texts are compared in any case of their letters, as the real directory does.

use odata::{BinaryOp, DateTime, Expr, Lambda, LambdaKind, Literal, PropertyPath};
use serde_json::Value;

use super::query::Consistency;
use crate::graph::GraphRefusal;
use crate::store::narrow::Narrow;

/// Operators that only callers with `ConsistencyLevel: eventual` are given.
const ADVANCED: &str = "The operator 'ne', 'not' or 'endswith'";

/// Refuses what is not supported: operators, functions, and properties that the object does not have.
pub(crate) fn check(expr: &Expr, properties: &[&str], consistency: Consistency) -> Result<(), GraphRefusal> {
    check_scoped(expr, properties, None, consistency)
}

/// Whether an object is taken.
pub(crate) fn takes(expr: &Expr, object: &Value) -> bool {
    takes_scoped(expr, &Scope { object, variable: None })
}

/// Whether the display name has words that begin with each of these, in lower case.
pub(crate) fn is_found(words: &str, object: &Value) -> bool {
    let name = object.get("displayName").and_then(Value::as_str).unwrap_or_default();
    let name = name.to_lowercase();
    let own: Vec<&str> = name.split(|char: char| !char.is_alphanumeric()).collect();
    let mut wanted = words
        .split(|char: char| !char.is_alphanumeric())
        .filter(|word| !word.is_empty());
    wanted.all(|word| own.iter().any(|own| own.starts_with(word)))
}

/// The one condition of a filter that the database can answer by itself.
pub(crate) fn narrow(expr: &Expr) -> Narrow {
    match expr {
        Expr::Binary {
            op: BinaryOp::And,
            left,
            right,
        } => Some(narrow(left))
            .filter(|narrowed| *narrowed != Narrow::All)
            .unwrap_or_else(|| narrow(right)),
        Expr::Binary {
            op: BinaryOp::Eq,
            left,
            right,
        } => match (property(left), literal(right)) {
            (Some(name), Some(literal)) => equal(name, literal),
            _ => Narrow::All,
        },
        Expr::Call { name, arguments, .. } if name == "startswith" => match arguments.as_slice() {
            [path, Expr::Literal(Literal::String(prefix))] if property(path) == Some("displayName") => {
                Narrow::NamePrefix(prefix.clone())
            }
            _ => Narrow::All,
        },
        Expr::Literal(_) | Expr::Path(_) | Expr::Not(_) | Expr::Binary { .. } | Expr::Call { .. } | Expr::Lambda(_) => {
            Narrow::All
        }
    }
}

fn equal(name: &str, literal: &Literal) -> Narrow {
    let id = if let Literal::Guid(id) = literal {
        Some(*id)
    } else if let Literal::String(text) = literal {
        text.parse().ok()
    } else {
        None
    };
    match (name, literal, id) {
        ("id", _, Some(id)) => Narrow::Id(id),
        ("appId", _, Some(id)) => Narrow::AppId(id),
        ("displayName", Literal::String(text), _) => Narrow::Name(text.clone()),
        ("userPrincipalName", Literal::String(text), _) => Narrow::Upn(text.clone()),
        _ => Narrow::All,
    }
}

fn property(expr: &Expr) -> Option<&str> {
    if let Expr::Path(PropertyPath { segments }) = expr
        && let [name] = segments.as_slice()
    {
        return Some(name);
    }
    None
}

fn literal(expr: &Expr) -> Option<&Literal> {
    if let Expr::Literal(literal) = expr {
        Some(literal)
    } else {
        None
    }
}

fn check_scoped(
    expr: &Expr,
    properties: &[&str],
    variable: Option<&str>,
    consistency: Consistency,
) -> Result<(), GraphRefusal> {
    let check = |expr: &Expr| check_scoped(expr, properties, variable, consistency);
    let advanced = match consistency {
        Consistency::Eventual => Ok(()),
        Consistency::Strong => Err(GraphRefusal::Consistency { what: ADVANCED }),
    };
    match expr {
        Expr::Binary {
            op: BinaryOp::And | BinaryOp::Or,
            left,
            right,
        } => check(left).and_then(|()| check(right)),
        Expr::Not(inner) => advanced.and_then(|()| check(inner)),
        Expr::Binary { op, left, right } => {
            if *op == BinaryOp::Ne {
                advanced?;
            }
            check_comparison(*op, left, right)?;
            check_path(left, properties, variable)
        }
        Expr::Call { name, arguments, named } => match (name.as_str(), arguments.as_slice(), named.as_slice()) {
            ("startswith", [path, Expr::Literal(Literal::String(_))], []) => check_path(path, properties, variable),
            ("endswith", [path, Expr::Literal(Literal::String(_))], []) => {
                advanced.and_then(|()| check_path(path, properties, variable))
            }
            _ => Err(unsupported(format!(
                "The function '{name}' is not supported in this form"
            ))),
        },
        Expr::Lambda(Lambda {
            collection,
            kind: LambdaKind::Any,
            variable: Some(own),
            condition: Some(condition),
        }) if variable.is_none() => {
            check_path(&Expr::Path(collection.clone()), properties, None)?;
            check_scoped(condition, properties, Some(own), consistency)
        }
        Expr::Lambda(_) => Err(unsupported("Only 'any' with one condition is supported".to_owned())),
        Expr::Literal(_) | Expr::Path(_) => Err(unsupported("A condition must compare a property".to_owned())),
    }
}

fn check_comparison(op: BinaryOp, left: &Expr, right: &Expr) -> Result<(), GraphRefusal> {
    let is_ordered = matches!(op, BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge);
    match (left, right) {
        (Expr::Path(_), Expr::Literal(Literal::DateTime(_) | Literal::Integer(_))) => Ok(()),
        (Expr::Path(_), Expr::Literal(Literal::Null | Literal::Boolean(_) | Literal::String(_) | Literal::Guid(_)))
            if !is_ordered =>
        {
            Ok(())
        }
        _ => Err(unsupported("A comparison of this kind is not supported".to_owned())),
    }
}

fn check_path(path: &Expr, properties: &[&str], variable: Option<&str>) -> Result<(), GraphRefusal> {
    let Expr::Path(PropertyPath { segments }) = path else {
        return Err(unsupported("A condition must compare a property".to_owned()));
    };
    let first = segments.first().map(String::as_str).unwrap_or_default();
    if variable == Some(first) || properties.contains(&first) {
        return Ok(());
    }
    Err(unsupported(format!("Could not find a property named '{first}'")))
}

fn unsupported(what: String) -> GraphRefusal {
    GraphRefusal::Query { what }
}

/// Where names are looked up.
struct Scope<'a> {
    object: &'a Value,
    /// The range variable of an `any`, with the element that it stands for.
    variable: Option<(&'a str, &'a Value)>,
}

impl<'a> Scope<'a> {
    fn value(&self, path: &PropertyPath) -> &'a Value {
        let mut names = path.segments.iter().map(String::as_str).peekable();
        let mut value = self.object;
        if let Some((variable, element)) = self.variable
            && names.next_if_eq(&variable).is_some()
        {
            value = element;
        }
        names.fold(value, |value, name| value.get(name).unwrap_or(&Value::Null))
    }
}

fn takes_scoped(expr: &Expr, scope: &Scope<'_>) -> bool {
    match expr {
        Expr::Binary {
            op: BinaryOp::And,
            left,
            right,
        } => takes_scoped(left, scope) && takes_scoped(right, scope),
        Expr::Binary {
            op: BinaryOp::Or,
            left,
            right,
        } => takes_scoped(left, scope) || takes_scoped(right, scope),
        Expr::Not(inner) => !takes_scoped(inner, scope),
        Expr::Binary { op, left, right } => match (left.as_ref(), right.as_ref()) {
            (Expr::Path(path), Expr::Literal(literal)) => compares(*op, scope.value(path), literal),
            _ => false,
        },
        Expr::Call { name, arguments, .. } => match arguments.as_slice() {
            [Expr::Path(path), Expr::Literal(Literal::String(part))] => {
                let text = scope.value(path).as_str().map(str::to_lowercase).unwrap_or_default();
                let part = part.to_lowercase();
                match name.as_str() {
                    "startswith" => text.starts_with(&part),
                    _ => text.ends_with(&part),
                }
            }
            _ => false,
        },
        Expr::Lambda(Lambda {
            collection,
            variable: Some(variable),
            condition: Some(condition),
            ..
        }) => {
            let elements = scope
                .value(collection)
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            elements.iter().any(|element| {
                let inner = Scope {
                    object: scope.object,
                    variable: Some((variable, element)),
                };
                takes_scoped(condition, &inner)
            })
        }
        Expr::Lambda(_) | Expr::Literal(_) | Expr::Path(_) => false,
    }
}

fn compares(op: BinaryOp, value: &Value, literal: &Literal) -> bool {
    if let Literal::DateTime(wanted) = literal {
        let Some(own) = value.as_str().and_then(DateTime::parse) else {
            return false;
        };
        return is_ordered_so(op, &own, wanted);
    }
    if let Literal::Integer(wanted) = literal {
        return value.as_i64().is_some_and(|own| is_ordered_so(op, &own, wanted));
    }
    let is_equal = match (value, literal) {
        (Value::Null, Literal::Null) => true,
        (Value::Bool(own), Literal::Boolean(wanted)) => own == wanted,
        (Value::String(own), Literal::String(wanted)) => own.to_lowercase() == wanted.to_lowercase(),
        (Value::String(own), Literal::Guid(wanted)) => own.parse() == Ok(*wanted),
        _ => false,
    };
    if op == BinaryOp::Ne { !is_equal } else { is_equal }
}

fn is_ordered_so<T: Ord>(op: BinaryOp, own: &T, wanted: &T) -> bool {
    match op {
        BinaryOp::Eq => own == wanted,
        BinaryOp::Ne => own != wanted,
        BinaryOp::Gt => own > wanted,
        BinaryOp::Ge => own >= wanted,
        BinaryOp::Lt => own < wanted,
        BinaryOp::Le => own <= wanted,
        BinaryOp::And | BinaryOp::Or => false,
    }
}

#[cfg(test)]
mod tests;
