//! What can go wrong between a statement and its rows.
//!
//! In: the drivers' errors, sorted by `sqlite` and `postgres`. Out: the few cases in which a caller acts differently.
//! Invariant: no variant holds a connection URL, so none can print its password.

use std::sync::Arc;

/// What a driver or the operating system said.
pub(crate) type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// Why a database did not do what was asked. Cloneable, since the writers of one group share one outcome.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A row with this key is there already.
    #[error("unique constraint `{constraint}` is violated")]
    Duplicate {
        /// The violated constraint: its name in [`crate::sql::CreateTable::unique`], or `<table>_pkey`.
        constraint: String,
        /// The position of the step that would have violated it.
        step: usize,
    },
    /// The database cannot be reached or cannot work now: connection lost, none free in time, disk full, file locked.
    /// After a commit the outcome is unknown where the connection was lost while it ran.
    #[error("the database is not available")]
    Unavailable(#[source] Cause),
    /// No database of this name.
    #[error("there is no database `{name}`")]
    NotFound {
        /// The name asked for.
        name: String,
    },
    /// A database of this name is there already.
    #[error("there is a database `{name}` already")]
    AlreadyExists {
        /// The name asked for.
        name: String,
    },
    /// Not a name that a database may have, see [`crate::Cluster`].
    #[error("`{name}` cannot name a database")]
    Name {
        /// The name given.
        name: String,
    },
    /// The connection URL cannot be read. It is not repeated, for it may hold a password.
    #[error("the database URL cannot be read")]
    Url,
    /// A cell or parameter is of another type than its place says, or has no place.
    #[error("{message}")]
    Shape {
        /// Which, and what was expected.
        message: String,
    },
    /// The database refused the statement, which is then wrong.
    #[error("the database refused the statement")]
    Statement(#[source] Cause),
}

impl Error {
    /// The same, as it came of this step of a transaction.
    pub(crate) fn at(self, step: usize) -> Self {
        if let Self::Duplicate { constraint, .. } = self {
            return Self::Duplicate { constraint, step };
        }
        self
    }

    pub(crate) fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(Arc::from(cause.into()))
    }

    pub(crate) fn statement(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Statement(Arc::from(cause.into()))
    }

    pub(crate) fn shape(message: impl Into<String>) -> Self {
        Self::Shape {
            message: message.into(),
        }
    }
}
