//! `appRoleAssignment`: roles of resources given to people, groups and applications.
//!
//! In: calls. Out: assignments in Microsoft Graph's shape. Invariant: an assignment is reached from its principal and from
//! its resource, and only from those.

use oauth::{AppId, ObjectId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::Asked;
use super::list::{self, Rows, Source};
use super::reply::Reply;
use super::routes::Holder;
use super::{group, service_principal, user};
use crate::consent::PrincipalKind;
use crate::graph::GraphRefusal;
use crate::manage;
use crate::manage::app_role_assignment::{NewAppRoleAssignment, Principal};
use crate::store;
use crate::store::app_role_assignment::{ListedAssignment, Side};
use crate::store::narrow::{Narrow, Stretch};

/// The properties by which assignments may be filtered.
pub(crate) const FILTERED: &[&str] = &[
    "id",
    "appRoleId",
    "principalId",
    "resourceId",
    "principalType",
    "createdDateTime",
];

/// One stretch of assignments.
pub(crate) async fn rows(asked: &Asked<'_>, side: Side, stretch: Stretch<'_>) -> Result<Rows, GraphRefusal> {
    let database = asked.snapshot.database();
    let listed = store::app_role_assignment::stretch(database, asked.tenant(), side, stretch).await?;
    let is_full = listed.len() as u64 == stretch.most;
    let mut objects = Vec::new();
    for one in &listed {
        objects.push((one.assignment.id, shown(asked, one).await?));
    }
    let last = listed.last().map(|one| one.assignment.id);
    Ok(Rows {
        objects,
        last: last.filter(|_| is_full),
    })
}

/// `GET ../appRoleAssignments` and `GET ../appRoleAssignedTo`
pub(crate) async fn list(asked: &Asked<'_>, holder: Holder) -> Result<Reply, GraphRefusal> {
    let side = side(asked, holder).await?;
    list::reply(asked, Source::Assignments(side)).await
}

/// `GET ../appRoleAssignments/{id}`
pub(crate) async fn read(asked: &Asked<'_>, holder: Holder) -> Result<Reply, GraphRefusal> {
    let one = find(asked, holder).await?;
    let object = shown(asked, &one).await?;
    Ok(Reply::entity(asked, "appRoleAssignments", object))
}

/// `POST ../appRoleAssignments` and `POST ../appRoleAssignedTo`
pub(crate) async fn create(asked: &Asked<'_>, holder: Holder) -> Result<Reply, GraphRefusal> {
    let side = side(asked, holder).await?;
    let mut body = asked.body()?;
    let principal_id: Uuid = body.required("principalId")?;
    let resource_id: Uuid = body.required("resourceId")?;
    let role: Uuid = body.required("appRoleId")?;
    body.ignore(&[
        "id",
        "principalType",
        "principalDisplayName",
        "resourceDisplayName",
        "createdDateTime",
    ]);
    let mismatch = body.wrong("principalId", "is not the object of the path");
    let other_resource = body.wrong("resourceId", "is not the object of the path");
    body.finish()?;
    let resource = service_principal::of_object_id(asked, resource_id).await?;
    let resource = resource.ok_or_else(|| missing(resource_id))?;
    match side {
        Side::Principal(principal) if principal.uuid() != principal_id => return Err(mismatch),
        Side::Resource(app_id) if app_id != resource.app_id => return Err(other_resource),
        Side::Principal(_) | Side::Resource(_) => {}
    }
    asked.permit.covers_roles_of(resource.app_id)?;
    let new = NewAppRoleAssignment {
        tenant: asked.tenant(),
        principal: principal(asked, principal_id).await?,
        resource: resource.app_id,
        role,
    };
    let id = manage::app_role_assignment::assign(asked.authority, asked.mandate(), new).await?;
    let one = one(asked, Side::Resource(resource.app_id), id).await?;
    let one = one.ok_or_else(|| missing(id))?;
    let object = shown(asked, &one).await?;
    Ok(Reply::created(asked, "appRoleAssignments", object))
}

/// `DELETE ../appRoleAssignments/{id}` and `DELETE ../appRoleAssignedTo/{id}`
pub(crate) async fn delete(asked: &Asked<'_>, holder: Holder) -> Result<Reply, GraphRefusal> {
    let one = find(asked, holder).await?.assignment;
    asked.permit.covers_roles_of(one.resource)?;
    manage::app_role_assignment::remove(asked.authority, asked.mandate(), asked.tenant(), one.id).await?;
    Ok(Reply::done())
}

async fn find(asked: &Asked<'_>, holder: Holder) -> Result<ListedAssignment, GraphRefusal> {
    let side = side(asked, holder).await?;
    one(asked, side, asked.id(1)?).await?.ok_or_else(|| asked.not_found(1))
}

async fn one(asked: &Asked<'_>, side: Side, id: Uuid) -> Result<Option<ListedAssignment>, GraphRefusal> {
    let only = Stretch {
        narrow: &Narrow::id(id),
        after: Uuid::nil(),
        most: 1,
    };
    let database = asked.snapshot.database();
    Ok(
        store::app_role_assignment::stretch(database, asked.tenant(), side, only)
            .await?
            .pop(),
    )
}

/// The object of the path, as a side of its assignments.
async fn side(asked: &Asked<'_>, holder: Holder) -> Result<Side, GraphRefusal> {
    Ok(match holder {
        Holder::Principal => Side::Principal(service_principal::find(asked, 0).await?.object_id),
        Holder::Resource => Side::Resource(service_principal::find(asked, 0).await?.app_id),
        Holder::User => Side::Principal(user::find(asked, 0).await?.object_id),
        Holder::Group => Side::Principal(group::find(asked).await?.object_id),
    })
}

/// What an object id names: a person, a group or a service principal of the tenant.
async fn principal(asked: &Asked<'_>, id: Uuid) -> Result<Principal, GraphRefusal> {
    let object_id = ObjectId::from(id);
    if asked.snapshot.person(asked.tenant(), object_id).await?.is_some() {
        return Ok(Principal::User(object_id));
    }
    let database = asked.snapshot.database();
    if store::group::find(database, asked.tenant(), object_id).await?.is_some() {
        return Ok(Principal::Group(object_id));
    }
    let found = service_principal::of_object_id(asked, id).await?;
    let found = found.ok_or_else(|| missing(id))?;
    Ok(Principal::Application(found.app_id))
}

async fn shown(asked: &Asked<'_>, one: &ListedAssignment) -> Result<Value, GraphRefusal> {
    let assignment = &one.assignment;
    let resource = asked
        .snapshot
        .service_principal(asked.tenant(), assignment.resource)
        .await?;
    Ok(json!({
        "id": assignment.id.to_string(),
        "deletedDateTime": null,
        "appRoleId": assignment.role.to_string(),
        "createdDateTime": one.created_at.to_string(),
        "principalId": assignment.principal.to_string(),
        "principalType": match assignment.principal_kind {
            PrincipalKind::User => "User",
            PrincipalKind::Group => "Group",
            PrincipalKind::ServicePrincipal => "ServicePrincipal",
        },
        "principalDisplayName": display_name(asked, assignment.principal, assignment.principal_kind).await?,
        "resourceId": resource.as_ref().map(|resource| resource.object_id.to_string()),
        "resourceDisplayName": resource.as_ref().map(|resource| &resource.display_name),
    }))
}

async fn display_name(asked: &Asked<'_>, id: ObjectId, kind: PrincipalKind) -> Result<Option<String>, GraphRefusal> {
    Ok(match kind {
        PrincipalKind::User => {
            let person = asked.snapshot.person(asked.tenant(), id).await?;
            person.map(|person| person.display_name.clone())
        }
        PrincipalKind::Group => {
            let group = store::group::find(asked.snapshot.database(), asked.tenant(), id).await?;
            group.map(|group| group.display_name)
        }
        PrincipalKind::ServicePrincipal => {
            let principal = service_principal::of_object_id(asked, id.uuid()).await?;
            principal.map(|principal| principal.display_name.clone())
        }
    })
}

fn missing(id: Uuid) -> GraphRefusal {
    GraphRefusal::NotFound { id: id.to_string() }
}

/// The application of a service principal's object id in the tenant.
pub(crate) async fn application_of(asked: &Asked<'_>, id: Uuid) -> Result<AppId, GraphRefusal> {
    let found = service_principal::of_object_id(asked, id).await?;
    found.map(|found| found.app_id).ok_or_else(|| missing(id))
}
