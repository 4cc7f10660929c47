//! The shape of the configuration file, word for word.
//!
//! In: TOML. Out: [`File`], nothing in it checked but its shape. Invariant: a key that is not listed here is an error.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, anyhow};
use serde::Deserialize;

use crate::config::{ForwardedHeader, KeyEncryptionKeySource, OperatorKeyFile};

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// `[listen]`
    pub(crate) listen: Listen,
    /// `[authority]`
    pub(crate) authority: Authority,
    /// `[database]`
    pub(crate) database: Database,
    /// `[limits]`; the cloud's numbers when absent.
    #[serde(default)]
    pub(crate) limits: Limits,
    /// `[[tenant]]`
    #[serde(default)]
    pub(crate) tenant: Vec<Tenant>,
    /// `[[environment]]`
    #[serde(default)]
    pub(crate) environment: Vec<Environment>,
}

/// `[listen]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listen {
    /// `"0.0.0.0:8443"`
    pub(crate) address: SocketAddr,
    /// PEM file; with `private_key`, or neither.
    pub(crate) certificate: Option<PathBuf>,
    /// PEM file.
    pub(crate) private_key: Option<PathBuf>,
    /// Whether clients are asked for certificates of their own (mutual TLS).
    #[serde(default)]
    pub(crate) client_certificates: ClientCertificates,
    /// Whether plain HTTP is served, to a proxy that ends TLS in front.
    #[serde(default)]
    pub(crate) plain_http: PlainHttp,
    /// Addresses and networks of proxies whose word is believed about where a request comes from.
    #[serde(default)]
    pub(crate) trusted_proxies: Vec<String>,
    /// The header in which they tell it.
    #[serde(default)]
    pub(crate) forwarded_header: ForwardedHeader,
}

/// Whether clients are asked for certificates of their own. A browser that has some asks its user for one then.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ClientCertificates {
    /// No.
    #[default]
    Off,
    /// Yes; those who show none are served too.
    Optional,
}

/// Who may reach a listener without TLS.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PlainHttp {
    /// Nobody: HTTPS only.
    #[default]
    Off,
    /// This machine.
    Loopback,
    /// Other machines too; tokens and secrets cross the network in the clear.
    Anywhere,
}

/// `[authority]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Authority {
    /// `"https://login.example.com"`
    pub(crate) origin: String,
    /// Where the key is that encrypts private keys at rest: `{ file = "..." }`, `{ environment = "..." }` or
    /// `{ command = ["..."] }`.
    pub(crate) key_encryption_key: KeyEncryptionKeySource,
    /// A file with the key by which the operator is recognised.
    pub(crate) operator_key_file: Option<OperatorKeyFile>,
    /// How many days sign-ins stay on record.
    #[serde(default = "sign_in_retention_days")]
    pub(crate) sign_in_retention_days: u32,
}

fn sign_in_retention_days() -> u32 {
    authority::manage::sign_in::DEFAULT_RETENTION_DAYS
}

/// `[database]`: one of the three.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Database {
    /// A folder of SQLite files.
    pub(crate) sqlite_folder: Option<PathBuf>,
    /// A PostgreSQL URL.
    pub(crate) postgres_url: Option<String>,
    /// A file that holds a PostgreSQL URL.
    pub(crate) postgres_url_file: Option<PathBuf>,
}

/// The URL may hold a password.
impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
}

/// `[limits]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limits {
    /// Whether there are limits.
    pub(crate) enabled: bool,
    /// See [`LimitSettings`].
    pub(crate) requests: u32,
    /// See [`LimitSettings`].
    pub(crate) execution_seconds: u32,
    /// See [`LimitSettings`].
    pub(crate) concurrent_requests: u32,
}

impl Default for Limits {
    fn default() -> Self {
        let cloud = LimitSettings::CLOUD;
        Self {
            enabled: true,
            requests: cloud.requests,
            execution_seconds: cloud.execution_seconds,
            concurrent_requests: cloud.concurrent_requests,
        }
    }
}

/// The numbers of service protection, per user in a sliding window of 300 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LimitSettings {
    /// Requests.
    pub(crate) requests: u32,
    /// Execution time over all of them.
    pub(crate) execution_seconds: u32,
    /// Requests at the same time.
    pub(crate) concurrent_requests: u32,
}

impl LimitSettings {
    /// As Dataverse has them.
    pub(crate) const CLOUD: Self = Self {
        requests: 6000,
        execution_seconds: 1200,
        concurrent_requests: 52,
    };
}

/// `[[tenant]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tenant {
    /// A GUID.
    pub(crate) id: String,
    /// For people.
    pub(crate) name: String,
    /// The default one first.
    pub(crate) domains: Vec<String>,
}

/// `[[environment]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Environment {
    /// `"contoso"`
    pub(crate) name: String,
    /// A tenant's id or domain.
    pub(crate) tenant: String,
    /// Origins, the canonical one first.
    pub(crate) urls: Vec<String>,
    /// The display name of the application that administers it.
    pub(crate) administrator: String,
    /// Where that application's credentials are written.
    pub(crate) credentials_file: PathBuf,
}

/// Reads the file; the error has the line and what was expected there.
pub(crate) fn read(path: &Path) -> anyhow::Result<File> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading `{}`", path.display()))?;
    parse(&text).with_context(|| format!("in `{}`", path.display()))
}

/// Reads the text of a file.
pub(crate) fn parse(text: &str) -> anyhow::Result<File> {
    toml::from_str(text).map_err(|error| anyhow!("{}", error.to_string().trim_end()))
}
