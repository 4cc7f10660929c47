//! Administration from the command line: `commonhold tenant|app|user|group|consent|key|audit ...`.
//!
//! In: a command. Out: what the running server answered, as a table or as JSON. Invariant: nothing is changed but through
//! the server's own API, with its checks and its audit.

mod access;
mod app;
mod audit;
mod consent;
mod credential;
mod graph;
mod group;
mod key;
mod print;
mod server;
mod tenant;
mod user;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use self::{graph::Graph, print::Format, server::Server};

/// What is administered.
#[derive(Debug, Subcommand)]
pub(crate) enum Noun {
    /// Tenants of the authority.
    #[command(subcommand)]
    Tenant(tenant::Verb),
    /// Applications, their credentials, and whether a tenant lets them in.
    #[command(subcommand)]
    App(app::Verb),
    /// People.
    #[command(subcommand)]
    User(user::Verb),
    /// Groups of people.
    #[command(subcommand)]
    Group(group::Verb),
    /// What applications were let have.
    #[command(subcommand)]
    Consent(consent::Verb),
    /// The keys that sign tokens.
    #[command(subcommand)]
    Key(key::Verb),
    /// What was changed, and who signed in or was refused.
    #[command(subcommand)]
    Audit(audit::Verb),
}

/// Where the server is, how the operator proves who they are, and how answers are shown.
#[derive(Debug, Clone, Args)]
pub(crate) struct Reach {
    /// The data folder of `commonhold up`, from which address, certificate authority and operator's key are read.
    #[arg(long, default_value = "./commonhold-data", value_name = "FOLDER")]
    data_dir: PathBuf,
    /// The authority's address, in place of the data folder's: <https://login.example.com>
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// A PEM file with the certificate authority to trust besides the system's.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// The file with the operator's key, in place of the data folder's.
    #[arg(long, value_name = "FILE")]
    operator_key_file: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// [`Reach`], and which tenant is meant.
#[derive(Debug, Clone, Args)]
pub(crate) struct InTenant {
    /// The tenant: its id or one of its domains.
    #[arg(long, value_name = "TENANT")]
    tenant: String,
    #[command(flatten)]
    reach: Reach,
}

impl Reach {
    fn format(&self) -> Format {
        if self.json { Format::Json } else { Format::Table }
    }
}

impl InTenant {
    /// The directory API, as the operator sees this tenant.
    async fn graph(&self) -> anyhow::Result<Graph> {
        Server::reach(&self.reach)?.graph(&self.tenant).await
    }

    fn format(&self) -> Format {
        self.reach.format()
    }
}

/// Does what was said.
pub(crate) async fn run(noun: Noun) -> anyhow::Result<()> {
    match noun {
        Noun::Tenant(verb) => tenant::run(verb).await,
        Noun::App(verb) => app::run(verb).await,
        Noun::User(verb) => user::run(verb).await,
        Noun::Group(verb) => group::run(verb).await,
        Noun::Consent(verb) => consent::run(verb).await,
        Noun::Key(verb) => key::run(verb).await,
        Noun::Audit(verb) => audit::run(verb).await,
    }
}
