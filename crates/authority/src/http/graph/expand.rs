//! `$expand`: what an object is bound to, shown within it.
//!
//! In: an object in its JSON form. Out: the same with what the query expands. Invariant: nothing is shown within an object
//! that the caller could not list by itself.

use oauth::{AppId, ObjectId};
use odata::{Expand, ExpandOptions, PropertyPath, QueryOptions};
use serde_json::Value;
use uuid::Uuid;

use super::asked::Asked;
use super::list::{self, Source};
use super::reply;
use super::routes::{Depth, Operation};
use crate::graph::{GraphRefusal, Right};
use crate::store::app_role_assignment::Side;
use crate::store::narrow::{Narrow, Stretch};
use crate::store::scope_grant_list::Whose;

/// The most objects that are shown within another one, as in Microsoft Graph.
const MOST_WITHIN: u64 = 20;

/// One property expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expansion {
    /// The navigation property.
    pub(crate) name: String,
    /// `$select` within it.
    select: Option<Vec<String>>,
}

/// Sets whose objects can be expanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Set {
    Applications,
    Principals,
    Users,
    Groups,
}

/// Reads what the query expands.
pub(crate) fn read(items: &[Expand]) -> Result<Vec<Expansion>, GraphRefusal> {
    let read = |item: &Expand| {
        let select = match &item.options {
            ExpandOptions::Rows(options) => within(options)?,
            ExpandOptions::Ref => return Err(unsupported(&item.navigation)),
        };
        Ok(Expansion {
            name: item.navigation.clone(),
            select,
        })
    };
    items.iter().map(read).collect()
}

/// The set of whose objects an operation answers, if they can be expanded.
pub(crate) fn of_operation(operation: Operation) -> Option<Set> {
    use Operation as O;
    if matches!(operation, O::List(Source::Applications) | O::ReadApplication) {
        Some(Set::Applications)
    } else if matches!(operation, O::List(Source::Principals) | O::ReadPrincipal) {
        Some(Set::Principals)
    } else if matches!(operation, O::List(Source::Users) | O::ReadUser) {
        Some(Set::Users)
    } else if matches!(operation, O::List(Source::Groups) | O::ReadGroup) {
        Some(Set::Groups)
    } else {
        None
    }
}

/// Expands an object of a set.
pub(crate) async fn expanded(asked: &Asked<'_>, set: Set, mut object: Value) -> Result<Value, GraphRefusal> {
    let text = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
    let (id, app_id) = (text("id").unwrap_or_default(), text("appId"));
    for one in &asked.query.expand {
        let (right, source) =
            navigation(set, &one.name, (&id, app_id.as_deref())).ok_or_else(|| GraphRefusal::Query {
                what: format!("Could not find a property named '{}' that can be expanded", one.name),
            })?;
        asked.also_permits(right, &id)?;
        let first = Stretch {
            narrow: &Narrow::All,
            after: Uuid::nil(),
            most: MOST_WITHIN,
        };
        // Boxed, because a list expands the objects that are in it.
        let rows = Box::pin(list::rows(asked, source, first)).await?;
        let select = one.select.as_deref();
        let rows = rows
            .objects
            .into_iter()
            .map(|(_, row)| reply::selected(row, select, &[]));
        if let Value::Object(members) = &mut object {
            members.insert(one.name.clone(), rows.collect());
        }
    }
    Ok(object)
}

/// What a navigation property leads to, and the right to see it.
fn navigation(set: Set, name: &str, (id, app_id): (&str, Option<&str>)) -> Option<(Right, Source)> {
    let id: ObjectId = id.parse().ok()?;
    let app_id: Option<AppId> = app_id.and_then(|id| id.parse().ok());
    match (set, name) {
        (Set::Applications | Set::Principals, "owners") => Some((Right::ReadApplications, Source::Owners(id))),
        (Set::Principals | Set::Users | Set::Groups, "memberOf") => {
            Some((Right::ReadGroups, Source::MemberOf(id, Depth::Direct)))
        }
        (Set::Principals | Set::Users | Set::Groups, "transitiveMemberOf") => {
            Some((Right::ReadGroups, Source::MemberOf(id, Depth::Transitive)))
        }
        (Set::Groups, "members") => Some((Right::ReadGroups, Source::Members(id, Depth::Direct))),
        (Set::Groups, "transitiveMembers") => Some((Right::ReadGroups, Source::Members(id, Depth::Transitive))),
        (Set::Principals | Set::Users | Set::Groups, "appRoleAssignments") => {
            Some((Right::ReadAssignments, Source::Assignments(Side::Principal(id))))
        }
        (Set::Principals, "appRoleAssignedTo") => {
            Some((Right::ReadAssignments, Source::Assignments(Side::Resource(app_id?))))
        }
        (Set::Principals, "oauth2PermissionGrants") => {
            Some((Right::ReadGrants, Source::Grants(Whose::Client(app_id?))))
        }
        (Set::Users, "oauth2PermissionGrants") => Some((Right::ReadGrants, Source::Grants(Whose::Person(id)))),
        _ => None,
    }
}

/// Of the options within, only `$select` is taken.
fn within(options: &QueryOptions) -> Result<Option<Vec<String>>, GraphRefusal> {
    let others = QueryOptions {
        select: None,
        ..options.clone()
    };
    if others != QueryOptions::default() {
        return Err(GraphRefusal::Query {
            what: "Within '$expand' only '$select' is supported".to_owned(),
        });
    }
    let name = |path: &PropertyPath| path.segments.join("/");
    Ok(options.select.as_ref().map(|paths| paths.iter().map(name).collect()))
}

fn unsupported(navigation: &str) -> GraphRefusal {
    GraphRefusal::Query {
        what: format!("'$expand' takes no path such as '{navigation}/$ref'"),
    }
}
