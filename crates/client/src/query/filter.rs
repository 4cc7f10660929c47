//! Conditions over columns, as values.
//!
//! In: columns and literals. Out: an expression of `$filter`. Invariant: a text is a literal, whatever stands in it.

use std::ops::Not;

use odata::{BinaryOp, Expr, Lambda, LambdaKind, Literal, PropertyPath};

use super::path;

/// The namespace of the service's own functions.
const NAMESPACE: &str = "Microsoft.Dynamics.CRM";

/// A column, or one of a row that the row points to: `column("primarycontactid/fullname")`.
#[must_use]
pub fn column(name: &str) -> Column {
    Column(path(name))
}

/// A column in a condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Column(PropertyPath);

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter(Expr);

macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident: $op:ident),* $(,)?) => {
        $($(#[$doc])*
        #[must_use]
        pub fn $name(self, value: impl Into<Literal>) -> Filter {
            binary(BinaryOp::$op, Expr::Path(self.0), Expr::Literal(value.into()))
        })*
    };
}

impl Column {
    comparisons!(
        /// `eq`; with [`Literal::Null`] the column has no value.
        eq: Eq,
        /// `ne`
        ne: Ne,
        /// `gt`
        gt: Gt,
        /// `ge`
        ge: Ge,
        /// `lt`
        lt: Lt,
        /// `le`
        le: Le,
    );

    /// `eq` with another column of the same row.
    #[must_use]
    pub fn eq_column(self, other: Self) -> Filter {
        binary(BinaryOp::Eq, Expr::Path(self.0), Expr::Path(other.0))
    }

    /// `contains`. `%` and `_` stand for any characters and any one, as in the service.
    #[must_use]
    pub fn contains(self, text: &str) -> Filter {
        self.text_function("contains", text)
    }

    /// `startswith`
    #[must_use]
    pub fn starts_with(self, text: &str) -> Filter {
        self.text_function("startswith", text)
    }

    /// `endswith`
    #[must_use]
    pub fn ends_with(self, text: &str) -> Filter {
        self.text_function("endswith", text)
    }

    /// `Microsoft.Dynamics.CRM.In`: one of these values.
    #[must_use]
    pub fn is_in<T: Into<Literal>>(self, values: impl IntoIterator<Item = T>) -> Filter {
        let values: Vec<String> = values.into_iter().map(|value| bare(value.into())).collect();
        self.function("In", [("PropertyValues", Literal::Json(values.into()))])
    }

    /// A function of the service over this column, by its bare name and its further parameters:
    /// `column("createdon").function("LastXDays", [("PropertyValue", 7.into())])`.
    #[must_use]
    pub fn function<'a>(self, name: &str, parameters: impl IntoIterator<Item = (&'a str, Literal)>) -> Filter {
        let column = ("PropertyName".to_owned(), Literal::String(self.0.segments.join("/")));
        let parameters = parameters.into_iter().map(|(name, value)| (name.to_owned(), value));
        Filter(Expr::Call {
            name: format!("{NAMESPACE}.{name}"),
            arguments: Vec::new(),
            named: std::iter::once(column).chain(parameters).collect(),
        })
    }

    fn text_function(self, name: &str, text: &str) -> Filter {
        Filter(Expr::Call {
            name: name.to_owned(),
            arguments: vec![Expr::Path(self.0), Expr::Literal(text.into())],
            named: Vec::new(),
        })
    }
}

impl Filter {
    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        binary(BinaryOp::And, self.0, other.0)
    }

    /// One of them holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        binary(BinaryOp::Or, self.0, other.0)
    }

    /// A row of a collection meets a condition: `Filter::any("Account_Tasks", column("subject").eq("Call"))`.
    #[must_use]
    pub fn any(collection: &str, condition: Self) -> Self {
        lambda(LambdaKind::Any, collection, condition)
    }

    /// Every row of a collection meets a condition.
    #[must_use]
    pub fn all(collection: &str, condition: Self) -> Self {
        lambda(LambdaKind::All, collection, condition)
    }

    /// A collection has a row.
    #[must_use]
    pub fn exists(collection: &str) -> Self {
        Self(Expr::Lambda(Lambda {
            collection: path(collection),
            kind: LambdaKind::Any,
            variable: None,
            condition: None,
        }))
    }

    /// This, and what was demanded before.
    pub(super) fn joined(self, before: Option<Expr>) -> Expr {
        match before {
            Some(before) => Self(before).and(self).0,
            None => self.0,
        }
    }
}

impl Not for Filter {
    type Output = Self;

    fn not(self) -> Self {
        Self(Expr::Not(Box::new(self.0)))
    }
}

fn binary(op: BinaryOp, left: Expr, right: Expr) -> Filter {
    Filter(Expr::Binary {
        op,
        left: Box::new(left),
        right: Box::new(right),
    })
}

/// The variable is named after how deep the collection lies, so that the inner ones hide no outer one.
fn lambda(kind: LambdaKind, collection: &str, condition: Filter) -> Filter {
    let variable = format!("x{}", depth(&condition.0));
    let mut condition = condition.0;
    begin_paths(&mut condition, &variable);
    Filter(Expr::Lambda(Lambda {
        collection: path(collection),
        kind,
        variable: Some(variable),
        condition: Some(Box::new(condition)),
    }))
}

/// Collections within each other.
fn depth(expression: &Expr) -> usize {
    match expression {
        Expr::Literal(_) | Expr::Path(_) | Expr::Call { .. } => 0,
        Expr::Not(inner) | Expr::In { operand: inner, .. } => depth(inner),
        Expr::Binary { left, right, .. } => depth(left).max(depth(right)),
        Expr::Lambda(lambda) => 1 + lambda.condition.as_deref().map_or(0, depth),
    }
}

/// Paths within a lambda begin with its variable; those within an inner one have theirs already.
fn begin_paths(expression: &mut Expr, variable: &str) {
    let begin = |path: &mut PropertyPath| path.segments.insert(0, variable.to_owned());
    match expression {
        Expr::Literal(_) => {}
        Expr::Path(path) => begin(path),
        Expr::Not(inner) | Expr::In { operand: inner, .. } => begin_paths(inner, variable),
        Expr::Binary { left, right, .. } => {
            begin_paths(left, variable);
            begin_paths(right, variable);
        }
        Expr::Call { arguments, named, name } => {
            for argument in arguments {
                begin_paths(argument, variable);
            }
            if !named.is_empty() {
                *name = format!("{variable}/{name}");
            }
        }
        Expr::Lambda(lambda) => begin(&mut lambda.collection),
    }
}

/// The values of `In` are texts, whatever the column is.
fn bare(value: Literal) -> String {
    match value {
        Literal::String(text) => text,
        other @ (Literal::Null
        | Literal::Boolean(_)
        | Literal::Integer(_)
        | Literal::Decimal(_)
        | Literal::Double(_)
        | Literal::Guid(_)
        | Literal::Date(_)
        | Literal::DateTime(_)
        | Literal::Enum { .. }
        | Literal::Json(_)) => other.to_string(),
    }
}
