//! The one writer through which the program speaks to the person who started it.
//!
//! In: text. Out: standard output, or standard error for what went wrong. Invariant: nothing else in the program prints
//! but `tracing`, which logs to standard error.

use std::io::{self, Write};

/// Prints one line, at once. A closed pipe is not an error: nobody is reading any more.
pub(crate) fn line(text: &str) {
    let mut out = io::stdout().lock();
    let _closed_pipe = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Tells why the program ends, cause by cause, on standard error.
pub(crate) fn error(error: &anyhow::Error) {
    let mut out = io::stderr().lock();
    let _closed_pipe = writeln!(out, "commonhold: {error:#}").and_then(|()| out.flush());
}
