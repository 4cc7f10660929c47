//! Roles that people and applications were given at resources, and the groups by which people share in them.
//!
//! In: who, and the assignments on record. Out: role values, groups, and whether somebody is assigned at all.
//! Invariant: a role counts only where its resource still defines it, enabled, for that kind of holder.

use oauth::{AppId, Groups, ObjectId};

use crate::consent::AppRoleAssignment;
use crate::person::Person;
use crate::registration::{GroupClaims, MemberType, Registration};
use crate::resource::Resource;
use crate::snapshot::Snapshot;
use crate::store;

/// The most groups that a token names, as in Entra ID.
const MOST_GROUPS: usize = 200;

/// Everything that a person was given at the tenant's resources.
pub(crate) async fn of_person(snapshot: &Snapshot, person: &Person) -> Result<Vec<AppRoleAssignment>, store::Error> {
    let mut assignments = Vec::new();
    for holder in holders(snapshot, person).await? {
        let given = snapshot.app_role_assignments(person.tenant, holder).await?;
        assignments.extend(given.iter().copied());
    }
    Ok(assignments)
}

/// In whose assignments a person shares: their own and those of their groups.
async fn holders(snapshot: &Snapshot, person: &Person) -> Result<Vec<ObjectId>, store::Error> {
    let groups = snapshot.groups_of(person.tenant, person.object_id).await?;
    Ok(std::iter::once(person.object_id)
        .chain(groups.iter().copied())
        .collect())
}

/// Which groups of a person a token names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PersonGroups {
    /// These.
    Named(Vec<String>),
    /// More than [`MOST_GROUPS`]: where they can be asked for.
    Elsewhere(String),
}

impl Default for PersonGroups {
    fn default() -> Self {
        Self::Named(Vec::new())
    }
}

impl PersonGroups {
    /// As claims.
    pub(crate) fn told(&self) -> Groups<'_> {
        match self {
            Self::Named(ids) => Groups::Named(ids),
            Self::Elsewhere(address) => Groups::Elsewhere(address),
        }
    }
}

/// The groups of a person that a token names, as its receiver registered it: those that the person is in, and those that
/// these are in. Every group is a security group.
pub(crate) async fn groups(
    snapshot: &Snapshot,
    person: &Person,
    receiver: &Registration,
) -> Result<PersonGroups, store::Error> {
    match receiver.group_claims {
        GroupClaims::None => Ok(PersonGroups::default()),
        GroupClaims::SecurityGroup | GroupClaims::All => {
            let groups = snapshot.all_groups_of(person.tenant, person.object_id).await?;
            if groups.len() <= MOST_GROUPS {
                return Ok(PersonGroups::Named(groups.iter().map(ObjectId::to_string).collect()));
            }
            let (origin, id) = (snapshot.origin(), person.object_id);
            Ok(PersonGroups::Elsewhere(format!(
                "{origin}/v1.0/users/{id}/getMemberObjects"
            )))
        }
    }
}

/// The values of the roles at one resource, each once.
pub(crate) fn roles(assignments: &[AppRoleAssignment], resource: &Resource, holder: MemberType) -> Vec<String> {
    let mut roles = Vec::new();
    for assignment in assignments.iter().filter(|one| one.resource == resource.app_id()) {
        let role = resource.application().registration.app_role(assignment.role);
        let counts = role.filter(|role| role.is_enabled && role.allowed_member_types.contains(&holder));
        if let Some(value) = counts.and_then(|role| role.value.clone())
            && !roles.contains(&value)
        {
            roles.push(value);
        }
    }
    roles
}

/// Whether there is an assignment at this application, be it for mere access.
pub(super) fn is_assigned(assignments: &[AppRoleAssignment], application: AppId) -> bool {
    assignments.iter().any(|one| one.resource == application)
}
