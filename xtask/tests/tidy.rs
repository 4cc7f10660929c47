//! The workspace keeps the rules of the house. In: this checkout. Out: no finding.
//!
//! Invariant: what `cargo xtask tidy` says, `cargo test` says too.

use std::process::Command;

#[test]
fn the_workspace_is_tidy() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("tidy")
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
