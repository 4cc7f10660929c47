//! Acting in the name of another user: `CallerObjectId` (object id in the directory) and `MSCRMCallerID`
//! (`systemuserid`).
//!
//! In: the two headers and the real caller. Out: the user to act as. Invariant: nobody becomes another user without
//! `prvActOnBehalfOfAnotherUser`; to name oneself is no impersonation and needs no privilege.

use std::sync::Arc;

use http::HeaderMap;
use uuid::Uuid;

use crate::{
    caller::check as user_check,
    environment::{Environment, User},
    error::Error,
};

const OBJECT_ID: &str = "CallerObjectId";
const USER_ID: &str = "MSCRMCallerID";
const PRIVILEGE: &str = "prvActOnBehalfOfAnotherUser";

/// Whom the headers name; at least one of the two is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Target {
    object: Option<Uuid>,
    user: Option<Uuid>,
}

/// Reads the headers.
pub(super) fn target(headers: &HeaderMap) -> Result<Option<Target>, Error> {
    let object = guid(headers, OBJECT_ID)?;
    let user = guid(headers, USER_ID)?;
    Ok((object.is_some() || user.is_some()).then_some(Target { object, user }))
}

/// Finds the user and checks that they may call, and that the real caller may act for them. An application user may be
/// named too; as it has no licence, none is asked for.
pub(super) async fn act_as(environment: &Environment, real: &Arc<User>, target: Target) -> Result<Arc<User>, Error> {
    let unverified = find(environment, target);
    if let Ok(named) = &unverified
        && named.id == real.id
    {
        return Ok(Arc::clone(real));
    }
    // Before the outcome of the search is told: who may not impersonate learns nothing about other users.
    check(environment, real)?;
    let named = unverified?;
    user_check::enabled(&named)?;
    if named.app.is_none() {
        user_check::in_directory(environment, &named).await?;
    }
    Ok(named)
}

fn find(environment: &Environment, target: Target) -> Result<Arc<User>, Error> {
    let security = &environment.security;
    let by_object = target
        .object
        .map(|id| security.by_object(id.into()).ok_or(Error::UnknownImpersonated { id }));
    let by_user = target
        .user
        .map(|id| security.user(id).ok_or(Error::UnknownImpersonated { id }));
    match (by_object.transpose()?, by_user.transpose()?) {
        (Some(one), Some(other)) if one.id != other.id => Err(Error::InvalidArgument {
            what: format!("the headers `{OBJECT_ID}` and `{USER_ID}` name different users"),
        }),
        (Some(user), _) | (None, Some(user)) => Ok(user),
        (None, None) => Err(Error::NotAMember),
    }
}

/// That this user may act on behalf of others.
pub(super) fn check(environment: &Environment, real: &User) -> Result<(), Error> {
    let privilege = environment.catalogue.privilege(PRIVILEGE);
    let holds = privilege
        .and_then(|privilege| real.grants.get(&privilege.id))
        .is_some_and(|grant| !grant.entries.is_empty());
    if holds {
        Ok(())
    } else {
        Err(Error::MayNotImpersonate { user: real.id })
    }
}

fn guid(headers: &HeaderMap, name: &'static str) -> Result<Option<Uuid>, Error> {
    let mut values = headers.get_all(name).iter();
    let Some(unverified_value) = values.next() else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(unverified_value.as_bytes());
    match (Uuid::try_parse(text.trim()), values.next()) {
        (Ok(id), None) => Ok(Some(id)),
        _ => Err(Error::InvalidArgument {
            what: format!("the header `{name}` is not one guid: `{}`", text.trim()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of the object id and of the user id.
    type Ids = (Option<u128>, Option<u128>);

    #[track_caller]
    fn reads(headers: &[(&'static str, &'static str)], expected: Result<Option<Ids>, &str>) {
        let map = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        let read = target(&map).map(|target| {
            target.map(|target| (target.object.map(|id| id.as_u128()), target.user.map(|id| id.as_u128())))
        });
        assert_eq!(read.map_err(|error| error.to_string()), expected.map_err(str::to_owned));
    }

    #[test]
    fn headers_name_a_user_by_either_id() {
        const ONE: &str = "00000000-0000-0000-0000-000000000001";
        reads(&[], Ok(None));
        reads(&[("callerobjectid", ONE)], Ok(Some((Some(1), None))));
        reads(&[("mscrmcallerid", ONE)], Ok(Some((None, Some(1)))));
        reads(
            &[("mscrmcallerid", "{00000000-0000-0000-0000-000000000001}")],
            Ok(Some((None, Some(1)))),
        );
        reads(
            &[("callerobjectid", ONE), ("mscrmcallerid", ONE)],
            Ok(Some((Some(1), Some(1)))),
        );
        reads(
            &[("callerobjectid", "alice")],
            Err("the header `CallerObjectId` is not one guid: `alice`"),
        );
        reads(
            &[("mscrmcallerid", "")],
            Err("the header `MSCRMCallerID` is not one guid: ``"),
        );
    }

    #[test]
    fn a_header_sent_twice_is_refused() {
        let mut headers = HeaderMap::new();
        for id in [
            "00000000-0000-0000-0000-000000000001",
            "00000000-0000-0000-0000-000000000002",
        ] {
            headers.append("mscrmcallerid", id.parse().unwrap());
        }
        assert!(target(&headers).is_err());
    }
}
