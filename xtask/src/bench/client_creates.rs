//! Creates by the client crate beside a loop written by hand. In: the running demonstration. Out: both rates.
//!
//! Invariant: the same rows, as many at a time, to the same environment, in turn; only what stands between differs.

use std::future::Future;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use client::{Application, Credential, Environment, Secret};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::Options;
use super::demonstration;
use super::load;
use super::outcome::{Compared, median};
use crate::report::Report;
use crate::stopwatch::Stopwatch;

/// The loop by hand has no token cache, no lanes, no retries; the client may cost this much.
const TARGET: f64 = 0.95;
const WARM_UP: Duration = Duration::from_secs(1);

/// Loads the environment of the demonstration in this folder with creates, by both.
pub(super) async fn compare(
    folder: &Path,
    token: String,
    options: &Options,
    progress: &mut Report,
) -> Result<Compared> {
    let demonstration = demonstration::read(folder)?;
    let credential = Credential::secret(Secret::new(demonstration.deployer.secret.clone()));
    let app_id = demonstration.deployer.id.parse().context("the client id is none")?;
    let application = Application::new(app_id, credential, client::Options::default())?;
    let environment = application.environment(&demonstration.environment)?;
    let by_hand = ByHand {
        http: reqwest::Client::new(),
        url: format!("{}/api/data/v9.2/accounts", demonstration.environment),
        token,
    };
    let ours = |duration| load::timed(count(options.connections, duration, || by_client(environment.clone())));
    let bare = |duration| load::timed(count(options.connections, duration, || by_hand.clone().create()));
    bare(WARM_UP).await?;
    ours(WARM_UP).await?;
    let (mut our_rates, mut bare_rates, mut asking) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=options.rounds {
        bare_rates.push(bare(options.duration()).await?.per_second);
        let measured = ours(options.duration()).await?;
        our_rates.push(measured.per_second);
        asking.push(measured.asking);
        progress.line(&format!("client crate, create: round {round} of {}", options.rounds));
    }
    Ok(Compared {
        name: "client crate, create",
        rate: median(our_rates),
        asking: median(asking),
        bare: "reqwest loop, create",
        bare_rate: median(bare_rates),
        target: Some(TARGET),
    })
}

async fn by_client(environment: Environment) -> Result<()> {
    environment.create("accounts", &row()).await?;
    Ok(())
}

/// What an application without the crate would write.
#[derive(Clone)]
struct ByHand {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl ByHand {
    async fn create(self) -> Result<()> {
        let request = self.http.post(&self.url).bearer_auth(&self.token).json(&row());
        let answer = request.send().await.context("the loop by hand")?;
        let status = answer.status();
        answer.bytes().await?;
        if !status.is_success() {
            bail!("the loop by hand was answered {status}");
        }
        Ok(())
    }
}

fn row() -> Value {
    json!({ "name": "Bench", "accountnumber": "B-1", "telephone1": "555-0100", "address1_city": "Delft" })
}

/// Creates until the time is over, by so many tasks at once.
async fn count<F>(tasks: usize, duration: Duration, create: impl Fn() -> F) -> Result<u32>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let watch = Stopwatch::start();
    let mut running = JoinSet::new();
    for _ in 0..tasks {
        running.spawn(create());
    }
    let mut created = 0_u32;
    while let Some(done) = running.join_next().await {
        done??;
        created += 1;
        if watch.elapsed() < duration {
            running.spawn(create());
        }
    }
    Ok(created)
}
