//! The project's own tasks. In: the command line. Out: lines on standard output and an exit code.
//!
//! Invariant: every task fails loudly; what cannot be checked here is a failure, never a pass.

mod bench;
mod ci;
mod report;
mod stopwatch;
mod target_folder;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::report::Report;

/// The tasks of the Commonhold project.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Checks the rules of the house that no compiler knows.
    Tidy,
    /// Runs everything that must pass before a change is taken.
    Ci,
    /// Measures the release build beside a bare server.
    Bench(bench::Options),
    /// The measurement, in a release build of this program.
    #[command(hide = true)]
    BenchMeasure(bench::Options),
    /// The bare server of the measurement.
    #[command(hide = true)]
    BenchBaseline(bench::Baseline),
}

/// The program's own allocator, so that the bare server has no other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut report = Report::stdout();
    let root = root();
    let outcome = match arguments.task {
        Task::Tidy => tidy::run(&root, &mut report),
        Task::Ci => ci::run(&root, &mut report),
        Task::Bench(options) => bench::run(&root, &options),
        Task::BenchMeasure(options) => bench::measure(&options),
        Task::BenchBaseline(baseline) => baseline.run(&mut report),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report.line(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace: the parent of this crate's.
fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}
