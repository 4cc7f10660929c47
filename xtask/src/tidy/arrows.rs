//! Crate arrows. In: the manifests. Out: a finding for each dependency between our crates that the design does not draw.
//!
//! Invariant: the fifteen arrows below are all there are; a new one needs a decision record.

use super::Finding;
use super::manifest::{self, SHIPPED, TESTS};
use super::workspace::Workspace;

/// Each crate of `crates/` and the crates it may use.
pub(super) const ARROWS: &[(&str, &[&str])] = &[
    ("server", &["authority", "data", "gateway", "db"]),
    ("gateway", &["client", "oauth", "odata"]),
    ("data", &["oauth", "odata", "db"]),
    ("authority", &["oauth", "odata", "db"]),
    ("client", &["oauth", "odata"]),
    ("oauth", &[]),
    ("odata", &[]),
    ("db", &[]),
];

/// What a crate's tests may link besides what lies below it: (crate, linked crate, reason).
const TEST_EXCEPTIONS: &[(&str, &str, &str)] = &[];

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in workspace.manifests() {
        let Some(name) = file
            .path
            .strip_prefix("crates/")
            .and_then(|rest| rest.strip_suffix("/Cargo.toml"))
        else {
            continue;
        };
        let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
            findings.push(Finding::of_file(
                &file.path,
                format!("the design knows no crate `{name}`"),
            ));
            continue;
        };
        let manifest = manifest::parse(file);
        for to in ours(&manifest::dependencies(&manifest, SHIPPED)) {
            if !allowed.contains(&to) {
                let message = format!("no arrow leads from `{name}` to `{to}`");
                findings.push(Finding::at(&file.path, manifest::line_of(file, to), message));
            }
        }
        for to in ours(&manifest::dependencies(&manifest, TESTS)) {
            let excepted = TEST_EXCEPTIONS
                .iter()
                .any(|(from, linked, _)| *from == name && *linked == to);
            if !lies_below(name, to) && !excepted {
                let message = format!("the tests of `{name}` may not link `{to}`, which does not lie below it");
                findings.push(Finding::at(&file.path, manifest::line_of(file, to), message));
            }
        }
    }
    findings
}

/// The crates of ours among these dependencies.
fn ours(dependencies: &[String]) -> Vec<&'static str> {
    let known = ARROWS.iter().map(|(name, _)| *name);
    // Written without the workspace's short name, a crate of ours is still ours.
    let short = |dependency: &str| dependency.strip_prefix("commonhold-").unwrap_or(dependency).to_owned();
    known
        .filter(|name| dependencies.iter().any(|dependency| short(dependency) == **name))
        .collect()
}

/// Whether arrows lead from one crate to another, directly or over others.
fn lies_below(from: &str, to: &str) -> bool {
    let direct = ARROWS
        .iter()
        .find(|(name, _)| *name == from)
        .map_or(&[][..], |(_, below)| below);
    direct.iter().any(|below| *below == to || lies_below(below, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, manifest: &str, expected: &[&str]) {
        let found = check(&Workspace::of(&[(path, manifest)]));
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn there_are_fifteen() {
        assert_eq!(ARROWS.iter().map(|(_, below)| below.len()).sum::<usize>(), 15);
    }

    #[test]
    fn an_arrow_of_the_design_passes() {
        check_one(
            "crates/data/Cargo.toml",
            "[dependencies]\nodata.workspace = true\n",
            &[],
        );
    }

    #[test]
    fn an_arrow_sideways_or_upward_fires() {
        let refused = ["crates/data/Cargo.toml:2: no arrow leads from `data` to `authority`"];
        check_one(
            "crates/data/Cargo.toml",
            "[dependencies]\nauthority.workspace = true\n",
            &refused,
        );
        let refused = ["crates/server/Cargo.toml:2: no arrow leads from `server` to `oauth`"];
        check_one(
            "crates/server/Cargo.toml",
            "[dependencies]\noauth.workspace = true\n",
            &refused,
        );
    }

    #[test]
    fn another_name_does_not_hide_an_arrow() {
        let refused = ["crates/db/Cargo.toml:2: no arrow leads from `db` to `oauth`"];
        check_one(
            "crates/db/Cargo.toml",
            "[dependencies]\noauth = { path = \"../oauth\", version = \"0.1\" }\n",
            &refused,
        );
        let refused = ["crates/db/Cargo.toml:1: no arrow leads from `db` to `oauth`"];
        check_one(
            "crates/db/Cargo.toml",
            "[dependencies]\ncommonhold-oauth = \"0.1\"\n",
            &refused,
        );
        check_one(
            "crates/db/Cargo.toml",
            "[dependencies]\nx = { package = \"commonhold-oauth\", version = \"0.1\" }\n",
            &refused,
        );
    }

    #[test]
    fn tests_link_only_what_lies_below() {
        check_one(
            "crates/gateway/Cargo.toml",
            "[dev-dependencies]\noauth.workspace = true\n",
            &[],
        );
        let refused =
            ["crates/gateway/Cargo.toml:2: the tests of `gateway` may not link `data`, which does not lie below it"];
        check_one(
            "crates/gateway/Cargo.toml",
            "[dev-dependencies]\ndata.workspace = true\n",
            &refused,
        );
    }

    #[test]
    fn an_unknown_crate_fires() {
        check_one(
            "crates/common/Cargo.toml",
            "",
            &["crates/common/Cargo.toml:1: the design knows no crate `common`"],
        );
    }
}
