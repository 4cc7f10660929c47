//! No path of one machine. In: all files. Out: a finding for each absolute path into somebody's folders.
//!
//! Invariant: the repository reads the same on every machine.

use super::Finding;
use super::workspace::{Workspace, numbered};

/// Folders that are somebody's; spelt in two parts, so that this file does not find itself.
const FOLDERS: &[&str] = &[
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("/tm", "p/"),
    concat!("C:", "\\Users"),
];

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &workspace.files {
        for (line, text) in numbered(&file.text) {
            for folder in FOLDERS.iter().filter(|folder| is_path_in(text, folder)) {
                findings.push(Finding::at(
                    &file.path,
                    line,
                    format!("`{folder}` is a path of one machine"),
                ));
            }
        }
    }
    findings
}

/// Whether a path begins with the folder: what stands before it is no part of a longer path or address.
fn is_path_in(text: &str, folder: &str) -> bool {
    text.match_indices(folder).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || "_-./}*~".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fires_for_a_path_of_one_machine() {
        for folder in FOLDERS {
            let text = format!("open {folder}x\n");
            assert_eq!(check(&Workspace::of(&[("README.md", &text)])).len(), 1, "{folder}");
        }
    }

    #[test]
    fn part_of_an_address_passes() {
        for folder in FOLDERS.iter().filter(|folder| folder.starts_with('/')) {
            let text = format!("https://example.com{folder}x and ${{HOME}}{folder}\n");
            assert_eq!(check(&Workspace::of(&[("README.md", &text)])), [], "{folder}");
        }
    }
}
