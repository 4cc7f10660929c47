//! Reads the security rows of an environment.
//!
//! In: its database and catalogue. Out: [`Security`] and the epoch that it belongs to.
//! Invariant: a row that cannot be understood stops the load; nothing is left out, and nothing is guessed.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Arc, OnceLock},
};

use db::{Database, Row, Rows, Statement, Type};
use uuid::Uuid;

use crate::{
    catalogue::{Catalogue, Depth, PrivilegeId},
    environment::{
        epoch,
        security::{BuiltInRoles, Member, Role, Security, Settings, Team, TeamKind, ThroughTeam, User},
        units::{TreeError, UnitRow, Units},
    },
};

/// The epoch may move while the rows are read, and then they are read again; so often at most.
const ATTEMPTS: usize = 8;

/// Why the security rows of an environment cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SnapshotError {
    #[error("the security rows cannot be read")]
    Database(#[from] db::Error),
    #[error("the database was made with catalogue `{made_with}`; this program has `{ours}`")]
    OtherCatalogue { made_with: Uuid, ours: Uuid },
    #[error("the security rows changed {ATTEMPTS} times while they were read")]
    Restless,
    #[error("`{table}` has no row")]
    Empty { table: &'static str },
    #[error(transparent)]
    Tree(#[from] TreeError),
    #[error("`{table}` with id `{id}` points to `{to}`, which is not there")]
    Dangling { table: &'static str, id: Uuid, to: Uuid },
    #[error("`{table}` with id `{id}` has `{value}` in `{column}`, which has no meaning")]
    Meaningless { table: &'static str, id: Uuid, column: &'static str, value: String },
}

/// Reads the epoch, and refuses a database of another catalogue.
pub(crate) async fn read_epoch(database: &Database, fingerprint: Uuid) -> Result<i64, SnapshotError> {
    let rows = database.query(&epoch::query()).await?;
    let row = rows.first().ok_or(SnapshotError::Empty { table: crate::schema::STATE })?;
    let (epoch, made_with) = epoch::read(row)?;
    if made_with == fingerprint {
        Ok(epoch)
    } else {
        Err(SnapshotError::OtherCatalogue { made_with, ours: fingerprint })
    }
}

/// Reads the security rows of one epoch.
pub(crate) async fn load(
    database: &Database,
    catalogue: &Catalogue,
    fingerprint: Uuid,
) -> Result<(i64, Security), SnapshotError> {
    let mut before = read_epoch(database, fingerprint).await?;
    for _ in 0..ATTEMPTS {
        let tables = Tables::read(database).await?;
        let after = read_epoch(database, fingerprint).await?;
        if before == after {
            return Ok((after, tables.compile(catalogue)?));
        }
        before = after;
    }
    Err(SnapshotError::Restless)
}

/// The rows as the database gave them.
struct Tables {
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
    async fn read(database: &Database) -> Result<Self, db::Error> {
        let query = |text, columns| {
            let statement = Statement::fixed(text, Vec::new(), columns);
            async move { database.query(&statement).await }
        };
        const PAIR: &[Type] = &[Type::Guid, Type::Guid];
        Ok(Self {
            organization: query(
                "SELECT o.organizationid, o.basecurrencyid, o.allowbuiltinrolesforapplicationusers FROM {organization} o",
                &[Type::Guid, Type::Guid, Type::Bool],
            )
            .await?,
            units: query(
                "SELECT b.businessunitid, b.parentbusinessunitid, b.isdisabled FROM {businessunit} b \
                 ORDER BY b.businessunitid",
                &[Type::Guid, Type::Guid, Type::Bool],
            )
            .await?,
            users: query(
                "SELECT u.systemuserid, u.businessunitid, u.fullname, u.applicationid, \
                 u.azureactivedirectoryobjectid, u.isdisabled FROM {systemuser} u",
                &[Type::Guid, Type::Guid, Type::Text, Type::Guid, Type::Guid, Type::Bool],
            )
            .await?,
            teams: query(
                "SELECT t.teamid, t.businessunitid, t.teamtype, t.isdefault FROM {team} t",
                &[Type::Guid, Type::Guid, Type::Int, Type::Bool],
            )
            .await?,
            roles: query(
                "SELECT r.roleid, r.name, r.roletemplateid, r.isinherited FROM {role} r",
                &[Type::Guid, Type::Text, Type::Guid, Type::Int],
            )
            .await?,
            role_privileges: query(
                "SELECT p.roleid, p.privilegeid, p.privilegedepthmask FROM {roleprivileges} p \
                 ORDER BY p.roleid, p.privilegeid",
                &[Type::Guid, Type::Guid, Type::Int],
            )
            .await?,
            user_roles: query("SELECT s.systemuserid, s.roleid FROM {systemuserroles} s", PAIR).await?,
            team_roles: query("SELECT t.teamid, t.roleid FROM {teamroles} t", PAIR).await?,
            memberships: query("SELECT m.teamid, m.systemuserid FROM {teammembership} m", PAIR).await?,
        })
    }

    fn compile(&self, catalogue: &Catalogue) -> Result<Security, SnapshotError> {
        let units = self.units()?;
        let roles = self.roles(catalogue)?;
        let teams = self.teams(&units, &roles)?;
        let members = self.members(&units, &roles, &teams)?;
        let by_app = members.values().filter_map(|member| Some((member.user.app?, member.user.id))).collect();
        let by_object = members.values().filter_map(|member| Some((member.user.object?, member.user.id))).collect();
        Ok(Security { settings: self.settings()?, units, members, teams, roles, by_app, by_object })
    }

    fn settings(&self) -> Result<Settings, SnapshotError> {
        let row = self.organization.first().ok_or(SnapshotError::Empty { table: "organization" })?;
        let allowed = row.optional_bool(2)?.unwrap_or(false);
        Ok(Settings {
            organization: row.guid(0)?,
            base_currency: row.guid(1)?,
            built_in_roles_for_applications: if allowed { BuiltInRoles::Allowed } else { BuiltInRoles::Refused },
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

    fn roles(&self, catalogue: &Catalogue) -> Result<HashMap<Uuid, Role>, SnapshotError> {
        let mut roles = HashMap::with_capacity(self.roles.len());
        for row in self.roles.iter() {
            let id = row.guid(0)?;
            let through_team = match row.optional_int(3)? {
                Some(0) => ThroughTeam::TeamRows,
                Some(1) => ThroughTeam::OwnRowsToo,
                other => return Err(meaningless("role", id, "isinherited", &other)),
            };
            let role = Role {
                name: row.text(1)?.to_owned(),
                is_built_in: row.optional_guid(2)?.is_some(),
                through_team,
                privileges: Vec::new(),
            };
            roles.insert(id, role);
        }
        let known: HashSet<PrivilegeId> = catalogue.privileges().iter().map(|privilege| privilege.id).collect();
        for row in self.role_privileges.iter() {
            let (role, privilege, mask) = (row.guid(0)?, PrivilegeId(row.guid(1)?), row.int(2)?);
            let depth = Depth::from_mask(mask)
                .ok_or_else(|| meaningless("roleprivileges", role, "privilegedepthmask", &mask))?;
            if !known.contains(&privilege) {
                return Err(SnapshotError::Dangling { table: "roleprivileges", id: role, to: privilege.0 });
            }
            let holder = roles.get_mut(&role);
            let holder = holder.ok_or(SnapshotError::Dangling { table: "roleprivileges", id: privilege.0, to: role })?;
            holder.privileges.push((privilege, depth));
        }
        Ok(roles)
    }

    fn teams(&self, units: &Units, roles: &HashMap<Uuid, Role>) -> Result<HashMap<Uuid, Team>, SnapshotError> {
        let mut teams = HashMap::with_capacity(self.teams.len());
        for row in self.teams.iter() {
            let (id, unit) = (row.guid(0)?, row.guid(1)?);
            if !units.contains(unit) {
                return Err(SnapshotError::Dangling { table: "team", id, to: unit });
            }
            let kind = match row.optional_int(2)? {
                Some(0 | 2 | 3) => TeamKind::Owner,
                Some(1) => TeamKind::Access,
                other => return Err(meaningless("team", id, "teamtype", &other)),
            };
            let is_default = row.optional_bool(3)?.unwrap_or(false);
            teams.insert(id, Team { unit, kind, is_default, roles: Vec::new() });
        }
        for row in self.team_roles.iter() {
            let (team, role) = (row.guid(0)?, row.guid(1)?);
            if !roles.contains_key(&role) {
                return Err(SnapshotError::Dangling { table: "teamroles", id: team, to: role });
            }
            match teams.get_mut(&team) {
                Some(Team { kind: TeamKind::Owner, roles, .. }) => roles.push(role),
                Some(_) => return Err(meaningless("teamroles", team, "roleid", &role)),
                None => return Err(SnapshotError::Dangling { table: "teamroles", id: role, to: team }),
            }
        }
        Ok(teams)
    }

    fn members(
        &self,
        units: &Units,
        roles: &HashMap<Uuid, Role>,
        teams: &HashMap<Uuid, Team>,
    ) -> Result<HashMap<Uuid, Member>, SnapshotError> {
        let mut members = HashMap::with_capacity(self.users.len());
        let no_grants = Arc::new(HashMap::new());
        for row in self.users.iter() {
            let (id, unit) = (row.guid(0)?, row.guid(1)?);
            if !units.contains(unit) {
                return Err(SnapshotError::Dangling { table: "systemuser", id, to: unit });
            }
            let row_disabled = row.optional_bool(5)?.unwrap_or(false);
            let user = User {
                id,
                unit,
                full_name: row.optional_text(2)?.unwrap_or_default().to_owned(),
                app: row.optional_guid(3)?.map(Into::into),
                object: row.optional_guid(4)?.map(Into::into),
                disabled: row_disabled || units.is_disabled(unit),
                teams: Arc::from([]),
                role_count: 0,
                grants: Arc::clone(&no_grants),
            };
            let (roles, teams, compiled) = (Vec::new(), BTreeSet::new(), OnceLock::new());
            members.insert(id, Member { user, row_disabled, roles, teams, compiled });
        }
        for row in self.user_roles.iter() {
            let (user, role) = (row.guid(0)?, row.guid(1)?);
            if !roles.contains_key(&role) {
                return Err(SnapshotError::Dangling { table: "systemuserroles", id: user, to: role });
            }
            let member = members.get_mut(&user);
            member.ok_or(SnapshotError::Dangling { table: "systemuserroles", id: role, to: user })?.roles.push(role);
        }
        for row in self.memberships.iter() {
            let (team, user) = (row.guid(0)?, row.guid(1)?);
            if !teams.contains_key(&team) {
                return Err(SnapshotError::Dangling { table: "teammembership", id: user, to: team });
            }
            let member = members.get_mut(&user);
            member.ok_or(SnapshotError::Dangling { table: "teammembership", id: team, to: user })?.teams.insert(team);
        }
        Ok(members)
    }
}

fn meaningless(table: &'static str, id: Uuid, column: &'static str, value: &dyn std::fmt::Debug) -> SnapshotError {
    SnapshotError::Meaningless { table, id, column, value: format!("{value:?}") }
}
