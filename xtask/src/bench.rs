//! How fast the program is beside a bare server. In: the workspace's folder and the options. Out: a table of rates and ratios.
//!
//! Invariant: both sides are loaded in turn by one generator on one machine, so that a ratio says more than a rate. A missed
//! target changes no exit code; an answer other than success ends the run.

mod baseline;
mod client_certificate;
mod client_creates;
mod comparison;
mod demonstration;
mod endurance;
mod exchange;
mod growth;
mod large_directory;
mod load;
mod measure;
mod memory;
mod oidc_provider;
mod outcome;
mod own_work;
mod ports;
mod postgres_rows;
mod process;
mod product;
mod requests;
mod row;
mod scratch_database;
mod signing;
mod sqlite_rows;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::report::Report;
use crate::target_folder::target_folder;

pub(crate) use baseline::Baseline;
pub(crate) use measure::run as measure;

/// What to measure, and how long.
#[derive(Args, Clone)]
pub(crate) struct Options {
    /// Seconds that each load lasts.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How often each load is repeated; the median counts.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Connections of the load generator.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Tokens over which memory is watched; 0 leaves it out.
    #[arg(long, default_value_t = 1_000_000)]
    tokens: u64,
    /// Tenants of the large directory, with ten applications each; 0 leaves it out.
    #[arg(long, default_value_t = 10_000)]
    tenants: usize,
    /// Only the loads in whose name this text stands.
    #[arg(long, default_value = "")]
    only: String,
    /// URL of a PostgreSQL to measure on, instead of SQLite; a database is made there and dropped.
    #[arg(long)]
    database: Option<String>,
    /// Prints one JSON object and nothing else.
    #[arg(long)]
    json: bool,
}

impl Options {
    fn duration(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

/// Builds the program and this one for release, and measures with that build: a slow generator would measure itself.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let mut build = Command::new("cargo");
    build.args([
        "build",
        "--release",
        "--locked",
        "--package",
        "commonhold",
        "--package",
        "xtask",
    ]);
    let status = build.current_dir(root).status().context("cannot start `cargo`")?;
    if !status.success() {
        bail!("the release build ended with {status}");
    }
    let folder = target_folder(root)?.join("release");
    let mut measure = Command::new(folder.join("xtask"));
    measure
        .arg("bench-measure")
        .args(options.as_arguments())
        .current_dir(root);
    let status = measure
        .status()
        .context("cannot start the release build of this program")?;
    if !status.success() {
        bail!("the measurement ended with {status}");
    }
    Ok(())
}

impl Options {
    fn as_arguments(&self) -> Vec<String> {
        let mut arguments = vec![
            format!("--seconds={}", self.seconds),
            format!("--rounds={}", self.rounds),
            format!("--connections={}", self.connections),
            format!("--tokens={}", self.tokens),
            format!("--tenants={}", self.tenants),
            format!("--only={}", self.only),
        ];
        arguments.extend(self.database.iter().map(|url| format!("--database={url}")));
        arguments.extend(self.json.then(|| "--json".to_owned()));
        arguments
    }

    /// Where lines about the progress go: nowhere when the output is for a machine.
    fn progress(&self) -> Report {
        if self.json { Report::nowhere() } else { Report::stdout() }
    }
}
