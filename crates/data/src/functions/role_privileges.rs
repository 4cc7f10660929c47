//! `AddPrivilegesRole`, `ReplacePrivilegesRole`, `RemovePrivilegeRole`: what a role holds.
//!
//! In: a role and the action's body. Out: nothing; the role holds what was said. Invariant: the body is read whole before
//! anything is asked or changed.

use std::sync::Arc;

use odata::Segment;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    caller::Caller,
    catalogue::{Catalogue, Depth, Privilege, PrivilegeId},
    data_service::Door,
    environment::Environment,
    error::Error,
    http::Asked,
    rules::RoleChange,
    service,
};

const SET: &str = "roles";

/// Which of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Add,
    Replace,
    Remove,
}

/// The body of the first two.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Privileges {
    #[serde(rename = "Privileges")]
    privileges: Vec<RolePrivilege>,
}

/// One privilege with its depth.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RolePrivilege {
    #[serde(rename = "Depth")]
    depth: WireDepth,
    #[serde(rename = "PrivilegeId")]
    privilege_id: Option<String>,
    #[serde(rename = "PrivilegeName")]
    privilege_name: Option<String>,
    /// Sent by clients that send back what they read. The role's own unit counts.
    #[serde(rename = "BusinessUnitId")]
    _business_unit_id: Option<String>,
    #[serde(rename = "@odata.type")]
    _type: Option<String>,
}

/// The body of the third.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Removed {
    #[serde(rename = "PrivilegeId")]
    privilege_id: String,
}

/// The words of `PrivilegeDepth`.
#[derive(Debug, Clone, Copy, Deserialize)]
enum WireDepth {
    Basic,
    Local,
    Deep,
    Global,
}

/// The action of this name.
pub(super) fn change(name: &str) -> Option<Change> {
    match name {
        "AddPrivilegesRole" => Some(Change::Add),
        "ReplacePrivilegesRole" => Some(Change::Replace),
        "RemovePrivilegeRole" => Some(Change::Remove),
        _ => None,
    }
}

/// Runs the action on the role that it is bound to.
pub(super) async fn run(
    door: &Door,
    environment: &Arc<Environment>,
    caller: &Caller,
    asked: &Asked,
    (bound_to, change): (&Segment, Change),
) -> Result<(), Error> {
    let role = service::bound_row(&environment.catalogue, bound_to, SET)?;
    let change = read(&environment.catalogue, change, &asked.body)?;
    service::change_role(door, environment, caller, role, change).await
}

fn read(catalogue: &Catalogue, change: Change, unverified_body: &[u8]) -> Result<RoleChange, Error> {
    match change {
        Change::Add => Ok(RoleChange::Add(privileges(catalogue, unverified_body)?)),
        Change::Replace => Ok(RoleChange::Replace(privileges(catalogue, unverified_body)?)),
        Change::Remove => {
            let removed: Removed = parse(unverified_body)?;
            Ok(RoleChange::Remove(by_id(catalogue, &removed.privilege_id)?.id))
        }
    }
}

fn privileges(catalogue: &Catalogue, unverified_body: &[u8]) -> Result<Vec<(PrivilegeId, Depth)>, Error> {
    let body: Privileges = parse(unverified_body)?;
    body.privileges
        .iter()
        .map(|item| Ok((privilege(catalogue, item)?.id, item.depth.into())))
        .collect()
}

/// By its key, or by its name; when both are there, they must agree.
fn privilege<'a>(catalogue: &'a Catalogue, item: &RolePrivilege) -> Result<&'a Privilege, Error> {
    let named = item.privilege_name.as_deref().map(|name| {
        let what = || Error::InvalidArgument {
            what: format!("there is no privilege `{name}`"),
        };
        catalogue.privilege(name).ok_or_else(what)
    });
    match (&item.privilege_id, named.transpose()?) {
        (Some(id), named) => {
            let found = by_id(catalogue, id)?;
            match named {
                Some(other) if other.id != found.id => Err(Error::InvalidArgument {
                    what: format!("`{id}` is the privilege `{}`, not `{}`", found.name, other.name),
                }),
                _ => Ok(found),
            }
        }
        (None, Some(named)) => Ok(named),
        (None, None) => Err(Error::InvalidArgument {
            what: "a privilege without `PrivilegeId`".to_owned(),
        }),
    }
}

fn by_id<'a>(catalogue: &'a Catalogue, unverified_id: &str) -> Result<&'a Privilege, Error> {
    let id = Uuid::try_parse(unverified_id).ok().map(PrivilegeId);
    let what = || Error::InvalidArgument {
        what: format!("there is no privilege with the id `{unverified_id}`"),
    };
    id.and_then(|id| catalogue.privilege_by_id(id)).ok_or_else(what)
}

fn parse<'a, T: Deserialize<'a>>(unverified_body: &'a [u8]) -> Result<T, Error> {
    serde_json::from_slice(unverified_body).map_err(|error| Error::InvalidArgument {
        what: format!("the body is not what the action takes: {error}"),
    })
}

impl From<WireDepth> for Depth {
    fn from(depth: WireDepth) -> Self {
        match depth {
            WireDepth::Basic => Self::Basic,
            WireDepth::Local => Self::Local,
            WireDepth::Deep => Self::Deep,
            WireDepth::Global => Self::Global,
        }
    }
}
