//! Documents point at what exists. In: the Markdown files. Out: a finding for each relative link into nothing.
//!
//! Invariant: only links inside the repository are followed; no network.

use super::Finding;
use super::workspace::{Workspace, numbered};

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in workspace.files.iter().filter(|file| file.ending() == "md") {
        for (line, text) in numbered(&file.text) {
            for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let path = target.split('#').next().unwrap_or(target);
                if !path.is_empty() && !target.contains(':') && !exists(workspace, &resolve(&file.path, path)) {
                    findings.push(Finding::at(&file.path, line, format!("`{target}` leads nowhere")));
                }
            }
        }
    }
    findings
}

/// A file, or a folder with files.
fn exists(workspace: &Workspace, path: &str) -> bool {
    let below = format!("{path}/");
    workspace
        .files
        .iter()
        .any(|file| file.path == path || file.path.starts_with(&below))
}

/// The path from the workspace's folder that a link in `from` means.
fn resolve(from: &str, link: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(text: &str, fires: usize) {
        let repository = [
            ("docs/how-to/add.md", text),
            ("docs/fidelity.md", ""),
            ("ARCHITECTURE.md", ""),
        ];
        assert_eq!(check(&Workspace::of(&repository)).len(), fires, "{text}");
    }

    #[test]
    fn links_inside_are_followed() {
        check_one(
            "[a](../fidelity.md#x) [b](../../ARCHITECTURE.md) [c](..) [d](#here) [e](https://example.com)\n",
            0,
        );
        check_one("[a](../gone.md)\n[b](fidelity.md)\n", 2);
    }
}
