//! Free ports in a row. In: how many. Out: the first of them.
//!
//! Invariant: nobody listened on any of them a moment ago.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result};

/// Where the search begins: above what services register, below what systems hand out by themselves.
const FIRST: u16 = 18_443;
const LAST: u16 = 32_000;

/// The first port of a row of free ones.
pub(super) fn free_row(count: u16) -> Result<u16> {
    let free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    let mut firsts = (FIRST..LAST).step_by(usize::from(count));
    firsts
        .find(|first| (*first..first + count).all(free))
        .context("no row of free ports was found")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_passed_over() {
        let first = free_row(3).unwrap();
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, first + 1));
        let next = free_row(3).unwrap();
        assert!(taken.is_err() || next != first, "{next}");
    }
}
