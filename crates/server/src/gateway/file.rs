//! The shape of the gateway's configuration file, word for word.
//!
//! In: TOML. Out: [`File`], nothing in it checked but its shape. Invariant: a key that is not listed here is an error.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::secret::SecretSource;
use crate::config::Listen;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// By which browsers reach it: `"https://orders.example.com"`.
    pub(crate) origin: Spanned<String>,
    /// Functions and actions that are open; `$metadata` and `$service` are named like the others.
    #[serde(default)]
    pub(crate) operations: Vec<String>,
    /// `[listen]`
    pub(crate) listen: Listen,
    /// `[admin]`; none when absent.
    pub(crate) admin: Option<Admin>,
    /// `[provider]`
    pub(crate) provider: Provider,
    /// `[application]`
    pub(crate) application: Application,
    /// `[session]`
    pub(crate) session: Session,
    /// `[policy]`
    pub(crate) policy: Policy,
    /// `[table.accounts]`
    #[serde(default)]
    pub(crate) table: BTreeMap<String, Table>,
    /// `[budget]`
    #[serde(default)]
    pub(crate) budget: Budget,
    /// `[limits]`
    #[serde(default)]
    pub(crate) limits: Limits,
    /// A file of `[[subscriber]]`, read again when it is written anew.
    #[serde(rename = "subscribers_file")]
    pub(crate) subscribers: Spanned<PathBuf>,
}

/// `[admin]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Admin {
    /// Plain HTTP, for the operator's network alone.
    pub(crate) address: SocketAddr,
}

/// `[provider]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    /// The issuer.
    pub(crate) issuer: Spanned<String>,
    /// The client id.
    pub(crate) client_id: String,
    /// The client secret; none for a public client.
    pub(crate) client_secret: Option<Spanned<SecretSource>>,
    /// What is to be known of the person.
    #[serde(default = "scopes")]
    pub(crate) scopes: Spanned<Vec<String>>,
    /// A CA to trust besides those of the system.
    pub(crate) ca_file: Option<Spanned<PathBuf>>,
    /// The claim that names the subscriber.
    pub(crate) tenant_claim: Option<Spanned<String>>,
    /// The subscriber of everybody.
    pub(crate) tenant: Option<String>,
    /// The claim with the object id.
    #[serde(default = "object_id_claim")]
    pub(crate) object_id_claim: String,
    /// The claim with app roles.
    #[serde(default = "roles_claim")]
    pub(crate) roles_claim: String,
    /// The claim with groups.
    #[serde(default = "groups_claim")]
    pub(crate) groups_claim: String,
}

fn scopes() -> Spanned<Vec<String>> {
    let scopes = ["openid", "profile", "email"];
    Spanned::new(0..0, scopes.map(str::to_owned).to_vec())
}

fn object_id_claim() -> String {
    "oid".to_owned()
}

fn roles_claim() -> String {
    "roles".to_owned()
}

fn groups_claim() -> String {
    "groups".to_owned()
}

/// `[application]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Application {
    /// The app id of the multi-tenant application.
    pub(crate) client_id: Spanned<String>,
    /// Its secret; or one of the two below.
    pub(crate) client_secret: Option<Spanned<SecretSource>>,
    /// A PEM file with its certificate and RSA key.
    pub(crate) certificate: Option<Spanned<SecretSource>>,
    /// A file with a federated assertion.
    pub(crate) federated_file: Option<PathBuf>,
    /// Authorities that may see the credential besides those of the Microsoft clouds.
    #[serde(default)]
    pub(crate) authorities: Vec<String>,
    /// In whose name the environments are asked.
    pub(crate) speaks_for: SpeaksFor,
    /// A CA to trust besides those of the system.
    pub(crate) ca_file: Option<Spanned<PathBuf>>,
}

/// In whose name the environments are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SpeaksFor {
    /// As the application user.
    Application,
    /// On behalf of the person.
    Person,
}

/// `[session]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    /// The first seals, all open.
    pub(crate) cookie_keys: Vec<Spanned<SecretSource>>,
    /// Where endings are kept over a restart.
    pub(crate) endings_file: Option<Spanned<PathBuf>>,
    /// Without a request for so long, a session ends.
    #[serde(default = "idle_minutes")]
    pub(crate) idle_minutes: u32,
    /// Whatever happens, it ends then.
    #[serde(default = "longest_hours")]
    pub(crate) longest_hours: u32,
}

fn idle_minutes() -> u32 {
    30
}

fn longest_hours() -> u32 {
    8
}

/// `[policy]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policy {
    /// A file in Cedar.
    pub(crate) file: Spanned<PathBuf>,
    /// Claims that it may look at.
    #[serde(default = "none_kept")]
    pub(crate) claims: Spanned<Vec<String>>,
    /// A file of expected decisions.
    pub(crate) tests: Option<PathBuf>,
}

fn none_kept() -> Spanned<Vec<String>> {
    Spanned::new(0..0, Vec::new())
}

/// `[table.accounts]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    /// Navigations, each with the table that it leads to.
    #[serde(default)]
    pub(crate) navigations: BTreeMap<String, String>,
    /// Columns with an address of their own.
    #[serde(default)]
    pub(crate) columns: Vec<String>,
}

/// `[budget]`, for each person.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Budget {
    /// Requests in the window.
    pub(crate) requests: u32,
    /// Seconds.
    pub(crate) window_seconds: u32,
    /// Requests at the same time.
    pub(crate) in_flight: u32,
}

impl Default for Budget {
    fn default() -> Self {
        let budget = gateway::BudgetOptions::default();
        Self {
            requests: budget.requests,
            window_seconds: budget.window_s,
            in_flight: budget.in_flight,
        }
    }
}

/// `[limits]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limits {
    /// The longest row, in bytes.
    pub(crate) body_bytes: usize,
    /// How long an environment may take until its answer begins.
    pub(crate) answer_seconds: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1024 * 1024,
            answer_seconds: 130,
        }
    }
}
