//! Expressions to text.
//!
//! In: an [`Expr`]. Out: its text, appended. Invariant: whatever has an operator stands in brackets, so that the text
//! groups as the value does.

use super::select::Naming;
use super::{Parameter, Writer};
use crate::cell;
use crate::dialect::Dialect;
use crate::sql::{Comparison, Expr, Select};
use crate::{Type, Value};

impl<'a, D: Dialect> Writer<'a, '_, D> {
    pub(super) fn expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Column { of, name } => {
                self.name(of);
                self.word(".");
                self.name(name);
            }
            Expr::Value(value) => self.value(value, type_of(value)),
            Expr::Compare { op, left, right } => self.infix(left, operator(*op), right),
            Expr::InGuids { expr, list } => {
                self.word("(");
                self.expr(expr);
                let number = self.bind(Parameter::Guids(list));
                self.dialect.in_guids(&mut self.text, number);
                self.word(")");
            }
            Expr::Like { expr, pattern } => {
                self.word("(");
                self.expr(expr);
                self.word(" LIKE ");
                self.expr(pattern);
                self.word(" ESCAPE '\\')");
            }
            Expr::IsNull(expr) => {
                self.word("(");
                self.expr(expr);
                self.word(" IS NULL)");
            }
            Expr::And(parts) => self.all(parts, " AND ", "TRUE"),
            Expr::Or(parts) => self.all(parts, " OR ", "FALSE"),
            Expr::Not(expr) => {
                self.word("(NOT ");
                self.expr(expr);
                self.word(")");
            }
            Expr::InQuery { expr, query } => {
                self.word("(");
                self.expr(expr);
                self.enclosed(" IN (", query, "))");
            }
            Expr::Exists(query) => self.enclosed("EXISTS (", query, ")"),
            Expr::Scalar(query) => self.enclosed("(", query, ")"),
            Expr::CountOf(query) => self.enclosed("(SELECT count(*) FROM (", query, ") AS \"n\")"),
            Expr::Rows(query) => self.rows(query),
            Expr::Multiply(left, right) => self.infix(left, " * ", right),
            Expr::Add(left, right) => self.infix(left, " + ", right),
            Expr::Concat(left, right) => self.infix(left, " || ", right),
            Expr::Coalesce(first, second) => {
                self.word("coalesce(");
                self.expr(first);
                self.word(", ");
                self.expr(second);
                self.word(")");
            }
            Expr::CurrentOf(sequence) => self.dialect.current(&mut self.text, sequence),
        }
    }

    /// An expression that is stored: the column gives a bare value its type, so that null and a value share one text.
    pub(super) fn stored(&mut self, expr: &'a Expr) {
        if let Expr::Value(value) = expr {
            self.value(value, None);
        } else {
            self.expr(expr);
        }
    }

    fn value(&mut self, value: &'a Value, ty: Option<Type>) {
        let number = self.bind(Parameter::Value(value));
        self.dialect.parameter(&mut self.text, number, ty);
    }

    fn infix(&mut self, left: &'a Expr, operator: &str, right: &'a Expr) {
        self.word("(");
        self.expr(left);
        self.word(operator);
        self.expr(right);
        self.word(")");
    }

    fn all(&mut self, parts: &'a [Expr], between: &str, none: &str) {
        match parts {
            [] => self.word(none),
            [only] => self.expr(only),
            _ => {
                self.word("(");
                self.list(parts, between, Self::expr);
                self.word(")");
            }
        }
    }

    fn enclosed(&mut self, before: &str, query: &'a Select, after: &str) {
        self.word(before);
        self.select(query);
        self.word(after);
    }

    fn rows(&mut self, query: &'a Select) {
        self.dialect
            .rows_start(&mut self.text, &cell::of_columns(&query.columns));
        self.select_named(query, Naming::Numbered);
        self.dialect.rows_end(&mut self.text);
    }
}

fn operator(op: Comparison) -> &'static str {
    match op {
        Comparison::Eq => " = ",
        Comparison::Ne => " <> ",
        Comparison::Lt => " < ",
        Comparison::Le => " <= ",
        Comparison::Gt => " > ",
        Comparison::Ge => " >= ",
    }
}

fn type_of(value: &Value) -> Option<Type> {
    match value {
        Value::Null | Value::Guids(_) | Value::Rows(_) => None,
        Value::Bool(_) => Some(Type::Bool),
        Value::Int(_) => Some(Type::Int),
        Value::Double(_) => Some(Type::Double),
        Value::Text(_) => Some(Type::Text),
        Value::Guid(_) => Some(Type::Guid),
        Value::Bytes(_) => Some(Type::Bytes),
    }
}
