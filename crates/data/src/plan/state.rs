//! The state of a row and the reason for it: two columns that move together.
//!
//! In: a table and values for some of its columns. Out: the same values, brought together.
//! Invariant: every status reason belongs to one state.

use crate::catalogue::{Choice, Column, ColumnId, Kind, Table};
use crate::error::Error;
use crate::plan::Cell;

/// The two columns of a table that has them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct States<'a> {
    /// `statecode`
    pub(crate) state: &'a Column,
    /// `statuscode`
    pub(crate) status: &'a Column,
    reasons: &'a [Choice],
}

impl<'a> States<'a> {
    /// Finds them.
    pub(crate) fn of(table: &'a Table) -> Option<Self> {
        let state = table
            .columns
            .iter()
            .find(|column| matches!(column.kind, Kind::State { .. }))?;
        table.columns.iter().find_map(|status| {
            let Kind::Status { options } = &status.kind else {
                return None;
            };
            Some(Self {
                state,
                status,
                reasons: options,
            })
        })
    }

    /// The state that a reason belongs to.
    pub(crate) fn state_of(&self, reason: i64) -> Option<i64> {
        let known = self.reasons.iter().find(|option| i64::from(option.value) == reason)?;
        known.state.map(i64::from)
    }

    /// The reason that a state has when none is given.
    fn reason_of(&self, state: i64) -> Option<i64> {
        let mut of_state = self
            .reasons
            .iter()
            .filter(|reason| reason.state.map(i64::from) == Some(state));
        let first = of_state.clone().next();
        of_state
            .find(|reason| reason.is_default)
            .or(first)
            .map(|reason| i64::from(reason.value))
    }
}

/// Gives a state without a reason its default one, and refuses a reason that does not belong to the state beside it.
pub(super) fn together(table: &Table, cells: &mut Vec<(ColumnId, Cell)>) -> Result<(), Error> {
    let Some(states) = States::of(table) else { return Ok(()) };
    let Some(state) = number(cells, states.state.id) else {
        return Ok(());
    };
    match number(cells, states.status.id) {
        None => {
            if let Some(reason) = states.reason_of(state) {
                cells.retain(|(column, _)| *column != states.status.id);
                cells.push((states.status.id, Cell::Int(reason)));
            }
            Ok(())
        }
        Some(reason) if states.state_of(reason) == Some(state) => Ok(()),
        Some(reason) => {
            let what = format!(
                "{reason} is not a valid status code for state code {state} of `{}`",
                table.logical_name
            );
            Err(Error::InvalidArgument { what })
        }
    }
}

/// The number that is given for a column.
pub(crate) fn number(cells: &[(ColumnId, Cell)], column: ColumnId) -> Option<i64> {
    cells.iter().find_map(|(known, cell)| {
        if let (true, Cell::Int(number)) = (*known == column, cell) {
            Some(*number)
        } else {
            None
        }
    })
}
