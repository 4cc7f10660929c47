//! The shape of the data files.
//!
//! In: TOML text. Out: its values as they stand there, names not yet resolved.
//! Invariant: a key that is not known here is refused, so that a typing error cannot pass as an absent value.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::catalogue::{Cascade, Computed, Depth, Ownership, RequiredLevel, Right};

/// One table: `account.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableFile {
    pub(crate) logical_name: String,
    /// From which its privileges take their names.
    pub(crate) schema_name: String,
    pub(crate) entity_set: String,
    pub(crate) object_type_code: i32,
    pub(crate) ownership: Ownership,
    pub(crate) primary_id: String,
    pub(crate) primary_name: Option<String>,
    /// See [`crate::catalogue::Table::is_security`].
    #[serde(default)]
    pub(crate) is_security: bool,
    /// Navigations of an activity end in the table's name (`ownerid_task`); the plain names stand besides.
    #[serde(default)]
    pub(crate) is_activity: bool,
    /// What the names of its privileges end in, where that is not the schema name (`User`, `Activity`).
    pub(crate) privilege_noun: Option<String>,
    #[serde(default)]
    pub(crate) rights: Vec<Right>,
    /// Column groups of `standard.toml`.
    #[serde(default)]
    pub(crate) standard: Vec<String>,
    /// For the lookups among the standard columns: the navigation on the other side, by column.
    #[serde(default)]
    pub(crate) collections: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) columns: BTreeMap<String, ColumnFile>,
    /// Alternate keys.
    #[serde(default)]
    pub(crate) keys: BTreeMap<String, Vec<String>>,
    /// Unique column sets that are no keys.
    #[serde(default)]
    pub(crate) unique: BTreeMap<String, Vec<String>>,
    /// The two tables that it joins.
    pub(crate) intersect: Option<[SideFile; 2]>,
}

/// One side of an intersect table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SideFile {
    pub(crate) table: String,
    pub(crate) column: String,
    /// The navigation property on that table.
    pub(crate) navigation: String,
}

/// `standard.toml`: columns that many tables have, in groups.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StandardFile {
    pub(crate) groups: BTreeMap<String, BTreeMap<String, ColumnFile>>,
}

/// `privileges.toml`: privileges without a table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PrivilegesFile {
    pub(crate) privileges: BTreeMap<String, Vec<Depth>>,
}

/// One column.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ColumnFile {
    /// An unknown key ends up here and is refused here.
    #[serde(flatten)]
    pub(crate) kind: KindFile,
    #[serde(default)]
    pub(crate) required: RequiredLevel,
    #[serde(default)]
    pub(crate) write: Write,
    /// The property on the wire, where it does not follow from the name and the type.
    pub(crate) property: Option<String>,
    pub(crate) computed: Option<Computed>,
}

/// When a caller may give a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Write {
    #[default]
    Always,
    Create,
    Never,
}

/// What a column holds. `min` and `max` are in whole units, whatever the scale.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum KindFile {
    String {
        max_length: usize,
    },
    Memo {
        max_length: usize,
    },
    Integer {
        min: Option<i32>,
        max: Option<i32>,
    },
    BigInt,
    Decimal {
        scale: u32,
        min: i64,
        max: i64,
    },
    Money {
        min: i64,
        max: i64,
    },
    Double {
        min: i32,
        max: i32,
    },
    Boolean {
        #[serde(rename = "true")]
        true_label: Option<String>,
        #[serde(rename = "false")]
        false_label: Option<String>,
        default: Option<bool>,
    },
    DateTime,
    Date,
    Choice {
        options: BTreeMap<String, String>,
        default: Option<i32>,
    },
    State {
        options: BTreeMap<String, String>,
    },
    Status {
        options: Vec<StatusFile>,
    },
    Lookup {
        targets: Vec<TargetFile>,
    },
    Guid,
}

/// A status reason. The first one that is listed for a state is that state's default.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusFile {
    pub(crate) value: i32,
    pub(crate) label: String,
    pub(crate) state: i32,
}

/// A table that a lookup may point to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TargetFile {
    pub(crate) table: String,
    /// The column's name where none is given.
    pub(crate) navigation: Option<String>,
    /// From [`TableFile::collections`] where none is given.
    pub(crate) collection: Option<String>,
    pub(crate) on_delete: Cascade,
}
