//! What this process itself takes of the cores (Linux). In: nothing. Out: the time its threads have run.
//!
//! Invariant: what the kernel counts in nanoseconds; waiting is no work.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// The time that all threads of this process have run until now.
pub(super) fn until_now() -> Result<Duration> {
    let mut sum = Duration::ZERO;
    for thread in fs::read_dir("/proc/self/task").context("cannot list the own threads")? {
        // A thread may end while the list is read.
        let Ok(text) = fs::read_to_string(thread?.path().join("schedstat")) else {
            continue;
        };
        sum += parse(&text).context("the kernel's words about work are unknown")?;
    }
    Ok(sum)
}

/// A line like `1234 56 7`: nanoseconds on a core, nanoseconds in the queue, turns.
fn parse(schedstat: &str) -> Option<Duration> {
    let ran = schedstat.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(ran))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_kernels_words() {
        assert_eq!(parse("1500 20 3\n"), Some(Duration::from_nanos(1500)));
        assert_eq!(parse(""), None);
        assert!(until_now().unwrap() > Duration::ZERO);
    }
}
