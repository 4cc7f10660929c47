//! What the caller holds on a table.
//!
//! In: the caller, the catalogue and the security rows of one snapshot. Out: a row rule, or the privilege that is
//! missing. Invariant: a table whose privileges do not know the right is refused, not left open.

use uuid::Uuid;

use crate::access::{Reach, Rights, rule};
use crate::catalogue::{Navigation, PrivilegeId, Right, Side, Table, TableId};
use crate::error::Error;
use crate::plan::Predicate;

impl Rights<'_> {
    /// The rows of a table to which the right reaches. [`Error::MissingPrivilege`] when it is not held at all.
    pub(super) fn rule(&self, table: TableId, right: Right) -> Result<Predicate, Error> {
        let table = self.catalogue.table(table);
        match table.intersect {
            Some(sides) => self.joined(table, sides, right),
            None => rule::rule(table, &self.reach(table, right)?),
        }
    }

    /// As [`Self::rule`], for a row that is about to be made.
    pub(super) fn rule_of_new(&self, table: TableId, right: Right) -> Result<Predicate, Error> {
        let table = self.catalogue.table(table);
        rule::rule_of_new(table, &self.reach(table, right)?)
    }

    /// As [`Self::rule`]; no row when the right is not held at all.
    pub(super) fn rule_if_held(&self, table: TableId, right: Right) -> Result<Predicate, Error> {
        if self.holds(table, right) {
            self.rule(table, right)
        } else {
            Ok(Predicate::never())
        }
    }

    /// Whether somebody who is given a row could read it. One who is not there is for the transaction to find out.
    pub(super) fn owner_can_read(&self, owner: TableId, id: Uuid, table: &Table) -> bool {
        let Some(read) = table.privileges.get(&Right::Read) else {
            return false;
        };
        if self.catalogue.table(owner).logical_name == "team" {
            let roles = self.security.teams.get(&id).map(|team| team.roles.as_slice());
            roles.is_none_or(|roles| {
                let roles = roles.iter().filter_map(|role| self.security.roles.get(role));
                roles
                    .flat_map(|role| &role.privileges)
                    .any(|(privilege, _)| privilege == read)
            })
        } else {
            self.security.user(id).is_none_or(|user| user.grants.contains_key(read))
        }
    }

    /// Whether the right is held on the table at all.
    pub(super) fn holds(&self, table: TableId, right: Right) -> bool {
        let table = self.catalogue.table(table);
        match table.intersect {
            Some(sides) => sides.iter().all(|side| self.holds(side.table, right)),
            None => table
                .privileges
                .get(&right)
                .is_some_and(|privilege| self.granted(*privilege).is_some()),
        }
    }

    /// A row that joins two others is read where both of them are.
    fn joined(&self, table: &Table, sides: [Side; 2], right: Right) -> Result<Predicate, Error> {
        if right != Right::Read {
            return Err(unknown(table, right));
        }
        let related = |side: Side| {
            Ok(Predicate::Related {
                navigation: Navigation::One {
                    column: side.column,
                    target: side.table,
                },
                predicate: Box::new(self.rule(side.table, Right::Read)?),
            })
        };
        Ok(Predicate::All(
            sides.into_iter().map(related).collect::<Result<_, Error>>()?,
        ))
    }

    fn reach(&self, table: &Table, right: Right) -> Result<Reach, Error> {
        let privilege = *table.privileges.get(&right).ok_or_else(|| unknown(table, right))?;
        match self.granted(privilege) {
            Some(reach) => Ok(reach),
            None => Err(self.missing(table, privilege)),
        }
    }

    fn granted(&self, privilege: PrivilegeId) -> Option<Reach> {
        let grant = self.caller.grant(privilege)?;
        Some(grant.reach(|unit| self.security.units().with_those_below(unit))).filter(|reach| *reach != Reach::Nothing)
    }

    /// Names the one of the two who lacks it; without impersonation they are one.
    fn missing(&self, table: &Table, privilege: PrivilegeId) -> Error {
        let (acting, real) = (self.caller.acting(), self.caller.real());
        let lacks = acting
            .grants
            .get(&privilege)
            .is_none_or(|grant| grant.entries.is_empty());
        let user = if lacks { acting } else { real };
        Error::MissingPrivilege {
            user: user.id,
            role_count: user.role_count,
            privilege: self
                .catalogue
                .privilege_by_id(privilege)
                .map(|known| known.name.clone())
                .unwrap_or_default(),
            privilege_id: privilege.0,
            table: Some((table.logical_name.clone(), table.object_type_code)),
            caller: acting.id,
        }
    }
}

fn unknown(table: &Table, right: Right) -> Error {
    let what = format!("the table `{}` does not know the right {right:?}", table.logical_name);
    Error::MethodNotAllowed { what }
}
