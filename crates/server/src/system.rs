//! The system as a whole: databases, authority, data service, introduced to each other.
//!
//! In: [`Settings`]. Out: a [`System`] that answers requests. Invariant: `up` and `serve` start the same system.

use std::{collections::HashMap, sync::Arc};

use anyhow::Context as _;
use authority::{Authority, Origin, SystemClock, SystemRandom, TokenLifetime};
use data::{Address, DataService, LimitOptions, Limits};
use db::{Cluster, SqliteOptions};

use crate::{
    config::{LimitSettings, OperatorKeyFile, Settings, Store},
    founding,
    introduce::AuthorityDirectory,
    origins::{Origins, PATH_FORM, Target},
    serve::Routing,
};

/// The database of the authority.
pub(crate) const DIRECTORY: &str = "directory";
/// A larger request body is refused; Dataverse's own bound for a message is 116.85 MB.
const BODY_LIMIT_BYTES: usize = 16 * 1024 * 1024;

/// Everything that runs.
pub(crate) struct System {
    /// Who gives tokens.
    pub(crate) authority: Authority,
    /// Who answers what.
    pub(crate) routing: Arc<Routing>,
}

/// The database of an environment.
pub(crate) fn database_name(environment: &str) -> String {
    format!("env_{}", environment.replace('-', "_"))
}

/// Where databases live.
pub(crate) fn cluster(store: &Store) -> anyhow::Result<Cluster> {
    match store {
        Store::Sqlite(folder) => Ok(Cluster::sqlite(folder.clone(), SqliteOptions::default())),
        Store::Postgres(url) => Cluster::postgres(url).context("reading the URL of the database"),
    }
}

/// Starts the system, and founds the tenants and environments that the settings name and that are not there yet.
pub(crate) async fn start(settings: &Settings) -> anyhow::Result<System> {
    let cluster = cluster(&settings.store)?;
    let authority = open_authority(&cluster, settings).await?;
    let data = DataService::new(
        cluster.clone(),
        data::Options {
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            directory: Arc::new(AuthorityDirectory(authority.clone())),
            limits: limits(settings.limits),
            body_limit_bytes: BODY_LIMIT_BYTES,
        },
    )?;
    founding::found(&cluster, &authority, &data, settings).await?;

    let mut origins = Origins::default();
    origins.add(authority.origin().as_str(), &Target::Authority);
    let mut environments = HashMap::new();
    for environment in authority.environments().await?.iter() {
        let target = Target::Environment(environment.name.clone());
        let path_form = format!("{}{PATH_FORM}", authority.origin().as_str());
        for url in environment.addresses.iter().filter(|url| !url.starts_with(&path_form)) {
            origins.add(url, &target);
        }
        data.serve(address(&authority, environment));
        environments.insert(environment.name.clone(), data.router(&environment.name));
    }
    let routing = Arc::new(Routing {
        origins,
        proxies: settings.listener.proxies.clone(),
        authority: authority.router(),
        environments,
    });
    Ok(System { authority, routing })
}

/// Where an environment is, in the data service's words.
pub(crate) fn address(authority: &Authority, environment: &authority::Environment) -> Address {
    let origin = authority.origin().as_str();
    Address {
        name: environment.name.clone(),
        database: environment.database.clone(),
        tenant: environment.tenant,
        urls: environment.addresses.clone(),
        authorization_uri: format!("{origin}/{}/oauth2/authorize", environment.tenant),
        issuers: authority.issuers(environment.tenant).to_vec(),
    }
}

/// Opens the directory that is there, to see that its key fits; changes nothing.
pub(crate) async fn try_directory(cluster: &Cluster, settings: &Settings) -> anyhow::Result<()> {
    let database = cluster.open(DIRECTORY).await.context("opening the directory")?;
    Authority::open(database, options(settings).await?).await?;
    Ok(())
}

async fn open_authority(cluster: &Cluster, settings: &Settings) -> anyhow::Result<Authority> {
    let there = cluster.exists(DIRECTORY).await.context("reaching the database")?;
    if !there {
        // Before the directory: one that is there has had its key.
        settings.key_encryption_key.make_if_missing()?;
        let database = cluster.create(DIRECTORY).await.context("making the directory")?;
        return Ok(Authority::create(database, options(settings).await?).await?);
    }
    let database = cluster.open(DIRECTORY).await.context("opening the directory")?;
    match Authority::open(database.clone(), options(settings).await?).await {
        Ok(authority) => Ok(authority),
        // Perhaps empty, left by a start that was cut off. All tables are made at once: where there is one, this fails
        // too, nothing is changed, and why it could not be opened is told.
        Err(error) => Ok(Authority::create(database, options(settings).await?)
            .await
            .or(Err(error))?),
    }
}

async fn options(settings: &Settings) -> anyhow::Result<authority::Options> {
    Ok(authority::Options {
        origin: Origin::parse(&settings.origin)?,
        token_lifetime: TokenLifetime::default(),
        key_encryption_key: settings.key_encryption_key.read().await?,
        operator_key: settings.operator_key.as_ref().map(OperatorKeyFile::read).transpose()?,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
    })
}

fn limits(settings: Option<LimitSettings>) -> LimitOptions {
    settings.map_or(LimitOptions::Off, |numbers| {
        LimitOptions::On(Limits {
            requests: numbers.requests,
            execution_ms: u64::from(numbers.execution_seconds) * 1000,
            concurrent: numbers.concurrent_requests,
            ..Limits::default()
        })
    })
}
