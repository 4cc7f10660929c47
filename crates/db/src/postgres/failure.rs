//! PostgreSQL's errors, sorted.
//!
//! In: an error of the driver. Out: our error. Invariant: only what is known to have changed nothing is tried again.

use std::error::Error as _;
use std::io;

use tokio_postgres::error::SqlState;

use super::wire::Misplaced;
use crate::Error;

/// Our error, with the code that it came from.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: Error,
    pub(super) code: Option<SqlState>,
}

impl Failed {
    /// See [`Error::at`].
    pub(super) fn at(self, step: usize) -> Self {
        Self {
            error: self.error.at(step),
            ..self
        }
    }

    /// Whether the transaction lost against another one, waited too long for a table that it was to change, or used a
    /// statement from before a table changed, and may be run again as it is.
    pub(super) fn may_run_again(&self) -> bool {
        let again = [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::LOCK_NOT_AVAILABLE,
        ];
        self.code.as_ref().is_some_and(|code| again.contains(code)) || self.may_be_outdated()
    }

    /// Whether it may be that a statement was prepared before a column of this name was dropped and added with another
    /// type: the types of its parameters and cells are those of then.
    pub(super) fn may_be_outdated(&self) -> bool {
        let outdated = [
            SqlState::FEATURE_NOT_SUPPORTED, // "cached plan must not change result type"
            SqlState::DATATYPE_MISMATCH,
            SqlState::UNDEFINED_FUNCTION,
        ];
        self.code.as_ref().is_some_and(|code| outdated.contains(code))
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, code: None }
    }
}

impl From<tokio_postgres::Error> for Failed {
    fn from(error: tokio_postgres::Error) -> Self {
        let code = error.code().cloned();
        Self {
            error: sort(error),
            code,
        }
    }
}

/// Sorts an error.
pub(super) fn sort(error: tokio_postgres::Error) -> Error {
    if let Some(misplaced) = error.source().and_then(|source| source.downcast_ref::<Misplaced>()) {
        return Error::shape(misplaced.to_string());
    }
    let Some(refused) = error.as_db_error() else {
        let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
        // A name that cannot be sent, for it holds U+0000; all else is about the connection.
        let cannot_be_sent = source.is_some_and(|source| source.kind() == io::ErrorKind::InvalidInput);
        return if cannot_be_sent {
            Error::statement(error)
        } else {
            Error::unavailable(error)
        };
    };
    if *refused.code() == SqlState::UNIQUE_VIOLATION
        && let Some(constraint) = refused.constraint()
    {
        return Error::Duplicate {
            constraint: constraint.to_owned(),
            step: 0,
        };
    }
    if is_about_server(refused.code()) {
        Error::unavailable(error)
    } else {
        Error::statement(error)
    }
}

/// Classes of SQLSTATE in which the statement is not to blame (PostgreSQL, appendix A).
fn is_about_server(code: &SqlState) -> bool {
    let classes = [
        "08", // connection
        "28", // authorisation
        "3D", // no such database
        "40", // transaction rolled back
        "53", // out of resources
        "55", // not in the state for it: locked, starting
        "57", // shut down, cancelled
        "58", // system
    ];
    *code == SqlState::READ_ONLY_SQL_TRANSACTION || classes.iter().any(|class| code.code().starts_with(class))
}
