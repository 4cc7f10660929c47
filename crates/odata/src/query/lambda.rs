//! `any` and `all` (OData URL conventions, section 5.1.1.13).
//!
//! Invariant: only `any` may stand without a condition.

use crate::cursor::Cursor;
use crate::query::expression::expression;
use crate::{Expr, Lambda, LambdaKind, PropertyPath, SyntaxError};

/// Reads `t:t/subject eq 'Call')`, or `)` behind `any(`.
pub(super) fn lambda(collection: PropertyPath, kind: LambdaKind, cursor: &mut Cursor<'_>) -> Result<Expr, SyntaxError> {
    cursor.skip_spaces();
    if kind == LambdaKind::Any && cursor.eat(")") {
        return Ok(Expr::Lambda(Lambda {
            collection,
            kind,
            variable: None,
            condition: None,
        }));
    }
    let variable = cursor.identifier("a range variable")?.to_owned();
    cursor.skip_spaces();
    cursor.expect(":", "`:`")?;
    let condition = expression(cursor)?;
    cursor.skip_spaces();
    cursor.expect(")", "an operator or `)`")?;
    let (variable, condition) = (Some(variable), Some(Box::new(condition)));
    Ok(Expr::Lambda(Lambda {
        collection,
        kind,
        variable,
        condition,
    }))
}
