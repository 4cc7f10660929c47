//! `commonhold app`: applications, their credentials, and whether a tenant lets them in.

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::{
    InTenant, access, credential,
    graph::{self, Graph},
    print::{self, Column},
};
use crate::cli::Switch;

/// What can be done. An application is named by its client id.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the applications that are registered in a tenant.
    List {
        #[command(flatten)]
        at: InTenant,
    },
    /// Show one.
    Show {
        client_id: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Register an application and bring it into its own tenant.
    Create {
        /// Its name for people.
        name: String,
        /// Other tenants may let it in too.
        #[arg(long)]
        multi_tenant: bool,
        /// Where answers of the sign-in may be sent.
        #[arg(long = "redirect-uri", value_name = "URI")]
        redirect_uris: Vec<String>,
        #[command(flatten)]
        at: InTenant,
    },
    /// Delete an application, in every tenant.
    Delete {
        client_id: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Change an application; what is not said stays.
    Set {
        client_id: String,
        /// Its name for people.
        #[arg(long)]
        name: Option<String>,
        /// Which tenants may let it in.
        #[arg(long, value_enum)]
        audience: Option<Audience>,
        /// Where answers of the sign-in may be sent, in place of all that there are.
        #[arg(long = "redirect-uri", value_name = "URI")]
        redirect_uris: Option<Vec<String>>,
        /// A name by which tokens are asked for, such as `api://orders`, in place of all that there are.
        #[arg(long = "identifier-uri", value_name = "URI")]
        identifier_uris: Option<Vec<String>>,
        /// Whether it may ask for tokens without proving itself.
        #[arg(long, value_enum)]
        public_client: Option<Switch>,
        #[command(flatten)]
        at: InTenant,
    },
    #[command(flatten)]
    Credential(credential::Verb),
    #[command(flatten)]
    Access(access::Verb),
}

/// Which tenants may let an application in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Audience {
    /// Its own.
    Own,
    /// Any.
    Any,
}

const COLUMNS: &[Column] = &[
    ("CLIENT ID", "/appId"),
    ("NAME", "/displayName"),
    ("AUDIENCE", "/signInAudience"),
    ("SECRETS", "/passwordCredentials"),
    ("CERTIFICATES", "/keyCredentials"),
];
const DETAILS: &[Column] = &[
    ("CLIENT ID", "/appId"),
    ("OBJECT ID", "/id"),
    ("NAME", "/displayName"),
    ("AUDIENCE", "/signInAudience"),
    ("IDENTIFIERS", "/identifierUris"),
    ("REDIRECT URIS", "/web/redirectUris"),
];
pub(super) async fn run(verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::List { at } => print::list(at.format(), COLUMNS, &at.graph().await?.list("applications").await?),
        Verb::Show { client_id, at } => show(&at, &at.graph().await?, &client_id).await?,
        Verb::Create {
            name,
            multi_tenant,
            redirect_uris,
            at,
        } => {
            let audience = if multi_tenant { Audience::Any } else { Audience::Own };
            let audience = audience.name();
            let body =
                json!({ "displayName": name, "signInAudience": audience, "web": { "redirectUris": redirect_uris } });
            let graph = at.graph().await?;
            let made = graph.post("applications", &body).await?;
            graph
                .post("servicePrincipals", &json!({ "appId": made.get("appId") }))
                .await?;
            print::one(at.format(), DETAILS, &made);
        }
        Verb::Delete { client_id, at } => {
            at.graph().await?.delete(&application(&client_id)).await?;
            print::done(at.format(), &format!("The application {client_id} is deleted."));
        }
        Verb::Set {
            client_id,
            name,
            audience,
            redirect_uris,
            identifier_uris,
            public_client,
            at,
        } => {
            let said = [
                ("displayName", name.map(Value::from)),
                ("signInAudience", audience.map(|audience| audience.name().into())),
                ("web", redirect_uris.map(|uris| json!({ "redirectUris": uris }))),
                ("identifierUris", identifier_uris.map(Value::from)),
                (
                    "isFallbackPublicClient",
                    public_client.map(|it| (it == Switch::On).into()),
                ),
            ];
            let graph = at.graph().await?;
            graph.patch(&application(&client_id), &graph::said(said)).await?;
            show(&at, &graph, &client_id).await?;
        }
        Verb::Credential(verb) => credential::run(verb).await?,
        Verb::Access(verb) => access::run(verb).await?,
    }
    Ok(())
}

/// Shows an application with its credentials.
pub(super) async fn show(at: &InTenant, graph: &Graph, client_id: &str) -> anyhow::Result<()> {
    let mut found = graph.get(&application(client_id)).await?;
    let federated = graph.list(&credential::federated(client_id)).await?;
    if let Some(found) = found.as_object_mut() {
        found.insert("federatedIdentityCredentials".to_owned(), federated.into());
    }
    print::one(at.format(), DETAILS, &found);
    credential::show(at, &found);
    Ok(())
}

impl Audience {
    fn name(self) -> &'static str {
        match self {
            Self::Own => "AzureADMyOrg",
            Self::Any => "AzureADMultipleOrgs",
        }
    }
}

/// The path of an application.
pub(super) fn application(client_id: &str) -> String {
    format!("applications(appId='{}')", graph::quoted(client_id))
}
