//! Many transactions, one sync to disk.
//!
//! In: the transactions that wait. Out: how each ended. Invariant: nobody hears of success before the whole group is on
//! disk, and one that fails, or is only rehearsed, takes nothing of the others with it.

use rusqlite::Connection;

use super::run::run;
use super::{Sqlite, failure};
use crate::database::End;
use crate::render::{self, FixedTexts};
use crate::{Commit, Error, Step};

/// Commits the transactions; one outcome for each, in order.
pub(super) fn commit<'a>(
    connection: &Connection,
    fixed: &FixedTexts,
    group: impl ExactSizeIterator<Item = (&'a [Step], End)>,
) -> Vec<Result<Commit, Error>> {
    let size = group.len();
    let outcomes = attempt(connection, fixed, group);
    outcomes.unwrap_or_else(|error| {
        if !connection.is_autocommit() && execute(connection, "ROLLBACK").is_err() {
            tracing::error!("a failed SQLite transaction could not be rolled back");
        }
        vec![Err(error); size]
    })
}

fn attempt<'a>(
    connection: &Connection,
    fixed: &FixedTexts,
    group: impl Iterator<Item = (&'a [Step], End)>,
) -> Result<Vec<Result<Commit, Error>>, Error> {
    execute(connection, "BEGIN IMMEDIATE")?;
    let mut outcomes = Vec::new();
    for (steps, end) in group {
        execute(connection, "SAVEPOINT one")?;
        let outcome = run_steps(connection, fixed, steps);
        if let Err(error) = &outcome
            && connection.is_autocommit()
        {
            // SQLite has undone the whole group by itself, as it may when the disk is full.
            return Err(error.clone());
        }
        if end == End::Undo || !matches!(outcome, Ok(Commit::Done(_))) {
            execute(connection, "ROLLBACK TO one")?;
        }
        execute(connection, "RELEASE one")?;
        outcomes.push(outcome);
    }
    execute(connection, "COMMIT")?;
    Ok(outcomes)
}

fn run_steps(connection: &Connection, fixed: &FixedTexts, steps: &[Step]) -> Result<Commit, Error> {
    let mut done = Vec::with_capacity(steps.len());
    for (step, Step { statement, expect }) in steps.iter().enumerate() {
        let rows = run(connection, &render::statement(&Sqlite, fixed, statement)).map_err(|error| error.at(step))?;
        if !expect.holds(&rows) {
            return Ok(Commit::Refused { step });
        }
        done.push(rows);
    }
    Ok(Commit::Done(done))
}

fn execute(connection: &Connection, text: &'static str) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(text).map_err(failure::sort)?;
    statement.raw_execute().map(drop).map_err(failure::sort)
}
