//! `$filter`, asked of an object as it is about to be shown.
//!
//! In: a filter and an object in its JSON form. Out: whether the object is taken. Invariant: [`check`] has refused what
//! [`takes`] does not know; texts are compared in any case of their letters, as the real directory does.

use odata::{BinaryOp, DateTime, Expr, Lambda, LambdaKind, Literal, PropertyPath};
use serde_json::Value;
use uuid::Uuid;

use super::query::Consistency;
use crate::graph::GraphRefusal;
use crate::store::narrow::{Field, Narrow};

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

/// The conditions of a filter that the database can answer by itself.
pub(crate) fn narrow(expr: &Expr) -> Narrow {
    match expr {
        Expr::Binary {
            op: BinaryOp::And,
            left,
            right,
        } => Narrow::And(vec![narrow(left), narrow(right)]),
        Expr::Binary {
            op: BinaryOp::Or,
            left,
            right,
        } => Narrow::Or(vec![narrow(left), narrow(right)]),
        Expr::Binary {
            op: BinaryOp::Eq,
            left,
            right,
        } => {
            if let Expr::Literal(literal) = right.as_ref() {
                among(left, std::slice::from_ref(literal))
            } else {
                Narrow::All
            }
        }
        Expr::In { operand, list } => among(operand, list),
        Expr::Call { name, arguments, .. } if name == "startswith" => match arguments.as_slice() {
            [path, Expr::Literal(Literal::String(prefix))] => match property(path).and_then(field) {
                Some(field) if is_text(field) => Narrow::Begins(field, prefix.clone()),
                _ => Narrow::All,
            },
            _ => Narrow::All,
        },
        Expr::Literal(_) | Expr::Path(_) | Expr::Not(_) | Expr::Binary { .. } | Expr::Call { .. } | Expr::Lambda(_) => {
            Narrow::All
        }
    }
}

/// One of these values, if each of them is of the property's kind.
fn among(operand: &Expr, list: &[Literal]) -> Narrow {
    let Some(field) = property(operand).and_then(field) else {
        return Narrow::All;
    };
    let narrow = match field {
        Field::Id | Field::AppId => {
            let ids: Option<Vec<Uuid>> = list.iter().map(guid).collect();
            ids.map(|ids| Narrow::Among(field, ids))
        }
        Field::Enabled => match list {
            [Literal::Boolean(is_on)] => Some(Narrow::Switched(field, *is_on)),
            _ => None,
        },
        Field::Name | Field::Upn | Field::GivenName | Field::Surname | Field::Mail | Field::Role => {
            let texts: Option<Vec<String>> = list.iter().map(text).collect();
            texts.map(|texts| Narrow::Is(field, texts))
        }
    };
    narrow.unwrap_or(Narrow::All)
}

/// The column that stands for a property.
fn field(property: &str) -> Option<Field> {
    match property {
        "id" => Some(Field::Id),
        "appId" => Some(Field::AppId),
        "displayName" | "appDisplayName" => Some(Field::Name),
        "userPrincipalName" => Some(Field::Upn),
        "givenName" => Some(Field::GivenName),
        "surname" => Some(Field::Surname),
        "mail" => Some(Field::Mail),
        "accountEnabled" => Some(Field::Enabled),
        _ => None,
    }
}

fn is_text(field: Field) -> bool {
    match field {
        Field::Name | Field::Upn | Field::GivenName | Field::Surname | Field::Mail => true,
        Field::Id | Field::AppId | Field::Enabled | Field::Role => false,
    }
}

fn guid(literal: &Literal) -> Option<Uuid> {
    if let Literal::Guid(id) = literal {
        return Some(*id);
    }
    text(literal)?.parse().ok()
}

fn text(literal: &Literal) -> Option<String> {
    if let Literal::String(text) = literal {
        Some(text.clone())
    } else {
        None
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
        Expr::In { operand, list } => {
            for literal in list {
                check_comparison(BinaryOp::Eq, operand, &Expr::Literal(literal.clone()))?;
            }
            check_path(operand, properties, variable)
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

pub(super) fn unsupported(what: String) -> GraphRefusal {
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
        Expr::In { operand, list } => {
            if let Expr::Path(path) = operand.as_ref() {
                let value = scope.value(path);
                list.iter().any(|literal| compares(BinaryOp::Eq, value, literal))
            } else {
                false
            }
        }
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
