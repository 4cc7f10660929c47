//! The one table of the directory API: method and path to operation and right.
//!
//! In: a method and the path behind `/v1.0/`. Out: [`Found`]. Invariant: what is not in the table does not exist; a right
//! stands beside every operation but the batch, whose parts are asked one by one.

use http::Method;
use percent_encoding::percent_decode_str;

use super::authentication_method::Kind;
use super::list::Source;
use crate::graph::{GraphRefusal, Right};
use crate::manage::owner::OwnedKind;

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Batch,
    List(Source),
    Count(Source),
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
    CreateUser,
    ReadUser,
    UpdateUser,
    DeleteUser,
    AssignLicense,
    RevokeSessions,
    ListMemberOf(Holder, Depth),
    MemberObjects(Holder, MemberAction),
    ListOwners(OwnedKind),
    AddOwner(OwnedKind),
    RemoveOwner(OwnedKind),
    ListMethods(Kind),
    DeleteMethod(Kind),
    CreateGroup,
    ReadGroup,
    UpdateGroup,
    DeleteGroup,
    ListMembers(Depth),
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
    ReadAudit,
    ReadSignIn,
}

/// How far memberships are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// One step.
    Direct,
    /// Through groups that are in groups.
    Transitive,
}

/// What is asked of all groups that an object is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemberAction {
    /// Their ids (`getMemberGroups`, `getMemberObjects`: there are no other containers).
    List,
    /// Which of some ids are among them (`checkMemberGroups`, `checkMemberObjects`).
    Check,
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
    use {Operation as O, OwnedKind as K, Right as R, Source as S};
    vec![
        route(Method::GET,    "applications",                                     O::List(S::Applications),        R::ReadApplications),
        route(Method::POST,   "applications",                                     O::CreateApplication,            R::WriteApplications),
        route(Method::GET,    "applications/$count",                              O::Count(S::Applications),       R::ReadApplications),
        route(Method::GET,    "applications/{}",                                  O::ReadApplication,              R::ReadApplications),
        route(Method::PATCH,  "applications/{}",                                  O::UpdateApplication,            R::WriteApplications),
        route(Method::DELETE, "applications/{}",                                  O::DeleteApplication,            R::WriteApplications),
        route(Method::GET,    "applications/{}/owners",                                    O::ListOwners(K::Application), R::ReadApplications),
        route(Method::POST,   "applications/{}/owners/$ref",                               O::AddOwner(K::Application),   R::WriteApplications),
        route(Method::DELETE, "applications/{}/owners/{}/$ref",                            O::RemoveOwner(K::Application), R::WriteApplications),
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
    use {Depth as D, Holder as H, Operation as O, OwnedKind as K, Right as R, Source as S};
    vec![
        route(Method::GET,    "servicePrincipals",                                O::List(S::Principals),          R::ReadApplications),
        route(Method::POST,   "servicePrincipals",                                O::CreatePrincipal,              R::WriteApplications),
        route(Method::GET,    "servicePrincipals/$count",                         O::Count(S::Principals),         R::ReadApplications),
        route(Method::GET,    "servicePrincipals/{}",                             O::ReadPrincipal,                R::ReadApplications),
        route(Method::PATCH,  "servicePrincipals/{}",                             O::UpdatePrincipal,              R::WriteApplications),
        route(Method::DELETE, "servicePrincipals/{}",                             O::DeletePrincipal,              R::WriteApplications),
        route(Method::GET,    "servicePrincipals/{}/owners",                               O::ListOwners(K::ServicePrincipal), R::ReadApplications),
        route(Method::POST,   "servicePrincipals/{}/owners/$ref",                          O::AddOwner(K::ServicePrincipal), R::WriteApplications),
        route(Method::DELETE, "servicePrincipals/{}/owners/{}/$ref",                       O::RemoveOwner(K::ServicePrincipal), R::WriteApplications),
        route(Method::GET,    "servicePrincipals/{}/memberOf",                             O::ListMemberOf(H::Principal, D::Direct), R::ReadGroups),
        route(Method::GET,    "servicePrincipals/{}/transitiveMemberOf",                   O::ListMemberOf(H::Principal, D::Transitive), R::ReadGroups),
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
    use {Depth as D, Holder as H, MemberAction as A, Operation as O, Right as R, Source as S};
    vec![
        route(Method::GET,    "users",                                            O::List(S::Users),               R::ReadUsers),
        route(Method::POST,   "users",                                            O::CreateUser,                   R::WriteUsers),
        route(Method::GET,    "users/$count",                                     O::Count(S::Users),              R::ReadUsers),
        route(Method::GET,    "users/{}",                                         O::ReadUser,                     R::ReadUsers),
        route(Method::PATCH,  "users/{}",                                         O::UpdateUser,                   R::WriteUsers),
        route(Method::DELETE, "users/{}",                                         O::DeleteUser,                   R::WriteUsers),
        route(Method::POST,   "users/{}/assignLicense",                           O::AssignLicense,                R::WriteUsers),
        route(Method::POST,   "users/{}/revokeSignInSessions",                    O::RevokeSessions,               R::RevokeSessions),
        route(Method::GET,    "users/{}/memberOf",                                         O::ListMemberOf(H::User, D::Direct), R::ReadGroups),
        route(Method::GET,    "users/{}/transitiveMemberOf",                               O::ListMemberOf(H::User, D::Transitive), R::ReadGroups),
        route(Method::POST,   "users/{}/getMemberGroups",                                  O::MemberObjects(H::User, A::List), R::ReadGroups),
        route(Method::POST,   "users/{}/getMemberObjects",                                 O::MemberObjects(H::User, A::List), R::ReadGroups),
        route(Method::POST,   "users/{}/checkMemberGroups",                                O::MemberObjects(H::User, A::Check), R::ReadGroups),
        route(Method::POST,   "users/{}/checkMemberObjects",                               O::MemberObjects(H::User, A::Check), R::ReadGroups),
        route(Method::GET,    "users/{}/authentication/methods",                  O::ListMethods(Kind::All),       R::ReadMethods),
        route(Method::GET,    "users/{}/authentication/softwareOathMethods",      O::ListMethods(Kind::SoftwareOath), R::ReadMethods),
        route(Method::DELETE, "users/{}/authentication/softwareOathMethods/{}",   O::DeleteMethod(Kind::SoftwareOath), R::WriteMethods),
        route(Method::GET,    "users/{}/authentication/fido2Methods",             O::ListMethods(Kind::Fido2),     R::ReadMethods),
        route(Method::DELETE, "users/{}/authentication/fido2Methods/{}",          O::DeleteMethod(Kind::Fido2),    R::WriteMethods),
        route(Method::GET,    "users/{}/oauth2PermissionGrants",                  O::ListGrantsOf(H::User),        R::ReadGrants),
        route(Method::GET,    "users/{}/appRoleAssignments",                      O::ListAssignments(H::User),     R::ReadAssignments),
        route(Method::POST,   "users/{}/appRoleAssignments",                      O::CreateAssignment(H::User),    R::WriteAssignments),
        route(Method::GET,    "users/{}/appRoleAssignments/{}",                   O::ReadAssignment(H::User),      R::ReadAssignments),
        route(Method::DELETE, "users/{}/appRoleAssignments/{}",                   O::DeleteAssignment(H::User),    R::WriteAssignments),
        route(Method::GET,    "groups",                                           O::List(S::Groups),              R::ReadGroups),
        route(Method::POST,   "groups",                                           O::CreateGroup,                  R::WriteGroups),
        route(Method::GET,    "groups/$count",                                    O::Count(S::Groups),             R::ReadGroups),
        route(Method::GET,    "groups/{}",                                        O::ReadGroup,                    R::ReadGroups),
        route(Method::PATCH,  "groups/{}",                                        O::UpdateGroup,                  R::WriteGroups),
        route(Method::DELETE, "groups/{}",                                        O::DeleteGroup,                  R::WriteGroups),
        route(Method::GET,    "groups/{}/members",                                         O::ListMembers(D::Direct),     R::ReadGroups),
        route(Method::GET,    "groups/{}/transitiveMembers",                               O::ListMembers(D::Transitive), R::ReadGroups),
        route(Method::GET,    "groups/{}/memberOf",                                        O::ListMemberOf(H::Group, D::Direct), R::ReadGroups),
        route(Method::GET,    "groups/{}/transitiveMemberOf",                              O::ListMemberOf(H::Group, D::Transitive), R::ReadGroups),
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
    use {Operation as O, Right as R, Source as S};
    vec![
        route(Method::GET,    "organization",                                     O::ListOrganization,             R::ReadOrganization),
        route(Method::GET,    "organization/{}",                                  O::ReadOrganization,             R::ReadOrganization),
        route(Method::GET,    "domains",                                          O::ListDomains,                  R::ReadDomains),
        route(Method::GET,    "domains/{}",                                       O::ReadDomain,                   R::ReadDomains),
        route(Method::GET,    "subscribedSkus",                                   O::ListSkus,                     R::ReadLicences),
        route(Method::GET,    "directoryRoles",                                   O::ListRoles,                    R::ReadRoles),
        route(Method::GET,    "directoryRoles/{}",                                O::ReadRole,                     R::ReadRoles),
        route(Method::GET,    "directoryRoles/{}/members",                        O::ListRoleMembers,              R::ReadRoles),
        route(Method::GET,    "auditLogs/directoryAudits",                        O::List(S::Audits),              R::ReadAudits),
        route(Method::GET,    "auditLogs/directoryAudits/{}",                     O::ReadAudit,                    R::ReadAudits),
        route(Method::GET,    "auditLogs/signIns",                                O::List(S::SignIns),             R::ReadAudits),
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
        check(
            &Method::GET,
            "applications/",
            Ok((Operation::List(Source::Applications), &[])),
        );
        check(
            &Method::GET,
            "applications/$count",
            Ok((Operation::Count(Source::Applications), &[])),
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
            Ok((Operation::ListMembers(Depth::Direct), &["1"])),
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
