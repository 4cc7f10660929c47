//! `$count=true` and `/$count`: how many rows.
//!
//! In: whether it was asked for. Out: whether it is to be counted, or known from an earlier page.
//! Invariant: no more than one row beyond the limit is ever counted.

/// Rows counted at most; more are told as this number (Dataverse).
pub(crate) const COUNT_LIMIT: u64 = 5000;

/// What is to be told of the number of rows along with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counting {
    /// Nothing.
    Unwanted,
    /// It is counted with this page, the first one.
    Wanted,
    /// It was counted with the first page: one more than [`COUNT_LIMIT`] when there are more rows than that.
    Known(u64),
}
