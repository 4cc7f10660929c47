//! The only place of this crate that reads the time. In: nothing. Out: how long something took.
//!
//! Invariant: never goes backwards.

use std::time::{Duration, Instant};

/// A running stopwatch.
#[derive(Clone, Copy)]
pub(crate) struct Stopwatch {
    start: Instant,
}

impl Stopwatch {
    /// Starts now.
    #[expect(
        clippy::disallowed_methods,
        reason = "tasks report how long they took; nothing is decided by it"
    )]
    pub(crate) fn start() -> Self {
        Self { start: Instant::now() }
    }

    /// Time since the start.
    pub(crate) fn elapsed(self) -> Duration {
        self.start.elapsed()
    }
}
