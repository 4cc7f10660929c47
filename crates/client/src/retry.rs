//! Whether a request is sent again: what it would do twice, how it fared, how often it was sent.
//!
//! In: [`Again`], [`Outcome`], [`History`]. Out: a [`Verdict`]. Invariant: pure, and one table; a write that may have been
//! done is sent again only where doing it twice is the same as doing it once.

use std::time::Duration;

use crate::Retries;

/// The first wait where the environment names none; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// What sending a request a second time does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// Nothing: it reads.
    Reads,
    /// The same once more: an update of a row that exists, an upsert, a reference that is set or cleared.
    Repeats,
    /// A change of one version of a row: when the first was done, the second meets another version.
    Versioned,
    /// A row under the client's own key, or a reference that is added: the second finds it there (412).
    Makes,
    /// A deletion: the second finds nothing (404).
    Deletes,
    /// Perhaps something more: an action, a batch, a row whose key the environment makes.
    Never,
}

/// How one attempt fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A whole answer.
    Answered { status: u16, retry_after: Option<Duration> },
    /// The request did not leave.
    NotSent,
    /// It left, and its answer did not come or broke off.
    Lost,
}

/// What went before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct History {
    /// Attempts made, this one included.
    pub(crate) attempts: u32,
    /// Whether an answer was lost before this attempt, or was of a kind that leaves it open whether it was done.
    pub(crate) is_open: bool,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The answer is the answer, good or bad.
    Answer,
    /// An earlier attempt, whose answer was lost, had done it.
    DoneBefore,
    /// It cannot be told whether it was done.
    Open,
    /// Nothing was done.
    NotDone,
    /// It is sent again after a while.
    After(Duration),
}

/// The table.
pub(crate) fn judge(again: Again, outcome: Outcome, history: History, retries: Retries) -> Verdict {
    let may_repeat = again != Again::Never;
    let (wanted, gives_up) = match outcome {
        Outcome::NotSent => (
            Some(None),
            if history.is_open {
                Verdict::Open
            } else {
                Verdict::NotDone
            },
        ),
        Outcome::Lost => (may_repeat.then_some(None), lost(again)),
        Outcome::Answered { status, retry_after } => {
            if history.is_open
                && let Some(verdict) = repeated(again, status)
            {
                return verdict;
            }
            let wanted = match status {
                // Refused before anything was done.
                429 => Some(retry_after),
                // With a time it is the service that speaks, and did nothing; without, a proxy may have lost an answer.
                503 if retry_after.is_some() || may_repeat => Some(retry_after),
                502 | 504 if may_repeat => Some(retry_after),
                _ => None,
            };
            (wanted, Verdict::Answer)
        }
    };
    let Some(named) = wanted else { return gives_up };
    let wait = named.unwrap_or_else(|| FIRST_WAIT.saturating_mul(1 << history.attempts.saturating_sub(1).min(10)));
    if history.attempts >= retries.most_attempts || wait > retries.longest_wait {
        gives_up
    } else {
        Verdict::After(wait)
    }
}

/// Whether an answer leaves it open if the request was done.
pub(crate) fn leaves_open(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Lost => true,
        Outcome::NotSent => false,
        Outcome::Answered { status, retry_after } => {
            matches!(status, 502 | 504) || (status == 503 && retry_after.is_none())
        }
    }
}

/// A read whose answer was lost did nothing.
fn lost(again: Again) -> Verdict {
    match again {
        Again::Reads => Verdict::NotDone,
        Again::Repeats | Again::Versioned | Again::Makes | Again::Deletes | Again::Never => Verdict::Open,
    }
}

/// What the answer to a repetition tells of the attempt before.
fn repeated(again: Again, status: u16) -> Option<Verdict> {
    match (again, status) {
        (Again::Makes, 412) | (Again::Deletes, 404) => Some(Verdict::DoneBefore),
        (Again::Versioned, 412) => Some(Verdict::Open),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
