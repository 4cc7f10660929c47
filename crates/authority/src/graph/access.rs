//! What a caller of the directory API may do.
//!
//! In: a [`Caller`] and a [`Right`]. Out: a [`Permit`], which says how far the right reaches and changes the directory in
//! the caller's name. INVARIANT: deny by default; a person never has more through an application than by their own role,
//! and an application never more than the person consented to.

use oauth::{AppId, ObjectId};

use super::{Caller, GraphRefusal, Identity, rules};
use crate::mandate::Mandate;
use crate::person::{DirectoryRole, Person};
use crate::well_known;

/// What a call needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Right {
    /// Read applications and service principals.
    ReadApplications,
    /// Make, change and delete them.
    WriteApplications,
    /// Read which roles were given.
    ReadAssignments,
    /// Give and take roles.
    WriteAssignments,
    /// Read which scopes were given.
    ReadGrants,
    /// Give and take scopes.
    WriteGrants,
    /// Read people.
    ReadUsers,
    /// Make, change and delete people.
    WriteUsers,
    /// Read what people sign in with.
    ReadMethods,
    /// Remove some of it.
    WriteMethods,
    /// End somebody's sessions.
    RevokeSessions,
    /// Read groups and who is in them.
    ReadGroups,
    /// Make, change and delete groups.
    WriteGroups,
    /// Put people into groups and take them out.
    WriteMembers,
    /// Read what is known of the tenant.
    ReadOrganization,
    /// Read its domains.
    ReadDomains,
    /// Read its licences.
    ReadLicences,
    /// Read who administers it.
    ReadRoles,
    /// Read the logs of changes and of sign-ins.
    ReadAudits,
}

/// Whom a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The calling person.
    Own,
    /// Anybody else, or nobody in particular.
    Others,
}

/// How far a right reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All objects of the kind in the tenant, in full.
    All,
    /// What this service principal or person owns.
    Owned(ObjectId),
    /// The calling person's own object.
    Own,
    /// Names and addresses of everybody.
    Basic,
}

/// What a caller brings.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Powers<'a> {
    /// The roles of an application by itself.
    Application { roles: &'a [String], principal: ObjectId },
    /// What a person lets an application do, and what the person may do at all.
    Person {
        scopes: &'a [String],
        role: DirectoryRole,
        person: ObjectId,
    },
}

/// Proof that rights were checked; made in this file only.
#[derive(Debug)]
pub(crate) struct Proof(());

/// A caller with a right.
#[derive(Debug, Clone)]
pub(crate) struct Permit {
    caller: Caller,
    extent: Extent,
    mandate: Mandate,
}

/// Gives a caller a right, or refuses it.
pub(crate) fn permit(caller: Caller, right: Right, reach: Reach) -> Result<Permit, GraphRefusal> {
    let powers = match caller.identity() {
        Identity::Application { principal, roles } => Powers::Application {
            roles,
            principal: principal.object_id,
        },
        Identity::Person { person, scopes } => Powers::Person {
            scopes,
            role: person.directory_role,
            person: person.object_id,
        },
    };
    let extent = decide(powers, right, reach).ok_or(GraphRefusal::Denied)?;
    let mandate = Mandate::permitted(caller.initiator(), Proof(()));
    Ok(Permit {
        caller,
        extent,
        mandate,
    })
}

/// How far a right reaches for these powers; `None` where they do not give it.
pub(crate) fn decide(powers: Powers<'_>, right: Right, reach: Reach) -> Option<Extent> {
    let rule = rules::rule(right);
    let names = |list: &[&str], held: &[String]| held.iter().any(|one| list.contains(&one.as_str()));
    match powers {
        Powers::Application { roles, .. } if rule.takes_role(roles) => Some(Extent::All),
        Powers::Application { roles, principal } if names(rule.owned, roles) => Some(Extent::Owned(principal)),
        Powers::Person { scopes, role, .. } if rule.takes_scope(scopes) && rule.people.contains(&role) => {
            Some(Extent::All)
        }
        Powers::Person { scopes, person, .. } if rule.takes_scope(scopes) && !rule.owned.is_empty() => {
            Some(Extent::Owned(person))
        }
        Powers::Person { scopes, .. } if reach == Reach::Own && rule.takes_own(scopes) => Some(Extent::Own),
        Powers::Person { scopes, .. } if names(rule.basic, scopes) => Some(Extent::Basic),
        Powers::Application { .. } | Powers::Person { .. } => None,
    }
}

impl Permit {
    /// Who.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// How far.
    pub(crate) fn extent(&self) -> Extent {
        self.extent
    }

    /// The mandate to change the directory in the caller's name.
    pub(crate) fn mandate(&self) -> &Mandate {
        &self.mandate
    }

    /// Whether an object of these owners may be touched.
    pub(crate) fn covers_owner(&self, owners: &[ObjectId]) -> Result<(), GraphRefusal> {
        match self.extent {
            Extent::All => Ok(()),
            Extent::Owned(caller) if owners.contains(&caller) => Ok(()),
            Extent::Owned(_) | Extent::Own | Extent::Basic => Err(GraphRefusal::Denied),
        }
    }

    /// Whether something that is owned may be made. People without a role of the directory keep what they were given; an
    /// application that may only have its own makes it.
    pub(crate) fn covers_creation(&self) -> Result<(), GraphRefusal> {
        match (self.extent, self.caller.identity()) {
            (Extent::All, _) | (Extent::Owned(_), Identity::Application { .. }) => Ok(()),
            (Extent::Owned(_) | Extent::Own | Extent::Basic, _) => Err(GraphRefusal::Denied),
        }
    }

    /// Whether this person may be changed. Who administers the directory is changed by its administrators and the operator
    /// alone, never by another application: it would make itself one by setting a password.
    pub(crate) fn covers_person(&self, person: &Person) -> Result<(), GraphRefusal> {
        let own = self.caller.person().filter(|own| own.object_id == person.object_id);
        match (person.directory_role, self.caller.person()) {
            _ if own.is_some() || self.caller.is_administration() => Ok(()),
            (DirectoryRole::Member, _) => Ok(()),
            (_, Some(caller)) if caller.directory_role == DirectoryRole::Administrator => Ok(()),
            (DirectoryRole::Administrator | DirectoryRole::ApplicationAdministrator | DirectoryRole::Reader, _) => {
                Err(GraphRefusal::Denied)
            }
        }
    }

    /// Whether roles of this resource may be given. Those of the directory API make an application the master of the
    /// directory, so who administers applications alone cannot give them.
    pub(crate) fn covers_roles_of(&self, resource: AppId) -> Result<(), GraphRefusal> {
        let role = self.caller.person().map(|person| person.directory_role);
        match role {
            Some(DirectoryRole::ApplicationAdministrator) if resource == well_known::GRAPH => Err(GraphRefusal::Denied),
            _ => Ok(()),
        }
    }
}
