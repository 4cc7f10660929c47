//! Changes of the directory: one conductor per change, one file per noun.
//!
//! In: an [`Operator`] and what shall be. Out: what was made, or a [`ManageError`].
//! Invariant: a change is one transaction that also moves the directory's epoch; when its conductor returns, this node
//! answers by it.

pub mod application;
pub mod application_secret;
pub mod environment;
pub mod person;
pub mod service_principal;
pub mod tenant;

pub use crate::operator::Operator;

use db::{Commit, Step};
use oauth::{Timestamp, random};
use uuid::Uuid;

use crate::authority::Authority;
use crate::directory::DirectoryError;

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ManageError {
    /// A value cannot be taken.
    #[error("{what} `{value}` {reason}")]
    Invalid {
        /// Which value.
        what: &'static str,
        /// The value.
        value: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A value that must be unique is taken; the constraint tells which.
    #[error("`{constraint}` is taken")]
    Taken {
        /// The constraint of the directory's tables.
        constraint: String,
    },
    /// What shall be changed does not exist.
    #[error("{what} `{id}` does not exist")]
    NotFound {
        /// The kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// A password could not be hashed.
    #[error("could not hash a password")]
    Password(#[source] argon2::password_hash::Error),
    /// The thread that hashed a password did not finish.
    #[error("the hashing of a password was cut off")]
    CutOff(#[source] tokio::task::JoinError),
    /// The change could not be written. Where the connection was lost, it may have been.
    #[error("could not write the directory")]
    Write(#[source] db::Error),
    /// The directory could not be read.
    #[error("could not read the directory")]
    Read(#[source] DirectoryError),
}

/// Commits steps of which the first names what must exist.
async fn commit(
    authority: &Authority,
    what: &'static str,
    id: impl ToString,
    steps: Vec<Step>,
) -> Result<(), ManageError> {
    match authority.directory().commit(steps).await {
        Ok(Commit::Done(_)) => Ok(()),
        Ok(Commit::Refused { .. }) => Err(ManageError::NotFound {
            what,
            id: id.to_string(),
        }),
        Err(db::Error::Duplicate { constraint }) => Err(ManageError::Taken { constraint }),
        Err(error) => Err(ManageError::Write(error)),
    }
}

/// A new id, in the order of time.
fn new_id(authority: &Authority, now: Timestamp) -> Uuid {
    random::uuid_v7(authority.random(), now)
}

/// A name for people: not empty, one line, at most 256 characters.
fn check_display_name(name: &str) -> Result<(), ManageError> {
    const MOST_CHARS: usize = 256;
    let reason = if name.trim().is_empty() {
        "is empty"
    } else if name.chars().count() > MOST_CHARS {
        "is longer than 256 characters"
    } else if name.chars().any(char::is_control) {
        "has control characters"
    } else {
        return Ok(());
    };
    Err(ManageError::Invalid {
        what: "display name",
        value: name.to_owned(),
        reason,
    })
}
