//! The security tables of an environment, as the database gave them.
//!
//! In: a database. Out: [`Security`]. Invariant: a fixed number of queries, however many rows there are; each row that
//! is read is understood, or the whole is refused.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fmt,
    sync::{Arc, OnceLock},
};

use db::{Database, Row, Rows, Statement, Type};
use uuid::Uuid;

use crate::{
    catalogue::{Depth, PrivilegeId},
    environment::{
        security::{BuiltInRoles, Member, Role, Security, Settings, Team, TeamKind, ThroughTeam, User},
        snapshot::SnapshotError,
        units::{UnitRow, Units},
    },
};

const ORGANIZATION: &str =
    "SELECT o.organizationid, o.basecurrencyid, o.allowbuiltinrolesforapplicationusers FROM {organization} o";
const UNITS: &str =
    "SELECT b.businessunitid, b.parentbusinessunitid, b.isdisabled FROM {businessunit} b ORDER BY b.businessunitid";
const USERS: &str = "SELECT u.systemuserid, u.businessunitid, u.applicationid, u.azureactivedirectoryobjectid, \
                     u.isdisabled FROM {systemuser} u";
const TEAMS: &str = "SELECT t.teamid, t.businessunitid, t.teamtype, t.isdefault FROM {team} t";
const ROLES: &str = "SELECT r.roleid, r.name, r.roletemplateid, r.isinherited FROM {role} r";
const ROLE_PRIVILEGES: &str = "SELECT p.roleid, p.privilegeid, p.privilegedepthmask FROM {roleprivileges} p \
                               ORDER BY p.roleid, p.privilegeid";
const USER_ROLES: &str = "SELECT s.systemuserid, s.roleid FROM {systemuserroles} s ORDER BY s.systemuserid, s.roleid";
const TEAM_ROLES: &str = "SELECT t.teamid, t.roleid FROM {teamroles} t ORDER BY t.teamid, t.roleid";
const MEMBERSHIPS: &str = "SELECT m.teamid, m.systemuserid FROM {teammembership} m";

/// The columns of an intersect table's two sides.
const PAIR: &[Type] = &[Type::Guid, Type::Guid];

/// The rows.
pub(super) struct Tables {
    organization: Rows,
    units: Rows,
    users: Rows,
    teams: Rows,
    roles: Rows,
    role_privileges: Rows,
    user_roles: Rows,
    team_roles: Rows,
    memberships: Rows,
}

impl Tables {
    /// Reads them, one after the other; whether they belong together is for the epoch to say.
    pub(super) async fn read(database: &Database) -> Result<Self, db::Error> {
        let mut rows = Vec::with_capacity(Self::QUERIES);
        for query in Self::queries() {
            rows.push(database.query(&query).await?);
        }
        Ok(Self::of(rows))
    }

    /// How many queries there are.
    pub(super) const QUERIES: usize = 9;

    /// What is asked.
    pub(super) fn queries() -> [Statement; Self::QUERIES] {
        use Type::{Bool, Guid, Int, Text};
        let query = |text, columns| Statement::fixed(text, Vec::new(), columns);
        [
            query(ORGANIZATION, &[Guid, Guid, Bool]),
            query(UNITS, &[Guid, Guid, Bool]),
            query(USERS, &[Guid, Guid, Guid, Guid, Bool]),
            query(TEAMS, &[Guid, Guid, Int, Bool]),
            query(ROLES, &[Guid, Text, Guid, Int]),
            query(ROLE_PRIVILEGES, &[Guid, Guid, Int]),
            query(USER_ROLES, PAIR),
            query(TEAM_ROLES, PAIR),
            query(MEMBERSHIPS, PAIR),
        ]
    }

    /// The answers to [`Self::queries`], in their order. One that is missing has no rows, which the organization's never
    /// is.
    pub(super) fn of(rows: Vec<Rows>) -> Self {
        let mut rows = rows.into_iter();
        let mut next = || rows.next().unwrap_or_default();
        Self {
            organization: next(),
            units: next(),
            users: next(),
            teams: next(),
            roles: next(),
            role_privileges: next(),
            user_roles: next(),
            team_roles: next(),
            memberships: next(),
        }
    }

    /// Joins them. The privileges are those of the epoch of the rows; a request may go by the tables of an older one.
    pub(super) fn compile(&self, privileges: &Arc<HashSet<PrivilegeId>>) -> Result<Security, SnapshotError> {
        let units = self.units()?;
        let mut roles = self.roles()?;
        self.hold(privileges, &mut roles)?;
        let mut teams = self.teams(&units)?;
        self.give_to_teams(&mut teams, &roles)?;
        let mut members = self.members(&units)?;
        self.give_to_users(&mut members, &roles)?;
        self.join(&mut members, &teams)?;
        let by_app = members
            .values()
            .filter_map(|member| Some((member.user.app?, member.user.id)));
        let by_object = members
            .values()
            .filter_map(|member| Some((member.user.object?, member.user.id)));
        Ok(Security {
            settings: self.settings()?,
            by_app: by_app.collect(),
            by_object: by_object.collect(),
            units,
            members,
            teams,
            roles,
            privileges: Arc::clone(privileges),
        })
    }

    fn settings(&self) -> Result<Settings, SnapshotError> {
        let row = self
            .organization
            .first()
            .ok_or(SnapshotError::Empty { table: "organization" })?;
        let allowed = row.optional_bool(2)?.unwrap_or(false);
        Ok(Settings {
            organization: row.guid(0)?,
            base_currency: row.guid(1)?,
            built_in_roles_for_applications: if allowed {
                BuiltInRoles::Allowed
            } else {
                BuiltInRoles::Refused
            },
        })
    }

    fn units(&self) -> Result<Units, SnapshotError> {
        let read = |row: Row<'_>| {
            Ok(UnitRow {
                id: row.guid(0)?,
                parent: row.optional_guid(1)?,
                disabled: row.optional_bool(2)?.unwrap_or(false),
            })
        };
        let rows = self.units.iter().map(read).collect::<Result<Vec<_>, db::Error>>()?;
        Ok(Units::new(&rows)?)
    }

    fn roles(&self) -> Result<HashMap<Uuid, Role>, SnapshotError> {
        let read = |row: Row<'_>| {
            let id = row.guid(0)?;
            let through_team = match row.optional_int(3)? {
                Some(0) => ThroughTeam::TeamRows,
                Some(1) => ThroughTeam::OwnRowsToo,
                other => return Err(meaningless(("role", id), "isinherited", &other)),
            };
            let (name, is_built_in) = (row.text(1)?.to_owned(), row.optional_guid(2)?.is_some());
            Ok((
                id,
                Role {
                    name,
                    is_built_in,
                    through_team,
                    privileges: Vec::new(),
                },
            ))
        };
        self.roles.iter().map(read).collect()
    }

    fn hold(&self, known: &HashSet<PrivilegeId>, roles: &mut HashMap<Uuid, Role>) -> Result<(), SnapshotError> {
        for row in self.role_privileges.iter() {
            let (role, privilege, mask) = (row.guid(0)?, PrivilegeId(row.guid(1)?), row.int(2)?);
            let depth = Depth::from_mask(mask);
            let depth = depth.ok_or_else(|| meaningless(("roleprivileges", role), "privilegedepthmask", &mask))?;
            if !known.contains(&privilege) {
                return Err(dangling("roleprivileges", role, privilege.0));
            }
            let holder = roles
                .get_mut(&role)
                .ok_or_else(|| dangling("roleprivileges", privilege.0, role))?;
            holder.privileges.push((privilege, depth));
        }
        Ok(())
    }

    fn teams(&self, units: &Units) -> Result<HashMap<Uuid, Team>, SnapshotError> {
        let read = |row: Row<'_>| {
            let (id, unit) = (row.guid(0)?, row.guid(1)?);
            if !units.contains(unit) {
                return Err(dangling("team", id, unit));
            }
            let kind = match row.optional_int(2)? {
                Some(0 | 2 | 3) => TeamKind::Owner,
                Some(1) => TeamKind::Access,
                other => return Err(meaningless(("team", id), "teamtype", &other)),
            };
            let is_default = row.optional_bool(3)?.unwrap_or(false);
            Ok((
                id,
                Team {
                    unit,
                    kind,
                    is_default,
                    roles: Vec::new(),
                },
            ))
        };
        self.teams.iter().map(read).collect()
    }

    fn give_to_teams(&self, teams: &mut HashMap<Uuid, Team>, roles: &HashMap<Uuid, Role>) -> Result<(), SnapshotError> {
        for row in self.team_roles.iter() {
            let (id, role) = (row.guid(0)?, row.guid(1)?);
            if !roles.contains_key(&role) {
                return Err(dangling("teamroles", id, role));
            }
            let team = teams.get_mut(&id).ok_or_else(|| dangling("teamroles", role, id))?;
            if team.kind == TeamKind::Access {
                return Err(meaningless(("teamroles", id), "roleid", &role));
            }
            team.roles.push(role);
        }
        Ok(())
    }

    fn members(&self, units: &Units) -> Result<HashMap<Uuid, Member>, SnapshotError> {
        let (no_teams, no_grants) = (Arc::from([]), Arc::default());
        let read = |row: Row<'_>| {
            let (id, unit) = (row.guid(0)?, row.guid(1)?);
            if !units.contains(unit) {
                return Err(dangling("systemuser", id, unit));
            }
            let row_disabled = row.optional_bool(4)?.unwrap_or(false);
            let user = User {
                id,
                unit,
                app: row.optional_guid(2)?.map(Into::into),
                object: row.optional_guid(3)?.map(Into::into),
                disabled: row_disabled || units.is_disabled(unit),
                teams: Arc::clone(&no_teams),
                role_count: 0,
                grants: Arc::clone(&no_grants),
            };
            let (roles, teams, compiled) = (Vec::new(), BTreeSet::new(), OnceLock::new());
            Ok((
                id,
                Member {
                    user,
                    row_disabled,
                    roles,
                    teams,
                    compiled,
                },
            ))
        };
        self.users.iter().map(read).collect()
    }

    fn give_to_users(
        &self,
        members: &mut HashMap<Uuid, Member>,
        roles: &HashMap<Uuid, Role>,
    ) -> Result<(), SnapshotError> {
        for row in self.user_roles.iter() {
            let (user, role) = (row.guid(0)?, row.guid(1)?);
            if !roles.contains_key(&role) {
                return Err(dangling("systemuserroles", user, role));
            }
            let member = members
                .get_mut(&user)
                .ok_or_else(|| dangling("systemuserroles", role, user))?;
            member.roles.push(role);
        }
        Ok(())
    }

    fn join(&self, members: &mut HashMap<Uuid, Member>, teams: &HashMap<Uuid, Team>) -> Result<(), SnapshotError> {
        for row in self.memberships.iter() {
            let (team, user) = (row.guid(0)?, row.guid(1)?);
            if !teams.contains_key(&team) {
                return Err(dangling("teammembership", user, team));
            }
            let member = members
                .get_mut(&user)
                .ok_or_else(|| dangling("teammembership", team, user))?;
            member.teams.insert(team);
        }
        Ok(())
    }
}

fn dangling(table: &'static str, of: Uuid, to: Uuid) -> SnapshotError {
    SnapshotError::Dangling { table, of, to }
}

fn meaningless((table, of): (&'static str, Uuid), column: &'static str, value: &dyn fmt::Debug) -> SnapshotError {
    SnapshotError::Meaningless {
        table,
        of,
        column,
        value: format!("{value:?}"),
    }
}
