//! The credentials of an application: secrets, certificates, and tokens of other issuers.

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
    app::{self, application},
    graph::{self, Graph},
    print::{self, Column},
};

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
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
    /// Register a certificate.
    AddCertificate {
        client_id: String,
        /// A PEM file with the certificate; a private key in it is not read.
        file: PathBuf,
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
    /// Take tokens of another issuer as the application's proof: of a CI system or a cluster, without any secret.
    AddFederatedCredential {
        client_id: String,
        /// What it is called; one of the application's own.
        #[arg(long)]
        name: String,
        /// The `iss` of the tokens; its discovery document is fetched from there.
        #[arg(long, value_name = "URL")]
        issuer: String,
        /// The `sub` of the tokens.
        #[arg(long)]
        subject: String,
        /// The `aud` of the tokens.
        #[arg(long, default_value = "api://AzureADTokenExchange")]
        audience: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Take them no longer.
    RemoveFederatedCredential {
        client_id: String,
        /// The name, or the id, as `show` prints it.
        credential: String,
        #[command(flatten)]
        at: InTenant,
    },
}

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
const FEDERATED: &[Column] = &[
    ("FEDERATED CREDENTIAL", "/id"),
    ("NAME", "/name"),
    ("ISSUER", "/issuer"),
    ("SUBJECT", "/subject"),
    ("AUDIENCE", "/audiences"),
];
const SECRET: &[Column] = &[
    ("KEY ID", "/keyId"),
    ("SECRET", "/secretText"),
    ("UNTIL", "/endDateTime"),
];

pub(super) async fn run(verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::AddSecret { client_id, name, at } => {
            let body = json!({ "passwordCredential": { "displayName": name } });
            let path = format!("{}/addPassword", application(&client_id));
            let made = at.graph().await?.post(&path, &body).await?;
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
            app::show(&at, &graph, &client_id).await?;
        }
        Verb::RemoveCertificate { client_id, key_id, at } => {
            remove_certificate(&at.graph().await?, &client_id, &key_id).await?;
            print::done(at.format(), &format!("The certificate {key_id} is removed."));
        }
        Verb::AddFederatedCredential {
            client_id,
            name,
            issuer,
            subject,
            audience,
            at,
        } => {
            let body = json!({ "name": name, "issuer": issuer, "subject": subject, "audiences": [audience] });
            let made = at.graph().await?.post(&federated(&client_id), &body).await?;
            print::one(at.format(), FEDERATED, &made);
        }
        Verb::RemoveFederatedCredential {
            client_id,
            credential,
            at,
        } => {
            let path = format!("{}/{}", federated(&client_id), graph::segment(&credential));
            at.graph().await?.delete(&path).await?;
            print::done(
                at.format(),
                &format!("The federated credential {credential} is removed."),
            );
        }
    }
    Ok(())
}

/// Shows the credentials of an application that was just shown.
pub(super) fn show(at: &InTenant, application: &Value) {
    for (member, columns) in [
        ("passwordCredentials", SECRETS),
        ("keyCredentials", CERTIFICATES),
        ("federatedIdentityCredentials", FEDERATED),
    ] {
        let credentials = application.get(member).and_then(Value::as_array);
        print::part(at.format(), columns, credentials.map_or(&[], Vec::as_slice));
    }
}

/// The path of an application's federated credentials.
pub(super) fn federated(client_id: &str) -> String {
    format!("{}/federatedIdentityCredentials", application(client_id))
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
