//! `commonhold key`: the keys that sign tokens.

use clap::{Subcommand, ValueEnum};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    Reach,
    print::{self, Column},
    server::Server,
};

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the keys that are published, and when each signs.
    List {
        #[command(flatten)]
        reach: Reach,
    },
    /// Let the next key sign from now on, and publish a new one after it.
    Roll {
        /// The keys of which algorithm.
        #[arg(long, value_enum, default_value_t = Algorithm::Rs256)]
        algorithm: Algorithm,
        /// Withdraw the present key at once: every token that it signed is worth nothing from now on.
        #[arg(long)]
        emergency: bool,
        #[command(flatten)]
        reach: Reach,
    },
}

/// With which algorithm keys sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Algorithm {
    Rs256,
    Ps256,
    Es256,
}

const COLUMNS: &[Column] = &[
    ("KEY", "/kid"),
    ("ALGORITHM", "/algorithm"),
    ("ROLE", "/role"),
    ("SIGNS FROM", "/notBefore"),
    ("PUBLISHED UNTIL", "/retireAt"),
];

pub(super) async fn run(verb: Verb) -> anyhow::Result<()> {
    let (answer, reach) = match verb {
        Verb::List { reach } => (
            Server::reach(&reach)?.call(Method::GET, "signingKeys", None).await?,
            reach,
        ),
        Verb::Roll {
            algorithm,
            emergency,
            reach,
        } => {
            let body = json!({
                "algorithm": algorithm.name(),
                "kind": if emergency { "emergency" } else { "planned" },
            });
            let server = Server::reach(&reach)?;
            (server.call(Method::POST, "signingKeys/roll", Some(&body)).await?, reach)
        }
    };
    let keys = answer.get("value").and_then(Value::as_array).cloned();
    print::list(reach.format(), COLUMNS, &keys.unwrap_or_default());
    Ok(())
}

impl Algorithm {
    /// As the operator's API calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
        }
    }
}
