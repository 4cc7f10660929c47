//! The task that writes the sign-in log.
//!
//! In: records that wait. Out: how the transaction of each ended. Invariant: a transaction holds all that has gathered
//! since the last, and nobody hears of success before it is committed.

use std::time::Duration;

use db::{Commit, Database};
use tokio::sync::mpsc::Receiver;
use tokio::time::{MissedTickBehavior, interval};

use super::{LogError, SignInRecord, Waiting};
use crate::store::{self, any_outcome};

/// The most records that are taken from the queue at once.
const MOST: usize = 256;
/// So many records are worth a transaction of their own, however soon after the last.
const ENOUGH: usize = 16;
/// Fewer wait for others until so long after the last transaction began; a lone one does not wait.
const PACE: Duration = Duration::from_millis(4);

/// Writes until the last sender is gone.
pub(super) async fn write(database: Database, mut queue: Receiver<Waiting>) {
    let mut pace = interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut batch = Vec::with_capacity(MOST);
    while queue.recv_many(&mut batch, MOST).await > 0 {
        while batch.len() < ENOUGH {
            tokio::select! {
                biased;
                _time = pace.tick() => break,
                more = queue.recv_many(&mut batch, MOST) => if more == 0 { break },
            }
        }
        pace.reset();
        let outcome = commit(&database, batch.iter().map(|waiting| &waiting.record)).await;
        for Waiting { reply, .. } in batch.drain(..) {
            if reply.send(outcome.clone()).is_err() {
                tracing::trace!("the caller has left before its sign-in was on record");
            }
        }
    }
}

async fn commit(database: &Database, records: impl ExactSizeIterator<Item = &SignInRecord>) -> Result<(), LogError> {
    let steps = store::sign_in::insert(records).into_iter().map(any_outcome).collect();
    match store::record(database, steps).await {
        // No step expects anything, so none is refused.
        Ok(Commit::Done(_) | Commit::Refused { .. }) => Ok(()),
        Err(error) => Err(LogError::Write(error)),
    }
}
