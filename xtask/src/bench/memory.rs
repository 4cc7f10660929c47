//! Resident memory of a process (Linux). In: its id. Out: now and at most, in MB.
//!
//! Invariant: what the kernel counts, the binary's own pages included.

use std::fs;

use anyhow::{Context, Result};

/// Megabytes (of 1,000,000 bytes) of resident memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Memory {
    pub(super) now_mb: f64,
    pub(super) peak_mb: f64,
}

/// Asks the kernel.
pub(super) fn of(process: u32) -> Result<Memory> {
    let status =
        fs::read_to_string(format!("/proc/{process}/status")).context("cannot read the memory of the program")?;
    parse(&status).context("the kernel's words about memory are unknown")
}

fn parse(status: &str) -> Option<Memory> {
    Some(Memory {
        now_mb: field(status, "VmRSS:")?,
        peak_mb: field(status, "VmHWM:")?,
    })
}

/// A line like `VmRSS: 12345 kB`, where kB is 1,024 bytes.
fn field(status: &str, name: &str) -> Option<f64> {
    let words = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: f64 = words.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0 / 1_000_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_kernels_words() {
        let status = "Name:\tx\nVmHWM:\t  200000 kB\nVmRSS:\t  100000 kB\n";
        assert_eq!(
            parse(status),
            Some(Memory {
                now_mb: 102.4,
                peak_mb: 204.8
            })
        );
        assert_eq!(parse("Name:\tx\n"), None);
    }
}
