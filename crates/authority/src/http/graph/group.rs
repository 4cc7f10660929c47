//! `group`: groups of the caller's tenant and who is in them.
//!
//! In: calls. Out: groups in Microsoft Graph's shape. Invariant: all groups are security groups, and their members people.

use oauth::ObjectId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::Asked;
use super::list::{self, Rows, Source};
use super::reply::{Reply, add};
use super::{routes, user};
use crate::graph::{Extent, GraphRefusal};
use crate::group::Group;
use crate::manage;
use crate::manage::group::{GroupChange, NewGroup};
use crate::store;
use crate::store::narrow::Stretch;

/// The properties by which groups may be filtered.
pub(crate) const FILTERED: &[&str] = &[
    "id",
    "displayName",
    "mailNickname",
    "description",
    "securityEnabled",
    "mailEnabled",
    "groupTypes",
    "createdDateTime",
];
/// The most members that a new group may be given at once.
const MOST_FIRST_MEMBERS: usize = 20;

/// One stretch of the tenant's groups.
pub(crate) async fn rows(asked: &Asked<'_>, stretch: Stretch<'_>) -> Result<Rows, GraphRefusal> {
    covers_all(asked)?;
    let groups = store::group::stretch(asked.snapshot.database(), asked.tenant(), stretch).await?;
    let last = groups.last().map(|group| group.object_id.uuid());
    Ok(Rows {
        objects: groups.iter().map(row).collect(),
        last: last.filter(|_| groups.len() as u64 == stretch.most),
    })
}

/// One stretch of a group's members.
pub(crate) async fn members(asked: &Asked<'_>, group: ObjectId, stretch: Stretch<'_>) -> Result<Rows, GraphRefusal> {
    let ids = store::group::members(asked.snapshot.database(), asked.tenant(), group, stretch).await?;
    let mut objects = Vec::new();
    for id in &ids {
        if let Some(person) = asked.snapshot.person(asked.tenant(), *id).await? {
            // The right to read groups is none to read people.
            let (id, mut object) = user::basic_row(&person);
            add(&mut object, "@odata.type", "#microsoft.graph.user");
            objects.push((id, object));
        }
    }
    let last = ids.last().map(|id| id.uuid());
    Ok(Rows {
        objects,
        last: last.filter(|_| ids.len() as u64 == stretch.most),
    })
}

/// `GET /groups/{id}`
pub(crate) async fn read(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    covers_all(asked)?;
    let (_, object) = row(&find(asked).await?);
    Ok(Reply::entity(asked, "groups", object))
}

/// `POST /groups`
pub(crate) async fn create(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let mut body = asked.body()?;
    let is_secure: Option<bool> = body.optional("securityEnabled")?;
    let has_mail: Option<bool> = body.optional("mailEnabled")?;
    let types: Option<Vec<String>> = body.optional("groupTypes")?;
    if is_secure == Some(false) || has_mail == Some(true) || types.is_some_and(|types| !types.is_empty()) {
        return Err(body.wrong("groupTypes", "is not that of a security group without mail"));
    }
    let new = NewGroup {
        object_id: None,
        tenant: asked.tenant(),
        display_name: body.required("displayName")?,
        description: body.optional("description")?,
        mail_nickname: body.required("mailNickname")?,
    };
    let references: Vec<String> = body.value("members@odata.bind")?.unwrap_or_default();
    if references.len() > MOST_FIRST_MEMBERS {
        return Err(body.wrong("members@odata.bind", "has more than 20 references"));
    }
    let members: Option<Vec<ObjectId>> = references.iter().map(|reference| referenced(reference)).collect();
    let members = members.ok_or_else(|| body.wrong("members@odata.bind", "holds what is no reference to a person"))?;
    body.finish()?;
    for member in &members {
        let person = asked.snapshot.person(asked.tenant(), *member).await?;
        person.ok_or_else(|| GraphRefusal::NotFound { id: member.to_string() })?;
    }
    let id = manage::group::create(asked.authority, asked.mandate(), new).await?;
    for member in members {
        manage::group::add_member(asked.authority, asked.mandate(), (asked.tenant(), id), member).await?;
    }
    let made = store::group::find(asked.snapshot.database(), asked.tenant(), id).await?;
    let made = made.ok_or_else(|| GraphRefusal::NotFound { id: id.to_string() })?;
    Ok(Reply::created(asked, "groups", row(&made).1))
}

/// `PATCH /groups/{id}`
pub(crate) async fn update(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let group = find(asked).await?;
    let mut body = asked.body()?;
    let change = GroupChange {
        display_name: body.value("displayName")?,
        description: body.take("description")?,
        mail_nickname: body.value("mailNickname")?,
    };
    body.ignore(&["id"]);
    body.finish()?;
    let of = (asked.tenant(), group.object_id);
    manage::group::update(asked.authority, asked.mandate(), of, &change).await?;
    Ok(Reply::done())
}

/// `DELETE /groups/{id}`
pub(crate) async fn delete(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let group = find(asked).await?;
    manage::group::delete(asked.authority, asked.mandate(), asked.tenant(), group.object_id).await?;
    Ok(Reply::done())
}

/// `GET /groups/{id}/members`
pub(crate) async fn list_members(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    covers_all(asked)?;
    let group = find(asked).await?;
    list::reply(asked, Source::Members(group.object_id)).await
}

/// `POST /groups/{id}/members/$ref`
pub(crate) async fn add_member(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let group = find(asked).await?;
    let mut body = asked.body()?;
    let reference: String = body.required("@odata.id")?;
    let member = referenced(&reference).ok_or_else(|| body.wrong("@odata.id", "is no reference to a person"))?;
    body.finish()?;
    let of = (asked.tenant(), group.object_id);
    manage::group::add_member(asked.authority, asked.mandate(), of, member).await?;
    Ok(Reply::done())
}

/// `DELETE /groups/{id}/members/{id}/$ref`
pub(crate) async fn remove_member(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let group = find(asked).await?;
    let of = (asked.tenant(), group.object_id);
    let member = ObjectId::from(asked.id(1)?);
    manage::group::remove_member(asked.authority, asked.mandate(), of, member).await?;
    Ok(Reply::done())
}

/// `GET /users/{id}/memberOf` and `GET /me/memberOf`
pub(crate) async fn list_member_of(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let person = user::find(asked, 0).await?;
    let mut objects = Vec::new();
    for id in asked.snapshot.groups_of(asked.tenant(), person.object_id).await?.iter() {
        if let Some(group) = store::group::find(asked.snapshot.database(), asked.tenant(), *id).await? {
            let (id, mut object) = row(&group);
            add(&mut object, "@odata.type", "#microsoft.graph.group");
            objects.push((id, object));
        }
    }
    list::whole(asked, "directoryObjects", FILTERED, objects)
}

/// The group of the first key.
pub(crate) async fn find(asked: &Asked<'_>) -> Result<Group, GraphRefusal> {
    let id = ObjectId::from(asked.id(0)?);
    let found = store::group::find(asked.snapshot.database(), asked.tenant(), id).await?;
    found.ok_or_else(|| asked.not_found(0))
}

/// Groups are not shown to those who may only see their own memberships.
fn covers_all(asked: &Asked<'_>) -> Result<(), GraphRefusal> {
    match asked.permit.extent() {
        Extent::All => Ok(()),
        Extent::Owned(_) | Extent::Own | Extent::Basic => Err(GraphRefusal::Denied),
    }
}

/// `https://host/v1.0/directoryObjects/{id}`, or `users`, of whatever host: only the id counts.
fn referenced(reference: &str) -> Option<ObjectId> {
    let (_, path) = reference.rsplit_once("/v1.0/").unwrap_or(("", reference));
    match routes::segments(path)?.as_slice() {
        [set, key] if matches!(set.as_str(), "directoryObjects" | "users") => key.parse().ok(),
        _ => None,
    }
}

fn row(group: &Group) -> (Uuid, Value) {
    let object = json!({
        "id": group.object_id.to_string(),
        "displayName": group.display_name,
        "description": group.description,
        "mailNickname": group.mail_nickname,
        "mail": null,
        "mailEnabled": false,
        "securityEnabled": true,
        "groupTypes": [],
        "visibility": null,
        "createdDateTime": group.created_at.to_string(),
        "deletedDateTime": null,
        "onPremisesSyncEnabled": null,
    });
    (group.object_id.uuid(), object)
}
