//! `directoryAudit`: the log of changes of the caller's tenant.
//!
//! In: calls. Out: lines of the log in Microsoft Graph's shape, the newest first. Invariant: only changes that were made
//! are in it, so each is a success.

use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::Asked;
use super::list::Rows;
use super::reply::Reply;
use crate::graph::GraphRefusal;
use crate::mandate::Initiator;
use crate::store::directory_audit::{self, Audit, Target};
use crate::store::narrow::{Narrow, Stretch};

/// The properties by which the log may be filtered.
pub(crate) const FILTERED: &[&str] = &[
    "id",
    "activityDateTime",
    "activityDisplayName",
    "category",
    "operationType",
    "result",
    "loggedByService",
    "initiatedBy",
    "targetResources",
];

/// One stretch of the log.
pub(crate) async fn rows(asked: &Asked<'_>, stretch: Stretch<'_>) -> Result<Rows, GraphRefusal> {
    let lines = directory_audit::stretch(asked.snapshot.database(), Some(asked.tenant()), stretch).await?;
    let last = lines.last().map(|line| line.id);
    Ok(Rows {
        objects: lines.iter().map(|line| (line.id, shown(line))).collect(),
        last: last.filter(|_| lines.len() as u64 == stretch.most),
    })
}

/// `GET /auditLogs/directoryAudits/{id}`
pub(crate) async fn read(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let only = Stretch {
        narrow: &Narrow::id(asked.id(0)?),
        after: Uuid::nil(),
        most: 1,
    };
    let line = rows(asked, only).await?.objects.pop();
    let (_, object) = line.ok_or_else(|| asked.not_found(0))?;
    Ok(Reply::entity(asked, "auditLogs/directoryAudits", object))
}

/// A line in its JSON form.
pub(crate) fn shown(line: &Audit) -> Value {
    json!({
        "id": line.id.to_string(),
        "activityDateTime": line.at.to_string(),
        "activityDisplayName": line.activity,
        "category": category(line.target),
        "operationType": operation_type(&line.activity),
        "result": "success",
        "resultReason": "",
        "loggedByService": "Core Directory",
        "correlationId": line.id.to_string(),
        "initiatedBy": initiated_by(&line.initiator),
        "targetResources": [{
            "id": line.target_id,
            "type": target_type(line.target),
            "displayName": line.target_name,
            "modifiedProperties": [],
        }],
        "additionalDetails": [],
    })
}

fn initiated_by(initiator: &Initiator) -> Value {
    match initiator {
        Initiator::Operator => json!({
            "user": null,
            "app": { "appId": null, "displayName": "Operator", "servicePrincipalId": null },
        }),
        Initiator::Application {
            app_id,
            principal,
            display_name,
        } => json!({
            "user": null,
            "app": {
                "appId": app_id.to_string(),
                "displayName": display_name,
                "servicePrincipalId": principal.to_string(),
            },
        }),
        Initiator::Person { object_id, upn } => json!({
            "user": { "id": object_id.to_string(), "userPrincipalName": upn },
            "app": null,
        }),
    }
}

fn category(target: Target) -> &'static str {
    match target {
        Target::Application | Target::ServicePrincipal => "ApplicationManagement",
        Target::User => "UserManagement",
        Target::Group => "GroupManagement",
        Target::Directory => "DirectoryManagement",
        Target::SigningKey => "KeyManagement",
    }
}

fn target_type(target: Target) -> &'static str {
    match target {
        Target::Application => "Application",
        Target::ServicePrincipal => "ServicePrincipal",
        Target::User => "User",
        Target::Group => "Group",
        Target::Directory => "Directory",
        Target::SigningKey => "SigningKey",
    }
}

/// The first word of an activity says what kind of change it was.
fn operation_type(activity: &str) -> &'static str {
    match activity.split(' ').next() {
        Some("Add") => "Add",
        Some("Delete" | "Remove") => "Delete",
        _ => "Update",
    }
}
