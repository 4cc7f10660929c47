//! `commonhold group`: the groups of a tenant, and who is in them.

use anyhow::bail;
use clap::Subcommand;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    InTenant,
    graph::{self, Graph},
    print::{self, Column},
};

/// What can be done. A group is named by object id or display name, a person by user principal name or object id.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the groups of a tenant.
    List {
        #[command(flatten)]
        at: InTenant,
    },
    /// Make a group.
    Create {
        /// Its name for people.
        name: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Delete a group; the people in it stay.
    Delete {
        group: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// List who is in a group.
    Members {
        group: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Put a person into a group.
    AddMember {
        group: String,
        person: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Take a person out of a group.
    RemoveMember {
        group: String,
        person: String,
        #[command(flatten)]
        at: InTenant,
    },
}

const COLUMNS: &[Column] = &[("ID", "/id"), ("NAME", "/displayName"), ("DESCRIPTION", "/description")];
const MEMBERS: &[Column] = &[
    ("ID", "/id"),
    ("NAME", "/userPrincipalName"),
    ("DISPLAY NAME", "/displayName"),
];

pub(super) async fn run(verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::List { at } => print::list(at.format(), COLUMNS, &at.graph().await?.list("groups").await?),
        Verb::Create { name, at } => {
            let nickname: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
            let body = json!({
                "displayName": name,
                "mailNickname": nickname,
                "mailEnabled": false,
                "securityEnabled": true,
            });
            let made = at.graph().await?.post("groups", &body).await?;
            print::one(at.format(), COLUMNS, &made);
        }
        Verb::Delete { group, at } => {
            let graph = at.graph().await?;
            let id = id(&graph, &group).await?;
            graph.delete(&format!("groups/{id}")).await?;
            print::done(at.format(), &format!("The group {group} is deleted."));
        }
        Verb::Members { group, at } => members(&at, &at.graph().await?, &group).await?,
        Verb::AddMember { group, person, at } => {
            let graph = at.graph().await?;
            let (id, person) = (id(&graph, &group).await?, graph::person(&graph, &person).await?);
            graph.refer(&format!("groups/{id}/members/$ref"), &person).await?;
            members(&at, &graph, &group).await?;
        }
        Verb::RemoveMember { group, person, at } => {
            let graph = at.graph().await?;
            let (id, person) = (id(&graph, &group).await?, graph::person(&graph, &person).await?);
            graph.delete(&format!("groups/{id}/members/{person}/$ref")).await?;
            members(&at, &graph, &group).await?;
        }
    }
    Ok(())
}

async fn members(at: &InTenant, graph: &Graph, group: &str) -> anyhow::Result<()> {
    let id = id(graph, group).await?;
    let members = graph.list(&format!("groups/{id}/members")).await?;
    print::list(at.format(), MEMBERS, &members);
    Ok(())
}

/// The object id of a group; of a name that several have, none.
pub(super) async fn id(graph: &Graph, group: &str) -> anyhow::Result<String> {
    if let Ok(id) = Uuid::parse_str(group) {
        return Ok(id.to_string());
    }
    let name = graph::quoted(group);
    let found = graph
        .list(&format!("groups?$filter=displayName%20eq%20'{name}'"))
        .await?;
    match found.as_slice() {
        [] => bail!("there is no group `{group}`"),
        [one] => Ok(graph::id(one)?.to_owned()),
        [_, ..] => bail!(
            "several groups are called `{group}`; name one by its id: {}",
            ids(&found)
        ),
    }
}

fn ids(groups: &[Value]) -> String {
    let ids: Vec<&str> = groups.iter().filter_map(|group| graph::id(group).ok()).collect();
    ids.join(", ")
}
