//! `directoryRole`: who administers the tenant.
//!
//! In: calls. Out: the roles in Microsoft Graph's shape. Invariant: a role's id is that of its template, since there is one
//! of each in every tenant; roles are not given here.

use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::{Asked, alternate};
use super::list::{self, Rows, Source};
use super::reply::{Reply, add};
use super::user;
use crate::graph::GraphRefusal;
use crate::person::DirectoryRole;
use crate::store;
use crate::store::narrow::{Narrow, Stretch};

const ROLES: [DirectoryRole; 3] = [
    DirectoryRole::Administrator,
    DirectoryRole::ApplicationAdministrator,
    DirectoryRole::Reader,
];

/// `GET /directoryRoles`
pub(crate) fn list(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let roles = ROLES
        .into_iter()
        .filter_map(|role| Some((role.template_id()?, shown(role)?)));
    list::whole(
        asked,
        "directoryRoles",
        &["id", "roleTemplateId", "displayName"],
        roles.collect(),
    )
}

/// `GET /directoryRoles/{id}`
pub(crate) fn read(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let object = shown(find(asked)?).ok_or_else(|| asked.not_found(0))?;
    Ok(Reply::entity(asked, "directoryRoles", object))
}

/// `GET /directoryRoles/{id}/members`
pub(crate) async fn list_members(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let role = find(asked)?;
    list::reply(asked, Source::RoleMembers(role)).await
}

/// One stretch of the people who have a role.
pub(crate) async fn members(
    asked: &Asked<'_>,
    role: DirectoryRole,
    stretch: Stretch<'_>,
) -> Result<Rows, GraphRefusal> {
    let narrow = Narrow::And(vec![store::person::in_role(role), stretch.narrow.clone()]);
    let narrow = &narrow;
    let mut rows = user::rows(asked, Stretch { narrow, ..stretch }).await?;
    for (_, object) in &mut rows.objects {
        add(object, "@odata.type", "#microsoft.graph.user");
    }
    Ok(rows)
}

/// The role of the first key, by id or `roleTemplateId='..'`.
fn find(asked: &Asked<'_>) -> Result<DirectoryRole, GraphRefusal> {
    let key = asked.key(0);
    let id: Option<Uuid> = alternate(key, "roleTemplateId").unwrap_or(key).parse().ok();
    let role = ROLES.into_iter().find(|role| id.is_some() && role.template_id() == id);
    role.ok_or_else(|| asked.not_found(0))
}

fn shown(role: DirectoryRole) -> Option<Value> {
    let id = role.template_id()?.to_string();
    let (name, description) = match role {
        DirectoryRole::Member => return None,
        DirectoryRole::Administrator => ("Global Administrator", "Can manage everything in the directory."),
        DirectoryRole::ApplicationAdministrator => (
            "Application Administrator",
            "Can manage applications, service principals and consent.",
        ),
        DirectoryRole::Reader => ("Directory Readers", "Can read the directory."),
    };
    Some(json!({
        "id": id,
        "roleTemplateId": id,
        "displayName": name,
        "description": description,
        "deletedDateTime": null,
    }))
}
