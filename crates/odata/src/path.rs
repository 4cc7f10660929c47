//! The resource path of a request URL (OData v4 URL conventions, section 4): text to segments.
//!
//! Invariant: syntax only. Whether `accounts` is a table or `WhoAmI` a function is the planner's to know.

use crate::Literal;

pub(crate) mod arguments;
pub(crate) mod parse;

/// The part of the URL after the service root, segment by segment; empty for the service document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Path {
    /// In the order of the URL.
    pub segments: Vec<Segment>,
}

/// One segment between slashes.
#[derive(Debug, Clone, PartialEq)]
pub enum Segment {
    /// `accounts`, `accounts(<key>)`, `name`, `primarycontactid`, `WhoAmI()`, `Microsoft.Dynamics.CRM.CreateMultiple`.
    Named {
        /// As written, case kept.
        name: String,
        /// What stood in parentheses behind it.
        arguments: Arguments,
    },
    /// `$ref`
    Ref,
    /// `$count`
    Count,
    /// `$value`
    Value,
    /// `$metadata`
    Metadata,
    /// `$batch`
    Batch,
}

/// What stands in parentheses behind a name: a key, or the parameters of a function.
#[derive(Debug, Clone, PartialEq)]
pub enum Arguments {
    /// No parentheses.
    Absent,
    /// `()`
    Empty,
    /// `(5a1e0c11-…)`: one value without a name.
    Single(Literal),
    /// `(firstname='Ada',emailaddress1=@p1)`; an alias is already replaced by its value, `null` where it has none.
    Named(Vec<(String, Literal)>),
}

#[cfg(test)]
mod tests;
