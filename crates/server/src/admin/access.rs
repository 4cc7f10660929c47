//! Whether a tenant lets an application in, and whom it lets use it.

use anyhow::bail;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    InTenant,
    graph::{self, Graph},
    group,
    print::{self, Column},
};
use crate::cli::Switch;

/// What can be done. The application may be of another tenant.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the applications that the tenant has let in, its own and others'.
    LetIn {
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
    /// Say whether people must be assigned to an application before they can use it.
    RequireAssignment {
        client_id: String,
        #[arg(value_enum)]
        to: Switch,
        #[command(flatten)]
        at: InTenant,
    },
    /// List who is assigned to an application.
    Assignments {
        client_id: String,
        #[command(flatten)]
        at: InTenant,
    },
    /// Assign a person, a group, or another application to an application.
    Assign {
        client_id: String,
        #[command(flatten)]
        whom: Whom,
        /// The role, by its value; without one, mere access.
        #[arg(long)]
        role: Option<String>,
        #[command(flatten)]
        at: InTenant,
    },
    /// Take an assignment back.
    Unassign {
        client_id: String,
        /// Its id, as `assignments` prints it.
        assignment: String,
        #[command(flatten)]
        at: InTenant,
    },
}

/// Who is assigned: one of the three.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Whom {
    /// A person, by user principal name or object id.
    #[arg(long)]
    person: Option<String>,
    /// Everybody in a group, by its name or object id.
    #[arg(long)]
    group: Option<String>,
    /// An application, by its client id.
    #[arg(long, value_name = "CLIENT ID")]
    application: Option<String>,
}

const COLUMNS: &[Column] = &[
    ("CLIENT ID", "/appId"),
    ("NAME", "/displayName"),
    ("HOME TENANT", "/appOwnerOrganizationId"),
    ("ENABLED", "/accountEnabled"),
    ("ASSIGNMENT REQUIRED", "/appRoleAssignmentRequired"),
];
const ASSIGNMENTS: &[Column] = &[
    ("ID", "/id"),
    ("KIND", "/principalType"),
    ("WHO", "/principalDisplayName"),
    ("ROLE", "/appRoleId"),
];

pub(super) async fn run(verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::LetIn { at } => {
            let let_in = at.graph().await?.list("servicePrincipals").await?;
            print::list(at.format(), COLUMNS, &let_in);
        }
        Verb::Enable { client_id, at } => change(&at, &client_id, &json!({ "accountEnabled": true })).await?,
        Verb::Disable { client_id, at } => change(&at, &client_id, &json!({ "accountEnabled": false })).await?,
        Verb::RequireAssignment { client_id, to, at } => {
            let body = json!({ "appRoleAssignmentRequired": to == Switch::On });
            change(&at, &client_id, &body).await?;
        }
        Verb::Assignments { client_id, at } => {
            let graph = at.graph().await?;
            let resource = graph::principal(&graph, &client_id).await?;
            let list = graph.list(&assigned_to(&resource)?).await?;
            print::list(at.format(), ASSIGNMENTS, &list);
        }
        Verb::Assign {
            client_id,
            whom,
            role,
            at,
        } => {
            let graph = at.graph().await?;
            let resource = graph::principal(&graph, &client_id).await?;
            let body = json!({
                "principalId": whom.id(&graph).await?,
                "resourceId": graph::id(&resource)?,
                "appRoleId": role_id(&resource, role.as_deref())?,
            });
            let made = graph.post(&assigned_to(&resource)?, &body).await?;
            print::one(at.format(), ASSIGNMENTS, &made);
        }
        Verb::Unassign {
            client_id,
            assignment,
            at,
        } => {
            let graph = at.graph().await?;
            let resource = graph::principal(&graph, &client_id).await?;
            let path = format!("{}/{}", assigned_to(&resource)?, graph::segment(&assignment));
            graph.delete(&path).await?;
            print::done(at.format(), &format!("The assignment {assignment} is taken back."));
        }
    }
    Ok(())
}

async fn change(at: &InTenant, client_id: &str, body: &Value) -> anyhow::Result<()> {
    let graph = at.graph().await?;
    let path = format!("servicePrincipals(appId='{}')", graph::quoted(client_id));
    graph.patch(&path, body).await?;
    print::one(at.format(), COLUMNS, &graph::principal(&graph, client_id).await?);
    Ok(())
}

impl Whom {
    async fn id(&self, graph: &Graph) -> anyhow::Result<String> {
        match (&self.person, &self.group, &self.application) {
            (Some(person), _, _) => graph::person(graph, person).await,
            (_, Some(group), _) => group::id(graph, group).await,
            (_, _, Some(client_id)) => {
                let principal = graph::principal(graph, client_id).await?;
                Ok(graph::id(&principal)?.to_owned())
            }
            (None, None, None) => bail!("say --person, --group or --application"),
        }
    }
}

/// The id of a role that the application defines; the nil id is mere access.
fn role_id(resource: &Value, role: Option<&str>) -> anyhow::Result<String> {
    let Some(role) = role else {
        return Ok(Uuid::nil().to_string());
    };
    let roles = resource.get("appRoles").and_then(Value::as_array);
    let mut roles = roles.into_iter().flatten();
    match roles.find(|one| one.get("value").and_then(Value::as_str) == Some(role)) {
        Some(found) => Ok(graph::id(found)?.to_owned()),
        None => bail!("the application has no role `{role}`"),
    }
}

fn assigned_to(resource: &Value) -> anyhow::Result<String> {
    Ok(format!("servicePrincipals/{}/appRoleAssignedTo", graph::id(resource)?))
}
