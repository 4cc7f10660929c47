//! The program `commonhold`.
//!
//! In: the command line. Out: a running system, or one sentence that says what is wrong. Invariant: the only crate that
//! knows both the authority and the data service.

mod admin;
mod certificates;
mod check;
mod cli;
mod config;
mod demo;
mod env_file;
mod folder;
mod founding;
mod gateway;
mod introduce;
mod origins;
mod output;
mod screen;
mod serve;
mod stop;
mod system;
mod tls;
mod up;
mod upkeep;

use std::{io, process::ExitCode};

use anyhow::Context as _;
use clap::Parser as _;
use tracing_subscriber::EnvFilter;

use crate::cli::{Arguments, Command};

/// Gives memory back soon: hashing a password takes 19 MiB for some milliseconds, which the system's allocator keeps.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match log(&arguments.log) {
        Ok(()) => run(arguments.command).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        // A start holds the whole system while it is made.
        Command::Up(options) => Box::pin(up::run(options)).await,
        Command::Serve(options) => Box::pin(serve::with_config(&options.config)).await,
        Command::Check(options) => check::run(&options.config).await,
        Command::Gateway(options) => Box::pin(gateway::run(options)).await,
        Command::Administer(noun) => Box::pin(admin::run(noun)).await,
    }
}

fn log(filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter).with_context(|| format!("reading `--log {filter}`"))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
    Ok(())
}
