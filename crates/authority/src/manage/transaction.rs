//! A change of the directory as one value: all of its steps happen, or none.
//!
//! In: steps, each with what it means where it does not come out as it must. Out: done, or that meaning. Invariant: however
//! many things a call changes, it commits once.

use db::{Commit, Step};

use super::ManageError;
use crate::authority::Authority;
use crate::snapshot::Snapshot;
use crate::store::{self, any_outcome, must_change, must_not_find};

/// A step of a change.
pub(super) struct Part {
    step: Step,
    /// Why nothing is changed if it does not come out as it must.
    refused: Option<ManageError>,
}

/// What came of a change that rests on a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// It was made, while all was as the snapshot says.
    Done,
    /// The directory has moved; nothing was changed.
    Moved,
}

impl Part {
    /// A step with what it means that it did not come out as it must.
    pub(super) fn new(step: Step, refused: ManageError) -> Self {
        Self {
            step,
            refused: Some(refused),
        }
    }
}

/// A step that must change a row; `missing` says what it means that there is none.
pub(super) fn demand(statement: db::Statement, missing: ManageError) -> Part {
    Part::new(must_change(statement), missing)
}

/// A step that must find no row; `found` says what it means that there is one.
pub(super) fn refuse(statement: db::Statement, found: ManageError) -> Part {
    Part::new(must_not_find(statement), found)
}

/// A step of which any outcome is right.
pub(super) fn then(statement: db::Statement) -> Part {
    Part {
        step: any_outcome(statement),
        refused: None,
    }
}

impl From<Step> for Part {
    fn from(step: Step) -> Self {
        Self { step, refused: None }
    }
}

/// Commits a change.
pub(super) async fn commit(authority: &Authority, parts: Vec<Part>) -> Result<(), ManageError> {
    match attempt(authority, parts).await? {
        Held::Done => Ok(()),
        Held::Moved => Err(super::contended("directory", &"")),
    }
}

/// Commits a change only if the directory is still at the snapshot's epoch.
pub(super) async fn commit_at(
    authority: &Authority,
    snapshot: &Snapshot,
    mut parts: Vec<Part>,
) -> Result<Held, ManageError> {
    parts.insert(0, must_change(store::epoch::hold(snapshot.epoch)).into());
    attempt(authority, parts).await
}

/// A step that says nothing of its refusal rests on what the directory was.
async fn attempt(authority: &Authority, parts: Vec<Part>) -> Result<Held, ManageError> {
    let (steps, mut refusals): (Vec<Step>, Vec<Option<ManageError>>) =
        parts.into_iter().map(|part| (part.step, part.refused)).unzip();
    match authority.directory().commit(steps).await {
        Ok(Commit::Done(_)) => Ok(Held::Done),
        Ok(Commit::Refused { step }) => match refusals.get_mut(step).and_then(Option::take) {
            Some(refusal) => Err(refusal),
            None => Ok(Held::Moved),
        },
        Err(db::Error::Duplicate { constraint, .. }) => Err(ManageError::Taken { constraint }),
        Err(error) => Err(ManageError::Write(error)),
    }
}
