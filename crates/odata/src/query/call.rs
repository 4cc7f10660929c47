//! What begins with a name in `$filter`: a property path, a function call, a lambda.
//!
//! Invariant: a call's arguments are all positional or all named.

use crate::cursor::Cursor;
use crate::path::arguments::{parameter_name, parameter_value};
use crate::query::expression::expression;
use crate::query::lambda::lambda;
use crate::query::select::refuse_system_segment;
use crate::{Expr, LambdaKind, PropertyPath, SyntaxError};

/// Functions whose arguments are types, which are no expressions.
const UNSUPPORTED: [&str; 2] = ["cast", "isof"];
/// Lambda operators, which need a collection in front.
const LAMBDAS: [&str; 2] = ["any", "all"];

/// Reads `name`, `primarycontactid/fullname`, `contains(name,'x')`, `Account_Tasks/any(…)`.
pub(super) fn member(cursor: &mut Cursor<'_>) -> Result<Expr, SyntaxError> {
    let start = *cursor;
    let mut segments = Vec::new();
    loop {
        refuse_system_segment(cursor)?;
        let name = cursor.qualified_name("an expression")?;
        let path = start.until(cursor);
        if cursor.eat("(") {
            let expr = match (name, segments.is_empty()) {
                ("any", false) => cursor.nested(|cursor| lambda(PropertyPath { segments }, LambdaKind::Any, cursor)),
                ("all", false) => cursor.nested(|cursor| lambda(PropertyPath { segments }, LambdaKind::All, cursor)),
                _ => cursor.nested(|cursor| call(path, cursor)),
            }?;
            return end(expr, start, cursor);
        }
        if name.contains('.') {
            return Err(SyntaxError::unsupported("the qualified name", name));
        }
        segments.push(name.to_owned());
        if !cursor.eat("/") {
            return Ok(Expr::Path(PropertyPath { segments }));
        }
    }
}

/// A path goes no further behind a call.
fn end(expr: Expr, start: Cursor<'_>, cursor: &Cursor<'_>) -> Result<Expr, SyntaxError> {
    match cursor.peek() {
        Some('/' | '(') => Err(SyntaxError::unsupported("a path behind", start.until(cursor))),
        _ => Ok(expr),
    }
}

/// Reads the arguments behind `name(`.
fn call(name: &str, cursor: &mut Cursor<'_>) -> Result<Expr, SyntaxError> {
    if UNSUPPORTED.contains(&name) {
        return Err(SyntaxError::unsupported("the function", name));
    }
    if LAMBDAS.contains(&name) {
        return Err(SyntaxError::unsupported("without a collection the operator", name));
    }
    let mut arguments = Vec::new();
    let mut named = Vec::new();
    cursor.skip_spaces();
    if cursor.eat(")") {
        return Ok(Expr::Call {
            name: name.to_owned(),
            arguments,
            named,
        });
    }
    loop {
        cursor.skip_spaces();
        let start = *cursor;
        match parameter_name(cursor) {
            Some(parameter) if arguments.is_empty() => {
                parameter_value(parameter, &mut named, cursor)?;
            }
            Some(_) => return Err(start.unexpected("an argument without a name")),
            None if named.is_empty() => arguments.push(expression(cursor)?),
            None => return Err(start.unexpected("an argument with a name")),
        }
        cursor.skip_spaces();
        if cursor.eat(")") {
            return Ok(Expr::Call {
                name: name.to_owned(),
                arguments,
                named,
            });
        }
        cursor.expect(",", "an operator, `,` or `)`")?;
    }
}
