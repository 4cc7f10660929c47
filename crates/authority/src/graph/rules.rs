//! The table of rights: which permissions give each.
//!
//! In: a [`Right`]. Out: its [`Rule`]. Invariant: exhaustive, without `_`; a rule without permissions gives nobody the right.

use DirectoryRole::{Administrator, ApplicationAdministrator, Reader};

use super::Right;
use crate::person::DirectoryRole;

/// What gives a right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// Roles of an application by itself, or scopes of one that acts for people.
    permissions: &'static [&'static str],
    /// The permissions for the whole directory that give it besides.
    general: General,
    /// For which people the scopes count, because the right is their own.
    pub(super) people: &'static [DirectoryRole],
    /// The roles by which an application reaches what it owns; where there are some, people reach what they own by the
    /// scopes above.
    pub(super) owned: &'static [&'static str],
    /// Besides the scopes above, those by which anybody reaches their own object; `None` where nobody does.
    own: Option<&'static [&'static str]>,
    /// Scopes by which anybody reads the basic properties of everybody.
    pub(super) basic: &'static [&'static str],
}

/// Permissions for the whole directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum General {
    /// To read it.
    Read,
    /// To change it.
    Write,
    /// To do what the person may: no permission of the directory is as broad as the right.
    AsPerson,
    /// None.
    None,
}

impl General {
    fn has(self, permission: &str) -> bool {
        match self {
            Self::Read => matches!(permission, "Directory.Read.All" | "Directory.ReadWrite.All"),
            Self::Write => permission == "Directory.ReadWrite.All",
            Self::AsPerson | Self::None => false,
        }
    }
}

impl Rule {
    /// Whether one of an application's roles gives the right over everything.
    pub(super) fn takes_role(&self, roles: &[String]) -> bool {
        roles.iter().any(|role| self.takes(role))
    }

    /// Whether one of the scopes gives the right to those who have it themselves.
    pub(super) fn takes_scope(&self, scopes: &[String]) -> bool {
        let as_person = |scope: &str| self.general != General::None && scope == "Directory.AccessAsUser.All";
        scopes.iter().any(|scope| self.takes(scope) || as_person(scope))
    }

    /// Whether one of the scopes gives anybody the right over their own object.
    pub(super) fn takes_own(&self, scopes: &[String]) -> bool {
        self.own
            .is_some_and(|own| self.takes_scope(scopes) || scopes.iter().any(|scope| own.contains(&scope.as_str())))
    }

    fn takes(&self, permission: &str) -> bool {
        self.permissions.contains(&permission) || self.general.has(permission)
    }
}

/// Who reads the directory.
const READERS: &[DirectoryRole] = &[Administrator, ApplicationAdministrator, Reader];
const APPLICATION_WRITERS: &[DirectoryRole] = &[Administrator, ApplicationAdministrator];
const WRITERS: &[DirectoryRole] = &[Administrator];
const AUDITORS: &[DirectoryRole] = &[Administrator, Reader];
const OWNED: &[&str] = &["Application.ReadWrite.OwnedBy"];
const NOBODY: Rule = Rule {
    permissions: &[],
    general: General::None,
    people: &[],
    owned: &[],
    own: None,
    basic: &[],
};

/// The permissions that give a right.
#[rustfmt::skip] // this is read as a table
pub(super) fn rule(right: Right) -> Rule {
    match right {
        Right::ReadApplications => Rule {
            permissions: &["Application.Read.All", "Application.ReadWrite.All"],
            general: General::Read, people: READERS, owned: OWNED, ..NOBODY
        },
        Right::WriteApplications => Rule {
            permissions: &["Application.ReadWrite.All"],
            general: General::Write, people: APPLICATION_WRITERS, owned: OWNED, ..NOBODY
        },
        Right::ReadAssignments => Rule {
            permissions: &["AppRoleAssignment.ReadWrite.All", "Application.Read.All", "Application.ReadWrite.All"],
            general: General::Read, people: READERS, ..NOBODY
        },
        // Not by any of the broader permissions: whoever gives roles can give themselves all of them.
        Right::WriteAssignments => Rule {
            permissions: &["AppRoleAssignment.ReadWrite.All"],
            general: General::AsPerson, people: APPLICATION_WRITERS, ..NOBODY
        },
        Right::ReadGrants => Rule {
            permissions: &["DelegatedPermissionGrant.ReadWrite.All"],
            general: General::Read, people: READERS, ..NOBODY
        },
        Right::WriteGrants => Rule {
            permissions: &["DelegatedPermissionGrant.ReadWrite.All"],
            general: General::AsPerson, people: APPLICATION_WRITERS, ..NOBODY
        },
        Right::ReadUsers => Rule {
            permissions: &["User.Read.All", "User.ReadWrite.All"],
            general: General::Read, people: READERS,
            own: Some(&["User.Read", "User.ReadBasic.All"]),
            basic: &["User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"], ..NOBODY
        },
        Right::WriteUsers => Rule { permissions: &["User.ReadWrite.All"], general: General::Write, people: WRITERS, ..NOBODY },
        // Not by any of the broader permissions: whoever removes a second factor and sets a password is that person.
        Right::ReadMethods => Rule {
            permissions: &["UserAuthenticationMethod.Read.All", "UserAuthenticationMethod.ReadWrite.All"],
            general: General::AsPerson, people: AUDITORS, own: Some(&[]), ..NOBODY
        },
        Right::WriteMethods => Rule {
            permissions: &["UserAuthenticationMethod.ReadWrite.All"],
            general: General::AsPerson, people: WRITERS, ..NOBODY
        },
        Right::RevokeSessions => Rule { permissions: &["User.ReadWrite.All"], general: General::Write, people: WRITERS, own: Some(&[]), ..NOBODY },
        Right::ReadGroups => Rule {
            permissions: &["GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All"],
            general: General::Read, people: READERS,
            // The groups that one is in oneself.
            own: Some(&["User.Read"]), ..NOBODY
        },
        Right::WriteGroups => Rule { permissions: &["Group.ReadWrite.All"], general: General::Write, people: WRITERS, ..NOBODY },
        Right::WriteMembers => Rule { permissions: &["GroupMember.ReadWrite.All", "Group.ReadWrite.All"], general: General::Write, people: WRITERS, ..NOBODY },
        Right::ReadOrganization => Rule {
            permissions: &["Organization.Read.All"],
            general: General::Read, people: READERS,
            // The organization's name and domains are on every sign-in page.
            basic: &["User.Read", "User.Read.All", "Directory.Read.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"], ..NOBODY
        },
        Right::ReadDomains => Rule { permissions: &["Domain.Read.All"], general: General::Read, people: READERS, ..NOBODY },
        Right::ReadLicences => Rule { permissions: &["Organization.Read.All"], general: General::Read, people: READERS, ..NOBODY },
        Right::ReadRoles => Rule { general: General::Read, people: READERS, ..NOBODY },
        Right::ReadAudits => Rule { permissions: &["AuditLog.Read.All"], people: AUDITORS, ..NOBODY },
    }
}
