//! `commonhold app`: applications, their credentials, and whether a tenant lets them in.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::Subcommand;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use serde_json::{Value, json};

use super::{
    InTenant,
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
    /// Let an application get tokens of the tenant again.
    Enable {
        client_id: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Keep an application from getting tokens of the tenant, and end those that it has.
    Disable {
        client_id: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Make a secret; prints it, once.
    AddSecret {
        client_id: String,
        /// What it is for.
        #[arg(long, default_value = "made on the command line")]
        name: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Remove a secret.
    RemoveSecret {
        client_id: String,
        /// The id of the secret, as `show` prints it.
        key_id: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Remove a certificate.
    RemoveCertificate {
        client_id: String,
        /// The id of the certificate, as `show` prints it.
        key_id: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Register a certificate.
    AddCertificate {
        client_id: String,
        /// A PEM file with the certificate; a private key in it is not read.
        file: PathBuf,
        #[command(flatten)]
        at: InTenant,
    },
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
const SECRETS: &[Column] = &[
    ("SECRET", "/keyId"),
    ("NAME", "/displayName"),
    ("BEGINS", "/hint"),
    ("UNTIL", "/endDateTime"),
];
const CERTIFICATES: &[Column] = &[
    ("CERTIFICATE", "/keyId"),
    ("NAME", "/displayName"),
    ("UNTIL", "/endDateTime"),
];
const SECRET: &[Column] = &[
    ("KEY ID", "/keyId"),
    ("SECRET", "/secretText"),
    ("UNTIL", "/endDateTime"),
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
            let audience = if multi_tenant {
                "AzureADMultipleOrgs"
            } else {
                "AzureADMyOrg"
            };
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
        Verb::Enable { client_id, at } => switch(&at, &client_id, Switch::On).await?,
        Verb::Disable { client_id, at } => switch(&at, &client_id, Switch::Off).await?,
        Verb::AddSecret { client_id, name, at } => {
            let body = json!({ "passwordCredential": { "displayName": name } });
            let graph = at.graph().await?;
            let made = graph
                .post(&format!("{}/addPassword", application(&client_id)), &body)
                .await?;
            print::one(at.format(), SECRET, &made);
        }
        Verb::RemoveSecret { client_id, key_id, at } => {
            let path = format!("{}/removePassword", application(&client_id));
            at.graph().await?.post(&path, &json!({ "keyId": key_id })).await?;
            print::done(at.format(), &format!("The secret {key_id} is removed."));
        }
        Verb::AddCertificate { client_id, file, at } => {
            let graph = at.graph().await?;
            add_certificate(&graph, &client_id, &file).await?;
            show(&at, &graph, &client_id).await?;
        }
        Verb::RemoveCertificate { client_id, key_id, at } => {
            remove_certificate(&at.graph().await?, &client_id, &key_id).await?;
            print::done(at.format(), &format!("The certificate {key_id} is removed."));
        }
    }
    Ok(())
}

async fn show(at: &InTenant, graph: &Graph, client_id: &str) -> anyhow::Result<()> {
    let found = graph.get(&application(client_id)).await?;
    print::one(at.format(), DETAILS, &found);
    for (member, columns) in [("passwordCredentials", SECRETS), ("keyCredentials", CERTIFICATES)] {
        let credentials = found.get(member).and_then(Value::as_array);
        print::part(at.format(), columns, credentials.map_or(&[], Vec::as_slice));
    }
    Ok(())
}

async fn switch(at: &InTenant, client_id: &str, to: Switch) -> anyhow::Result<()> {
    let path = format!("servicePrincipals(appId='{}')", graph::quoted(client_id));
    at.graph()
        .await?
        .patch(&path, &json!({ "accountEnabled": to == Switch::On }))
        .await?;
    let word = match to {
        Switch::On => "in",
        Switch::Off => "out of",
    };
    print::done(
        at.format(),
        &format!("The application {client_id} is {word} the tenant {}.", at.tenant),
    );
    Ok(())
}

/// The list of certificates is replaced whole, so those that are there are sent again.
async fn add_certificate(graph: &Graph, client_id: &str, file: &Path) -> anyhow::Result<()> {
    let pem = fs::read(file).with_context(|| format!("reading `{}`", file.display()))?;
    let der = CertificateDer::from_pem_slice(&pem)
        .with_context(|| format!("reading a certificate in `{}`", file.display()))?;
    let mut certificates = certificates(graph, client_id).await?;
    certificates.push(json!({
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
        "key": STANDARD.encode(&der),
    }));
    let body = json!({ "keyCredentials": certificates });
    graph.patch(&application(client_id), &body).await
}

async fn remove_certificate(graph: &Graph, client_id: &str, key_id: &str) -> anyhow::Result<()> {
    let known = certificates(graph, client_id).await?;
    let is_other = |one: &Value| one.get("keyId").and_then(Value::as_str) != Some(key_id);
    let left: Vec<&Value> = known.iter().filter(|one| is_other(one)).collect();
    if left.len() == known.len() {
        bail!("the application has no certificate `{key_id}`");
    }
    let body = json!({ "keyCredentials": left });
    graph.patch(&application(client_id), &body).await
}

async fn certificates(graph: &Graph, client_id: &str) -> anyhow::Result<Vec<Value>> {
    let path = format!("{}?$select=keyCredentials", application(client_id));
    let mut known = graph.get(&path).await?;
    let known = known.get_mut("keyCredentials").and_then(Value::as_array_mut);
    Ok(known.map(std::mem::take).unwrap_or_default())
}

fn application(client_id: &str) -> String {
    format!("applications(appId='{}')", graph::quoted(client_id))
}
