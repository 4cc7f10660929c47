//! Where cargo puts what it builds. In: the workspace's folder. Out: the target folder.
//!
//! Invariant: cargo is asked, since the machine may have put it elsewhere than `target`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

/// The target folder of the workspace.
pub(crate) fn target_folder(root: &Path) -> Result<PathBuf> {
    let mut ask = Command::new("cargo");
    ask.args(["metadata", "--locked", "--no-deps", "--format-version", "1"])
        .current_dir(root);
    let output = ask.output().context("cannot start `cargo`")?;
    let metadata: Value = serde_json::from_slice(&output.stdout).context("`cargo metadata` gave no JSON")?;
    let folder = metadata.get("target_directory").and_then(Value::as_str);
    folder
        .map(PathBuf::from)
        .context("`cargo metadata` names no target folder")
}
