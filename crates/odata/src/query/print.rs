//! Query options as the text of a query string: the way back from [`QueryOptions::parse`].
//!
//! In: [`QueryOptions`]. Out: percent-encoded text that reads as the same options. Invariant: a value never ends the
//! literal that it stands in, and a name that is none is refused: neither changes what was asked.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use thiserror::Error;

use crate::{BinaryOp, Direction, Expand, ExpandOptions, Expr, Lambda, LambdaKind, PropertyPath, QueryOptions, Search};

/// What may stand in the value of an option as it is (RFC 3986, section 3.4, without what separates options).
const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b'/')
    .remove(b':')
    .remove(b';')
    .remove(b'=')
    .remove(b'@');

/// A name among the options is none: it would read as something else.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{name}` is not a name")]
pub struct PrintError {
    /// As given.
    pub name: String,
}

type Printed = Result<String, PrintError>;

impl QueryOptions {
    /// Prints the options, without a question mark; empty when there are none.
    pub fn print(&self) -> Printed {
        let mut texts = options(self)?;
        texts.extend(self.skip_token.iter().map(|token| ("$skiptoken", token.clone())));
        texts.extend(self.id.iter().map(|id| ("$id", id.clone())));
        let texts = texts
            .iter()
            .map(|(name, text)| format!("{name}={}", utf8_percent_encode(text, VALUE)));
        Ok(texts.collect::<Vec<_>>().join("&"))
    }
}

/// Names and plain values of what may stand at the top and inside `$expand`.
fn options(options: &QueryOptions) -> Result<Vec<(&'static str, String)>, PrintError> {
    let mut texts = Vec::new();
    if let Some(columns) = &options.select {
        texts.push(("$select", list(columns, path)?));
    }
    if let Some(filter) = &options.filter {
        texts.push(("$filter", expression(filter)?));
    }
    if let Some(wanted) = &options.search {
        texts.push(("$search", search(wanted)));
    }
    if !options.order_by.is_empty() {
        let order = list(&options.order_by, |item| {
            let direction = match item.direction {
                Direction::Ascending => "asc",
                Direction::Descending => "desc",
            };
            Ok(format!("{} {direction}", path(&item.path)?))
        });
        texts.push(("$orderby", order?));
    }
    if let Some(top) = options.top {
        texts.push(("$top", top.to_string()));
    }
    if options.count {
        texts.push(("$count", "true".to_owned()));
    }
    if !options.expand.is_empty() {
        texts.push(("$expand", list(&options.expand, expand)?));
    }
    Ok(texts)
}

fn list<T>(items: &[T], print: impl Fn(&T) -> Printed) -> Printed {
    let texts: Result<Vec<String>, PrintError> = items.iter().map(print).collect();
    Ok(texts?.join(","))
}

fn expand(item: &Expand) -> Printed {
    let navigation = name(&item.navigation)?;
    let inner = match &item.options {
        ExpandOptions::Ref => return Ok(format!("{navigation}/$ref")),
        ExpandOptions::Rows(inner) => options(inner)?,
    };
    if inner.is_empty() {
        return Ok(navigation.to_owned());
    }
    let inner: Vec<String> = inner.iter().map(|(name, text)| format!("{name}={text}")).collect();
    Ok(format!("{navigation}({})", inner.join(";")))
}

fn expression(expression_: &Expr) -> Printed {
    match expression_ {
        Expr::Literal(literal) => Ok(literal.to_string()),
        Expr::Path(path_) => path(path_),
        Expr::Not(inner) => Ok(format!("not ({})", expression(inner)?)),
        Expr::Binary { op, left, right } => Ok(format!("{} {} {}", side(*op, left)?, word(*op), side(*op, right)?)),
        Expr::In {
            operand,
            list: literals,
        } => {
            let literals = list(literals, |literal| Ok(literal.to_string()))?;
            Ok(format!("{} in ({literals})", side(BinaryOp::Eq, operand)?))
        }
        Expr::Call {
            name: function,
            arguments,
            named,
        } => {
            let mut texts = arguments.iter().map(expression).collect::<Result<Vec<_>, _>>()?;
            for (parameter, value) in named {
                texts.push(format!("{}={value}", name(parameter)?));
            }
            Ok(format!("{}({})", name(function)?, texts.join(",")))
        }
        Expr::Lambda(lambda_) => lambda(lambda_),
    }
}

/// One side of an operator, in parentheses where it would be read otherwise.
fn side(op: BinaryOp, side: &Expr) -> Printed {
    let text = expression(side)?;
    let plain = match side {
        Expr::Binary { op: inner, .. } => is_logical(op) && (*inner == op || !is_logical(*inner)),
        Expr::Not(_) | Expr::In { .. } => is_logical(op),
        Expr::Literal(_) | Expr::Path(_) | Expr::Call { .. } | Expr::Lambda(_) => true,
    };
    Ok(if plain { text } else { format!("({text})") })
}

/// Each term as a phrase, so that no word of it joins others.
fn search(wanted: &Search) -> String {
    let joined = |parts: &[Search], word: &str| {
        let texts: Vec<String> = parts.iter().map(search).collect();
        format!("({})", texts.join(word))
    };
    match wanted {
        Search::Term(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        Search::Not(part) => format!("NOT {}", search(part)),
        Search::And(parts) => joined(parts, " AND "),
        Search::Or(parts) => joined(parts, " OR "),
    }
}

fn is_logical(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::And | BinaryOp::Or)
}

const fn word(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::And => "and",
        BinaryOp::Or => "or",
        BinaryOp::Eq => "eq",
        BinaryOp::Ne => "ne",
        BinaryOp::Gt => "gt",
        BinaryOp::Ge => "ge",
        BinaryOp::Lt => "lt",
        BinaryOp::Le => "le",
    }
}

fn lambda(lambda: &Lambda) -> Printed {
    let collection = path(&lambda.collection)?;
    let kind = match lambda.kind {
        LambdaKind::Any => "any",
        LambdaKind::All => "all",
    };
    match (&lambda.variable, &lambda.condition) {
        (Some(variable), Some(condition)) => Ok(format!(
            "{collection}/{kind}({}:{})",
            name(variable)?,
            expression(condition)?
        )),
        _ => Ok(format!("{collection}/{kind}()")),
    }
}

fn path(path: &PropertyPath) -> Printed {
    let segments: Result<Vec<&str>, PrintError> = path.segments.iter().map(|segment| name(segment)).collect();
    Ok(segments?.join("/"))
}

/// An identifier, or several joined by dots.
fn name(text: &str) -> Result<&str, PrintError> {
    let is_identifier = |part: &str| {
        part.starts_with(|first: char| first.is_alphabetic() || first == '_')
            && part
                .chars()
                .all(|character| character.is_alphanumeric() || character == '_')
    };
    if text.split('.').all(is_identifier) {
        Ok(text)
    } else {
        Err(PrintError { name: text.to_owned() })
    }
}

#[cfg(test)]
mod tests;
