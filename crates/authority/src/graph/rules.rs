//! The table of rights: which permissions give each.
//!
//! In: a [`Right`]. Out: its [`Rule`]. Invariant: exhaustive, without `_`; a list that is empty gives nobody the right.

use DirectoryRole::{Administrator, ApplicationAdministrator, Reader};

use super::Right;
use crate::person::DirectoryRole;

/// What gives a right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// Roles of an application.
    pub(super) roles: &'static [&'static str],
    /// Roles of an application that reach what it registered itself.
    pub(super) owner_roles: &'static [&'static str],
    /// Scopes, for people of `people`.
    pub(super) scopes: &'static [&'static str],
    /// Whose own right it is.
    pub(super) people: &'static [DirectoryRole],
    /// Scopes by which anybody reaches their own object.
    pub(super) own_scopes: &'static [&'static str],
    /// Scopes by which anybody reads the basic properties of everybody.
    pub(super) basic_scopes: &'static [&'static str],
}

/// Who reads the directory.
const READERS: &[DirectoryRole] = &[Administrator, ApplicationAdministrator, Reader];
const APPLICATION_WRITERS: &[DirectoryRole] = &[Administrator, ApplicationAdministrator];
const WRITERS: &[DirectoryRole] = &[Administrator];
const AUDITORS: &[DirectoryRole] = &[Administrator, Reader];
const NOBODY: Rule = Rule {
    roles: &[],
    owner_roles: &[],
    scopes: &[],
    people: &[],
    own_scopes: &[],
    basic_scopes: &[],
};

/// The permissions that give a right.
pub(super) fn rule(right: Right) -> Rule {
    match right {
        Right::ReadApplications => READ_APPLICATIONS,
        Right::WriteApplications => WRITE_APPLICATIONS,
        Right::ReadAssignments => READ_ASSIGNMENTS,
        Right::WriteAssignments => WRITE_ASSIGNMENTS,
        Right::ReadGrants => READ_GRANTS,
        Right::WriteGrants => WRITE_GRANTS,
        Right::ReadUsers => READ_USERS,
        Right::WriteUsers => WRITE_USERS,
        Right::RevokeSessions => REVOKE_SESSIONS,
        Right::ReadGroups => READ_GROUPS,
        Right::WriteGroups => WRITE_GROUPS,
        Right::WriteMembers => WRITE_MEMBERS,
        Right::ReadOrganization => READ_ORGANIZATION,
        Right::ReadDomains => READ_DOMAINS,
        Right::ReadLicences => READ_LICENCES,
        Right::ReadRoles => READ_ROLES,
        Right::ReadAudits => READ_AUDITS,
    }
}

#[rustfmt::skip] // this is read as a table
const READ_APPLICATIONS: Rule = Rule {
roles: &["Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
owner_roles: &["Application.ReadWrite.OwnedBy"],
scopes: &["Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"],
people: READERS, ..NOBODY
    };
#[rustfmt::skip] // this is read as a table
const WRITE_APPLICATIONS: Rule = Rule {
roles: &["Application.ReadWrite.All", "Directory.ReadWrite.All"],
owner_roles: &["Application.ReadWrite.OwnedBy"],
scopes: &["Application.ReadWrite.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"],
people: APPLICATION_WRITERS, ..NOBODY
    };
#[rustfmt::skip] // this is read as a table
const READ_ASSIGNMENTS: Rule = Rule {
roles: &["AppRoleAssignment.ReadWrite.All", "Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
scopes: &["AppRoleAssignment.ReadWrite.All", "Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"],
people: READERS, ..NOBODY
    };
// Not by any of the broader permissions: whoever gives roles can give themselves all of them.
#[rustfmt::skip] // this is read as a table
const WRITE_ASSIGNMENTS: Rule = Rule {
roles: &["AppRoleAssignment.ReadWrite.All"],
scopes: &["AppRoleAssignment.ReadWrite.All", "Directory.AccessAsUser.All"],
people: APPLICATION_WRITERS, ..NOBODY
    };
#[rustfmt::skip] // this is read as a table
const READ_GRANTS: Rule = Rule {
roles: &["DelegatedPermissionGrant.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
scopes: &["DelegatedPermissionGrant.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"],
people: READERS, ..NOBODY
    };
#[rustfmt::skip] // this is read as a table
const WRITE_GRANTS: Rule = Rule {
roles: &["DelegatedPermissionGrant.ReadWrite.All"],
scopes: &["DelegatedPermissionGrant.ReadWrite.All", "Directory.AccessAsUser.All"],
people: APPLICATION_WRITERS, ..NOBODY
    };
#[rustfmt::skip] // this is read as a table
const READ_USERS: Rule = Rule {
roles: &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
scopes: &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"],
people: READERS,
own_scopes: &["User.Read", "User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"],
basic_scopes: &["User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"], ..NOBODY
    };
#[rustfmt::skip] // this is read as a table
const WRITE_USERS: Rule = Rule {
roles: &["User.ReadWrite.All", "Directory.ReadWrite.All"],
scopes: &["User.ReadWrite.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"],
people: WRITERS, ..NOBODY
    };
#[rustfmt::skip] // this is read as a table
const REVOKE_SESSIONS: Rule = Rule {
roles: &["User.ReadWrite.All", "Directory.ReadWrite.All"],
scopes: &["User.ReadWrite.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"],
people: WRITERS,
own_scopes: &["User.ReadWrite.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"], ..NOBODY
    };
#[rustfmt::skip] // this is read as a table
const READ_GROUPS: Rule = Rule {
roles: &["GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
scopes: &["GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"],
people: READERS,
// The groups that one is in oneself.
own_scopes: &["User.Read", "GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"], ..NOBODY
    };
#[rustfmt::skip] // this is read as a table
const WRITE_GROUPS: Rule = Rule {
roles: &["Group.ReadWrite.All", "Directory.ReadWrite.All"],
scopes: &["Group.ReadWrite.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"],
people: WRITERS, ..NOBODY
    };
#[rustfmt::skip] // this is read as a table
const WRITE_MEMBERS: Rule = Rule {
roles: &["GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"],
scopes: &["Group.ReadWrite.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"],
people: WRITERS, ..NOBODY
    };
#[rustfmt::skip] // this is read as a table
const READ_ORGANIZATION: Rule = Rule {
roles: &["Organization.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"],
scopes: &["Directory.Read.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"],
people: READERS,
// The organization's name and domains are on every sign-in page.
basic_scopes: &["User.Read", "User.Read.All", "Directory.Read.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"], ..NOBODY
    };
#[rustfmt::skip] // this is read as a table
const READ_DOMAINS: Rule = Rule {
roles: &["Domain.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"],
scopes: &["Directory.Read.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"],
people: READERS, ..NOBODY
    };
#[rustfmt::skip] // this is read as a table
const READ_LICENCES: Rule = Rule {
roles: &["Organization.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"],
scopes: &["Directory.Read.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"],
people: READERS, ..NOBODY
    };
#[rustfmt::skip] // this is read as a table
const READ_ROLES: Rule = Rule {
roles: &["Directory.Read.All", "Directory.ReadWrite.All"],
scopes: &["Directory.Read.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"],
people: READERS, ..NOBODY
    };
#[rustfmt::skip] // this is read as a table
const READ_AUDITS: Rule = Rule {
roles: &["AuditLog.Read.All"],
scopes: &["AuditLog.Read.All"],
people: AUDITORS, ..NOBODY
    };
