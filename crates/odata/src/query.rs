//! System query options (OData v4 URL conventions, section 5): `$select`, `$filter`, `$search`, `$orderby`, `$top`,
//! `$count`, `$expand`, `$skiptoken`, `$id`, and parameter aliases.
//!
//! Invariant: an option that is not supported is refused by name, never dropped.

use crate::Literal;

mod call;
mod expand;
mod expression;
mod lambda;
pub(crate) mod options;
mod order_by;
mod print;
mod search;
mod select;

pub use print::PrintError;
pub(crate) use select::property_path;

/// The query options of one request, or of one `$expand` item.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QueryOptions {
    /// `$select`; `None` when absent.
    pub select: Option<Vec<PropertyPath>>,
    /// `$filter`
    pub filter: Option<Expr>,
    /// `$search`; never within `$expand`.
    pub search: Option<Search>,
    /// `$orderby`; empty when absent.
    pub order_by: Vec<OrderBy>,
    /// `$top`
    pub top: Option<u64>,
    /// `$count=true`
    pub count: bool,
    /// `$expand`; empty when absent.
    pub expand: Vec<Expand>,
    /// `$skiptoken`, percent-decoded, opaque to this crate.
    pub skip_token: Option<String>,
    /// `$id`: the entity that a `DELETE …/$ref` removes from a collection.
    pub id: Option<String>,
}

/// Names joined by slashes: `name`, `_primarycontactid_value`, `primarycontactid/fullname`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyPath {
    /// At least one name, as written.
    pub segments: Vec<String>,
}

/// An expression of `$filter`.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A value. Aliases (`@p1`) are already replaced by theirs, `null` where they have none.
    Literal(Literal),
    /// A property of the row, or of a row that it points to.
    Path(PropertyPath),
    /// `not (…)`
    Not(Box<Expr>),
    /// `left op right`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left of it.
        left: Box<Expr>,
        /// Right of it.
        right: Box<Expr>,
    },
    /// `statecode in (0,1)`
    In {
        /// What is looked for.
        operand: Box<Expr>,
        /// Among these, at least one.
        list: Vec<Literal>,
    },
    /// `contains(name,'x')`, `Microsoft.Dynamics.CRM.EqualUserId(PropertyName='ownerid')`: any function, known or not.
    Call {
        /// As written.
        name: String,
        /// Positional arguments.
        arguments: Vec<Expr>,
        /// Named arguments.
        named: Vec<(String, Literal)>,
    },
    /// `Account_Tasks/any(t:t/subject eq 'Call')`
    Lambda(Lambda),
}

/// An expression of `$search`: what stands for a hit is the service's own matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// A word, or a phrase without its double quotes, already unescaped.
    Term(String),
    /// `NOT …`
    Not(Box<Search>),
    /// `… AND …`, or two terms side by side; at least two.
    And(Vec<Search>),
    /// `… OR …`; at least two.
    Or(Vec<Search>),
}

/// A condition over the rows of a collection-valued navigation.
#[derive(Debug, Clone, PartialEq)]
pub struct Lambda {
    /// The collection.
    pub collection: PropertyPath,
    /// `any` or `all`.
    pub kind: LambdaKind,
    /// The range variable; `None` for bare `any()`.
    pub variable: Option<String>,
    /// The condition; its paths begin with the variable. `None` for bare `any()`.
    pub condition: Option<Box<Expr>>,
}

/// Which rows must match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LambdaKind {
    /// At least one.
    Any,
    /// Every one.
    All,
}

/// Operators of two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// `and`
    And,
    /// `or`
    Or,
    /// `eq`
    Eq,
    /// `ne`
    Ne,
    /// `gt`
    Gt,
    /// `ge`
    Ge,
    /// `lt`
    Lt,
    /// `le`
    Le,
}

/// One item of `$orderby`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderBy {
    /// What is compared.
    pub path: PropertyPath,
    /// `asc` unless written otherwise.
    pub direction: Direction,
}

/// The direction of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Greatest first.
    Descending,
}

/// One item of `$expand`.
#[derive(Debug, Clone, PartialEq)]
pub struct Expand {
    /// The navigation property, as written.
    pub navigation: String,
    /// What stood in the parentheses behind it, or `/$ref`.
    pub options: ExpandOptions,
}

/// What is wanted of the rows behind a navigation.
#[derive(Debug, Clone, PartialEq)]
pub enum ExpandOptions {
    /// The rows, narrowed by the options in parentheses.
    Rows(Box<QueryOptions>),
    /// `/$ref`: their addresses alone.
    Ref,
}

#[cfg(test)]
mod tests;
