//! Lists: filtered, ordered, counted, page by page.
//!
//! In: a [`Source`] and the query. Out: a page. Invariant: a page without a next link is the last one, and no object is on
//! two pages; a call looks at a bounded number of objects.

use oauth::ObjectId;
use odata::Direction;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use uuid::Uuid;

use super::asked::Asked;
use super::expand::{self, Set};
use super::reply::{Page, Reply};
use super::routes::Depth;
use super::{
    app_role_assignment, application, directory_audit, directory_object, directory_role, filter, group, owner,
    permission_grant, search, service_principal, sign_in, user,
};
use crate::graph::GraphRefusal;
use crate::person::DirectoryRole;
use crate::store::app_role_assignment::Side;
use crate::store::narrow::{Narrow, Stretch};
use crate::store::scope_grant_list::Whose;

/// Objects looked at for one page; a filter that takes few of them gives a short page with a next link.
const MOST_LOOKED_AT: usize = 10_000;
/// Objects that can be ordered or counted.
const MOST_IN_ALL: usize = 100_000;
/// Objects read at once where a filter decides which are taken.
const STRETCH: u64 = 1_000;

/// What a list is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Applications,
    Principals,
    Users,
    Groups,
    Members(ObjectId, Depth),
    MemberOf(ObjectId, Depth),
    Owners(ObjectId),
    Assignments(Side),
    Grants(Whose),
    Audits,
    SignIns,
    RoleMembers(DirectoryRole),
}

/// Objects in the order of the source.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) objects: Vec<(Uuid, Value)>,
    /// The last row that was read, where more may come.
    pub(crate) last: Option<Uuid>,
}

impl Source {
    /// The set's name in `@odata.context`.
    fn set(self) -> &'static str {
        match self {
            Self::Applications => "applications",
            Self::Principals => "servicePrincipals",
            Self::Users => "users",
            Self::Groups => "groups",
            Self::Members(..) | Self::MemberOf(..) | Self::Owners(_) | Self::RoleMembers(_) => "directoryObjects",
            Self::Assignments(_) => "appRoleAssignments",
            Self::Grants(_) => "oauth2PermissionGrants",
            Self::Audits => "auditLogs/directoryAudits",
            Self::SignIns => "auditLogs/signIns",
        }
    }

    /// The properties by which it may be filtered.
    fn properties(self) -> &'static [&'static str] {
        match self {
            Self::Applications => application::FILTERED,
            Self::Principals => service_principal::FILTERED,
            Self::Users | Self::RoleMembers(_) => user::FILTERED,
            Self::Members(..) | Self::Owners(_) => directory_object::FILTERED,
            Self::Groups | Self::MemberOf(..) => group::FILTERED,
            Self::Assignments(_) => app_role_assignment::FILTERED,
            Self::Grants(_) => permission_grant::FILTERED,
            Self::Audits => directory_audit::FILTERED,
            Self::SignIns => sign_in::FILTERED,
        }
    }
}

impl Source {
    /// A page with what the query expands of its objects.
    async fn expanded(self, asked: &Asked<'_>, mut page: Page) -> Result<Page, GraphRefusal> {
        let set = match self {
            Self::Applications => Set::Applications,
            Self::Principals => Set::Principals,
            Self::Users => Set::Users,
            Self::Groups => Set::Groups,
            Self::Members(..)
            | Self::MemberOf(..)
            | Self::Owners(_)
            | Self::Assignments(_)
            | Self::Grants(_)
            | Self::Audits
            | Self::SignIns
            | Self::RoleMembers(_) => return Ok(page),
        };
        let mut objects = Vec::with_capacity(page.objects.len());
        for object in page.objects {
            objects.push(expand::expanded(asked, set, object).await?);
        }
        page.objects = objects;
        Ok(page)
    }
}

/// Answers a list.
pub(crate) async fn reply(asked: &Asked<'_>, source: Source) -> Result<Reply, GraphRefusal> {
    let page = match (asked.query.by_name, asked.query.count) {
        (None, false) => stretched(asked, source).await?,
        (by_name, _) => cut(asked, all(asked, source).await?, by_name)?,
    };
    let page = source.expanded(asked, page).await?;
    Ok(page.reply(asked, source.set()))
}

/// Answers `/$count`.
pub(crate) async fn count(asked: &Asked<'_>, source: Source) -> Result<Reply, GraphRefusal> {
    if asked.consistency == super::query::Consistency::Strong {
        return Err(GraphRefusal::Consistency { what: "$count" });
    }
    Ok(Reply::number(all(asked, source).await?.len()))
}

/// Answers a list that is at hand whole.
pub(crate) fn whole(
    asked: &Asked<'_>,
    set: &str,
    properties: &[&str],
    objects: Vec<(Uuid, Value)>,
) -> Result<Reply, GraphRefusal> {
    check(asked, properties)?;
    let taken = objects.into_iter().filter(|(_, object)| takes(asked, object)).collect();
    Ok(cut(asked, taken, asked.query.by_name)?.reply(asked, set))
}

/// One page in the order of the source.
async fn stretched(asked: &Asked<'_>, source: Source) -> Result<Page, GraphRefusal> {
    check(asked, source.properties())?;
    let narrow = narrow(asked);
    let top = asked.query.top;
    let is_filtered = asked.query.filter.is_some() || asked.query.search.is_some();
    let most = if is_filtered { STRETCH } else { top as u64 + 1 };
    let mut after = match &asked.query.skip_token {
        Some(token) => token.parse().ok().ok_or_else(bad_token)?,
        None => Uuid::nil(),
    };
    let (mut taken, mut last_taken, mut looked_at) = (Vec::new(), after, 0);
    loop {
        let stretch = Stretch {
            narrow: &narrow,
            after,
            most,
        };
        let rows = rows(asked, source, stretch).await?;
        for (id, object) in rows.objects.into_iter().filter(|(_, object)| takes(asked, object)) {
            if taken.len() == top {
                return Ok(page(taken, Some(next_link(asked, &last_taken.to_string()))));
            }
            taken.push(object);
            last_taken = id;
        }
        let Some(last) = rows.last else {
            return Ok(page(taken, None));
        };
        after = last;
        looked_at += usize::try_from(most).unwrap_or(usize::MAX);
        if looked_at >= MOST_LOOKED_AT {
            return Ok(page(taken, Some(next_link(asked, &after.to_string()))));
        }
    }
}

/// All objects that are taken.
async fn all(asked: &Asked<'_>, source: Source) -> Result<Vec<(Uuid, Value)>, GraphRefusal> {
    check(asked, source.properties())?;
    let narrow = narrow(asked);
    let (mut taken, mut after, mut looked_at) = (Vec::new(), Uuid::nil(), 0);
    loop {
        let stretch = Stretch {
            narrow: &narrow,
            after,
            most: STRETCH,
        };
        let rows = rows(asked, source, stretch).await?;
        looked_at += rows.objects.len();
        if looked_at > MOST_IN_ALL {
            return Err(GraphRefusal::Query {
                what: format!("More than {MOST_IN_ALL} objects cannot be sorted or counted"),
            });
        }
        taken.extend(rows.objects.into_iter().filter(|(_, object)| takes(asked, object)));
        match rows.last {
            Some(last) => after = last,
            None => return Ok(taken),
        }
    }
}

/// One page of objects that are at hand whole.
fn cut(asked: &Asked<'_>, mut objects: Vec<(Uuid, Value)>, by_name: Option<Direction>) -> Result<Page, GraphRefusal> {
    let count = asked.query.count.then_some(objects.len());
    if let Some(direction) = by_name {
        objects.sort_by_cached_key(place);
        if direction == Direction::Descending {
            objects.reverse();
        }
    }
    if let Some(token) = &asked.query.skip_token {
        let (id, name) = token.split_once(',').unwrap_or((token, ""));
        let id: Uuid = id.parse().ok().ok_or_else(bad_token)?;
        let behind = |object: &(Uuid, Value)| match by_name {
            None => Some(object.0 == id),
            Some(Direction::Ascending) => (place(object) > (name.to_owned(), id)).then_some(false),
            Some(Direction::Descending) => (place(object) < (name.to_owned(), id)).then_some(false),
        };
        let start = match by_name {
            // The token is the last object of the page before.
            None => objects
                .iter()
                .position(|one| behind(one) == Some(true))
                .map(|at| at + 1),
            Some(_) => objects.iter().position(|one| behind(one) == Some(false)),
        };
        objects = objects.split_off(start.unwrap_or(objects.len()));
    }
    let rest = objects.split_off(asked.query.top.min(objects.len()));
    let next = objects.last().filter(|_| !rest.is_empty()).map(|last| {
        let (name, id) = place(last);
        match by_name {
            None => next_link(asked, &id.to_string()),
            Some(_) => next_link(asked, &format!("{id},{name}")),
        }
    });
    Ok(Page {
        objects: objects.into_iter().map(|(_, object)| object).collect(),
        count,
        next,
    })
}

/// What an object is ordered by: its name in any case, then its id.
fn place((id, object): &(Uuid, Value)) -> (String, Uuid) {
    let name = object.get("displayName").and_then(Value::as_str).unwrap_or_default();
    (name.to_lowercase(), *id)
}

fn page(objects: Vec<Value>, next: Option<String>) -> Page {
    Page {
        objects,
        count: None,
        next,
    }
}

pub(crate) async fn rows(asked: &Asked<'_>, source: Source, stretch: Stretch<'_>) -> Result<Rows, GraphRefusal> {
    match source {
        Source::Applications => application::rows(asked, stretch).await,
        Source::Principals => service_principal::rows(asked, stretch).await,
        Source::Users => user::rows(asked, stretch).await,
        Source::Groups => group::rows(asked, stretch).await,
        Source::Members(group, depth) => group::members(asked, (group, depth), stretch).await,
        Source::MemberOf(member, depth) => directory_object::member_of(asked, (member, depth), stretch).await,
        Source::Owners(owned) => owner::rows(asked, owned, stretch).await,
        Source::Assignments(side) => app_role_assignment::rows(asked, side, stretch).await,
        Source::Grants(whose) => permission_grant::rows(asked, whose, stretch).await,
        Source::Audits => directory_audit::rows(asked, stretch).await,
        Source::SignIns => sign_in::rows(asked, stretch).await,
        Source::RoleMembers(role) => directory_role::members(asked, role, stretch).await,
    }
}

fn check(asked: &Asked<'_>, properties: &[&str]) -> Result<(), GraphRefusal> {
    if let Some(expr) = &asked.query.filter {
        filter::check(expr, properties, asked.consistency)?;
    }
    asked
        .query
        .search
        .as_ref()
        .map_or(Ok(()), |words| search::check(words, properties))
}

fn narrow(asked: &Asked<'_>) -> Narrow {
    asked.query.filter.as_ref().map_or(Narrow::All, filter::narrow)
}

fn takes(asked: &Asked<'_>, object: &Value) -> bool {
    let query = &asked.query;
    query.filter.as_ref().is_none_or(|expr| filter::takes(expr, object))
        && query.search.as_ref().is_none_or(|words| search::finds(words, object))
}

fn next_link(asked: &Asked<'_>, token: &str) -> String {
    let token = utf8_percent_encode(token, NON_ALPHANUMERIC);
    let repeated = &asked.query.repeated;
    let joint = if repeated.is_empty() { "" } else { "&" };
    let origin = asked.authority.origin();
    format!("{origin}{}?{repeated}{joint}$skiptoken={token}", asked.path)
}

fn bad_token() -> GraphRefusal {
    GraphRefusal::Query {
        what: "The value of '$skiptoken' is none that was given out".to_owned(),
    }
}
