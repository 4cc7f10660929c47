//! `$filter`: which rows.
//!
//! In: an expression whose names and literals are text. Out: a [`Predicate`] over columns and relations.
//! Invariant: what is not understood is refused by name; logic is two-valued, so that `not` and `ne` are the exact
//! complement of what they negate, null columns included.

use odata::{BinaryOp, Expr, Lambda, LambdaKind, Literal, PropertyPath, SyntaxError};

use crate::catalogue::{Column, Kind, Navigation, Table};
use crate::error::Error;
use crate::plan::path::{End, Place, Scope, place, through, unknown, within};
use crate::plan::{Cell, Comparison, Context, Predicate, function, literal};

/// Conditions in one `$filter` (Dataverse 0x8004430C).
const MAX_CONDITIONS: usize = 500;

/// Plans a filter over the rows of a table.
pub(super) fn filter(context: &Context<'_>, table: &Table, expr: Option<&Expr>) -> Result<Predicate, Error> {
    let Some(expr) = expr else {
        return Ok(Predicate::always());
    };
    let planned = predicate(
        Scope {
            context,
            table,
            variable: None,
        },
        expr,
    )?;
    if conditions(&planned) > MAX_CONDITIONS {
        let what = format!("number of conditions in the query exceeded the limit of {MAX_CONDITIONS}");
        return Err(Error::InvalidArgument { what });
    }
    Ok(planned)
}

fn conditions(predicate: &Predicate) -> usize {
    match predicate {
        Predicate::All(parts) | Predicate::Any(parts) => parts.iter().map(conditions).sum(),
        Predicate::Not(inner) => conditions(inner),
        Predicate::Related { predicate, .. } => 1 + conditions(predicate),
        Predicate::Compare { .. }
        | Predicate::CompareColumns { .. }
        | Predicate::Like { .. }
        | Predicate::In { .. } => 1,
    }
}

fn predicate(scope: Scope<'_>, expr: &Expr) -> Result<Predicate, Error> {
    match expr {
        Expr::Binary { op: BinaryOp::And, .. } => Ok(Predicate::All(chain(scope, BinaryOp::And, expr)?)),
        Expr::Binary { op: BinaryOp::Or, .. } => Ok(Predicate::Any(chain(scope, BinaryOp::Or, expr)?)),
        Expr::Binary { op, left, right } => comparison(scope, *op, left, right),
        Expr::Not(inner) => not(scope, inner),
        Expr::Call { name, arguments, named } => function::call(scope, name, arguments, named),
        Expr::Lambda(inner) => lambda(scope, inner),
        // Dataverse has a function for it, `Microsoft.Dynamics.CRM.In`.
        Expr::In { .. } => Err(Error::Syntax(SyntaxError::Unsupported {
            what: "the operator `in`".to_owned(),
        })),
        Expr::Literal(Literal::Boolean(true)) => Ok(Predicate::always()),
        Expr::Literal(Literal::Boolean(false)) => Ok(Predicate::never()),
        Expr::Literal(_) => Err(not_a_condition("a literal")),
        Expr::Path(path) => {
            let place = place(scope, path)?;
            match place.end {
                End::Column(column) if matches!(column.kind, Kind::Boolean { .. }) => {
                    let value = Cell::Bool(true);
                    Ok(through(
                        &place.hops,
                        Predicate::Compare {
                            column: column.id,
                            op: Comparison::Eq,
                            value,
                        },
                    ))
                }
                End::Column(_) | End::Row(_) => Err(not_a_condition(&format!("`{}`", path.segments.join("/")))),
            }
        }
    }
}

fn not_a_condition(what: &str) -> Error {
    Error::InvalidArgument {
        what: format!("{what} in `$filter` is not a condition"),
    }
}

/// The parts of `a and b and c`, however long, without descending once per part.
fn chain(scope: Scope<'_>, chained: BinaryOp, expr: &Expr) -> Result<Vec<Predicate>, Error> {
    let mut parts = Vec::new();
    let mut rest = expr;
    while let Expr::Binary { op, left, right } = rest {
        if *op != chained {
            break;
        }
        parts.push(predicate(scope, right)?);
        rest = left;
    }
    parts.push(predicate(scope, rest)?);
    parts.reverse();
    Ok(parts)
}

fn not(scope: Scope<'_>, inner: &Expr) -> Result<Predicate, Error> {
    if let Expr::Call { name, .. } = inner
        && name.contains('.')
    {
        let what = "Not operator along with the Custom Named Condition operators is not allowed".to_owned();
        return Err(Error::InvalidArgument { what });
    }
    Ok(predicate(scope, inner)?.negated())
}

fn comparison(scope: Scope<'_>, op: BinaryOp, left: &Expr, right: &Expr) -> Result<Predicate, Error> {
    let op = operator(op)?;
    match (left, right) {
        (Expr::Path(path), Expr::Literal(value)) => compare(scope, path, op, value),
        (Expr::Literal(value), Expr::Path(path)) => compare(scope, path, mirrored(op), value),
        (Expr::Path(left), Expr::Path(right)) => compare_columns(scope, left, op, right),
        _ => Err(Error::NotSupported {
            what: "`$filter` compares a property with a value or with another property; nothing else can be compared"
                .to_owned(),
        }),
    }
}

fn operator(op: BinaryOp) -> Result<Comparison, Error> {
    match op {
        BinaryOp::Eq => Ok(Comparison::Eq),
        BinaryOp::Ne => Ok(Comparison::Ne),
        BinaryOp::Lt => Ok(Comparison::Lt),
        BinaryOp::Le => Ok(Comparison::Le),
        BinaryOp::Gt => Ok(Comparison::Gt),
        BinaryOp::Ge => Ok(Comparison::Ge),
        BinaryOp::And | BinaryOp::Or => Err(not_a_condition("`and` or `or`")),
    }
}

/// The operator when the sides change places.
fn mirrored(op: Comparison) -> Comparison {
    match op {
        Comparison::Eq | Comparison::Ne => op,
        Comparison::Lt => Comparison::Gt,
        Comparison::Le => Comparison::Ge,
        Comparison::Gt => Comparison::Lt,
        Comparison::Ge => Comparison::Le,
    }
}

fn compare(scope: Scope<'_>, path: &PropertyPath, op: Comparison, value: &Literal) -> Result<Predicate, Error> {
    let place = place(scope, path)?;
    match place.end {
        End::Column(column) => {
            let condition = literal::compare(column, op, value)?;
            // Behind a lookup that leads nowhere every column is null: `ne` a value, and `eq` null, hold there too.
            let holds_for_null = (op == Comparison::Ne) != (*value == Literal::Null) && is_equality(op);
            if holds_for_null && !place.hops.is_empty() {
                Ok(through(&place.hops, condition.negated()).negated())
            } else {
                Ok(through(&place.hops, condition))
            }
        }
        End::Row(navigation) => match (op, value) {
            (Comparison::Eq, Literal::Null) => {
                let mut hops = place.hops;
                hops.push(navigation);
                Ok(through(&hops, Predicate::always()).negated())
            }
            (Comparison::Ne, Literal::Null) => {
                let mut hops = place.hops;
                hops.push(navigation);
                Ok(through(&hops, Predicate::always()))
            }
            _ => Err(Error::InvalidArgument {
                what: format!(
                    "`{}` leads to a row, which can only be compared with null; the lookup's value is the property \
                     `_<lookup>_value`",
                    path.segments.join("/")
                ),
            }),
        },
    }
}

fn is_equality(op: Comparison) -> bool {
    matches!(op, Comparison::Eq | Comparison::Ne)
}

fn compare_columns(
    scope: Scope<'_>,
    left: &PropertyPath,
    op: Comparison,
    right: &PropertyPath,
) -> Result<Predicate, Error> {
    let (left_column, right_column) = (own_column(scope, left)?, own_column(scope, right)?);
    if !comparable(&left_column.kind, &right_column.kind) {
        return Err(Error::InvalidArgument {
            what: format!(
                "`{}` and `{}` are of different types and cannot be compared",
                left_column.property, right_column.property
            ),
        });
    }
    Ok(Predicate::CompareColumns {
        left: left_column.id,
        op,
        right: right_column.id,
    })
}

/// A column of the row itself, for what cannot look behind a lookup.
fn own_column<'a>(scope: Scope<'a>, path: &PropertyPath) -> Result<&'a Column, Error> {
    match place(scope, path)? {
        Place {
            hops,
            end: End::Column(column),
        } if hops.is_empty() => Ok(column),
        Place { .. } => Err(Error::NotSupported {
            what: format!(
                "`{}` cannot be compared with another property: only columns of the same row can",
                path.segments.join("/")
            ),
        }),
    }
}

fn comparable(left: &Kind, right: &Kind) -> bool {
    match (left, right) {
        (Kind::Decimal { scale: left, .. }, Kind::Decimal { scale: right, .. })
        | (Kind::Money { scale: left, .. }, Kind::Money { scale: right, .. }) => left == right,
        (Kind::String { .. } | Kind::Memo { .. }, Kind::String { .. } | Kind::Memo { .. })
        | (Kind::Integer { .. } | Kind::BigInt, Kind::Integer { .. } | Kind::BigInt)
        | (Kind::Lookup { .. } | Kind::Guid, Kind::Lookup { .. } | Kind::Guid) => true,
        (left, right) => std::mem::discriminant(left) == std::mem::discriminant(right),
    }
}

fn lambda(scope: Scope<'_>, lambda: &Lambda) -> Result<Predicate, Error> {
    let names = within(scope, &lambda.collection)?;
    let [name] = names else {
        return Err(Error::NotSupported {
            what: format!(
                "`any` and `all` over `{}`, a collection behind a lookup, are not supported",
                lambda.collection.segments.join("/")
            ),
        });
    };
    let navigation = *scope
        .table
        .navigations
        .get(name)
        .ok_or_else(|| unknown(scope.table, name))?;
    let target = match navigation {
        Navigation::Many { table, .. } => table,
        Navigation::ManyToMany { target, .. } => target,
        Navigation::One { .. } => {
            let what = format!("`{name}` leads to one row; `any` and `all` are for collections");
            return Err(Error::InvalidArgument { what });
        }
    };
    let table = scope.context.catalogue.table(target);
    let inner = match &lambda.condition {
        Some(condition) => predicate(
            Scope {
                context: scope.context,
                table,
                variable: lambda.variable.as_deref(),
            },
            condition,
        )?,
        None => Predicate::always(),
    };
    let related = |predicate| Predicate::Related {
        navigation,
        predicate: Box::new(predicate),
    };
    Ok(match lambda.kind {
        LambdaKind::Any => related(inner),
        // Of no rows it is true, as OData has it.
        LambdaKind::All => related(inner.negated()).negated(),
    })
}
