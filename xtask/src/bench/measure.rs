//! The measurement itself. In: the options. Out: the table, or one JSON object.
//!
//! Invariant: bare and program are loaded in turn, round by round, so that a machine's mood falls on both.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::client_creates;
use super::comparison::{self, Bare, Comparison};
use super::load::{self, Rate};
use super::outcome::{self, Compared, Outcome};
use super::process::Process;
use super::product::{self, Place, Product};
use super::requests::Origin;
use super::scratch_database::ScratchDatabase;
use super::{Options, client_certificate, growth, memory, oidc_provider, ports, signing};
use crate::report::Report;

/// The authority, two environments, the bare server and the other provider.
const PORTS: u16 = 5;
const WARM_UP: Duration = Duration::from_secs(1);

/// Measures everything and prints it.
pub(crate) fn run(options: &Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(with_database(options))?;
    let mut report = Report::stdout();
    if options.json {
        report.line(&outcome.json().to_string());
    } else {
        outcome.table().iter().for_each(|line| report.line(line));
    }
    Ok(())
}

async fn with_database(options: &Options) -> Result<Outcome> {
    let Some(server) = &options.database else {
        return measure(options, None).await;
    };
    let scratch = ScratchDatabase::create(server).await?;
    let outcome = measure(options, Some(&scratch.url())).await;
    scratch.remove().await?;
    outcome
}

async fn measure(options: &Options, database: Option<&str>) -> Result<Outcome> {
    let mut progress = options.progress();
    let folder = tempfile::tempdir().context("cannot make a folder")?;
    let port = ports::free_row(PORTS)?;
    let own = std::env::current_exe()?;
    let program = own.with_file_name("commonhold");
    let place = Place {
        program: &program,
        folder: &folder.path().join("data"),
        port,
        database,
    };

    let first = product::start(&place)?;
    let start_empty = first.started_in;
    progress.line(&format!("from an empty folder: {}", first.said));
    first.stop()?;
    let certificate = client_certificate::register(&place, Product::of(place.folder)?.reader_id()).await?;
    let process = product::start(&place)?;
    progress.line(&format!("from an existing folder: {}", process.said));
    let idle = memory::of(process.id())?;

    let product = Product::of(place.folder)?;
    let rows = product.rows(&product.reader_token().await?).await?;
    let bare = Origin::of_port(port + PORTS - 2);
    let bare_process = start_bare(&own, folder.path(), &rows, &bare, database)?;

    let comparisons = comparison::all(&product, &certificate, &bare, &rows).await?;
    let mut compared = Vec::new();
    for comparison in comparisons.iter().filter(|one| one.name.contains(&options.only)) {
        compared.push(compare(comparison, options, &mut progress).await?);
    }
    let deployer = product.deployer_token().await?;
    compared.push(client_creates::compare(place.folder, deployer, options, &mut progress).await?);
    let loaded = memory::of(process.id())?;
    let other = Origin::of_port(port + PORTS - 1);
    let left_out = match beside_another(folder.path(), &product, &other, options).await {
        Ok(beside) => {
            compared.push(beside);
            None
        }
        Err(error) => Some(format!("left out: token beside node's oidc-provider: {error:#}")),
    };
    let start_existing = process.started_in;
    process.stop()?;
    drop(bare_process);
    let growth = growth::measure(&place, options, &mut progress).await?;
    let engine = if database.is_some() { "PostgreSQL" } else { "SQLite" };
    Ok(Outcome {
        engine,
        compared,
        left_out,
        idle,
        loaded,
        start_empty,
        start_existing,
        growth,
    })
}

/// Tokens of the program beside those of node's `oidc-provider`, where that can be had.
async fn beside_another(folder: &Path, product: &Product, other: &Origin, options: &Options) -> Result<Compared> {
    let mut progress = options.progress();
    progress.line("installing node's oidc-provider");
    let _process = oidc_provider::start(folder, other)?;
    compare(&comparison::token_elsewhere(product, other), options, &mut progress).await
}

fn start_bare(own: &Path, folder: &Path, rows: &[Value], origin: &Origin, database: Option<&str>) -> Result<Process> {
    fs::write(folder.join("rows.json"), json!(rows).to_string()).context("cannot write the rows")?;
    let mut command = Command::new(own);
    command
        .arg("bench-baseline")
        .arg("--folder")
        .arg(folder)
        .arg(format!("--port={}", origin.port));
    command.args(database.map(|url| format!("--database={url}")));
    Process::start(&mut command, &folder.join("bare.log"))
}

async fn compare(comparison: &Comparison, options: &Options, progress: &mut Report) -> Result<Compared> {
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    bare_rate(comparison, options, WARM_UP).await?;
    our_rate(comparison, options, WARM_UP).await?;
    for round in 1..=options.rounds {
        bare.push(bare_rate(comparison, options, options.duration()).await?);
        ours.push(our_rate(comparison, options, options.duration()).await?);
        let (name, beside) = (comparison.name, comparison.bare_name);
        progress.line(&format!("{name} beside {beside}: round {round} of {}", options.rounds));
    }
    Ok(Compared {
        name: comparison.name,
        rate: outcome::median(ours.iter().map(|rate| rate.per_second)),
        asking: outcome::median(ours.iter().map(|rate| rate.asking)),
        bare: comparison.bare_name,
        bare_rate: outcome::median(bare),
        target: comparison.target,
    })
}

async fn our_rate(comparison: &Comparison, options: &Options, duration: Duration) -> Result<Rate> {
    let rate = load::rate(&comparison.ours, options.connections, duration).await;
    rate.with_context(|| format!("the program, `{}`", comparison.name))
}

async fn bare_rate(comparison: &Comparison, options: &Options, duration: Duration) -> Result<f64> {
    match &comparison.bare {
        Bare::Load(bare) => load::rate(bare, options.connections, duration)
            .await
            .map(|rate| rate.per_second),
        Bare::Signing => tokio::task::block_in_place(|| signing::rate(duration)),
    }
    .with_context(|| format!("the bare server, `{}`", comparison.bare_name))
}
