//! What an environment holds: its tables, columns and relations, as one immutable value.
//!
//! In: the data files in `crates/data/catalogue/`, one per table, and what the environment has [`Own`]. Out: a
//! [`Catalogue`] in which every name is resolved.
//! Invariant: a catalogue that loads is whole; every [`TableId`], [`ColumnId`] and navigation in it leads somewhere.

mod additions;
mod check;
mod column;
mod definition;
mod expand;
mod files;
mod kind;
mod load;
mod navigation;
mod own;
mod privilege;
mod table;

use std::collections::HashMap;

pub use additions::{Additions, ChoiceDefinition, ColumnDefinition, TableDefinition, TableOwnership};
pub use column::RequiredLevel;
pub(crate) use column::{Choice, Column, ColumnId, Computed, Kind, Target};
pub use definition::{ColumnKind, LookupTarget, StatusOption};
pub(crate) use expand::entity_set;
pub(crate) use files::{CatalogueError, Files};
pub use navigation::Cascade;
pub(crate) use navigation::Navigation;
pub(crate) use own::{Dropped, Own};
pub(crate) use privilege::{Depth, Privilege, PrivilegeId, Right};
pub(crate) use table::{AlternateKey, Ownership, Side, Table, TableId};

/// All tables of an environment.
#[derive(Debug)]
pub(crate) struct Catalogue {
    tables: Vec<Table>,
    by_entity_set: HashMap<String, TableId>,
    by_logical_name: HashMap<String, TableId>,
    privileges: Vec<Privilege>,
}

impl Catalogue {
    /// The catalogue that every new environment starts with, from the data files.
    pub(crate) fn standard() -> Result<Self, CatalogueError> {
        Self::of(&Own::default())
    }

    /// The standard catalogue with what an environment has of its own.
    pub(crate) fn of(own: &Own) -> Result<Self, CatalogueError> {
        load::catalogue(&Files::STANDARD, own)
    }

    /// A catalogue from other files.
    #[cfg(test)]
    pub(crate) fn from_files(files: &Files<'_>) -> Result<Self, CatalogueError> {
        load::catalogue(files, &Own::default())
    }

    /// A table of this catalogue.
    #[must_use]
    pub(crate) fn table(&self, id: TableId) -> &Table {
        #[expect(
            clippy::indexing_slicing,
            reason = "a `TableId` is only made for a table of the catalogue that has it"
        )]
        &self.tables[usize::from(id.0)]
    }

    /// All tables, in the order of their ids.
    #[must_use]
    pub(crate) fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The table behind an entity set name (`accounts`), case-sensitive.
    #[must_use]
    pub(crate) fn entity_set(&self, name: &str) -> Option<&Table> {
        self.by_entity_set.get(name).map(|id| self.table(*id))
    }

    /// The table of a logical name (`account`).
    #[must_use]
    pub(crate) fn logical_name(&self, name: &str) -> Option<&Table> {
        self.by_logical_name.get(name).map(|id| self.table(*id))
    }

    /// All privileges: eight per table at most, and those without a table.
    #[must_use]
    pub(crate) fn privileges(&self) -> &[Privilege] {
        &self.privileges
    }

    /// A privilege by its name (`prvReadAccount`), in any case.
    #[must_use]
    pub(crate) fn privilege(&self, name: &str) -> Option<&Privilege> {
        self.privileges
            .iter()
            .find(|privilege| privilege.name.eq_ignore_ascii_case(name))
    }

    /// A privilege by its key.
    #[must_use]
    pub(crate) fn privilege_by_id(&self, id: PrivilegeId) -> Option<&Privilege> {
        self.privileges.iter().find(|privilege| privilege.id == id)
    }
}

#[cfg(test)]
mod tests;
