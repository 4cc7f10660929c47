//! Notes to do something later. In: code and scripts. Out: a finding for each.
//!
//! Invariant: what is not done stands in the tracker, not in the code.

use super::Finding;
use super::workspace::{File, Workspace, numbered, words};

/// Spelt in two parts, so that this file does not find itself.
const MARKS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
const ENDINGS: &[&str] = &["rs", "toml", "sh", "py", "js", "mjs", "ts", "sql", "html", "css"];

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in workspace.files.iter().filter(|file| is_code(file)) {
        for (line, text) in numbered(&file.text) {
            for mark in words(text).filter(|word| MARKS.contains(word)) {
                findings.push(Finding::at(
                    &file.path,
                    line,
                    format!("`{mark}`: do it, or write it into the tracker"),
                ));
            }
        }
    }
    findings
}

/// By its ending, or a script by its first line.
fn is_code(file: &File) -> bool {
    ENDINGS.contains(&file.ending()) || file.text.starts_with("#!")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, text: &str, fires: usize) {
        assert_eq!(check(&Workspace::of(&[(path, text)])).len(), fires, "{path} {text}");
    }

    #[test]
    fn marks_fire_in_code_and_scripts() {
        for mark in MARKS {
            check_one("crates/db/src/lib.rs", &format!("// {mark}: later\n"), 1);
            check_one("conformance/run", &format!("#!/usr/bin/env bash\n# {mark}\n"), 1);
            check_one("docs/fidelity.md", &format!("{mark}\n"), 0);
            check_one("crates/db/src/lib.rs", &format!("let {mark}S = 1;\n"), 0);
        }
    }
}
