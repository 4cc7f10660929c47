//! What an environment has besides the standard catalogue, or is to have: its own tables, columns and choices.
//!
//! In: values, or TOML of the same shape as the data files. Out: the same.
//! Invariant: whatever is named here bears a publisher's prefix (`new_`), so that it never meets a standard name; that it
//! does is checked when a change is decided.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalogue::{ColumnKind, RequiredLevel};

/// Tables, columns and choices. Each is called by its schema name (`new_Order`); the logical name is the same in lower
/// case.
///
/// ```
/// # extern crate commonhold_data as data;
/// let additions: data::Additions = toml::from_str(
///     r#"
///     [tables.new_Order]
///     display_name = "Order"
///     display_collection_name = "Orders"
///     primary_name = "new_Name"
///
///     [tables.new_Order.columns]
///     new_Name = { type = "string", max_length = 100, display_name = "Name" }
///     new_Customer = { type = "lookup", display_name = "Customer", targets = [{ table = "account", on_delete = "restrict" }] }
///
///     [columns.account]
///     new_Rating = { type = "integer", min = 1, max = 5, display_name = "Rating" }
///     "#,
/// )
/// .unwrap();
/// assert_eq!(additions.tables.len(), 1);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Additions {
    /// Lists of options that several columns share (Dataverse: global option sets).
    pub choices: BTreeMap<String, ChoiceDefinition>,
    /// Own tables.
    pub tables: BTreeMap<String, TableDefinition>,
    /// Further columns, by the table's logical name: of standard tables, and of own ones that are there.
    pub columns: BTreeMap<String, BTreeMap<String, ColumnDefinition>>,
}

/// A list of options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceDefinition {
    /// For people.
    pub display_name: String,
    /// Each number, in decimal, with its label.
    pub options: BTreeMap<String, String>,
}

/// An own table. Its key (`new_orderid`), its stamps, owner, state and version come by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableDefinition {
    /// One row, for people.
    pub display_name: String,
    /// Many rows, for people.
    pub display_collection_name: String,
    /// Its name in URLs; the plural of the logical name where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_set: Option<String>,
    /// Who owns its rows.
    #[serde(default)]
    pub ownership: TableOwnership,
    /// The schema name of the column that names a row to people: one of `columns`, of type `string`.
    pub primary_name: String,
    /// Its columns, the primary name among them.
    pub columns: BTreeMap<String, ColumnDefinition>,
}

/// Who owns the rows of an own table (Dataverse `OwnershipType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableOwnership {
    /// A user or a team.
    #[default]
    User,
    /// The organization.
    Organization,
}

/// An own column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnDefinition {
    /// For people.
    pub display_name: String,
    /// Whether a value is demanded.
    #[serde(default)]
    pub required: RequiredLevel,
    /// What it holds. An unknown key ends up here and is refused here.
    #[serde(flatten)]
    pub kind: ColumnKind,
}
