//! Where Rust files may stand. In: their paths. Out: a finding for `mod.rs` and for folders too deep.
//!
//! Invariant: a path below `src` is a file, or a folder and a file; below `http` each wire may have a folder of its own,
//! and tests (`<file>/tests.rs`, `<file>/tests/<part>.rs`) may stand one deeper.

use super::Finding;
use super::workspace::Workspace;

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in workspace.rust() {
        if file.name() == "mod.rs" {
            findings.push(Finding::of_file(
                &file.path,
                "a module's file is `foo.rs` beside its folder, not `foo/mod.rs`",
            ));
        }
        if is_too_deep(&file.path) {
            let message = "folders go one deep under `src`, two below `http`";
            findings.push(Finding::of_file(&file.path, message));
        }
    }
    findings
}

fn is_too_deep(path: &str) -> bool {
    let Some((_, below)) = path.split_once("/src/") else {
        return false;
    };
    let folders = below.split('/').count() - 1;
    let is_test = below.ends_with("/tests.rs") || below.contains("/tests/");
    let is_wire = below.starts_with("http/");
    folders > 1 + usize::from(is_test) + usize::from(is_wire)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, fires: usize) {
        assert_eq!(check(&Workspace::of(&[(path, "")])).len(), fires, "{path}");
    }

    #[test]
    fn one_folder_passes() {
        check_one("crates/data/src/plan.rs", 0);
        check_one("crates/data/src/plan/read.rs", 0);
        check_one("crates/data/src/plan/read/tests.rs", 0);
        check_one("crates/data/src/compile/tests/case.rs", 0);
        check_one("crates/data/tests/forge/caller.rs", 0);
    }

    #[test]
    fn two_folders_fire() {
        check_one("crates/data/src/plan/read/filter.rs", 1);
        check_one("crates/data/src/plan/read/filter/tests.rs", 1);
        check_one("crates/data/src/plan/read/tests/case.rs", 1);
    }

    #[test]
    fn a_wire_has_a_folder() {
        check_one("crates/authority/src/http/graph/user.rs", 0);
        check_one("crates/authority/src/http/graph/error/tests.rs", 0);
        check_one("crates/authority/src/http/graph/user/license.rs", 1);
        check_one("crates/authority/src/graph/http/user.rs", 1);
    }

    #[test]
    fn mod_rs_fires() {
        check_one("crates/data/src/plan/mod.rs", 1);
    }
}
