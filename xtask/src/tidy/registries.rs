//! Packages come from the public registries by name. In: lock files and package tools' settings. Out: a finding for each other host.
//!
//! Invariant: no mirror and no private registry is written down; who has one sets it on the machine.

use super::Finding;
use super::workspace::{File, Workspace, numbered};

/// Hosts of the public registries, as lock files name them.
const PUBLIC: &[&str] = &[
    "https://registry.npmjs.org/",
    "https://github.com/rust-lang/crates.io-index",
    "https://files.pythonhosted.org/",
];
const FILES: &[&str] = &["Cargo.lock", "package-lock.json", ".npmrc", "pip.conf", "config.toml"];
/// What a line that chooses a registry or an archive contains.
const CHOICES: &[&str] = &[
    "registry",
    "resolved",
    "index-url",
    "index =",
    "replace-with",
    "source =",
];

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in workspace.files.iter().filter(|file| chooses(file)) {
        for (line, text) in numbered(&file.text) {
            let address = ["http://", "https://"].iter().find_map(|scheme| text.find(scheme));
            let is_public = |at: usize| {
                text.get(at..)
                    .is_some_and(|rest| PUBLIC.iter().any(|host| rest.starts_with(host)))
            };
            if CHOICES.iter().any(|choice| text.contains(choice)) && address.is_some_and(|at| !is_public(at)) {
                findings.push(Finding::at(&file.path, line, "names a registry of its own"));
            }
        }
    }
    findings
}

fn chooses(file: &File) -> bool {
    FILES.contains(&file.name()) || (file.name().starts_with("requirements") && file.ending() == "txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, text: &str, fires: usize) {
        assert_eq!(check(&Workspace::of(&[(path, text)])).len(), fires, "{path} {text}");
    }

    #[test]
    fn fires_for_a_mirror() {
        check_one(
            "conformance/package-lock.json",
            "\"resolved\": \"http://mirror.example/x.tgz\",\n",
            1,
        );
        check_one(
            ".cargo/config.toml",
            "registry = \"sparse+https://mirror.example/\"\n",
            1,
        );
        check_one(
            "conformance/requirements.txt",
            "--index-url https://mirror.example/simple\n",
            1,
        );
    }

    #[test]
    fn the_public_ones_pass() {
        check_one(
            "conformance/package-lock.json",
            "\"resolved\": \"https://registry.npmjs.org/x.tgz\",\n",
            0,
        );
        check_one(
            "Cargo.lock",
            "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n",
            0,
        );
        check_one(
            "conformance/package-lock.json",
            "\"funding\": \"https://example.com\",\n",
            0,
        );
    }
}
