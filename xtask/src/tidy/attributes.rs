//! Attributes that switch a guard off. In: the Rust files. Out: a finding for each.
//!
//! Invariant: no lint is allowed for a whole file; no test is left out or expected to panic.

use super::Finding;
use super::workspace::{Workspace, numbered};

/// Each attribute's beginning and what to do instead.
const BANNED: &[(&str, &str)] = &[
    (
        "#![allow(",
        "a lint is expected at one item, with a reason: `#[expect(..., reason = \"...\")]`",
    ),
    ("#[ignore", "a test that does not run is no test"),
    (
        "#[should_panic",
        "assert the error; if today's behaviour is wrong, assert it and say so",
    ),
];

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in workspace.rust() {
        for (line, text) in numbered(&file.code) {
            for (_, instead) in BANNED.iter().filter(|(attribute, _)| text.contains(attribute)) {
                findings.push(Finding::at(&file.path, line, *instead));
            }
        }
    }
    findings
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
    fn each_fires() {
        check_one("#![allow(dead_code)]\n", 1);
        check_one("#[test]\n#[ignore = \"slow\"]\n", 1);
        check_one("#[should_panic(expected = \"x\")]\n", 1);
    }

    #[test]
    fn an_expectation_or_a_comment_passes() {
        check_one("#[expect(dead_code, reason = \"x\")]\n// #[ignore]\n", 0);
    }
}
