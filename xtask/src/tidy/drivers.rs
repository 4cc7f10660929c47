//! Database drivers stay behind `db`. In: the Rust files. Out: a finding wherever a driver is named outside its file.
//!
//! Invariant: each driver has one home; nobody else knows which database it is.

use super::Finding;
use super::workspace::{Workspace, numbered, words};

/// Each driver crate and the module of `db` it belongs to.
const DRIVERS: &[(&str, &str)] = &[
    ("rusqlite", "sqlite"),
    ("libsqlite3_sys", "sqlite"),
    ("tokio_postgres", "postgres"),
    ("deadpool_postgres", "postgres"),
    ("postgres_types", "postgres"),
];

/// The benchmark's bare server measures the drivers themselves.
const BASELINE: &str = "xtask/src/bench/";

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in workspace.rust().filter(|file| !file.path.starts_with(BASELINE)) {
        for (line, text) in numbered(&file.code) {
            let named = DRIVERS
                .iter()
                .filter(|(driver, _)| words(text).any(|word| word == *driver));
            for (driver, module) in named.filter(|(_, module)| !is_home(&file.path, module)) {
                let message = format!("`{driver}` belongs in `crates/db/src/{module}.rs` and its parts");
                findings.push(Finding::at(&file.path, line, message));
            }
        }
    }
    findings
}

fn is_home(path: &str, module: &str) -> bool {
    let below = path
        .strip_prefix("crates/db/src/")
        .and_then(|rest| rest.strip_prefix(module));
    below.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, text: &str, fires: usize) {
        assert_eq!(check(&Workspace::of(&[(path, text)])).len(), fires, "{path}");
    }

    #[test]
    fn a_driver_is_at_home_in_its_own_file() {
        check_one("crates/db/src/sqlite.rs", "use rusqlite::Connection;\n", 0);
        check_one("crates/db/src/sqlite/writer.rs", "use rusqlite::Connection;\n", 0);
        check_one("crates/db/src/postgres/pool.rs", "use tokio_postgres::Client;\n", 0);
        check_one("xtask/src/bench/rows.rs", "use rusqlite::Connection;\n", 0);
    }

    #[test]
    fn it_fires_everywhere_else() {
        check_one("crates/db/src/database.rs", "use rusqlite::Connection;\n", 1);
        check_one("crates/db/src/sqlite.rs", "use tokio_postgres::Client;\n", 1);
        check_one("crates/data/src/service.rs", "rusqlite::ffi::init();\n", 1);
    }
}
