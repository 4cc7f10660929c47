//! The configuration file of `commonhold serve`: text to [`Settings`], or a list of what is wrong with it.
//!
//! In: a TOML file, described in docs/configuration.md. Out: [`Settings`], the one form in which `up` and `serve`
//! start the system. Invariant: this is the only place that reads configuration; nothing unknown in it is ignored.

mod check;
mod file;
mod key_encryption_key;
mod operator_key;
mod trusted_proxies;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use authority::TenantId;

pub(crate) use check::{Problems, tls as listener_tls};
pub(crate) use file::{ClientCertificates, LimitSettings, Listen};
pub(crate) use key_encryption_key::KeyEncryptionKeySource;
pub(crate) use operator_key::OperatorKeyFile;
pub(crate) use trusted_proxies::{ForwardedHeader, TrustedProxies};

/// Everything that the system is started with.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Where connections are taken.
    pub(crate) listener: ListenerSettings,
    /// The certificate and its key; `None` for plain HTTP.
    pub(crate) tls: Option<TlsFiles>,
    /// The authority's origin, as its callers write it: `https://login.example.com`, without a trailing slash.
    pub(crate) origin: String,
    /// Where rows are kept.
    pub(crate) store: Store,
    /// Where the key is that encrypts private keys at rest.
    pub(crate) key_encryption_key: KeyEncryptionKeySource,
    /// Where the operator's key is; `None` for no API of the operator.
    pub(crate) operator_key: Option<OperatorKeyFile>,
    /// How many days sign-ins stay on record.
    pub(crate) sign_in_retention_days: u32,
    /// The limits of service protection; `None` for no limits.
    pub(crate) limits: Option<LimitSettings>,
    /// Tenants that are there once the system runs.
    pub(crate) tenants: Vec<TenantSettings>,
    /// Environments that are there once the system runs.
    pub(crate) environments: Vec<EnvironmentSettings>,
}

/// One address to listen on.
#[derive(Debug, Clone)]
pub(crate) struct ListenerSettings {
    /// The socket.
    pub(crate) address: SocketAddr,
    /// The proxies in front of it.
    pub(crate) proxies: TrustedProxies,
}

/// PEM files.
#[derive(Debug, Clone)]
pub(crate) struct TlsFiles {
    /// The certificate and those that lead to its CA.
    pub(crate) certificate: PathBuf,
    /// Its private key.
    pub(crate) private_key: PathBuf,
    /// Whether clients are asked for certificates of their own.
    pub(crate) client_certificates: ClientCertificates,
}

/// Where rows are kept.
#[derive(Clone)]
pub(crate) enum Store {
    /// A folder of SQLite files.
    Sqlite(PathBuf),
    /// A PostgreSQL database, by its URL; it holds a password and is never printed.
    Postgres(String),
}

impl Store {
    /// Which databases these are, without the password by which they are reached.
    pub(crate) fn identity(&self) -> String {
        match self {
            Self::Sqlite(dir) => dir.display().to_string(),
            Self::Postgres(url) => url::Url::parse(url).map_or_else(
                |_not_a_url| "postgres".to_owned(),
                |url| {
                    format!(
                        "postgres {}:{}{}",
                        url.host_str().unwrap_or_default(),
                        url.port().unwrap_or(5432),
                        url.path()
                    )
                },
            ),
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(dir) => f.debug_tuple("Sqlite").field(dir).finish(),
            Self::Postgres(_) => f.write_str("Postgres(..)"),
        }
    }
}

/// A tenant.
#[derive(Debug, Clone)]
pub(crate) struct TenantSettings {
    /// Its id; never changes.
    pub(crate) id: TenantId,
    /// For people.
    pub(crate) name: String,
    /// Its domains, the default one first.
    pub(crate) domains: Vec<String>,
}

/// An environment.
#[derive(Debug, Clone)]
pub(crate) struct EnvironmentSettings {
    /// Its name in `/env/{name}/`, and of its database.
    pub(crate) name: String,
    /// The tenant that it belongs to.
    pub(crate) tenant: TenantId,
    /// The origins by which it is reached, the canonical one first, without trailing slashes.
    pub(crate) urls: Vec<String>,
    /// The display name of the application that is made with it and administers it.
    pub(crate) administrator: String,
    /// Where that application's credentials are written when it is made.
    pub(crate) credentials_file: PathBuf,
}

/// Reads a configuration file. The error names every problem in it, with its place and what to write instead.
pub(crate) fn read(path: &Path) -> anyhow::Result<Settings> {
    check::settings(file::read(path)?, path)
}
