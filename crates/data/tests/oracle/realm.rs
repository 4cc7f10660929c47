//! What the judge knows: all rows, and who belongs to what and holds what, in plain collections.
//!
//! Invariant: the judge's own record of what was written; nothing here was answered by a query that is on trial.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use uuid::Uuid;

use super::tables::{Kind, Lookup, Table};
use super::value::Value;

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) table: Table,
    pub(super) id: Uuid,
    /// By the columns' names; what is missing is null.
    pub(super) values: BTreeMap<&'static str, Value>,
    /// By the lookups' names; what is missing is null.
    pub(super) links: BTreeMap<&'static str, (Table, Uuid)>,
    /// The user or the team that owns it; `None` where rows belong to a unit.
    pub(super) owner: Option<(Table, Uuid)>,
}

/// How far a privilege goes (Web API reference 7.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Depth {
    Basic,
    Local,
    Deep,
    Global,
}

/// What may be done to a row (7.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Right {
    Create,
    Read,
    Write,
    Delete,
    Append,
    AppendTo,
    Assign,
}

/// What the members of a team get of a role that the team holds (`isinherited`, 7.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ThroughTeam {
    /// 0
    TeamRows,
    /// 1
    OwnRowsToo,
}

/// A role.
#[derive(Debug, Clone)]
pub(super) struct Role {
    pub(super) id: Uuid,
    pub(super) through_team: ThroughTeam,
    pub(super) privileges: BTreeMap<(Table, Right), Depth>,
    /// Whether it holds `prvActOnBehalfOfAnotherUser`.
    pub(super) acts_for_others: ActsForOthers,
}

/// See [`Role::acts_for_others`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ActsForOthers {
    Yes,
    No,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Caller {
    /// The user whose token it is.
    pub(super) real: Uuid,
    /// The user in whose name it is asked; the same one without impersonation.
    pub(super) acting: Uuid,
}

/// Everything.
#[derive(Debug, Clone, Default)]
pub(super) struct Realm {
    rows: BTreeMap<(Table, Uuid), Row>,
    pub(super) roles: Vec<Role>,
    /// Pairs of a user and a role's position.
    pub(super) user_roles: BTreeSet<(Uuid, usize)>,
    /// Pairs of a team and a role's position.
    pub(super) team_roles: BTreeSet<(Uuid, usize)>,
    /// Pairs of a team and a user.
    pub(super) members: BTreeSet<(Uuid, Uuid)>,
}

impl Row {
    /// An empty row.
    pub(super) fn new(table: Table, id: Uuid) -> Self {
        Self {
            table,
            id,
            values: BTreeMap::new(),
            links: BTreeMap::new(),
            owner: None,
        }
    }

    /// The value of a column, of the key, or of a lookup by its property.
    pub(super) fn value(&self, property: &str) -> Value {
        if property == self.table.shape().key {
            return Value::Id(self.id);
        }
        if property == "_ownerid_value" {
            return self.owner.map_or(Value::Null, |(_, id)| Value::Id(id));
        }
        if let Some(lookup) = property.strip_prefix('_').and_then(|rest| rest.strip_suffix("_value")) {
            return self.links.get(lookup).map_or(Value::Null, |(_, id)| Value::Id(*id));
        }
        self.values.get(property).cloned().unwrap_or(Value::Null)
    }

    /// What of a JSON object is not as the judge knows it. `properties` must all be there.
    pub(super) fn differences(&self, shown: &Json, properties: &[String]) -> Vec<String> {
        let differs = |property: &&String| !self.value(property).is_shown_by(&shown[property.as_str()]);
        let told = |property: &String| {
            format!(
                "{property} of {}: {:?}, answered {}",
                self.id,
                self.value(property),
                shown[property.as_str()]
            )
        };
        properties.iter().filter(differs).map(told).collect()
    }

    /// Sets what the service makes of the others: a contact's full name, of the parts that there are.
    pub(super) fn complete(&mut self) {
        if self.table == Table::Contact {
            let parts = ["firstname", "lastname"].map(|name| self.value(name));
            let parts: Vec<&str> = parts.iter().filter_map(Value::text).collect();
            let full = parts.join(" ");
            let full = if parts.is_empty() {
                Value::Null
            } else {
                Value::Text(full)
            };
            self.values.insert("fullname", full);
        }
    }
}

/// Every property that the judge knows of a table's rows.
pub(super) fn properties(table: Table) -> Vec<String> {
    let shape = table.shape();
    let columns = shape.columns.iter().map(|column| column.name.to_owned());
    let lookups = shape.lookups.iter().map(Lookup::property);
    let owner = table.is_owned().then(|| "_ownerid_value".to_owned());
    columns
        .chain(lookups)
        .chain([shape.key.to_owned()])
        .chain(owner)
        .collect()
}

/// Whether a value can be what a column of this kind holds; null is of every kind.
pub(super) fn is_of_kind(value: &Value, kind: Kind) -> bool {
    matches!(
        (value, kind),
        (Value::Null, _)
            | (Value::Text(_), Kind::Text)
            | (Value::Number(_), Kind::Whole | Kind::Money | Kind::Choice(_))
            | (Value::Flag(_), Kind::Flag)
            | (Value::Day(_), Kind::Day)
            | (Value::Time(_), Kind::Time)
            | (Value::Id(_), Kind::Key)
    )
}

impl Realm {
    /// The rows of a table in the order of their keys.
    pub(super) fn rows(&self, table: Table) -> impl Iterator<Item = &Row> {
        self.rows
            .range((table, Uuid::nil())..=(table, Uuid::max()))
            .map(|(_, row)| row)
    }

    /// A row, where there is one.
    pub(super) fn row(&self, table: Table, id: Uuid) -> Option<&Row> {
        self.rows.get(&(table, id))
    }

    /// A new row, or another state of one.
    pub(super) fn put(&mut self, row: Row) {
        for (name, value) in &row.values {
            let column = row
                .table
                .shape()
                .columns
                .iter()
                .find(|column| column.name == *name)
                .unwrap();
            assert!(is_of_kind(value, column.kind), "{value:?} in {name}");
        }
        self.rows.insert((row.table, row.id), row);
    }

    /// The end of a row.
    pub(super) fn remove(&mut self, table: Table, id: Uuid) {
        self.rows.remove(&(table, id)).unwrap();
    }

    /// Gives a row to a user or a team; it then belongs to their unit.
    pub(super) fn give(&self, row: &mut Row, owner: (Table, Uuid)) {
        let unit = self.row(owner.0, owner.1).unwrap().links["businessunitid"];
        row.owner = Some(owner);
        row.links.insert("owningbusinessunit", unit);
        row.links.remove("owninguser");
        row.links.remove("owningteam");
        row.links.insert(
            if owner.0 == Table::User {
                "owninguser"
            } else {
                "owningteam"
            },
            owner,
        );
    }

    /// The rows whose lookup leads to this one.
    pub(super) fn pointing(&self, table: Table, lookup: &str, to: (Table, Uuid)) -> Vec<&Row> {
        self.rows(table)
            .filter(|row| row.links.get(lookup) == Some(&to))
            .collect()
    }

    /// The unit of a user or a team.
    pub(super) fn unit_of(&self, principal: (Table, Uuid)) -> Uuid {
        self.row(principal.0, principal.1).unwrap().links["businessunitid"].1
    }

    /// The teams of a user.
    pub(super) fn teams_of(&self, user: Uuid) -> Vec<Uuid> {
        self.members
            .iter()
            .filter(|(_, member)| *member == user)
            .map(|(team, _)| *team)
            .collect()
    }

    /// Whether a unit is another one or below it.
    pub(super) fn is_within(&self, unit: Uuid, above: Uuid) -> bool {
        let mut here = Some(unit);
        while let Some(id) = here {
            if id == above {
                return true;
            }
            here = self
                .row(Table::Unit, id)
                .unwrap()
                .links
                .get("parentbusinessunitid")
                .map(|(_, parent)| *parent);
        }
        false
    }
}
