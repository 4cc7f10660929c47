//! `commonhold user`: the people of a tenant.

use authority::{Random as _, SystemRandom};
use clap::{Subcommand, ValueEnum};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    InTenant, graph,
    print::{self, Column},
    server::Server,
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
    /// Show one.
    Show {
        person: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// List who administers the tenant's directory, and how far.
    Roles {
        #[command(flatten)]
        at: InTenant,
    },
    /// Say what a person may do in the tenant's directory.
    SetRole {
        person: String,
        #[arg(value_enum)]
        role: Role,
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
    /// Give a person a licence for the data service. Nobody has one whose country is not known.
    License {
        person: String,
        /// The country in which the person uses it, in two letters, where it is not known yet: <DK>
        #[arg(long)]
        usage_location: Option<String>,
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
    /// List what a person signs in with.
    Methods {
        person: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Remove what a person has lost: an authenticator app, or a passkey, by the id that `methods` prints.
    RemoveMethod {
        person: String,
        id: String,
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

/// What a person may do in the directory of their tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Nothing but sign in.
    Member,
    /// Read it.
    Reader,
    /// Applications, and consent for everybody.
    ApplicationAdministrator,
    /// Everything.
    Administrator,
}

const COLUMNS: &[Column] = &[
    ("ID", "/id"),
    ("NAME", "/userPrincipalName"),
    ("DISPLAY NAME", "/displayName"),
    ("ENABLED", "/accountEnabled"),
    ("LICENCES", "/assignedLicenses"),
];
const ROLES: &[Column] = &[("ID", "/id"), ("NAME", "/userPrincipalName"), ("ROLE", "/role")];
const WITH_PASSWORD: &[Column] = &[
    ("ID", "/id"),
    ("NAME", "/userPrincipalName"),
    ("PASSWORD", "/passwordProfile/password"),
];
const NEW_PASSWORD: &[Column] = &[
    ("NAME", "/userPrincipalName"),
    ("PASSWORD", "/passwordProfile/password"),
];

const METHODS: &[Column] = &[("ID", "/id"), ("TYPE", "/@odata.type"), ("NAME", "/displayName")];

pub(super) async fn run(verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::List { at } => print::list(at.format(), COLUMNS, &at.graph().await?.list("users").await?),
        Verb::Show { person, at } => print::one(at.format(), COLUMNS, &at.graph().await?.get(&path(&person)).await?),
        Verb::Roles { at } => roles(&at).await?,
        Verb::SetRole { person, role, at } => {
            let (tenant, person) = (graph::segment(&at.tenant), graph::segment(&person));
            let path = format!("tenants/{tenant}/people/{person}/directoryRole");
            let server = Server::reach(&at.reach)?;
            let body = json!({ "role": role.name() });
            print::one(at.format(), ROLES, &server.call(Method::PUT, &path, Some(&body)).await?);
        }
        Verb::Create { upn, name, at } => create(&at, &upn, &name).await?,
        Verb::Delete { person, at } => {
            at.graph().await?.delete(&path(&person)).await?;
            print::done(at.format(), &format!("{person} is deleted."));
        }
        Verb::Enable { person, at } => change(&at, &person, &json!({ "accountEnabled": true })).await?,
        Verb::Disable { person, at } => change(&at, &person, &json!({ "accountEnabled": false })).await?,
        Verb::License {
            person,
            usage_location,
            at,
        } => {
            if let Some(country) = usage_location {
                let body = json!({ "usageLocation": country });
                at.graph().await?.patch(&path(&person), &body).await?;
            }
            license(&at, &person, Switch::On).await?;
        }
        Verb::Unlicense { person, at } => license(&at, &person, Switch::Off).await?,
        Verb::Password { person, at } => {
            let profile = json!({ "password": password(), "forceChangePasswordNextSignIn": true });
            let body = json!({ "passwordProfile": profile });
            let graph = at.graph().await?;
            graph.patch(&path(&person), &body).await?;
            let told = json!({ "userPrincipalName": person, "passwordProfile": profile });
            print::one(at.format(), NEW_PASSWORD, &told);
        }
        Verb::Methods { person, at } => {
            let path = format!("{}/authentication/methods", path(&person));
            print::list(at.format(), METHODS, &at.graph().await?.list(&path).await?);
        }
        Verb::RemoveMethod { person, id, at } => remove_method(&at, &person, &id).await?,
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

async fn roles(at: &InTenant) -> anyhow::Result<()> {
    let graph = at.graph().await?;
    let mut people = Vec::new();
    for role in graph.list("directoryRoles").await? {
        let path = format!("directoryRoles/{}/members", graph::id(&role)?);
        for mut person in graph.list(&path).await? {
            if let Some(person) = person.as_object_mut() {
                person.insert("role".to_owned(), role.get("displayName").cloned().unwrap_or_default());
            }
            people.push(person);
        }
    }
    print::list(at.format(), ROLES, &people);
    Ok(())
}

impl Role {
    /// As the operator's API calls it.
    fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Reader => "reader",
            Self::ApplicationAdministrator => "applicationAdministrator",
            Self::Administrator => "administrator",
        }
    }
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

async fn remove_method(at: &InTenant, person: &str, id: &str) -> anyhow::Result<()> {
    let graph = at.graph().await?;
    let of_person = format!("{}/authentication", path(person));
    let methods = graph.list(&format!("{of_person}/methods")).await?;
    let text = |method: &Value, name: &str| method.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let found = methods.iter().find(|method| text(method, "id") == id);
    let set = match found.map(|method| text(method, "@odata.type")).as_deref() {
        Some("#microsoft.graph.softwareOathAuthenticationMethod") => "softwareOathMethods",
        Some("#microsoft.graph.fido2AuthenticationMethod") => "fido2Methods",
        Some(_) => anyhow::bail!("a password is not removed; `commonhold user password` sets another one"),
        None => anyhow::bail!("{person} has no `{id}`"),
    };
    graph
        .delete(&format!("{of_person}/{set}/{}", graph::segment(id)))
        .await?;
    print::done(at.format(), &format!("{id} of {person} is removed."));
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
