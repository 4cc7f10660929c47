//! A directory of many tenants and applications. In: the folder of a demonstration that is not running. Out: token requests.
//!
//! Invariant: everything is made by the conductors of the authority, as an administrator would; nothing of the
//! demonstration is changed.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use authority::manage::application::{self, NewApplication};
use authority::manage::application_secret::{self, NewSecret};
use authority::manage::service_principal::{self, NewServicePrincipal};
use authority::manage::tenant::{self, NewTenant};
use authority::registration::Registration;
use authority::{
    Audience, Authority, Clock as _, KeyEncryptionKey, Options, Origin, SystemClock, SystemRandom, TenantId,
    TokenLifetime, TokenVersion,
};
use db::{Cluster, SqliteOptions};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::product::Place;
use super::requests;

/// Tenants are made by so many tasks at once, which share commits.
const TASKS: usize = 64;
/// What the tokens are for: the data service, which every tenant has.
const SCOPE: &str = "00000007-0000-0000-c000-000000000000/.default";
/// How long one tenant with its applications may take.
const TENANT: Duration = Duration::from_mins(2);
const YEAR_SECONDS: i64 = 365 * 24 * 60 * 60;

/// How many of each.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) tenants: usize,
    pub(super) applications: usize,
}

/// Makes the tenants and their applications. Gives the token request of one application of each tenant.
pub(super) async fn populate(place: &Place<'_>, size: Size) -> Result<Vec<Vec<u8>>> {
    let authority = open(place).await?;
    let each = size.applications / size.tenants.max(1);
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let authority = authority.clone();
        let own: Vec<usize> = (task..size.tenants).step_by(TASKS).collect();
        tasks.spawn(async move {
            let mut bodies = Vec::new();
            for number in own {
                let made = timeout(TENANT, make_tenant(&authority, number, each)).await;
                let slow = || format!("tenant {number} was not made in {} s", TENANT.as_secs());
                bodies.push(made.with_context(slow)??);
            }
            anyhow::Ok(bodies)
        });
    }
    let origin = origin(place);
    let mut all = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        for (path, body) in ended.context("a task that made tenants failed")?? {
            all.push(origin.post(&path, &[requests::form()], &body));
        }
    }
    Ok(all)
}

/// Where the requests go.
pub(super) fn origin(place: &Place<'_>) -> requests::Origin {
    requests::Origin::of_port(place.port)
}

pub(super) async fn open(place: &Place<'_>) -> Result<Authority> {
    let cluster = match place.database {
        Some(url) => Cluster::postgres(url)?,
        None => Cluster::sqlite(place.folder.join("databases"), SqliteOptions::default()),
    };
    let key = std::fs::read(place.folder.join("key-encryption.key")).context("the program has made no key")?;
    let options = Options {
        origin: Origin::parse(&format!("http://localhost:{}", place.port))?,
        token_lifetime: TokenLifetime::default(),
        key_encryption_key: KeyEncryptionKey::from_bytes(&key)?,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        operator_key: None,
    };
    let database = cluster
        .open("directory")
        .await
        .context("the program has made no directory")?;
    Ok(Authority::open(database, options).await?)
}

/// Path and body of the token request of the tenant's last application.
async fn make_tenant(authority: &Authority, number: usize, applications: usize) -> Result<(String, String)> {
    let operator = authority.operator();
    let new = NewTenant {
        id: None,
        display_name: format!("Tenant {number}"),
        domains: vec![format!("tenant-{number}.bench.example")],
    };
    let tenant = tenant::create(authority, &operator, new).await?;
    let mut body = String::new();
    for application in 0..applications.max(1) {
        body = make_application(authority, tenant, application).await?;
    }
    Ok((format!("/{tenant}/oauth2/v2.0/token"), body))
}

async fn make_application(authority: &Authority, tenant: TenantId, number: usize) -> Result<String> {
    let operator = authority.operator();
    let new = NewApplication {
        app_id: None,
        object_id: None,
        home_tenant: tenant,
        display_name: format!("Application {number}"),
        audience: Audience::SingleTenant,
        token_version: TokenVersion::V1,
        identifier_uris: Vec::new(),
        registration: Registration::default(),
    };
    let app_id = application::register(authority, &operator, new).await?;
    let new = NewServicePrincipal {
        object_id: None,
        tenant,
        app_id,
    };
    service_principal::create(authority, &operator, new).await?;
    let now = SystemClock.now();
    let new = NewSecret {
        app_id,
        display_name: "bench".to_owned(),
        starts_at: now,
        ends_at: now.plus_seconds(YEAR_SECONDS),
    };
    let secret = application_secret::add(authority, &operator, new).await?;
    let (secret, scope) = (requests::form_value(secret.value.expose()), requests::form_value(SCOPE));
    Ok(format!(
        "grant_type=client_credentials&client_id={app_id}&client_secret={secret}&scope={scope}"
    ))
}
