//! Every Rust file opens with what it is. In: the Rust files. Out: a finding for each that does not.
//!
//! Invariant: the first line is a `//!` with words.

use super::Finding;
use super::workspace::Workspace;

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let opens = |text: &str| {
        let first = text.lines().next().and_then(|line| line.strip_prefix("//!"));
        first.is_some_and(|words| !words.trim().is_empty())
    };
    workspace
        .rust()
        .filter(|file| !opens(&file.text))
        .map(|file| {
            Finding::of_file(
                &file.path,
                "a file opens with `//!`: what comes in, what goes out, one invariant",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(text: &str, fires: usize) {
        assert_eq!(
            check(&Workspace::of(&[("crates/db/src/lib.rs", text)])).len(),
            fires,
            "{text}"
        );
    }

    #[test]
    fn fires_without_an_opening() {
        check_one("//! SQL as values.\nuse x;\n", 0);
        check_one("use x;\n//! SQL as values.\n", 1);
        check_one("//!\n", 1);
        check_one("", 1);
    }
}
