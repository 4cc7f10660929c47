//! `directoryObject`: what owns, holds or is held, whatever its kind.
//!
//! In: object ids. Out: their objects in Microsoft Graph's shape. Invariant: the right to see who is in what is none to read
//! people and applications: they are shown by their names.

use std::collections::BTreeSet;

use oauth::ObjectId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::Asked;
use super::list::{self, Rows, Source};
use super::reply::{Reply, add};
use super::routes::{Depth, Holder, MemberAction};
use super::{group, routes, service_principal, user};
use crate::graph::GraphRefusal;
use crate::store;
use crate::store::narrow::{Field, Narrow, Stretch};

/// The properties by which objects of all kinds may be filtered.
pub(crate) const FILTERED: &[&str] = &[
    "id",
    "displayName",
    "givenName",
    "surname",
    "mail",
    "userPrincipalName",
    "appId",
];
/// The most ids that may be asked of at once, as in Microsoft Graph.
const MOST_CHECKED: usize = 20;

/// The objects of these ids in their order, each with its type; ids that name nothing are left out.
pub(crate) async fn of_ids(asked: &Asked<'_>, ids: &[Uuid]) -> Result<Vec<(Uuid, Value)>, GraphRefusal> {
    let narrow = Narrow::Among(Field::Id, ids.to_vec());
    let these = Stretch {
        narrow: &narrow,
        after: Uuid::nil(),
        most: ids.len() as u64,
    };
    let (database, tenant) = (asked.snapshot.database(), asked.tenant());
    let people = store::person::stretch(database, tenant, these).await?;
    let groups = store::group::stretch(database, tenant, these).await?;
    let people = people.iter().map(|person| typed(user::basic_row(person), "user"));
    let groups = groups.iter().map(|group| typed(group::row(group), "group"));
    let principals = service_principal::basic_rows(asked, these).await?;
    let principals = principals.into_iter().map(|row| typed(row, "servicePrincipal"));
    let mut objects: Vec<(Uuid, Value)> = people.chain(groups).chain(principals).collect();
    objects.sort_by_key(|(id, _)| *id);
    Ok(objects)
}

/// One stretch of a set of ids, as objects.
pub(crate) async fn stretch_of(
    asked: &Asked<'_>,
    ids: &BTreeSet<ObjectId>,
    stretch: Stretch<'_>,
) -> Result<Rows, GraphRefusal> {
    let behind = ids.iter().map(|id| id.uuid()).filter(|id| *id > stretch.after);
    let most = usize::try_from(stretch.most).unwrap_or(usize::MAX);
    let page: Vec<Uuid> = behind.take(most).collect();
    Ok(Rows {
        objects: of_ids(asked, &page).await?,
        last: page.last().copied().filter(|_| page.len() == most),
    })
}

/// One stretch of the groups that an object is in.
pub(crate) async fn member_of(
    asked: &Asked<'_>,
    (member, depth): (ObjectId, Depth),
    stretch: Stretch<'_>,
) -> Result<Rows, GraphRefusal> {
    let groups = groups_of(asked, member, depth).await?;
    stretch_of(asked, &groups, stretch).await
}

/// `GET ../memberOf` and `GET ../transitiveMemberOf`
pub(crate) async fn list_member_of(asked: &Asked<'_>, holder: Holder, depth: Depth) -> Result<Reply, GraphRefusal> {
    let member = find(asked, holder).await?;
    list::reply(asked, Source::MemberOf(member, depth)).await
}

/// `POST ../getMemberGroups`, `../getMemberObjects`, `../checkMemberGroups` and `../checkMemberObjects`
pub(crate) async fn member_objects(
    asked: &Asked<'_>,
    holder: Holder,
    action: MemberAction,
) -> Result<Reply, GraphRefusal> {
    let member = find(asked, holder).await?;
    let mut body = asked.body()?;
    let wanted: Option<BTreeSet<ObjectId>> = match action {
        // All groups are security groups.
        MemberAction::List => body.value::<bool>("securityEnabledOnly")?.and(None),
        MemberAction::Check => {
            let ids: Option<BTreeSet<ObjectId>> = body.value("groupIds")?;
            let ids = ids.or(body.value("ids")?);
            let ids = ids.ok_or(GraphRefusal::Missing { name: "groupIds" })?;
            if ids.len() > MOST_CHECKED {
                return Err(body.wrong("groupIds", "has more than 20 ids"));
            }
            Some(ids)
        }
    };
    body.finish()?;
    let groups = groups_of(asked, member, Depth::Transitive).await?;
    let is_wanted = |id: &&ObjectId| wanted.as_ref().is_none_or(|wanted| wanted.contains(*id));
    let ids: Vec<String> = groups.iter().filter(is_wanted).map(ObjectId::to_string).collect();
    Ok(Reply::value(asked, "Collection(Edm.String)", json!({ "value": ids })))
}

/// `https://host/v1.0/directoryObjects/{id}`, or a set of the objects' kind, of whatever host: only the id counts.
pub(crate) fn referenced(reference: &str) -> Option<ObjectId> {
    let (_, path) = reference.rsplit_once("/v1.0/").unwrap_or(("", reference));
    match routes::segments(path)?.as_slice() {
        [set, key]
            if matches!(
                set.as_str(),
                "directoryObjects" | "users" | "groups" | "servicePrincipals"
            ) =>
        {
            key.parse().ok()
        }
        _ => None,
    }
}

/// The object that a body refers to.
pub(crate) fn reference(asked: &Asked<'_>) -> Result<ObjectId, GraphRefusal> {
    let mut body = asked.body()?;
    let text: String = body.required("@odata.id")?;
    let object = referenced(&text);
    let object = object.ok_or_else(|| body.wrong("@odata.id", "is no reference to an object of the directory"))?;
    body.finish()?;
    Ok(object)
}

async fn groups_of(asked: &Asked<'_>, member: ObjectId, depth: Depth) -> Result<BTreeSet<ObjectId>, GraphRefusal> {
    let (snapshot, tenant) = (&asked.snapshot, asked.tenant());
    match depth {
        Depth::Direct => Ok(snapshot.groups_of(tenant, member).await?.iter().copied().collect()),
        Depth::Transitive => Ok(snapshot.all_groups_of(tenant, member).await?.iter().copied().collect()),
    }
}

/// The object of the first key.
async fn find(asked: &Asked<'_>, holder: Holder) -> Result<ObjectId, GraphRefusal> {
    match holder {
        Holder::User => Ok(user::find(asked, 0).await?.object_id),
        Holder::Group => {
            group::covers_all(asked)?;
            Ok(group::find(asked).await?.object_id)
        }
        Holder::Principal | Holder::Resource => {
            group::covers_all(asked)?;
            Ok(service_principal::find(asked, 0).await?.object_id)
        }
    }
}

fn typed((id, mut object): (Uuid, Value), kind: &str) -> (Uuid, Value) {
    add(&mut object, "@odata.type", &format!("#microsoft.graph.{kind}"));
    (id, object)
}
