//! The lints of the root manifest reach every crate. In: the manifests. Out: a finding for each crate that steps aside.
//!
//! Invariant: no crate has lints of its own.

use super::workspace::Workspace;
use super::{Finding, manifest};

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let joined = |manifest: &toml::Table| {
        let lints = manifest.get("lints").and_then(toml::Value::as_table);
        lints
            .and_then(|lints| lints.get("workspace"))
            .and_then(toml::Value::as_bool)
            == Some(true)
    };
    workspace
        .manifests()
        .filter(|file| file.path.starts_with("crates/") || file.path.starts_with("xtask/"))
        .filter(|file| !joined(&manifest::parse(file)))
        .map(|file| Finding::of_file(&file.path, "`[lints]` must say `workspace = true`"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fires_without_the_workspace_lints() {
        let with = ("crates/db/Cargo.toml", "[lints]\nworkspace = true\n");
        let without = ("crates/data/Cargo.toml", "[package]\nname = \"x\"\n");
        let found = check(&Workspace::of(&[with, without]));
        assert_eq!(
            found,
            [Finding::of_file(
                "crates/data/Cargo.toml",
                "`[lints]` must say `workspace = true`"
            )]
        );
    }
}
