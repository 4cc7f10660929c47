//! The judge: may this caller do this to this row? Decided row by row, as Web API reference 7.2 to 8 tell it.
//!
//! In: a [`Realm`], a caller, a right and a row. Out: yes or no. Invariant: no query and no set; loops over what there
//! is, one row at a time, so that whoever reads this can say that it is right.

use uuid::Uuid;

use super::realm::{ActsForOthers, Caller, Depth, Realm, Right, Role, Row, ThroughTeam};
use super::tables::Table;

/// A privilege as one role gives it.
#[derive(Debug, Clone)]
struct Holding {
    depth: Depth,
    /// From where the depth is measured: the user's unit, or the one of the team through which the role came.
    unit: Uuid,
    /// Whose rows count as one's own.
    owners: Vec<Uuid>,
}

/// Why nothing is answered: the status.
pub(super) type Refused = u16;

impl Realm {
    /// Whether anything at all is answered to this caller: both users hold a role, and who speaks for another may.
    pub(super) fn admits(&self, caller: Caller) -> Result<(), Refused> {
        let has_role = |user| !self.roles_of(user).is_empty();
        let may_act = |(role, _): &(&Role, _)| role.acts_for_others == ActsForOthers::Yes;
        if caller.real != caller.acting && !self.roles_of(caller.real).iter().any(may_act) {
            return Err(403);
        }
        if has_role(caller.real) && has_role(caller.acting) {
            Ok(())
        } else {
            Err(403)
        }
    }

    /// Whether the caller holds the privilege at all; with impersonation both must.
    pub(super) fn holds(&self, caller: Caller, right: Right, table: Table) -> Result<(), Refused> {
        if self.holdings(caller, right, table).is_empty() {
            Err(403)
        } else {
            Ok(())
        }
    }

    /// Whether a user or a team holds the privilege at all, by its own roles or through a team.
    pub(super) fn principal_holds(&self, principal: (Table, Uuid), right: Right, table: Table) -> bool {
        let held = |role: &Role| role.privileges.contains_key(&(table, right));
        match principal {
            (Table::User, user) => self.roles_of(user).iter().any(|(role, _)| held(role)),
            (_, team) => self
                .team_roles
                .iter()
                .any(|(holder, role)| *holder == team && held(&self.roles[*role])),
        }
    }

    /// Whether the caller may do this to the row.
    pub(super) fn may(&self, caller: Caller, right: Right, row: &Row) -> bool {
        self.holdings(caller, right, row.table)
            .iter()
            .any(|holding| self.reaches(holding, row))
    }

    /// Whether the caller sees the row.
    pub(super) fn sees(&self, caller: Caller, row: &Row) -> bool {
        self.may(caller, Right::Read, row)
    }

    /// The row of this key, where the caller sees one.
    pub(super) fn seen(&self, caller: Caller, table: Table, id: Uuid) -> Option<&Row> {
        self.row(table, id).filter(|row| self.sees(caller, row))
    }

    fn reaches(&self, holding: &Holding, row: &Row) -> bool {
        let is_own = match row.table {
            Table::Account | Table::Contact | Table::Task => holding.owners.contains(&row.owner.unwrap().1),
            // A user owns its own row, and so does a team.
            Table::User | Table::Team => holding.owners.contains(&row.id),
            Table::Unit => false,
        };
        let unit = match row.table {
            Table::Account | Table::Contact | Table::Task => row.links["owningbusinessunit"].1,
            Table::User | Table::Team => row.links["businessunitid"].1,
            // A business unit belongs to itself.
            Table::Unit => row.id,
        };
        is_own
            || match holding.depth {
                Depth::Basic => false,
                Depth::Local => unit == holding.unit,
                Depth::Deep => self.is_within(unit, holding.unit),
                Depth::Global => true,
            }
    }

    /// What the caller holds of a privilege. With impersonation: what the acting user holds, each no deeper than the
    /// deepest that the real one holds (8: "the intersection"; owner, depth and teams are the acting user's).
    fn holdings(&self, caller: Caller, right: Right, table: Table) -> Vec<Holding> {
        let mut held = self.holdings_of(caller.acting, right, table);
        if caller.real != caller.acting {
            let deepest = self
                .holdings_of(caller.real, right, table)
                .iter()
                .map(|holding| holding.depth)
                .max();
            let Some(deepest) = deepest else { return Vec::new() };
            for holding in &mut held {
                holding.depth = holding.depth.min(deepest);
            }
        }
        held
    }

    fn holdings_of(&self, user: Uuid, right: Right, table: Table) -> Vec<Holding> {
        let mut own = self.teams_of(user);
        own.push(user);
        let mut held = Vec::new();
        for (role, through) in self.roles_of(user) {
            let Some(depth) = role.privileges.get(&(table, right)) else {
                continue;
            };
            let (unit, owners) = match (through, role.through_team) {
                (None, _) => (self.unit_of((Table::User, user)), own.clone()),
                (Some(team), ThroughTeam::OwnRowsToo) => (self.unit_of((Table::Team, team)), own.clone()),
                (Some(team), ThroughTeam::TeamRows) => (self.unit_of((Table::Team, team)), vec![team]),
            };
            held.push(Holding {
                depth: *depth,
                unit,
                owners,
            });
        }
        held
    }

    /// The roles of a user, each with the team through which it came.
    fn roles_of(&self, user: Uuid) -> Vec<(&Role, Option<Uuid>)> {
        let direct = self.user_roles.iter().filter(|(holder, _)| *holder == user);
        let mut roles: Vec<_> = direct.map(|(_, role)| (&self.roles[*role], None)).collect();
        for team in self.teams_of(user) {
            let of_team = self.team_roles.iter().filter(|(holder, _)| *holder == team);
            roles.extend(of_team.map(|(_, role)| (&self.roles[*role], Some(team))));
        }
        roles
    }
}
