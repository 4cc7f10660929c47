//! HTTP stands at the edge. In: the Rust files. Out: a finding wherever `axum` is named outside it.
//!
//! Invariant: the edge is `http` in the services and `serve` and `console` in the server.

use super::Finding;
use super::workspace::{File, Workspace, numbered, words};

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in workspace.rust().filter(|file| !may_import(file)) {
        for (line, text) in numbered(&file.code) {
            if words(text).any(|word| word == "axum") {
                let message = "`axum` belongs under `http` (and the server's `serve` and `console`)";
                findings.push(Finding::at(&file.path, line, message));
            }
        }
    }
    findings
}

fn may_import(file: &File) -> bool {
    let Some(inside) = file.path.strip_prefix("crates/") else {
        // Outside the crates stand the tasks, whose benchmark has a bare server of its own.
        return file.path.starts_with("xtask/");
    };
    match inside.split_once('/') {
        Some(("server", path)) => ["serve", "console"].iter().any(|module| belongs(path, module)) || in_tests(path),
        Some(("authority" | "data" | "gateway", path)) => belongs(path, "http") || in_tests(path),
        // It is a client: what it calls in its tests is a server of the test's own.
        Some(("client", _)) => file.is_test(),
        _ => false,
    }
}

/// The file of a module or one of its parts.
fn belongs(path: &str, module: &str) -> bool {
    path.strip_prefix("src/")
        .and_then(|rest| rest.strip_prefix(module))
        .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

/// Integration tests speak to a service as its clients do.
fn in_tests(path: &str) -> bool {
    path.starts_with("tests/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, text: &str, fires: usize) {
        assert_eq!(check(&Workspace::of(&[(path, text)])).len(), fires, "{path}");
    }

    #[test]
    fn the_edge_may() {
        for path in [
            "crates/data/src/http.rs",
            "crates/data/src/http/routes.rs",
            "crates/server/src/serve.rs",
            "crates/server/src/console/page.rs",
            "crates/gateway/src/http/routes.rs",
            "crates/gateway/tests/gateway.rs",
            "crates/client/src/retry/tests.rs",
            "xtask/src/bench/baseline.rs",
        ] {
            check_one(path, "use axum::Router;\n", 0);
        }
    }

    #[test]
    fn nobody_else_may() {
        for path in [
            "crates/data/src/service.rs",
            "crates/data/src/https.rs",
            "crates/server/src/main.rs",
            "crates/gateway/src/session.rs",
            "crates/oauth/src/http.rs",
        ] {
            check_one(path, "use axum::Router;\n", 1);
        }
    }

    #[test]
    fn a_comment_is_no_import() {
        check_one(
            "crates/data/src/service.rs",
            "// axum stays outside\nlet x = \"axum\";\n",
            0,
        );
    }
}
