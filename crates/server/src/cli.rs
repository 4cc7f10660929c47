//! The command line: text to one command.
//!
//! In: the arguments. Out: a [`Command`]. Invariant: every option says in its help what it does and what it defaults to.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{admin::Noun, config::ClientCertificates};

/// Server-to-server access to business data: the authority, the data service, the gateway.
#[derive(Debug, Parser)]
#[command(name = "commonhold", version, about, max_term_width = 100)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// What to log to standard error: `error`, `warn`, `info`, `debug`, `trace`, or a filter such as `commonhold_data=debug,warn`.
    #[arg(long, global = true, default_value = "warn", value_name = "FILTER")]
    pub(crate) log: String,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the whole system on this machine, with a demonstration world where the data folder is empty.
    Up(Up),
    /// Start the system as a configuration file says, without a demonstration world.
    Serve(WithConfig),
    /// Read a configuration file and tell what is wrong with it.
    Check(WithConfig),
    /// Start the gateway of a web application: sign-in, sessions, access policy, calls to the subscribers' environments.
    Gateway(GatewayArguments),
    /// Administer a running server.
    #[command(flatten)]
    Administer(Noun),
}

/// `commonhold up`
#[derive(Debug, Args)]
pub(crate) struct Up {
    /// Where everything is kept: databases, certificates, keys, demo.env.
    #[arg(long, default_value = "./commonhold-data", value_name = "FOLDER")]
    pub(crate) data_dir: PathBuf,
    /// Where the authority listens; the two environments take the next two ports. Port 0 takes free ones.
    #[arg(long, default_value = "127.0.0.1:8443", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// Whether requests are limited as in the cloud (6,000 in five minutes per user, and so on).
    #[arg(long, value_enum, default_value_t = Switch::On)]
    pub(crate) limits: Switch,
    /// Whether to serve HTTPS; `off` is plain HTTP for a proxy in front, on a loopback address only.
    #[arg(long, value_enum, default_value_t = Switch::On)]
    pub(crate) tls: Switch,
    /// Whether clients are asked for certificates of their own, for mutual TLS and tokens bound to it.
    #[arg(long, value_enum, default_value_t = ClientCertificates::Off)]
    pub(crate) client_certificates: ClientCertificates,
    /// Lets `--tls off` listen on an address that other machines reach. Tokens and secrets then cross the network in the clear.
    #[arg(long)]
    pub(crate) plain_http_anywhere: bool,
    /// Delete all that is in the data folder (and its databases) first.
    #[arg(long)]
    pub(crate) reset: bool,
    /// Keep rows in this PostgreSQL database instead of SQLite files: <postgres://user:password@host/database>
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
}

/// `commonhold serve` and `commonhold check`
#[derive(Debug, Args)]
pub(crate) struct WithConfig {
    /// The configuration file; docs/configuration.md describes it.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
}

/// `commonhold gateway`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct GatewayArguments {
    /// Something else than to start it.
    #[command(subcommand)]
    pub(crate) command: Option<GatewayCommand>,
    /// The configuration file; docs/how-to/gateway.md describes it.
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) config: Option<PathBuf>,
}

/// `commonhold gateway test`
#[derive(Debug, Subcommand)]
pub(crate) enum GatewayCommand {
    /// Put a file of requests to the access policy and tell which are not decided as expected, and by which policy.
    Test(WithConfig),
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}
