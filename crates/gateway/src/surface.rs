//! What the gateway knows of the environments behind it: tables with their navigations, and operations.
//!
//! In: the configuration's lists. Out: a [`Surface`], by which every name of a request is looked up. Invariant: it is a
//! closed list. What is not on it cannot be asked for, so no name reaches an environment that no policy was asked about.

use std::collections::{BTreeMap, HashMap, HashSet};

/// One table, as it is configured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableShape {
    /// Navigations by name, each with the table that it leads to: `primarycontactid` to `contacts`.
    pub navigations: BTreeMap<String, String>,
    /// Columns that may be addressed by a path of their own, `accounts(…)/entityimage`.
    pub columns: Vec<String>,
}

/// Names that do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SurfaceError {
    /// A navigation leads out of the list.
    #[error("`{table}.{navigation}` leads to `{target}`, which is no table here")]
    Target {
        /// Where it begins.
        table: String,
        /// Its name.
        navigation: String,
        /// Where it leads to.
        target: String,
    },
    /// One name means two things.
    #[error("`{0}` is the name of a table and of an operation")]
    Ambiguous(String),
    /// One name of a table means two things.
    #[error("`{table}.{name}` is a navigation and a column")]
    AmbiguousMember {
        /// The table.
        table: String,
        /// The name.
        name: String,
    },
    /// Batches are not taken apart.
    #[error("`$batch` cannot be let through: its parts would reach the environment unseen")]
    Batch,
}

/// The closed list.
#[derive(Debug, Clone, Default)]
pub struct Surface {
    tables: HashMap<String, Table>,
    operations: HashSet<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Table {
    navigations: HashMap<String, String>,
    columns: HashSet<String>,
}

impl Surface {
    /// Checks that the lists fit together.
    pub fn new(tables: &BTreeMap<String, TableShape>, operations: &[String]) -> Result<Self, SurfaceError> {
        for operation in operations {
            if operation == "$batch" {
                return Err(SurfaceError::Batch);
            }
            if tables.contains_key(operation) {
                return Err(SurfaceError::Ambiguous(operation.clone()));
            }
        }
        for (table, shape) in tables {
            check_members(table, shape, tables)?;
        }
        let tables = tables.iter().map(|(name, shape)| {
            let table = Table {
                navigations: shape.navigations.clone().into_iter().collect(),
                columns: shape.columns.iter().cloned().collect(),
            };
            (name.clone(), table)
        });
        Ok(Self {
            tables: tables.collect(),
            operations: operations.iter().cloned().collect(),
        })
    }

    /// A table of the list; with its name, which lives as long as the list.
    pub(crate) fn table(&self, name: &str) -> Option<(&str, &Table)> {
        self.tables
            .get_key_value(name)
            .map(|(name, table)| (name.as_str(), table))
    }

    /// Where a navigation of a table leads to.
    pub(crate) fn target(&self, table: &str, navigation: &str) -> Option<&str> {
        let target = self.tables.get(table)?.navigations.get(navigation)?;
        Some(target)
    }

    pub(crate) fn has_column(&self, table: &str, column: &str) -> bool {
        self.tables
            .get(table)
            .is_some_and(|table| table.columns.contains(column))
    }

    /// An operation of the list.
    pub(crate) fn operation(&self, name: &str) -> Option<&str> {
        self.operations.get(name).map(String::as_str)
    }
}

fn check_members(table: &str, shape: &TableShape, tables: &BTreeMap<String, TableShape>) -> Result<(), SurfaceError> {
    for (navigation, target) in &shape.navigations {
        if !tables.contains_key(target) {
            return Err(SurfaceError::Target {
                table: table.to_owned(),
                navigation: navigation.clone(),
                target: target.clone(),
            });
        }
        if shape.columns.contains(navigation) {
            return Err(SurfaceError::AmbiguousMember {
                table: table.to_owned(),
                name: navigation.clone(),
            });
        }
    }
    Ok(())
}
