//! The one table of the directory API: method and path to operation and right.
//!
//! In: a method and the path behind `/v1.0/`. Out: [`Found`]. Invariant: what is not in the table does not exist; a right
//! stands beside every operation but the batch, whose parts are asked one by one.

use http::Method;
use percent_encoding::percent_decode_str;

use crate::graph::{GraphRefusal, Right};

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Batch,
    ListApplications,
    CountApplications,
    CreateApplication,
    ReadApplication,
    UpdateApplication,
    DeleteApplication,
    AddPassword,
    RemovePassword,
    AddKey,
    RemoveKey,
    ListFederated,
    CreateFederated,
    ReadFederated,
    UpdateFederated,
    DeleteFederated,
    ListPrincipals,
    CountPrincipals,
    CreatePrincipal,
    ReadPrincipal,
    UpdatePrincipal,
    DeletePrincipal,
    ListAssignments(Holder),
    CreateAssignment(Holder),
    ReadAssignment(Holder),
    DeleteAssignment(Holder),
    ListGrants,
    ListGrantsOf(Holder),
    CreateGrant,
    ReadGrant,
    UpdateGrant,
    DeleteGrant,
    ListUsers,
    CountUsers,
    CreateUser,
    ReadUser,
    UpdateUser,
    DeleteUser,
    AssignLicense,
    RevokeSessions,
    ListMemberOf,
    ListGroups,
    CountGroups,
    CreateGroup,
    ReadGroup,
    UpdateGroup,
    DeleteGroup,
    ListMembers,
    AddMember,
    RemoveMember,
    ListOrganization,
    ReadOrganization,
    ListDomains,
    ReadDomain,
    ListSkus,
    ListRoles,
    ReadRole,
    ListRoleMembers,
    ListAudits,
    ReadAudit,
    ListSignIns,
    ReadSignIn,
}

/// Whose assignments or grants a path is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// Those that a service principal has.
    Principal,
    /// Those that a resource has given.
    Resource,
    /// A person's.
    User,
    /// A group's.
    Group,
}

/// A line of the table.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) method: Method,
    /// Segments; `{}` stands for a key.
    pub(crate) path: &'static str,
    pub(crate) operation: Operation,
    pub(crate) right: Option<Right>,
}

/// The line for a call, with the keys of its path in their order.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) operation: Operation,
    pub(crate) right: Option<Right>,
    pub(crate) keys: Vec<String>,
}

/// All lines. Words stand before `{}`, which takes any segment.
pub(crate) fn table() -> Vec<Route> {
    let batch = Route {
        method: Method::POST,
        path: "$batch",
        operation: Operation::Batch,
        right: None,
    };
    let parts = [vec![batch], applications(), principals(), people(), tenant()];
    parts.into_iter().flatten().collect()
}

/// Applications and their credentials.
#[rustfmt::skip] // one line per route: this is read as a table
fn applications() -> Vec<Route> {
    use {Operation as O, Right as R};
    vec![
        route(Method::GET,    "applications",                                     O::ListApplications,             R::ReadApplications),
        route(Method::POST,   "applications",                                     O::CreateApplication,            R::WriteApplications),
        route(Method::GET,    "applications/$count",                              O::CountApplications,            R::ReadApplications),
        route(Method::GET,    "applications/{}",                                  O::ReadApplication,              R::ReadApplications),
        route(Method::PATCH,  "applications/{}",                                  O::UpdateApplication,            R::WriteApplications),
        route(Method::DELETE, "applications/{}",                                  O::DeleteApplication,            R::WriteApplications),
        route(Method::POST,   "applications/{}/addPassword",                      O::AddPassword,                  R::WriteApplications),
        route(Method::POST,   "applications/{}/removePassword",                   O::RemovePassword,               R::WriteApplications),
        route(Method::POST,   "applications/{}/addKey",                           O::AddKey,                       R::WriteApplications),
        route(Method::POST,   "applications/{}/removeKey",                        O::RemoveKey,                    R::WriteApplications),
        route(Method::GET,    "applications/{}/federatedIdentityCredentials",     O::ListFederated,                R::ReadApplications),
        route(Method::POST,   "applications/{}/federatedIdentityCredentials",     O::CreateFederated,              R::WriteApplications),
        route(Method::GET,    "applications/{}/federatedIdentityCredentials/{}",  O::ReadFederated,                R::ReadApplications),
        route(Method::PATCH,  "applications/{}/federatedIdentityCredentials/{}",  O::UpdateFederated,              R::WriteApplications),
        route(Method::DELETE, "applications/{}/federatedIdentityCredentials/{}",  O::DeleteFederated,              R::WriteApplications),
    ]
}

/// Service principals, and what they were given.
#[rustfmt::skip] // as above
fn principals() -> Vec<Route> {
    use {Holder as H, Operation as O, Right as R};
    vec![
        route(Method::GET,    "servicePrincipals",                                O::ListPrincipals,               R::ReadApplications),
        route(Method::POST,   "servicePrincipals",                                O::CreatePrincipal,              R::WriteApplications),
        route(Method::GET,    "servicePrincipals/$count",                         O::CountPrincipals,              R::ReadApplications),
        route(Method::GET,    "servicePrincipals/{}",                             O::ReadPrincipal,                R::ReadApplications),
        route(Method::PATCH,  "servicePrincipals/{}",                             O::UpdatePrincipal,              R::WriteApplications),
        route(Method::DELETE, "servicePrincipals/{}",                             O::DeletePrincipal,              R::WriteApplications),
        route(Method::GET,    "servicePrincipals/{}/appRoleAssignments",          O::ListAssignments(H::Principal),  R::ReadAssignments),
        route(Method::POST,   "servicePrincipals/{}/appRoleAssignments",          O::CreateAssignment(H::Principal), R::WriteAssignments),
        route(Method::GET,    "servicePrincipals/{}/appRoleAssignments/{}",       O::ReadAssignment(H::Principal),   R::ReadAssignments),
        route(Method::DELETE, "servicePrincipals/{}/appRoleAssignments/{}",       O::DeleteAssignment(H::Principal), R::WriteAssignments),
        route(Method::GET,    "servicePrincipals/{}/appRoleAssignedTo",           O::ListAssignments(H::Resource),   R::ReadAssignments),
        route(Method::POST,   "servicePrincipals/{}/appRoleAssignedTo",           O::CreateAssignment(H::Resource),  R::WriteAssignments),
        route(Method::GET,    "servicePrincipals/{}/appRoleAssignedTo/{}",        O::ReadAssignment(H::Resource),    R::ReadAssignments),
        route(Method::DELETE, "servicePrincipals/{}/appRoleAssignedTo/{}",        O::DeleteAssignment(H::Resource),  R::WriteAssignments),
        route(Method::GET,    "servicePrincipals/{}/oauth2PermissionGrants",      O::ListGrantsOf(H::Principal),   R::ReadGrants),
        route(Method::GET,    "oauth2PermissionGrants",                           O::ListGrants,                   R::ReadGrants),
        route(Method::POST,   "oauth2PermissionGrants",                           O::CreateGrant,                  R::WriteGrants),
        route(Method::GET,    "oauth2PermissionGrants/{}",                        O::ReadGrant,                    R::ReadGrants),
        route(Method::PATCH,  "oauth2PermissionGrants/{}",                        O::UpdateGrant,                  R::WriteGrants),
        route(Method::DELETE, "oauth2PermissionGrants/{}",                        O::DeleteGrant,                  R::WriteGrants),
    ]
}

/// People and groups.
#[rustfmt::skip] // as above
fn people() -> Vec<Route> {
    use {Holder as H, Operation as O, Right as R};
    vec![
        route(Method::GET,    "users",                                            O::ListUsers,                    R::ReadUsers),
        route(Method::POST,   "users",                                            O::CreateUser,                   R::WriteUsers),
        route(Method::GET,    "users/$count",                                     O::CountUsers,                   R::ReadUsers),
        route(Method::GET,    "users/{}",                                         O::ReadUser,                     R::ReadUsers),
        route(Method::PATCH,  "users/{}",                                         O::UpdateUser,                   R::WriteUsers),
        route(Method::DELETE, "users/{}",                                         O::DeleteUser,                   R::WriteUsers),
        route(Method::POST,   "users/{}/assignLicense",                           O::AssignLicense,                R::WriteUsers),
        route(Method::POST,   "users/{}/revokeSignInSessions",                    O::RevokeSessions,               R::RevokeSessions),
        route(Method::GET,    "users/{}/memberOf",                                O::ListMemberOf,                 R::ReadGroups),
        route(Method::GET,    "users/{}/oauth2PermissionGrants",                  O::ListGrantsOf(H::User),        R::ReadGrants),
        route(Method::GET,    "users/{}/appRoleAssignments",                      O::ListAssignments(H::User),     R::ReadAssignments),
        route(Method::POST,   "users/{}/appRoleAssignments",                      O::CreateAssignment(H::User),    R::WriteAssignments),
        route(Method::GET,    "users/{}/appRoleAssignments/{}",                   O::ReadAssignment(H::User),      R::ReadAssignments),
        route(Method::DELETE, "users/{}/appRoleAssignments/{}",                   O::DeleteAssignment(H::User),    R::WriteAssignments),
        route(Method::GET,    "groups",                                           O::ListGroups,                   R::ReadGroups),
        route(Method::POST,   "groups",                                           O::CreateGroup,                  R::WriteGroups),
        route(Method::GET,    "groups/$count",                                    O::CountGroups,                  R::ReadGroups),
        route(Method::GET,    "groups/{}",                                        O::ReadGroup,                    R::ReadGroups),
        route(Method::PATCH,  "groups/{}",                                        O::UpdateGroup,                  R::WriteGroups),
        route(Method::DELETE, "groups/{}",                                        O::DeleteGroup,                  R::WriteGroups),
        route(Method::GET,    "groups/{}/members",                                O::ListMembers,                  R::ReadGroups),
        route(Method::POST,   "groups/{}/members/$ref",                           O::AddMember,                    R::WriteMembers),
        route(Method::DELETE, "groups/{}/members/{}/$ref",                        O::RemoveMember,                 R::WriteMembers),
        route(Method::GET,    "groups/{}/appRoleAssignments",                     O::ListAssignments(H::Group),    R::ReadAssignments),
        route(Method::POST,   "groups/{}/appRoleAssignments",                     O::CreateAssignment(H::Group),   R::WriteAssignments),
        route(Method::GET,    "groups/{}/appRoleAssignments/{}",                  O::ReadAssignment(H::Group),     R::ReadAssignments),
        route(Method::DELETE, "groups/{}/appRoleAssignments/{}",                  O::DeleteAssignment(H::Group),   R::WriteAssignments),
    ]
}

/// What is known of the tenant.
#[rustfmt::skip] // as above
fn tenant() -> Vec<Route> {
    use {Operation as O, Right as R};
    vec![
        route(Method::GET,    "organization",                                     O::ListOrganization,             R::ReadOrganization),
        route(Method::GET,    "organization/{}",                                  O::ReadOrganization,             R::ReadOrganization),
        route(Method::GET,    "domains",                                          O::ListDomains,                  R::ReadDomains),
        route(Method::GET,    "domains/{}",                                       O::ReadDomain,                   R::ReadDomains),
        route(Method::GET,    "subscribedSkus",                                   O::ListSkus,                     R::ReadLicences),
        route(Method::GET,    "directoryRoles",                                   O::ListRoles,                    R::ReadRoles),
        route(Method::GET,    "directoryRoles/{}",                                O::ReadRole,                     R::ReadRoles),
        route(Method::GET,    "directoryRoles/{}/members",                        O::ListRoleMembers,              R::ReadRoles),
        route(Method::GET,    "auditLogs/directoryAudits",                        O::ListAudits,                   R::ReadAudits),
        route(Method::GET,    "auditLogs/directoryAudits/{}",                     O::ReadAudit,                    R::ReadAudits),
        route(Method::GET,    "auditLogs/signIns",                                O::ListSignIns,                  R::ReadAudits),
        route(Method::GET,    "auditLogs/signIns/{}",                             O::ReadSignIn,                   R::ReadAudits),
    ]
}

fn route(method: Method, path: &'static str, operation: Operation, right: Right) -> Route {
    Route {
        method,
        path,
        operation,
        right: Some(right),
    }
}

/// Finds the line for a path, of which `me` is already replaced.
pub(crate) fn find(method: &Method, segments: &[String]) -> Result<Found, GraphRefusal> {
    let mut path_exists = false;
    for route in table() {
        let Some(keys) = keys(route.path, segments) else {
            continue;
        };
        if route.method == *method {
            return Ok(Found {
                operation: route.operation,
                right: route.right,
                keys,
            });
        }
        path_exists = true;
    }
    if path_exists {
        return Err(GraphRefusal::Method {
            received: method.to_string(),
        });
    }
    Err(GraphRefusal::Segment {
        segment: unknown_segment(segments),
    })
}

/// The segments of a path, decoded; a key in parentheses becomes a segment of its own, and one slash at the end is none.
pub(crate) fn segments(encoded_path: &str) -> Option<Vec<String>> {
    let mut segments = Vec::new();
    for encoded in encoded_path.trim_matches('/').split('/') {
        let text = percent_decode_str(encoded).decode_utf8().ok()?;
        match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
            Some((name, key)) => segments.extend([name.to_owned(), unquoted(key).to_owned()]),
            None => segments.push(text.into_owned()),
        }
    }
    segments.iter().all(|segment| !segment.is_empty()).then_some(segments)
}

/// `('x')` names the same as `/x`; an alternate key keeps its quotes behind its name.
fn unquoted(key: &str) -> &str {
    let inner = key.strip_prefix('\'').and_then(|key| key.strip_suffix('\''));
    inner.unwrap_or(key)
}

fn keys(pattern: &str, segments: &[String]) -> Option<Vec<String>> {
    let words: Vec<&str> = pattern.split('/').collect();
    if words.len() != segments.len() {
        return None;
    }
    let mut keys = Vec::new();
    for (word, segment) in words.iter().zip(segments) {
        match *word {
            "{}" if !segment.starts_with('$') => keys.push(segment.clone()),
            word if word == segment => {}
            _ => return None,
        }
    }
    Some(keys)
}

/// The first segment with which no line goes on.
fn unknown_segment(segments: &[String]) -> String {
    let table = table();
    for end in 1..=segments.len() {
        let begun = segments.get(..end).unwrap_or_default();
        let goes_on = table.iter().any(|route| {
            let words: Vec<&str> = route.path.split('/').take(end).collect();
            keys(&words.join("/"), begun).is_some()
        });
        if !goes_on {
            return begun.last().cloned().unwrap_or_default();
        }
    }
    segments.last().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &Method, path: &str, expected: Result<(Operation, &[&str]), &str>) {
        let found = find(method, &segments(path).unwrap());
        match (found, expected) {
            (Ok(found), Ok((operation, keys))) => {
                assert_eq!(found.operation, operation, "{path}");
                assert_eq!(found.keys, keys, "{path}");
            }
            (Err(refusal), Err(text)) => assert_eq!(refusal.to_string(), text, "{path}"),
            (found, _) => panic!("{path}: {found:?}"),
        }
    }

    #[test]
    fn paths_are_found() {
        check(&Method::GET, "planets", Err("no resource for the segment `planets`"));
        check(
            &Method::GET,
            "auditLogs/provisioning",
            Err("no resource for the segment `provisioning`"),
        );
        check(
            &Method::GET,
            "users/1/drive",
            Err("no resource for the segment `drive`"),
        );
        check(&Method::PUT, "applications/1", Err("method PUT not allowed"));
        check(&Method::GET, "groups/1/members/$ref", Err("method GET not allowed"));
        check(&Method::GET, "applications/", Ok((Operation::ListApplications, &[])));
        check(
            &Method::GET,
            "applications/$count",
            Ok((Operation::CountApplications, &[])),
        );
        check(
            &Method::GET,
            "applications(appId='x')",
            Ok((Operation::ReadApplication, &["appId='x'"])),
        );
        check(
            &Method::PATCH,
            "applications/1/federatedIdentityCredentials(name='ci')",
            Ok((Operation::UpdateFederated, &["1", "name='ci'"])),
        );
        check(
            &Method::GET,
            "users/bob%40contoso.example",
            Ok((Operation::ReadUser, &["bob@contoso.example"])),
        );
        check(
            &Method::GET,
            "groups('1')/members",
            Ok((Operation::ListMembers, &["1"])),
        );
        assert_eq!(segments("users//1"), None);
        assert_eq!(segments("users/%ff"), None);
    }

    #[test]
    fn every_line_is_reached() {
        for route in table() {
            let path = route.path.replace("{}", "key");
            let found = find(&route.method, &segments(&path).unwrap()).unwrap();
            assert_eq!(found.operation, route.operation, "{path}");
        }
    }
}
