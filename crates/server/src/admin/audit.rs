//! `commonhold audit`: what was changed, and who signed in or was refused.

use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::Value;

use super::{
    Reach, graph,
    print::{self, Column},
    server::Server,
};

/// What can be read.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List changes of the directory, the newest first: of a tenant, or of the server as a whole (tenants made, keys rolled).
    Changes {
        #[command(flatten)]
        of: Log,
    },
    /// List sign-ins and refusals, the newest first: of a tenant, or those that named no tenant of this server.
    SignIns {
        /// Only of this application, by its client id.
        #[arg(long, value_name = "CLIENT ID", requires = "tenant")]
        application: Option<String>,
        /// Only with this correlation id.
        #[arg(long, value_name = "ID", requires = "tenant")]
        correlation_id: Option<String>,
        /// Only what was refused.
        #[arg(long, requires = "tenant")]
        refused: bool,
        #[command(flatten)]
        of: Log,
    },
}

/// Which log, and how much of it.
#[derive(Debug, Args)]
pub(crate) struct Log {
    /// The tenant: its id or one of its domains. Without it, the log of what concerns no tenant.
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// How many lines, at most.
    #[arg(long, default_value_t = 50, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=999))]
    newest: u16,
    #[command(flatten)]
    reach: Reach,
}

const CHANGES: &[Column] = &[
    ("WHEN", "/activityDateTime"),
    ("WHAT", "/activityDisplayName"),
    ("KIND", "/targetResources/0/type"),
    ("ID", "/targetResources/0/id"),
    ("NAME", "/targetResources/0/displayName"),
    ("BY APPLICATION", "/initiatedBy/app/displayName"),
    ("BY PERSON", "/initiatedBy/user/userPrincipalName"),
];
const SIGN_INS: &[Column] = &[
    ("WHEN", "/createdDateTime"),
    ("CODE", "/status/errorCode"),
    ("CLIENT ID", "/appId"),
    ("PERSON", "/userPrincipalName"),
    ("FROM", "/ipAddress"),
    ("CORRELATION ID", "/correlationId"),
    ("REASON", "/status/failureReason"),
];

pub(super) async fn run(verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::Changes { of } => {
            let lines = of.read("auditLogs/directoryAudits", &[]).await?;
            print::list(of.reach.format(), CHANGES, &lines);
        }
        Verb::SignIns {
            application,
            correlation_id,
            refused,
            of,
        } => {
            let equal = |name: &str, id: Option<String>| id.map(|id| format!("{name} eq '{}'", id.replace('\'', "''")));
            let conditions = [
                equal("appId", application),
                equal("correlationId", correlation_id),
                refused.then(|| "status/errorCode gt 0".to_owned()),
            ];
            let conditions: Vec<String> = conditions.into_iter().flatten().collect();
            let lines = of.read("auditLogs/signIns", &conditions).await?;
            print::list(of.reach.format(), SIGN_INS, &lines);
        }
    }
    Ok(())
}

impl Log {
    async fn read(&self, log: &str, conditions: &[String]) -> anyhow::Result<Vec<Value>> {
        let server = Server::reach(&self.reach)?;
        let mut path = format!("{log}?$top={}", self.newest);
        let Some(tenant) = &self.tenant else {
            let page = server.call(Method::GET, &path, None).await?;
            let lines = page.get("value").and_then(Value::as_array).cloned();
            return Ok(lines.unwrap_or_default());
        };
        if !conditions.is_empty() {
            path.push_str("&$filter=");
            path.push_str(&graph::segment(&conditions.join(" and ")));
        }
        server.graph(tenant).await?.some(&path, self.newest.into()).await
    }
}
