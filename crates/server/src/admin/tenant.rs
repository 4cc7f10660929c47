//! `commonhold tenant`: tenants of the authority.

use clap::{Subcommand, ValueEnum};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    Reach, graph,
    key::Algorithm,
    print::{self, Column},
    server::Server,
};

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List all tenants.
    List {
        #[command(flatten)]
        reach: Reach,
    },
    /// Show what is decided about a tenant's tokens and people, and change what is said.
    Settings {
        /// The tenant: its id or one of its domains.
        tenant: String,
        /// With which algorithm its tokens are signed.
        #[arg(long, value_enum)]
        signing_algorithm: Option<Algorithm>,
        /// How long its access tokens live, in seconds: the shortest and the longest, such as `3600-5400`, or `default`.
        #[arg(long, value_name = "SECONDS", value_parser = lifetime)]
        token_lifetime: Option<Value>,
        /// Who may let an application act for them.
        #[arg(long, value_enum)]
        user_consent: Option<UserConsent>,
        #[command(flatten)]
        reach: Reach,
    },
    /// Make a tenant.
    Create {
        /// Its name for people.
        name: String,
        /// A domain of it, the default one first; at least one.
        #[arg(long = "domain", required = true, value_name = "DOMAIN")]
        domains: Vec<String>,
        #[command(flatten)]
        reach: Reach,
    },
}

/// Who may consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum UserConsent {
    /// Everybody for themselves.
    Everybody,
    /// Administrators, for everybody.
    AdministratorsOnly,
}

const SETTINGS: &[Column] = &[
    ("SIGNING ALGORITHM", "/signingAlgorithm"),
    ("TOKEN LIFETIME", "/tokenLifetimeSeconds"),
    ("USER CONSENT", "/userConsent"),
];
const COLUMNS: &[Column] = &[("ID", "/id"), ("NAME", "/displayName"), ("DOMAINS", "/domains")];

pub(super) async fn run(verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::List { reach } => {
            let answer = Server::reach(&reach)?.call(Method::GET, "tenants", None).await?;
            let tenants = answer.get("value").and_then(Value::as_array).cloned();
            print::list(reach.format(), COLUMNS, &tenants.unwrap_or_default());
        }
        Verb::Settings {
            tenant,
            signing_algorithm,
            token_lifetime,
            user_consent,
            reach,
        } => {
            let consent = user_consent.map(|consent| match consent {
                UserConsent::Everybody => json!("everybody"),
                UserConsent::AdministratorsOnly => json!("administratorsOnly"),
            });
            let body = graph::said([
                ("signingAlgorithm", signing_algorithm.map(|it| json!(it.name()))),
                ("tokenLifetimeSeconds", token_lifetime),
                ("userConsent", consent),
            ]);
            let path = format!("tenants/{}/settings", graph::segment(&tenant));
            let server = Server::reach(&reach)?;
            let settings = if body == json!({}) {
                server.call(Method::GET, &path, None).await?
            } else {
                server.call(Method::PATCH, &path, Some(&body)).await?
            };
            print::one(reach.format(), SETTINGS, &settings);
        }
        Verb::Create { name, domains, reach } => {
            let body = json!({ "displayName": name, "domains": domains });
            let made = Server::reach(&reach)?
                .call(Method::POST, "tenants", Some(&body))
                .await?;
            print::one(reach.format(), COLUMNS, &made);
        }
    }
    Ok(())
}

/// `3600-5400` as two numbers, `default` as null.
fn lifetime(text: &str) -> Result<Value, String> {
    if text == "default" {
        return Ok(Value::Null);
    }
    let numbers: Result<Vec<u32>, _> = text.split('-').map(str::parse).collect();
    match numbers.ok().as_deref() {
        Some([least, most]) => Ok(json!([least, most])),
        _ => Err("write two numbers of seconds such as `3600-5400`, or `default`".to_owned()),
    }
}
