//! `commonhold consent`: what applications were let have in a tenant.

use clap::Subcommand;
use serde_json::{Value, json};

use super::{
    InTenant,
    graph::{self, Graph},
    print::{self, Column},
};

/// The application id of the data service.
const DATA_SERVICE: &str = "00000007-0000-0000-c000-000000000000";

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the consents of a tenant.
    List {
        #[command(flatten)]
        at: InTenant,
    },
    /// Bring an application into the tenant, and let it act for everybody there at the data service.
    Grant {
        /// The application's client id.
        client_id: String,
        /// The delegated permissions.
        #[arg(long = "scope", default_value = "user_impersonation", value_name = "SCOPE")]
        scopes: Vec<String>,
        #[command(flatten)]
        at: InTenant,
    },
    /// Take back everything that an application was let have in the tenant: it is out at once.
    Revoke {
        /// The application's client id.
        client_id: String,
        #[command(flatten)]
        at: InTenant,
    },
}

const COLUMNS: &[Column] = &[
    ("CLIENT ID", "/client/appId"),
    ("APPLICATION", "/client/displayName"),
    ("FOR", "/consentType"),
    ("PERSON", "/principalId"),
    ("RESOURCE", "/resource/displayName"),
    ("SCOPES", "/scope"),
];

pub(super) async fn run(verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::List { at } => {
            let graph = at.graph().await?;
            let mut grants = graph.list("oauth2PermissionGrants").await?;
            name(&graph, &mut grants).await?;
            print::list(at.format(), COLUMNS, &grants);
        }
        Verb::Grant { client_id, scopes, at } => {
            let graph = at.graph().await?;
            let client = principal(&graph, &client_id).await?;
            let resource = graph.get(&format!("servicePrincipals(appId='{DATA_SERVICE}')")).await?;
            let body = json!({
                "clientId": graph::id(&client)?,
                "consentType": "AllPrincipals",
                "resourceId": graph::id(&resource)?,
                "scope": scopes.join(" "),
            });
            let mut granted = [graph.post("oauth2PermissionGrants", &body).await?];
            name(&graph, &mut granted).await?;
            print::list(at.format(), COLUMNS, &granted);
        }
        Verb::Revoke { client_id, at } => {
            let path = format!("servicePrincipals(appId='{}')", graph::quoted(&client_id));
            at.graph().await?.delete(&path).await?;
            print::done(
                at.format(),
                &format!("The application {client_id} is out of the tenant {}.", at.tenant),
            );
        }
    }
    Ok(())
}

/// Says of each consent which application and which resource it is about: the directory API gives ids of service
/// principals only.
async fn name(graph: &Graph, grants: &mut [Value]) -> anyhow::Result<()> {
    let principals = graph.list("servicePrincipals").await?;
    for grant in grants {
        for (id, member) in [("clientId", "client"), ("resourceId", "resource")] {
            let found = principals.iter().find(|one| one.get("id") == grant.get(id));
            let Some(found) = found else { continue };
            let told = json!({ "appId": found.get("appId"), "displayName": found.get("displayName") });
            if let Some(grant) = grant.as_object_mut() {
                grant.insert(member.to_owned(), told);
            }
        }
    }
    Ok(())
}

/// The application's service principal, made where the tenant has none.
async fn principal(graph: &Graph, client_id: &str) -> anyhow::Result<Value> {
    let found = graph
        .list(&format!(
            "servicePrincipals?$filter=appId%20eq%20'{}'",
            graph::quoted(client_id)
        ))
        .await?;
    match found.into_iter().next() {
        Some(principal) => Ok(principal),
        None => graph.post("servicePrincipals", &json!({ "appId": client_id })).await,
    }
}
