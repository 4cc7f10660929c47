//! Machines run what people run. In: `.ci/run`. Out: a finding when it does not end in `cargo xtask ci`.
//!
//! Invariant: `.ci/run` installs, then runs the one command; it has no steps of its own.

use super::Finding;
use super::workspace::Workspace;

const SCRIPT: &str = ".ci/run";
const COMMAND: &str = "cargo xtask ci";

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let last = workspace
        .file(SCRIPT)
        .and_then(|file| file.text.lines().rfind(|line| !line.trim().is_empty()));
    if last == Some(COMMAND) {
        return Vec::new();
    }
    vec![Finding::of_file(SCRIPT, format!("must end with `{COMMAND}`"))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fires_unless_the_last_line_is_the_one_command() {
        assert_eq!(check(&Workspace::of(&[(SCRIPT, "set -e\ncargo xtask ci\n")])), []);
        assert_eq!(check(&Workspace::of(&[(SCRIPT, "cargo xtask ci\ntrue\n")])).len(), 1);
        assert_eq!(check(&Workspace::of(&[])).len(), 1);
    }
}
