//! How long a file may be. In: the Rust files. Out: a finding for each that is too long, or whose tests are.
//!
//! Invariant: tests do not count into a file's length; functions are measured by clippy.

use super::Finding;
use super::workspace::{File, Workspace, numbered};

/// Lines of code a file may have, tests aside.
const FILE_LINES: usize = 500;
/// Lines of tests a file may carry before they go to `<file>/tests.rs`.
const TEST_LINES: usize = 100;

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in workspace.rust().filter(|file| !file.is_test()) {
        let (code, tests) = lengths(file);
        if code > FILE_LINES {
            findings.push(Finding::of_file(
                &file.path,
                format!("{code} lines; a file has at most {FILE_LINES}"),
            ));
        }
        if tests > TEST_LINES {
            let message = format!("{tests} lines of tests; over {TEST_LINES} they go to `tests.rs` of their own");
            findings.push(Finding::at(&file.path, code + 1, message));
        }
    }
    findings
}

/// Lines before the test module at the end, and lines of it.
fn lengths(file: &File) -> (usize, usize) {
    let all = file.text.lines().count();
    let mut after_attribute = 0;
    for (number, line) in numbered(&file.code) {
        if line == "#[cfg(test)]" {
            after_attribute = number;
        } else if line == "mod tests {" && after_attribute > 0 {
            return (after_attribute - 1, all + 1 - after_attribute);
        }
    }
    (all, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, code: usize, tests: usize, fires: usize) {
        let mut text = "let x = 1;\n".repeat(code);
        if tests > 0 {
            text.push_str("#[cfg(test)]\nmod tests {\n");
            text.push_str(&"    x();\n".repeat(tests - 3));
            text.push_str("}\n");
        }
        assert_eq!(
            check(&Workspace::of(&[(path, &text)])).len(),
            fires,
            "{code} and {tests}"
        );
    }

    #[test]
    fn long_files_fire() {
        check_one("crates/db/src/a.rs", 500, 0, 0);
        check_one("crates/db/src/a.rs", 501, 0, 1);
        check_one("crates/db/src/a/tests.rs", 900, 0, 0);
        check_one("crates/db/tests/engines.rs", 900, 0, 0);
    }

    #[test]
    fn long_tests_beside_the_code_fire() {
        check_one("crates/db/src/a.rs", 450, 100, 0);
        check_one("crates/db/src/a.rs", 450, 101, 1);
    }
}
