//! The README's test command. In: `README.md`. Out: the command, or a finding that there is none.
//!
//! Invariant: the command people read is the command `cargo xtask ci` runs, since it is read from here.

use super::Finding;
use super::workspace::Workspace;

const README: &str = "README.md";
/// Stands on a line of its own before the fenced block with the command.
const MARK: &str = "<!-- test -->";

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let text = workspace.file(README).map(|file| file.text.as_str());
    if text.and_then(test_command).is_some() {
        return Vec::new();
    }
    vec![Finding::of_file(
        README,
        format!("has no one-line command in a fenced block after `{MARK}`"),
    )]
}

/// The one line in the fenced block that follows the mark.
pub(crate) fn test_command(readme: &str) -> Option<&str> {
    let mut lines = readme
        .lines()
        .skip_while(|line| line.trim() != MARK)
        .skip(1)
        .skip_while(|line| line.is_empty());
    lines.next()?.strip_prefix("```")?;
    let command = lines.next()?.trim();
    let closed = lines.next()?.trim() == "```";
    (closed && !command.is_empty()).then_some(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_command_after_the_mark() {
        let readme = "# X\n```sh\ncargo run\n```\n<!-- test -->\n\n```sh\ncargo test --workspace\n```\n";
        assert_eq!(test_command(readme), Some("cargo test --workspace"));
    }

    #[test]
    fn fires_without_a_mark_or_with_more_than_one_line() {
        for readme in [
            "```sh\ncargo test\n```\n",
            "<!-- test -->\n```sh\na\nb\n```\n",
            "<!-- test -->\ncargo test\n",
        ] {
            assert_eq!(check(&Workspace::of(&[(README, readme)])).len(), 1, "{readme}");
        }
    }
}
