//! Permitted plans to SQL.
//!
//! In: [`crate::access::Permitted`] plans, and nothing else. Out: statements as values of `db`, with how their cells
//! are read back. Invariant: the text of a statement depends on the shape of the plan alone; every value in it, the
//! caller's among them, is bound.

mod cells;
mod condition;
mod delete;
mod layout;
mod order;
mod pair;
mod read;
mod refusal;
mod rows;
mod save;
mod source;
mod stamps;
mod steps;
mod write;

pub(crate) use read::{Compiled, read};
pub(crate) use refusal::{Refusal, refusal};
pub(crate) use rows::{Answered, CellView, ExpandView, RowView};
pub(crate) use save::default;
pub(crate) use stamps::Stamps;
pub(crate) use steps::Label;
pub(crate) use write::{Decided, LabelledStep, write};

#[cfg(test)]
mod tests;
