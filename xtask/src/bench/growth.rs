//! What use does to the program: memory over many tokens, and the token rate in a large directory. In: a demonstration that
//! is not running. Out: what was measured.
//!
//! Invariant: the program is started anew for each measurement, so that none begins with what another left in memory.

use std::time::Duration;

use anyhow::{Context, Result};

use super::Options;
use super::comparison;
use super::endurance::{self, Endurance};
use super::large_directory::{self, Size};
use super::load;
use super::outcome::{self, Compared};
use super::product::{self, Place, Product};
use crate::report::Report;

/// Applications of each tenant of the large directory.
const APPLICATIONS_EACH: usize = 10;
/// In a large directory every application is asked for once before it counts.
const WARM_UP: Duration = Duration::from_secs(3);
/// The token rate of a large directory may be a tenth lower.
const TARGET: f64 = 0.9;

/// What was measured; a part that was left out is `None`.
pub(super) struct Growth {
    pub(super) endurance: Option<Endurance>,
    pub(super) large: Option<Compared>,
}

/// Measures both.
pub(super) async fn measure(place: &Place<'_>, options: &Options, progress: &mut Report) -> Result<Growth> {
    let endurance = match options.tokens {
        0 => None,
        tokens => Some(endure(place, options, tokens, progress).await?),
    };
    let large = match options.tenants {
        0 => None,
        tenants => Some(enlarge(place, options, tenants, progress).await?),
    };
    Ok(Growth { endurance, large })
}

async fn endure(place: &Place<'_>, options: &Options, tokens: u64, progress: &mut Report) -> Result<Endurance> {
    progress.line(&format!("memory over {tokens} tokens"));
    let process = product::start(place)?;
    let load = comparison::token_load(&Product::of(place.folder)?);
    let endurance = endurance::run(&process, &load, options.connections, tokens).await?;
    process.stop()?;
    Ok(endurance)
}

/// The same directory before and after it has grown; afterwards one application of each tenant asks in turn.
async fn enlarge(place: &Place<'_>, options: &Options, tenants: usize, progress: &mut Report) -> Result<Compared> {
    let size = Size {
        tenants,
        applications: tenants * APPLICATIONS_EACH,
    };
    let process = product::start(place)?;
    let small_load = comparison::token_load(&Product::of(place.folder)?);
    let small = rates(&small_load, options).await.context("the small directory")?;
    process.stop()?;

    progress.line(&format!(
        "making {} tenants and {} applications",
        size.tenants, size.applications
    ));
    let requests = large_directory::populate(place, size).await?;
    let process = product::start(place)?;
    let large_load = comparison::load(&large_directory::origin(place), requests);
    let large = rates(&large_load, options).await.context("the large directory")?;
    process.stop()?;
    Ok(Compared {
        name: "token, large directory",
        rate: outcome::median(large.iter().map(|rate| rate.per_second)),
        asking: outcome::median(large.iter().map(|rate| rate.asking)),
        bare: "token, small directory",
        bare_rate: outcome::median(small.iter().map(|rate| rate.per_second)),
        target: Some(TARGET),
    })
}

async fn rates(load: &load::Load, options: &Options) -> Result<Vec<load::Rate>> {
    load::rate(load, options.connections, WARM_UP).await?;
    let mut rates = Vec::new();
    for _ in 0..options.rounds {
        rates.push(load::rate(load, options.connections, options.duration()).await?);
    }
    Ok(rates)
}
