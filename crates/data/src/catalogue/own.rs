//! What an environment has of its own, as its database keeps it.
//!
//! In: the document of the environment's database. Out: definitions, and what is remembered of them.
//! Invariant: numbers are given once and never again, so that ids and object type codes keep their meaning.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalogue::{Additions, CatalogueError};

/// The object type code of the first table that is added, as in Dataverse.
const FIRST_NUMBER: i32 = 10_000;

/// The additions of one environment, and what is remembered of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Own {
    /// The next number to be given.
    next_number: i32,
    /// Numbers by logical name: of tables (`new_order`), which are their object type codes, and of columns
    /// (`new_order.new_total`).
    numbers: BTreeMap<String, i32>,
    /// What there is.
    pub(crate) additions: Additions,
    /// What is no longer there, and still has its place in the database. The oldest first.
    pub(crate) dropped: Vec<Dropped>,
}

/// A table or columns that left the catalogue. Those who still read them by an older one are let finish; then they go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dropped {
    /// When, in seconds since 1970.
    pub(crate) at: i64,
    /// The SQL table.
    pub(crate) table: String,
    /// Indexes on the columns.
    pub(crate) indexes: Vec<String>,
    /// SQL columns; none where the whole table goes.
    pub(crate) columns: Vec<String>,
}

impl Default for Own {
    fn default() -> Self {
        Self {
            next_number: FIRST_NUMBER,
            numbers: BTreeMap::new(),
            additions: Additions::default(),
            dropped: Vec::new(),
        }
    }
}

impl Own {
    /// From the document of a database; an empty one is that of a new environment.
    pub(crate) fn read(document: &str) -> Result<Self, CatalogueError> {
        if document.is_empty() {
            return Ok(Self::default());
        }
        toml::from_str(document).map_err(|source| CatalogueError::Syntax {
            file: "additions".to_owned(),
            source: Box::new(source),
        })
    }

    /// The document.
    pub(crate) fn document(&self) -> Result<String, CatalogueError> {
        toml::to_string(self).map_err(|error| CatalogueError::invalid("additions", error.to_string()))
    }

    /// Whether there is nothing, and nothing to be remembered of the catalogue.
    pub(crate) fn is_nothing(&self) -> bool {
        self.additions == Additions::default()
    }

    /// The document without what is no longer there: the same catalogue comes of the same text.
    pub(crate) fn definitions(&self) -> Result<String, CatalogueError> {
        let there = Self {
            dropped: Vec::new(),
            ..self.clone()
        };
        there.document()
    }

    /// Gives the next number to what has this logical name.
    pub(crate) fn number(&mut self, name: String) {
        self.numbers.insert(name, self.next_number);
        self.next_number = self.next_number.saturating_add(1);
    }

    /// Takes the number back from what has this name, and from what belongs to it.
    pub(crate) fn forget(&mut self, name: &str) {
        let within = format!("{name}.");
        self.numbers
            .retain(|known, _| known != name && !known.starts_with(&within));
    }

    /// The number of what has this logical name.
    pub(super) fn number_of(&self, name: &str) -> Result<i32, CatalogueError> {
        let number = self.numbers.get(name).copied();
        number.ok_or_else(|| CatalogueError::invalid(name, "it has no number"))
    }
}
