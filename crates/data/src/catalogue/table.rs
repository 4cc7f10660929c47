//! A table of the catalogue.

use std::collections::HashMap;

use serde::Deserialize;

use crate::catalogue::{Column, ColumnId, Navigation, PrivilegeId, Right};

/// The position of a table in its catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TableId(pub(crate) u16);

/// A table: the same kind of thing for `account` as for `systemuser`.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its position.
    pub id: TableId,
    /// `account`; also the name of the SQL table.
    pub logical_name: String,
    /// `accounts`, the name in URLs.
    pub entity_set: String,
    /// The number that Dataverse gives the table (`1` for account).
    pub object_type_code: i32,
    /// Who can own its rows.
    pub ownership: Ownership,
    /// Its key column.
    pub primary_id: ColumnId,
    /// The column that names a row to people.
    pub primary_name: Option<ColumnId>,
    /// Its columns, the standard ones of its ownership included.
    pub columns: Vec<Column>,
    /// Column by the name of its property on the wire (`name`, `_primarycontactid_value`).
    pub properties: HashMap<String, ColumnId>,
    /// Column by its logical name (`primarycontactid`).
    pub columns_by_name: HashMap<String, ColumnId>,
    /// Navigation by its name (`primarycontactid`, `contact_customer_accounts`), case-sensitive.
    pub navigations: HashMap<String, Navigation>,
    /// Alternate keys.
    pub keys: Vec<AlternateKey>,
    /// Further column sets whose values are taken once; no row is addressed by them.
    pub unique: Vec<AlternateKey>,
    /// For a table that joins two others, and is never written to but through them: the two sides.
    pub intersect: Option<[Side; 2]>,
    /// A change of its rows may change what somebody is allowed: it bumps the epoch.
    pub is_security: bool,
    /// An environment added it (Dataverse `IsCustomEntity`).
    pub is_custom: bool,
    /// The privilege for each right; absent where the table does not know the right.
    pub privileges: HashMap<Right, PrivilegeId>,
}

/// Columns that together name one row.
#[derive(Debug, Clone)]
pub(crate) struct AlternateKey {
    /// `accountnumber_key`; also the name of the unique constraint.
    pub name: String,
    /// Its columns.
    pub columns: Vec<ColumnId>,
}

/// Who can own the rows of a table (Dataverse `OwnershipType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ownership {
    /// A user or a team (`UserOwned`): columns `ownerid` and `owningbusinessunit`.
    User,
    /// A business unit (`BusinessOwned`): column `businessunitid`.
    Business,
    /// The organization (`OrganizationOwned`): no owner column; privileges count at organization depth alone.
    Organization,
    /// Nobody (`None`): intersect tables, which follow the tables that they join.
    None,
}

/// One side of an intersect table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Side {
    /// The intersect's column.
    pub column: ColumnId,
    /// The table whose key it holds.
    pub table: TableId,
}

impl Table {
    /// A column of this table.
    #[must_use]
    pub(crate) fn column(&self, id: ColumnId) -> &Column {
        #[expect(
            clippy::indexing_slicing,
            reason = "a `ColumnId` is only made for a column of the table that has it"
        )]
        &self.columns[usize::from(id.0)]
    }

    /// A column by its logical name.
    #[must_use]
    pub(crate) fn column_named(&self, logical_name: &str) -> Option<&Column> {
        self.columns_by_name.get(logical_name).map(|id| self.column(*id))
    }

    /// Whether it joins two other tables.
    #[must_use]
    pub(crate) fn is_intersect(&self) -> bool {
        self.intersect.is_some()
    }
}
