//! Why a change of the catalogue was not done.
//!
//! In: what was asked for, and what is there. Out: a decision that its author can act on, with the number by which
//! Dataverse tells it. Invariant: what is refused has changed nothing.

use crate::{catalogue::CatalogueError, error::Error};

/// Why a change of the catalogue was not done.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueRefusal {
    /// Not a name that something added can have.
    #[error("`{name}` cannot be a name: {why}")]
    Name {
        /// As given.
        name: String,
        /// What is wrong with it, and how it is done.
        why: &'static str,
    },
    /// There is something else of this name.
    #[error("{what} is there as {there}, and was asked for as {wanted}")]
    Conflict {
        /// What: "the column `new_total` of `new_order`".
        what: String,
        /// How it is.
        there: String,
        /// How it was asked for.
        wanted: String,
    },
    /// No table, column or choice of this name.
    #[error("there is no {what}")]
    Unknown {
        /// Which, by kind and name.
        what: String,
    },
    /// It came with the environment, or with its table.
    #[error("{what} was not added to the environment, and cannot be changed or removed")]
    NotOwn {
        /// Which, by kind and name.
        what: String,
    },
    /// Others that were added refer to it.
    #[error("{what} cannot be removed: {} refer to it", by.join(", "))]
    InUse {
        /// Which, by kind and name.
        what: String,
        /// By name.
        by: Vec<String>,
    },
    /// More than there can be.
    #[error("{what}: {most} at most")]
    Limit {
        /// Of what.
        what: String,
        /// So many.
        most: usize,
    },
    /// A definition that cannot be.
    #[error("`{of}`: {what}")]
    Definition {
        /// The table, column or choice.
        of: String,
        /// What and why.
        what: String,
    },
    /// The one in whose name it was asked for may not, or it could not be done now.
    #[error(transparent)]
    Refused(#[from] Error),
}

impl CatalogueRefusal {
    /// Dataverse's number for it, for those that have one of their own there.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "0x80047013",
            Self::Unknown { .. } => "0x80041102",
            Self::InUse { .. } => "0x8004f01f",
            Self::Name { .. } | Self::NotOwn { .. } | Self::Limit { .. } | Self::Definition { .. } => "0x80040203",
            Self::Refused(error) => crate::http::code(error).1,
        }
    }

    pub(super) fn definition(of: &str, what: impl Into<String>) -> Self {
        Self::Definition {
            of: of.to_owned(),
            what: what.into(),
        }
    }
}

impl From<CatalogueError> for CatalogueRefusal {
    /// What the loader finds wrong is wrong with the change: what was there before has loaded.
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::Invalid { file, what } => Self::Definition {
                of: file.trim_end_matches(".toml").to_owned(),
                what,
            },
            error @ CatalogueError::Syntax { .. } => Self::Refused(Error::Internal {
                doing: super::DOING,
                source: error.into(),
            }),
        }
    }
}
