//! `group`: groups of the caller's tenant and who is in them.
//!
//! In: calls. Out: groups in Microsoft Graph's shape. Invariant: all groups are security groups.

use oauth::ObjectId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::Asked;
use super::directory_object;
use super::expand::{self, Set};
use super::list::{self, Rows, Source};
use super::reply::Reply;
use super::routes::Depth;
use crate::graph::{Extent, GraphRefusal};
use crate::group::Group;
use crate::manage;
use crate::manage::group::{GroupChange, NewGroup};
use crate::store;
use crate::store::group::Way;
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
pub(crate) async fn members(
    asked: &Asked<'_>,
    (group, depth): (ObjectId, Depth),
    stretch: Stretch<'_>,
) -> Result<Rows, GraphRefusal> {
    let (database, tenant) = (asked.snapshot.database(), asked.tenant());
    match depth {
        Depth::Transitive => {
            let all = store::group::reached(database, tenant, group, Way::Down).await?;
            directory_object::stretch_of(asked, &all, stretch).await
        }
        Depth::Direct => {
            let ids = store::group::members(database, tenant, group, stretch).await?;
            let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
            Ok(Rows {
                objects: directory_object::of_ids(asked, &ids).await?,
                last: ids.last().copied().filter(|_| ids.len() as u64 == stretch.most),
            })
        }
    }
}

/// `GET /groups/{id}`
pub(crate) async fn read(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    covers_all(asked)?;
    let (_, object) = row(&find(asked).await?);
    let object = expand::expanded(asked, Set::Groups, object).await?;
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
    let members: Option<Vec<ObjectId>> = references
        .iter()
        .map(|text| directory_object::referenced(text))
        .collect();
    let members = members.ok_or_else(|| {
        body.wrong(
            "members@odata.bind",
            "holds what is no reference to an object of the directory",
        )
    })?;
    body.finish()?;
    let id = manage::group::create_with(asked.authority, asked.mandate(), new, &members).await?;
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

/// `GET /groups/{id}/members` and `GET /groups/{id}/transitiveMembers`
pub(crate) async fn list_members(asked: &Asked<'_>, depth: Depth) -> Result<Reply, GraphRefusal> {
    covers_all(asked)?;
    let group = find(asked).await?;
    list::reply(asked, Source::Members(group.object_id, depth)).await
}

/// `POST /groups/{id}/members/$ref`
pub(crate) async fn add_member(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let group = find(asked).await?;
    let member = directory_object::reference(asked)?;
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

/// The group of the first key.
pub(crate) async fn find(asked: &Asked<'_>) -> Result<Group, GraphRefusal> {
    let id = ObjectId::from(asked.id(0)?);
    let found = store::group::find(asked.snapshot.database(), asked.tenant(), id).await?;
    found.ok_or_else(|| asked.not_found(0))
}

/// Groups are not shown to those who may only see their own memberships.
pub(crate) fn covers_all(asked: &Asked<'_>) -> Result<(), GraphRefusal> {
    match asked.permit.extent() {
        Extent::All => Ok(()),
        Extent::Owned(_) | Extent::Own | Extent::Basic => Err(GraphRefusal::Denied),
    }
}

pub(crate) fn row(group: &Group) -> (Uuid, Value) {
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
