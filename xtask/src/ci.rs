//! Everything that must pass before a change is taken, in order. In: the workspace's folder. Out: each step with its time.
//!
//! Invariant: the first step that fails ends the run; a step that cannot run here has failed.

mod accounts;
mod postgres;
mod program;
mod server_programs;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::report::Report;
use crate::stopwatch::Stopwatch;
use crate::target_folder::target_folder;
use crate::tidy;
use postgres::Postgres;
use program::succeed;

/// The variable by which tests and real-client runs learn of a PostgreSQL.
const TEST_POSTGRES: &str = "COMMONHOLD_TEST_POSTGRES";
/// The variable by which the real-client runs learn which program to start.
const PROGRAM: &str = "COMMONHOLD_BIN";

/// Runs every step.
pub(crate) fn run(root: &Path, report: &mut Report) -> Result<()> {
    let whole = Stopwatch::start();
    let mut steps = Steps { root, report };
    steps.run("format", |root, _| {
        succeed(cargo(root).args(["fmt", "--all", "--check"]))
    })?;
    steps.run("clippy", |root, _| {
        succeed(cargo(root).args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    steps.run("tidy", tidy::run)?;
    steps.run("supply chain", |root, _| supply_chain(root))?;
    let tests = test_command(root)?;
    // Without the variable, so that this step is what anybody sees on a machine without a server.
    steps.run(&format!("tests: {tests}"), |root, _| {
        succeed(shell(root, &tests).env_remove(TEST_POSTGRES))
    })?;
    let postgres = steps.run("start PostgreSQL", |_, report| Postgres::given_or_started(report))?;
    steps.run(&format!("tests on PostgreSQL: {tests}"), |root, _| {
        succeed(shell(root, &tests).env(TEST_POSTGRES, postgres.url()))
    })?;
    steps.run("real clients", |root, _| real_clients(root, &postgres))?;
    steps
        .report
        .line(&format!("ci: all passed in {:.0} s", whole.elapsed().as_secs_f64()));
    Ok(())
}

/// Runs steps by name and says how long each took.
struct Steps<'a> {
    root: &'a Path,
    report: &'a mut Report,
}

impl Steps<'_> {
    fn run<T>(&mut self, name: &str, step: impl FnOnce(&Path, &mut Report) -> Result<T>) -> Result<T> {
        self.report.line(&format!("==> {name}"));
        let watch = Stopwatch::start();
        let outcome = step(self.root, self.report);
        let word = if outcome.is_ok() { "passed" } else { "FAILED" };
        self.report.line(&format!(
            "<== {name}: {word} after {:.1} s",
            watch.elapsed().as_secs_f64()
        ));
        outcome.with_context(|| format!("step `{name}`"))
    }
}

/// Licences, sources, versions and banned crates, by the lists of `deny.toml`.
fn supply_chain(root: &Path) -> Result<()> {
    let checks = ["deny", "--workspace", "--locked", "check", "--hide-inclusion-graph"];
    let stale = ["--deny", "unmatched-skip", "--deny", "unnecessary-skip"];
    let outcome = succeed(
        cargo(root)
            .args(checks)
            .args(stale)
            .args(["bans", "licenses", "sources"]),
    );
    outcome.context("if cargo has no `deny`, install it: `cargo install cargo-deny --locked`")
}

fn real_clients(root: &Path, postgres: &Postgres) -> Result<()> {
    succeed(cargo(root).args(["build", "--locked", "--package", "commonhold"]))?;
    let program = target_folder(root)?.join("debug").join("commonhold");
    let script = root.join("conformance").join("run");
    succeed(
        Command::new(script)
            .current_dir(root)
            .env(PROGRAM, program)
            .env(TEST_POSTGRES, postgres.url()),
    )
}

/// The command that the README tells people to run.
fn test_command(root: &Path) -> Result<String> {
    let readme = fs::read_to_string(root.join("README.md")).context("cannot read `README.md`")?;
    let command = tidy::readme::test_command(&readme).context("`README.md` has no test command")?;
    Ok(command.to_owned())
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root);
    command
}

fn shell(root: &Path, line: &str) -> Command {
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", line]).current_dir(root);
    command
}
