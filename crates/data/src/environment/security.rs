//! The security rows of an environment, compiled: the tree of business units, and users with what they hold.
//!
//! In: rows as `snapshot` read them. Out: [`Security`], asked by `caller`, `access` and `rules`.
//! Invariant: what a user holds comes from the rows of one epoch; it is compiled when they first call, and then kept
//! as long as the snapshot.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Arc, OnceLock},
};

use oauth::{AppId, ObjectId};
use uuid::Uuid;

use crate::{
    access::{Entry, Grant},
    catalogue::{Depth, PrivilegeId},
    environment::units::Units,
};

/// Somebody who may call: an application user, or a person.
#[derive(Debug, Clone)]
pub(crate) struct User {
    /// `systemuserid`
    pub id: Uuid,
    /// `businessunitid`
    pub unit: Uuid,
    /// `applicationid`; `None` for people.
    pub app: Option<AppId>,
    /// `azureactivedirectoryobjectid`
    pub object: Option<ObjectId>,
    /// `isdisabled`, or their business unit or one above it is.
    pub disabled: bool,
    /// The teams that they are a member of, sorted.
    pub teams: Arc<[Uuid]>,
    /// The roles that they hold, directly or through a team; only their number is told in errors.
    pub role_count: usize,
    /// What they hold.
    pub grants: Arc<HashMap<PrivilegeId, Grant>>,
}

/// A row of `systemuser` with what points to it.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) user: User,
    /// `isdisabled` of the row itself.
    pub(crate) row_disabled: bool,
    pub(crate) roles: Vec<Uuid>,
    pub(crate) teams: BTreeSet<Uuid>,
    pub(crate) compiled: OnceLock<Arc<User>>,
}

/// A row of `team`.
#[derive(Debug, Clone)]
pub(crate) struct Team {
    pub(crate) unit: Uuid,
    pub(crate) kind: TeamKind,
    /// Its members are the users of its business unit.
    pub(crate) is_default: bool,
    pub(crate) roles: Vec<Uuid>,
}

/// `teamtype`, as far as it makes a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TeamKind {
    /// Owns rows and holds roles (owner teams and directory groups).
    Owner,
    /// Is only shared to.
    Access,
}

/// A row of `role`.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub(crate) name: String,
    /// It came with the environment, and never changes.
    pub(crate) is_built_in: bool,
    pub(crate) through_team: ThroughTeam,
    pub(crate) privileges: Vec<(PrivilegeId, Depth)>,
}

/// `isinherited`: what the members of a team get of a role that the team holds at user depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ThroughTeam {
    /// 0: rows of the team.
    TeamRows,
    /// 1: rows of the team, and those of the member itself.
    OwnRowsToo,
}

/// The organization's settings, as far as something here asks for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settings {
    /// `organizationid`
    pub organization: Uuid,
    /// `basecurrencyid`
    pub base_currency: Uuid,
    /// `allowbuiltinrolesforapplicationusers`
    pub built_in_roles_for_applications: BuiltInRoles,
}

/// Whether application users may hold roles that came with the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BuiltInRoles {
    /// They may.
    Allowed,
    /// They need a custom role.
    Refused,
}

/// Who may do what, of one epoch.
#[derive(Debug)]
pub(crate) struct Security {
    pub(crate) settings: Settings,
    pub(crate) units: Units,
    pub(crate) members: HashMap<Uuid, Member>,
    pub(crate) teams: HashMap<Uuid, Team>,
    pub(crate) roles: HashMap<Uuid, Role>,
    pub(crate) by_app: HashMap<AppId, Uuid>,
    pub(crate) by_object: HashMap<ObjectId, Uuid>,
    /// The privileges that there were.
    pub(crate) privileges: Arc<HashSet<PrivilegeId>>,
}

impl Security {
    /// A user by `systemuserid`.
    #[must_use]
    pub(crate) fn user(&self, id: Uuid) -> Option<Arc<User>> {
        let member = self.members.get(&id)?;
        Some(Arc::clone(
            member.compiled.get_or_init(|| Arc::new(self.compile(member))),
        ))
    }

    /// The application user of an application. The environment belongs to one tenant, so its id is enough.
    #[must_use]
    pub(crate) fn by_app(&self, app: AppId) -> Option<Arc<User>> {
        self.user(*self.by_app.get(&app)?)
    }

    /// The user with this object id in the tenant's directory.
    #[must_use]
    pub(crate) fn by_object(&self, object: ObjectId) -> Option<Arc<User>> {
        self.user(*self.by_object.get(&object)?)
    }

    /// The business units.
    #[must_use]
    pub(crate) fn units(&self) -> &Units {
        &self.units
    }

    /// The team of all users of a business unit; `None` for a unit that is not there.
    pub(crate) fn default_team(&self, unit: Uuid) -> Option<Uuid> {
        self.teams
            .iter()
            .find(|(_, team)| team.is_default && team.unit == unit)
            .map(|(id, _)| *id)
    }

    /// The organization's settings.
    #[must_use]
    pub(crate) fn settings(&self) -> Settings {
        self.settings
    }

    fn compile(&self, member: &Member) -> User {
        let teams: Arc<[Uuid]> = member.teams.iter().copied().collect();
        let own: Arc<[Uuid]> = {
            let mut owners: Vec<Uuid> = teams.iter().copied().chain([member.user.id]).collect();
            owners.sort_unstable();
            owners.into()
        };
        let mut held = BTreeSet::new();
        let mut grants = HashMap::new();
        for role in &member.roles {
            held.insert(*role);
            self.add(&mut grants, *role, |_| (member.user.unit, Arc::clone(&own)));
        }
        for team_id in teams.iter() {
            let Some(team) = self.teams.get(team_id) else { continue };
            for role in &team.roles {
                held.insert(*role);
                self.add(&mut grants, *role, |through| match through {
                    ThroughTeam::TeamRows => (team.unit, Arc::from([*team_id])),
                    ThroughTeam::OwnRowsToo => (team.unit, Arc::clone(&own)),
                });
            }
        }
        User {
            teams,
            role_count: held.len(),
            grants: Arc::new(grants),
            ..member.user.clone()
        }
    }

    fn add(
        &self,
        grants: &mut HashMap<PrivilegeId, Grant>,
        role: Uuid,
        place: impl Fn(ThroughTeam) -> (Uuid, Arc<[Uuid]>),
    ) {
        let Some(role) = self.roles.get(&role) else { return };
        let (unit, owners) = place(role.through_team);
        for (privilege, depth) in &role.privileges {
            let entry = Entry {
                depth: *depth,
                unit,
                owners: Arc::clone(&owners),
            };
            merge(&mut grants.entry(*privilege).or_default().entries, entry);
        }
    }
}

/// Holdings from the same place are one, as deep as the deepest.
fn merge(entries: &mut Vec<Entry>, new: Entry) {
    match entries
        .iter_mut()
        .find(|there| there.unit == new.unit && there.owners == new.owners)
    {
        Some(there) => there.depth = there.depth.max(new.depth),
        None => entries.push(new),
    }
}

#[cfg(test)]
mod tests;
