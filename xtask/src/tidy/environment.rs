//! Environment variables are documented. In: the Rust files and the documents. Out: one finding for each that is not.
//!
//! Invariant: whatever the code names `COMMONHOLD_...` stands in the README or below `docs`.

use std::collections::BTreeSet;

use super::Finding;
use super::workspace::{Workspace, numbered, words};

const PREFIX: &str = "COMMONHOLD_";

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let documents = workspace
        .files
        .iter()
        .filter(|file| file.path == "README.md" || file.path.starts_with("docs/"));
    let documented: Vec<&str> = documents.flat_map(|file| words(&file.text)).collect();
    let mut findings = Vec::new();
    let mut missing = BTreeSet::new();
    for file in workspace.rust() {
        for (line, text) in numbered(&file.text) {
            for name in words(text).filter(|word| word.len() > PREFIX.len() && word.starts_with(PREFIX)) {
                if !documented.contains(&name) && missing.insert(name) {
                    let message = format!("`{name}` is documented neither in the README nor below `docs`");
                    findings.push(Finding::at(&file.path, line, message));
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fires_until_it_is_documented() {
        let name = format!("{PREFIX}SECRET_DOOR");
        let code = format!("//! Door.\nlet x = env(\"{name}\");\nlet y = env(\"{name}\");\n");
        let found = check(&Workspace::of(&[("crates/server/src/config.rs", &code)]));
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [2]);
        let documents = format!("`{name}` opens the door.\n");
        let both = [
            ("crates/server/src/config.rs", code.as_str()),
            ("README.md", documents.as_str()),
        ];
        assert_eq!(check(&Workspace::of(&both)), []);
    }
}
