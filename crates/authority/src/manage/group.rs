//! Groups made, changed and deleted, and members put into them.
//!
//! In: a group, or a group and a member. Out: the group's id. Invariant: a group has members of its own tenant only, and
//! leaves nothing behind when it is deleted.

use oauth::{ObjectId, TenantId};

use super::transaction::{self, demand, then};
use super::{Change, Held, ManageError, Mandate};
use crate::authority::Authority;
use crate::group::Group;
use crate::snapshot::Snapshot;
use crate::store::directory_audit::Target;
use crate::store::{self, any_outcome, must_change};

/// A group to be made.
#[derive(Debug, Clone)]
pub struct NewGroup {
    /// Its id; made where none is given.
    pub object_id: Option<ObjectId>,
    /// The tenant.
    pub tenant: TenantId,
    /// Its name for people.
    pub display_name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its name without spaces.
    pub mail_nickname: String,
}

/// What of a group shall be otherwise; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct GroupChange {
    /// Its name for people.
    pub display_name: Option<String>,
    /// What it is for, or no such text.
    pub description: Option<Option<String>>,
    /// Its name without spaces.
    pub mail_nickname: Option<String>,
}

/// Makes a group without members.
pub async fn create(authority: &Authority, mandate: &Mandate, new: NewGroup) -> Result<ObjectId, ManageError> {
    create_with(authority, mandate, new, &[]).await
}

/// Makes a group with members.
pub async fn create_with(
    authority: &Authority,
    mandate: &Mandate,
    new: NewGroup,
    members: &[ObjectId],
) -> Result<ObjectId, ManageError> {
    let now = authority.clock().now();
    let group = Group {
        object_id: new.object_id.unwrap_or_else(|| super::new_id(authority, now).into()),
        tenant: new.tenant,
        display_name: new.display_name,
        description: new.description,
        mail_nickname: new.mail_nickname,
        created_at: now,
    };
    check(&group)?;
    let tenant = group.tenant;
    for _ in 0..super::MOST_ATTEMPTS {
        let snapshot = super::snapshot(authority).await?;
        let mut parts = vec![
            demand(store::tenant::hold(tenant), super::missing("tenant", &tenant)),
            then(store::group::insert(&group)),
            super::audit(authority, mandate, change("Add group", &group)).into(),
        ];
        for member in members {
            check_member(&snapshot, (tenant, group.object_id), *member).await?;
            parts.push(then(store::group::insert_member(tenant, group.object_id, *member)));
            parts.push(super::audit(authority, mandate, change("Add member to group", &group)).into());
        }
        if transaction::commit_at(authority, &snapshot, parts).await? == Held::Done {
            return Ok(group.object_id);
        }
    }
    Err(super::contended("group", &group.object_id))
}

/// Changes names and description.
pub async fn update(
    authority: &Authority,
    mandate: &Mandate,
    (tenant, id): (TenantId, ObjectId),
    wanted: &GroupChange,
) -> Result<(), ManageError> {
    for _ in 0..super::MOST_ATTEMPTS {
        let snapshot = super::snapshot(authority).await?;
        let mut group = find(authority, tenant, id).await?;
        group.display_name = wanted.display_name.clone().unwrap_or(group.display_name);
        group.description = wanted.description.clone().unwrap_or(group.description);
        group.mail_nickname = wanted.mail_nickname.clone().unwrap_or(group.mail_nickname);
        check(&group)?;
        let steps = vec![
            must_change(store::group::update(&group)),
            super::audit(authority, mandate, change("Update group", &group)),
        ];
        if super::commit_at(authority, &snapshot, steps).await? == Held::Done {
            return Ok(());
        }
    }
    Err(super::contended("group", &id))
}

/// Deletes a group, with its memberships and the roles that it was given.
pub async fn delete(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    id: ObjectId,
) -> Result<(), ManageError> {
    let group = find(authority, tenant, id).await?;
    let steps = vec![
        must_change(store::group::delete(tenant, id)),
        any_outcome(store::group::delete_members(tenant, id)),
        any_outcome(store::group::delete_of_member(tenant, id)),
        any_outcome(store::app_role_assignment::delete_of_principal(tenant, id)),
        super::audit(authority, mandate, change("Delete group", &group)),
    ];
    super::commit(authority, "group", id, steps).await
}

/// Puts a person, another group or a service principal into a group. Groups may hold each other in a circle.
pub async fn add_member(
    authority: &Authority,
    mandate: &Mandate,
    (tenant, id): (TenantId, ObjectId),
    member: ObjectId,
) -> Result<(), ManageError> {
    for _ in 0..super::MOST_ATTEMPTS {
        let snapshot = super::snapshot(authority).await?;
        let group = find(authority, tenant, id).await?;
        check_member(&snapshot, (tenant, id), member).await?;
        let parts = vec![
            demand(store::group::hold(tenant, id), super::missing("group", &id)),
            then(store::group::insert_member(tenant, id, member)),
            super::audit(authority, mandate, change("Add member to group", &group)).into(),
        ];
        if transaction::commit_at(authority, &snapshot, parts).await? == Held::Done {
            return Ok(());
        }
    }
    Err(super::contended("group", &id))
}

async fn check_member(
    snapshot: &Snapshot,
    (tenant, group): (TenantId, ObjectId),
    member: ObjectId,
) -> Result<(), ManageError> {
    if member == group {
        return Err(ManageError::Invalid {
            what: "member",
            value: member.to_string(),
            reason: "is the group itself",
        });
    }
    let kind = snapshot.kind_of(tenant, member).await.map_err(super::read_failed)?;
    kind.map(|_| ()).ok_or_else(|| super::missing("member", &member))
}

/// Takes a member out of a group.
pub async fn remove_member(
    authority: &Authority,
    mandate: &Mandate,
    (tenant, id): (TenantId, ObjectId),
    member: ObjectId,
) -> Result<(), ManageError> {
    let group = find(authority, tenant, id).await?;
    let steps = vec![
        must_change(store::group::delete_member(tenant, id, member)),
        super::audit(authority, mandate, change("Remove member from group", &group)),
    ];
    super::commit(authority, "member", member, steps).await
}

async fn find(authority: &Authority, tenant: TenantId, id: ObjectId) -> Result<Group, ManageError> {
    let snapshot = super::snapshot(authority).await?;
    let group = store::group::find(snapshot.database(), tenant, id).await;
    group.map_err(super::read_failed)?.ok_or_else(|| ManageError::NotFound {
        what: "group",
        id: id.to_string(),
    })
}

fn change(activity: &'static str, group: &Group) -> Change {
    Change {
        tenant: group.tenant,
        activity,
        target: Target::Group,
        id: group.object_id.to_string(),
        name: Some(group.display_name.clone()),
    }
}

fn check(group: &Group) -> Result<(), ManageError> {
    const MOST_NICKNAME_CHARS: usize = 64;
    const MOST_DESCRIPTION_CHARS: usize = 1024;
    super::check_display_name(&group.display_name)?;
    let nickname = &group.mail_nickname;
    let is_word = |char: char| char.is_ascii_graphic() && !"@()\\[]\";:<>,".contains(char);
    if !(1..=MOST_NICKNAME_CHARS).contains(&nickname.len()) || !nickname.chars().all(is_word) {
        return Err(ManageError::Invalid {
            what: "mail nickname",
            value: nickname.clone(),
            reason: "is not a word of 1 to 64 ascii characters",
        });
    }
    let description = group.description.as_deref().unwrap_or_default();
    if description.chars().count() > MOST_DESCRIPTION_CHARS {
        return Err(ManageError::Invalid {
            what: "description",
            value: description.to_owned(),
            reason: "is longer than 1024 characters",
        });
    }
    Ok(())
}
