//! A transaction.
//!
//! In: its steps. Out: how it ended. Invariant: the connection goes back to the pool outside of any transaction, or not
//! at all.

use deadpool_postgres::{ClientWrapper, Object};

use super::failure::Failed;
use super::pipeline::{self, Request};
use super::{Schema, run};
use crate::database::End;
use crate::render::{self, Answer, Rendered};
use crate::{Commit, Error, Rows, Step};

/// Begins a transaction that defines. While it waits for a table, all others who want the table wait behind it: so it
/// gives up soon, lets them through, and is run again.
const BEGIN_TO_DEFINE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '250ms'";

/// How often a transaction is run that lost against another one.
const ATTEMPTS: usize = 6;

/// Steps that were run: what came of each until the first that failed.
type Outcomes = Vec<Result<Rows, Failed>>;

/// Runs the steps as one transaction, again where it lost against another.
pub(super) async fn transact(schema: &Schema, steps: &[Step], end: End) -> Result<Commit, Error> {
    let dialect = schema.dialect();
    let rendered: Vec<Rendered<'_>> = steps
        .iter()
        .map(|step| render::statement(&dialect, &schema.fixed, &step.statement))
        .collect();
    let mut attempt = 1;
    loop {
        match once(schema, (steps, &rendered), end).await {
            Err(failed) if failed.may_run_again() && attempt < ATTEMPTS => {
                if failed.may_be_outdated() {
                    schema.server.forget_statements();
                }
                attempt += 1;
            }
            ended => return ended.map_err(|failed| failed.error),
        }
    }
}

async fn once(schema: &Schema, (steps, rendered): (&[Step], &[Rendered<'_>]), end: End) -> Result<Commit, Failed> {
    let client = schema.server.connection().await?;
    let ended = match outcomes(&client, steps, rendered).await {
        Ok(outcomes) => judge(steps, outcomes),
        Err(failed) => Err(failed),
    };
    let kept = end == End::Keep && matches!(ended, Ok(Commit::Done(_)));
    if let Err(error) = client.batch_execute(if kept { "COMMIT" } else { "ROLLBACK" }).await {
        drop(Object::take(client));
        if kept {
            return Err(error.into());
        }
    }
    ended
}

/// Runs the steps within a new transaction.
async fn outcomes(client: &ClientWrapper, steps: &[Step], rendered: &[Rendered<'_>]) -> Result<Outcomes, Failed> {
    // A statement can only be prepared once the tables that it names are there.
    if rendered.iter().any(|rendered| rendered.answer == Answer::Nothing) {
        return one_by_one(client, steps, rendered).await;
    }
    let mut prepared = Vec::with_capacity(rendered.len());
    for rendered in rendered {
        prepared.push(client.prepare_cached(&rendered.text).await?);
    }
    let mut requests: Vec<Request<'_, Result<Rows, Failed>>> = vec![Box::pin(begin(client))];
    for (rendered, statement) in rendered.iter().zip(&prepared) {
        if let Answer::Cells(cells) = &rendered.answer {
            requests.push(Box::pin(run::run_prepared(client, statement, rendered, cells)));
        }
    }
    let mut outcomes = pipeline::all(requests).await.into_iter();
    if let Some(begun) = outcomes.next() {
        begun?;
    }
    Ok(outcomes.collect())
}

async fn one_by_one(client: &ClientWrapper, steps: &[Step], rendered: &[Rendered<'_>]) -> Result<Outcomes, Failed> {
    client.batch_execute(BEGIN_TO_DEFINE).await?;
    let mut outcomes = Vec::with_capacity(steps.len());
    for (position, (step, rendered)) in steps.iter().zip(rendered).enumerate() {
        let rows = run::run(client, rendered).await.map_err(|failed| failed.at(position))?;
        let holds = step.expect.holds(&rows);
        outcomes.push(Ok(rows));
        if !holds {
            break;
        }
    }
    Ok(outcomes)
}

async fn begin(client: &ClientWrapper) -> Result<Rows, Failed> {
    client.batch_execute("BEGIN ISOLATION LEVEL READ COMMITTED").await?;
    Ok(Rows::default())
}

/// The first step that failed or did not come out as expected decides.
fn judge(steps: &[Step], outcomes: Outcomes) -> Result<Commit, Failed> {
    let mut done = Vec::with_capacity(outcomes.len());
    for (position, (step, outcome)) in steps.iter().zip(outcomes).enumerate() {
        let rows = outcome.map_err(|failed| failed.at(position))?;
        if !step.expect.holds(&rows) {
            return Ok(Commit::Refused { step: position });
        }
        done.push(rows);
    }
    Ok(Commit::Done(done))
}
