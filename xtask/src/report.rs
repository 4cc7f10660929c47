//! The one writer of this program. In: lines. Out: standard output, each line at once.
//!
//! Invariant: a reader that has gone away never stops a task.

use std::io::{self, Write};

/// Where a task's lines go.
pub(crate) struct Report {
    out: Box<dyn Write>,
}

impl Report {
    /// Lines for the person or machine that started the task.
    pub(crate) fn stdout() -> Self {
        Self {
            out: Box::new(io::stdout()),
        }
    }

    /// Lines that nobody asked for.
    pub(crate) fn nowhere() -> Self {
        Self {
            out: Box::new(io::sink()),
        }
    }

    /// Writes one line and hands it over at once.
    pub(crate) fn line(&mut self, line: &str) {
        // A closed pipe (`cargo xtask ci | head`) is the reader's wish; the exit code still tells the outcome.
        let written = writeln!(self.out, "{line}").and_then(|()| self.out.flush());
        drop(written);
    }
}
