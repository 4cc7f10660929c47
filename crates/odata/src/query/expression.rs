//! The expression of `$filter` (`boolCommonExpr` of the OData ABNF), by recursive descent.
//!
//! Precedence, loosest first: `or`, `and`, comparison, `not`, primary (OData URL conventions, section 5.1.1.14).
//! Invariant: the tree's depth is bounded: parentheses by the cursor's limit, chains of `and` and `or` by being balanced.

use crate::alias::{AliasValue, alias};
use crate::cursor::Cursor;
use crate::literal::parse::literal;
use crate::query::call::member;
use crate::query::select::refuse_system_segment;
use crate::{BinaryOp, Expr, Literal, SyntaxError};

const COMPARISONS: [(&str, BinaryOp); 6] = [
    ("eq", BinaryOp::Eq),
    ("ne", BinaryOp::Ne),
    ("gt", BinaryOp::Gt),
    ("ge", BinaryOp::Ge),
    ("lt", BinaryOp::Lt),
    ("le", BinaryOp::Le),
];

/// The operator whose right side is a list.
const IN: &str = "in";
/// Operators of OData that neither service has.
const UNSUPPORTED: [&str; 7] = ["add", "sub", "mul", "div", "divby", "mod", "has"];

/// Reads an expression as far as it goes.
pub(super) fn expression(cursor: &mut Cursor<'_>) -> Result<Expr, SyntaxError> {
    chain(cursor, "or", BinaryOp::Or, |cursor| {
        chain(cursor, "and", BinaryOp::And, comparison)
    })
}

/// Reads operands with the same operator between them.
fn chain(
    cursor: &mut Cursor<'_>,
    keyword: &str,
    op: BinaryOp,
    operand: impl Fn(&mut Cursor<'_>) -> Result<Expr, SyntaxError>,
) -> Result<Expr, SyntaxError> {
    let first = operand(cursor)?;
    let mut further = Vec::new();
    loop {
        cursor.skip_spaces();
        if !cursor.eat_keyword(keyword) {
            return Ok(balance(op, first, further));
        }
        further.push(operand(cursor)?);
    }
}

/// Joins operands in pairs, pairs of pairs and so on, in their order: `and` and `or` are associative, and a long chain must not
/// become a deep tree.
fn balance(op: BinaryOp, mut first: Expr, mut further: Vec<Expr>) -> Expr {
    while !further.is_empty() {
        let mut operands = further.into_iter();
        if let Some(second) = operands.next() {
            first = binary(op, first, second);
        }
        let mut pairs = Vec::with_capacity(operands.len().div_ceil(2));
        while let Some(left) = operands.next() {
            pairs.push(match operands.next() {
                Some(right) => binary(op, left, right),
                None => left,
            });
        }
        further = pairs;
    }
    first
}

fn comparison(cursor: &mut Cursor<'_>) -> Result<Expr, SyntaxError> {
    let left = unary(cursor)?;
    cursor.skip_spaces();
    let compared = if cursor.eat_keyword(IN) {
        Expr::In {
            operand: Box::new(left),
            list: list(cursor)?,
        }
    } else if let Some(op) = operator(cursor)? {
        binary(op, left, unary(cursor)?)
    } else {
        return Ok(left);
    };
    cursor.skip_spaces();
    let mut ahead = *cursor;
    if ahead.eat_keyword(IN) || operator(&mut ahead)?.is_some() {
        return Err(cursor.unexpected("`and`, `or` or the end of the expression"));
    }
    Ok(compared)
}

/// Reads `('a','b')` behind `in` (OData URL conventions, section 5.1.1.1.12): literals, at least one.
fn list(cursor: &mut Cursor<'_>) -> Result<Vec<Literal>, SyntaxError> {
    cursor.skip_spaces();
    cursor.expect("(", "a list in parentheses")?;
    let mut list = Vec::new();
    loop {
        cursor.skip_spaces();
        list.push(literal(cursor)?.ok_or_else(|| cursor.unexpected("a literal"))?);
        cursor.skip_spaces();
        if cursor.eat(")") {
            return Ok(list);
        }
        cursor.expect(",", "`,` or `)`")?;
    }
}

fn operator(cursor: &mut Cursor<'_>) -> Result<Option<BinaryOp>, SyntaxError> {
    cursor.skip_spaces();
    let Some(word) = cursor.peek_identifier() else {
        return Ok(None);
    };
    if UNSUPPORTED.contains(&word) {
        return Err(SyntaxError::unsupported("the operator", word));
    }
    let known = COMPARISONS.iter().find(|(keyword, _)| *keyword == word);
    Ok(known.map(|&(keyword, op)| {
        cursor.eat(keyword);
        op
    }))
}

fn unary(cursor: &mut Cursor<'_>) -> Result<Expr, SyntaxError> {
    cursor.skip_spaces();
    let mut behind = *cursor;
    if behind.eat_keyword("not") && matches!(behind.peek(), Some(' ' | '\t' | '(')) {
        *cursor = behind;
        return cursor.nested(unary).map(|operand| Expr::Not(Box::new(operand)));
    }
    primary(cursor)
}

fn primary(cursor: &mut Cursor<'_>) -> Result<Expr, SyntaxError> {
    if cursor.eat("(") {
        return cursor.nested(|cursor| {
            let inside = expression(cursor)?;
            cursor.skip_spaces();
            cursor.expect(")", "an operator or `)`")?;
            Ok(inside)
        });
    }
    match alias(cursor)? {
        Some(AliasValue::Literal(literal)) => return Ok(Expr::Literal(literal)),
        Some(AliasValue::Path(path)) => return Ok(Expr::Path(path)),
        None => {}
    }
    if let Some(literal) = literal(cursor)? {
        return Ok(Expr::Literal(literal));
    }
    if cursor.peek() == Some('-') {
        return Err(SyntaxError::unsupported("the operator", "-"));
    }
    refuse_system_segment(cursor)?;
    member(cursor)
}

fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    Expr::Binary {
        op,
        left: Box::new(left),
        right: Box::new(right),
    }
}
