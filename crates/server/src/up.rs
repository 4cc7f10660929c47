//! `commonhold up`: the whole system on this machine, with a demonstration world where there is none.
//!
//! In: the options. Out: a running system, one screen of text, and `demo.env`. Invariant: a world is whole before it is
//! served; what a start that was cut off left behind is made anew.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use authority::{Clock as _, SystemClock, Timestamp};
use tokio::net::TcpListener;

use crate::{
    certificates::{self, Certificates},
    cli::{Switch, Up},
    config::{
        KeyEncryptionKeySource, LimitSettings, ListenerSettings, OperatorKeyFile, Settings, Store, TlsFiles,
        TrustedProxies,
    },
    demo,
    env_file::EnvFile,
    folder::{self, Folder, State},
    output, screen,
    serve::{self, Listener},
    stop, system, tls, upkeep,
};

/// Runs until the program is told to stop.
pub(crate) async fn run(options: Up) -> anyhow::Result<()> {
    let started = SystemClock.now();
    if options.tls == Switch::Off && !options.listen.ip().is_loopback() && !options.plain_http_anywhere {
        bail!(
            "`{}` can be reached from other machines, and --tls off would send tokens and secrets in the clear; \
             listen on 127.0.0.1, or say --plain-http-anywhere",
            options.listen
        );
    }
    let (folder, state) = Folder::open(&options.data_dir)?;
    let sockets = bind(options.listen).await?;
    let stop = stop::signal()?;
    let store = match &options.database {
        Some(url) => Store::Postgres(url.clone()),
        None => Store::Sqlite(folder.path("databases")),
    };
    let state = prepare(&folder, state, &store, &options).await?;
    let certificates = certificates::in_folder(&folder, started)?;
    OperatorKeyFile::new(folder.path(folder::OPERATOR_KEY)).make_if_missing()?;
    let settings = settings(&options, &folder, store, &sockets, &certificates)?;

    let env_path = folder.path("demo.env");
    let told = if state == State::Whole {
        EnvFile::parse(&std::fs::read_to_string(&env_path).context("reading demo.env; --reset makes a new world")?)
    } else {
        let unlimited = Settings {
            limits: None,
            ..settings.clone()
        };
        demo::make(&system::start(&unlimited).await?, &folder)
            .await
            .context("making the demonstration world")?
    };
    let system = system::start(&settings).await?;
    let env = addressed(told, &settings, &certificates);
    folder::write_private(&env_path, env.to_string().as_bytes())?;
    if state != State::Whole {
        folder.finish()?;
    }
    let acceptor = settings.tls.as_ref().map(tls::acceptor).transpose()?;
    output::line(&screen::text(&env, &folder, state, elapsed_ms(started)));
    upkeep::start(system.authority.clone(), settings.sign_in_retention_days, stop.clone());
    let hosts = [&settings.origin]
        .into_iter()
        .chain(settings.environments.iter().filter_map(|it| it.urls.first()));
    let listeners = sockets
        .into_iter()
        .zip(hosts)
        .map(|(socket, origin)| Listener::new(socket, origin))
        .collect();
    serve::run(listeners, acceptor, system.routing, stop).await;
    output::line("Stopped.");
    Ok(())
}

/// The authority's socket and, on the ports after it, one for each environment.
async fn bind(first: SocketAddr) -> anyhow::Result<Vec<TcpListener>> {
    let mut sockets = vec![serve::bind(first).await?];
    for position in 1..=2 {
        let port = if first.port() == 0 {
            Some(0)
        } else {
            first.port().checked_add(position)
        };
        let port = port.with_context(|| format!("there are no two ports after {}", first.port()))?;
        sockets.push(serve::bind(SocketAddr::new(first.ip(), port)).await?);
    }
    Ok(sockets)
}

/// Brings folder and databases into a state in which a world is whole or absent.
async fn prepare(folder: &Folder, state: State, store: &Store, options: &Up) -> anyhow::Result<State> {
    let cluster = system::cluster(store)?;
    let environments = [demo::CONTOSO, demo::FABRIKAM].map(|it| system::database_name(it.name));
    let mut there = Vec::new();
    for name in std::iter::once(system::DIRECTORY.to_owned()).chain(environments) {
        if cluster.exists(&name).await.context("reaching the database")? {
            there.push(name);
        }
    }
    if state == State::Whole && !options.reset {
        if there.is_empty() {
            bail!(
                "the database holds no world, and `{}` is the folder of one that is elsewhere; \
                 start it with the same --database as before, or give an empty folder with --data-dir",
                folder.path("").display()
            );
        }
        return Ok(state);
    }
    let ours = state == State::Unfinished && folder.unfinished_databases() == Some(store.identity());
    if !ours && !options.reset && !there.is_empty() {
        bail!(
            "the database holds a world already, and `{}` is not the folder with its keys; \
             give that folder with --data-dir, or --reset to delete the world",
            folder.path("").display()
        );
    }
    // First: whatever is cut off from here on is begun anew.
    folder.begin(&store.identity())?;
    for name in there {
        cluster
            .drop(&name)
            .await
            .with_context(|| format!("deleting the database `{name}`"))?;
    }
    folder.clear()?;
    Ok(State::Empty)
}

fn settings(
    options: &Up,
    folder: &Folder,
    store: Store,
    sockets: &[TcpListener],
    certificates: &Certificates,
) -> anyhow::Result<Settings> {
    let scheme = if options.tls == Switch::On { "https" } else { "http" };
    let mut origins = Vec::new();
    for socket in sockets {
        origins.push((
            socket.local_addr()?,
            format!("{scheme}://localhost:{}", socket.local_addr()?.port()),
        ));
    }
    let [(address, origin), (_, contoso), (_, fabrikam)] = origins.as_slice() else {
        bail!("one socket for the authority and one for each environment are needed");
    };
    let tls = (options.tls == Switch::On).then(|| TlsFiles {
        certificate: certificates.server.clone(),
        private_key: certificates.server_key.clone(),
        client_certificates: options.client_certificates,
    });
    Ok(Settings {
        listener: ListenerSettings {
            address: *address,
            proxies: TrustedProxies::default(),
        },
        tls,
        origin: origin.clone(),
        store,
        key_encryption_key: KeyEncryptionKeySource::File(folder.path("key-encryption.key")),
        operator_key: Some(OperatorKeyFile::new(folder.path(folder::OPERATOR_KEY))),
        sign_in_retention_days: authority::manage::sign_in::DEFAULT_RETENTION_DAYS,
        limits: (options.limits == Switch::On).then_some(LimitSettings::CLOUD),
        tenants: demo::tenants(),
        environments: demo::environments(folder, [contoso.clone(), fabrikam.clone()]),
    })
}

/// `demo.env`: addresses first, as they are in this run, then what the world was made with.
fn addressed(told: EnvFile, settings: &Settings, certificates: &Certificates) -> EnvFile {
    let mut env = EnvFile::default();
    env.set("COMMONHOLD_URL", &settings.origin);
    env.set("COMMONHOLD_CA", &certificates.ca.display());
    for (tenant, environment) in [demo::CONTOSO, demo::FABRIKAM].iter().zip(&settings.environments) {
        env.set(&format!("{}_TENANT_ID", tenant.key), &tenant.id());
        env.set(&format!("{}_DOMAIN", tenant.key), tenant.domain);
        env.set(
            &format!("{}_ENVIRONMENT", tenant.key),
            environment.urls.first().map_or("", String::as_str),
        );
    }
    env.extend_missing(told);
    env
}

fn elapsed_ms(since: Timestamp) -> i64 {
    SystemClock.now().millis().saturating_sub(since.millis())
}
