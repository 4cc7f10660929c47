//! The language in which tables are defined: the shape of the data files, and of what an environment adds to them.
//!
//! In: TOML text. Out: its values as they stand there, names not yet resolved.
//! Invariant: a key that is not known here is refused, so that a typing error cannot pass as an absent value.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
    /// Behind the tables of lower numbers: 0 for those of the data files, the object type code for those that are added.
    #[serde(skip)]
    pub(crate) number: i32,
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
    pub(crate) kind: ColumnKind,
    #[serde(default)]
    pub(crate) required: RequiredLevel,
    #[serde(default)]
    pub(crate) write: Write,
    /// The property on the wire, where it does not follow from the name and the type.
    pub(crate) property: Option<String>,
    pub(crate) computed: Option<Computed>,
    /// Behind the columns of lower numbers: 0 for those of the data files, and growing with each that is added.
    #[serde(skip)]
    pub(crate) number: i32,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ColumnKind {
    /// One line of text.
    String {
        /// In characters, 4,000 at most.
        max_length: usize,
    },
    /// Several lines of text.
    Memo {
        /// In characters, 1,048,576 at most.
        max_length: usize,
    },
    /// A whole number of 32 bits.
    Integer {
        /// The smallest; all but the least that 32 bits hold where none is given.
        #[serde(skip_serializing_if = "Option::is_none")]
        min: Option<i32>,
        /// The greatest.
        #[serde(skip_serializing_if = "Option::is_none")]
        max: Option<i32>,
    },
    /// A whole number of 64 bits.
    BigInt,
    /// An exact number.
    Decimal {
        /// Digits behind the point, 10 at most.
        scale: u32,
        /// The smallest.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// An amount of money, with four digits behind the point.
    Money {
        /// The smallest.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A floating-point number.
    Double {
        /// The smallest.
        min: i32,
        /// The greatest.
        max: i32,
    },
    /// Yes or no.
    Boolean {
        /// The label of true; "Yes" where none is given.
        #[serde(rename = "true", skip_serializing_if = "Option::is_none")]
        true_label: Option<String>,
        /// The label of false; "No" where none is given.
        #[serde(rename = "false", skip_serializing_if = "Option::is_none")]
        false_label: Option<String>,
        /// The value of a new row that gives none.
        #[serde(skip_serializing_if = "Option::is_none")]
        default: Option<bool>,
    },
    /// A point in time.
    DateTime,
    /// A calendar day.
    Date,
    /// One of a list of numbers.
    Choice {
        /// Each number, in decimal, with its label; none where the list is shared.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        options: BTreeMap<String, String>,
        /// The name of the list that several columns share, of [`crate::Additions::choices`].
        #[serde(skip_serializing_if = "Option::is_none")]
        shared: Option<String>,
        /// The value of a new row that gives none.
        #[serde(skip_serializing_if = "Option::is_none")]
        default: Option<i32>,
    },
    /// The state of a row; comes with its table.
    State {
        /// Each number, in decimal, with its label.
        options: BTreeMap<String, String>,
    },
    /// The reason of a state; comes with its table.
    Status {
        /// The list.
        options: Vec<StatusOption>,
    },
    /// A row of another table.
    Lookup {
        /// The tables that it may point to: each is a relationship of one row there to many here.
        targets: Vec<LookupTarget>,
    },
    /// An identifier that is not a lookup.
    Guid,
}

/// A status reason. The first one that is listed for a state is that state's default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusOption {
    /// The number.
    pub value: i32,
    /// For people.
    pub label: String,
    /// The number of the state that it belongs to.
    pub state: i32,
}

/// A table that a lookup may point to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LookupTarget {
    /// Its logical name.
    pub table: String,
    /// The navigation property on this side. The column's name where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub navigation: Option<String>,
    /// The navigation property on the other side, which is also the relationship's schema name. Where none is given: from
    /// the table's `collections`, and for an added column `<column>_<table>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    /// What happens to this row when the other is deleted.
    pub on_delete: Cascade,
}
