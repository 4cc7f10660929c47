//! `commonhold user`: the people of a tenant.

use authority::{Random as _, SystemRandom};
use clap::Subcommand;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    InTenant, graph,
    print::{self, Column},
};
use crate::cli::Switch;

/// What can be done. A person is named by user principal name or object id.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the people of a tenant.
    List {
        #[command(flatten)]
        at: InTenant,
    },
    /// Make a person; prints the password, once.
    Create {
        /// The user principal name: <name@domain of the tenant>
        upn: String,
        /// The name for people.
        #[arg(long)]
        name: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Delete a person.
    Delete {
        person: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Let a person sign in again.
    Enable {
        person: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Keep a person out, at once.
    Disable {
        person: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Give a person a licence for the data service.
    License {
        person: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Take a person's licence.
    Unlicense {
        person: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Give a person a new password, which they must change; prints it, once.
    Password {
        person: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// End a person's sessions: every device has to sign in again.
    SignOut {
        person: String,
        #[command(flatten)]
        at: InTenant,
    },
}

const COLUMNS: &[Column] = &[
    ("ID", "/id"),
    ("NAME", "/userPrincipalName"),
    ("DISPLAY NAME", "/displayName"),
    ("ENABLED", "/accountEnabled"),
    ("LICENCES", "/assignedLicenses"),
];
const WITH_PASSWORD: &[Column] = &[
    ("ID", "/id"),
    ("NAME", "/userPrincipalName"),
    ("PASSWORD", "/passwordProfile/password"),
];
const NEW_PASSWORD: &[Column] = &[
    ("NAME", "/userPrincipalName"),
    ("PASSWORD", "/passwordProfile/password"),
];

pub(super) async fn run(verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::List { at } => print::list(at.format(), COLUMNS, &at.graph().await?.list("users").await?),
        Verb::Create { upn, name, at } => create(&at, &upn, &name).await?,
        Verb::Delete { person, at } => {
            at.graph().await?.delete(&path(&person)).await?;
            print::done(at.format(), &format!("{person} is deleted."));
        }
        Verb::Enable { person, at } => change(&at, &person, &json!({ "accountEnabled": true })).await?,
        Verb::Disable { person, at } => change(&at, &person, &json!({ "accountEnabled": false })).await?,
        Verb::License { person, at } => license(&at, &person, Switch::On).await?,
        Verb::Unlicense { person, at } => license(&at, &person, Switch::Off).await?,
        Verb::Password { person, at } => {
            let profile = json!({ "password": password(), "forceChangePasswordNextSignIn": true });
            let body = json!({ "passwordProfile": profile });
            let graph = at.graph().await?;
            graph.patch(&path(&person), &body).await?;
            let told = json!({ "userPrincipalName": person, "passwordProfile": profile });
            print::one(at.format(), NEW_PASSWORD, &told);
        }
        Verb::SignOut { person, at } => {
            let graph = at.graph().await?;
            graph
                .post(&format!("{}/revokeSignInSessions", path(&person)), &json!({}))
                .await?;
            print::done(at.format(), &format!("{person} is signed out everywhere."));
        }
    }
    Ok(())
}

async fn create(at: &InTenant, upn: &str, name: &str) -> anyhow::Result<()> {
    let profile = json!({ "password": password(), "forceChangePasswordNextSignIn": true });
    let body = json!({
        "accountEnabled": true,
        "displayName": name,
        "userPrincipalName": upn,
        "mailNickname": upn.split('@').next(),
        "passwordProfile": profile,
    });
    let mut made = at.graph().await?.post("users", &body).await?;
    // The server never says a password.
    if let Some(made) = made.as_object_mut() {
        made.insert("passwordProfile".to_owned(), profile);
    }
    print::one(at.format(), WITH_PASSWORD, &made);
    Ok(())
}

async fn change(at: &InTenant, person: &str, body: &Value) -> anyhow::Result<()> {
    let graph = at.graph().await?;
    graph.patch(&path(person), body).await?;
    print::one(at.format(), COLUMNS, &graph.get(&path(person)).await?);
    Ok(())
}

async fn license(at: &InTenant, person: &str, licence: Switch) -> anyhow::Result<()> {
    let graph = at.graph().await?;
    let skus = graph.list("subscribedSkus").await?;
    let sku = skus
        .first()
        .and_then(|sku| sku.get("skuId"))
        .cloned()
        .unwrap_or_default();
    let body = match licence {
        Switch::On => json!({ "addLicenses": [{ "skuId": sku }], "removeLicenses": [] }),
        Switch::Off => json!({ "addLicenses": [], "removeLicenses": [sku] }),
    };
    graph.post(&format!("{}/assignLicense", path(person)), &body).await?;
    print::one(at.format(), COLUMNS, &graph.get(&path(person)).await?);
    Ok(())
}

fn path(person: &str) -> String {
    format!("users/{}", graph::segment(person))
}

/// 122 bits as text that can be typed.
fn password() -> String {
    let mut bytes = [0; 16];
    SystemRandom.fill(&mut bytes);
    Uuid::from_bytes(bytes).simple().to_string()
}
