//! Who makes a change, when, and by which state of the security rows.
//!
//! In: the clock's time, the caller and the snapshot. Out: what every written row is stamped with.
//! Invariant: no caller can set a stamp.

use uuid::Uuid;

/// What a written row is stamped with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamps {
    /// In seconds since 1970: `createdon`, `modifiedon`.
    pub(crate) now: i64,
    /// The user in whose name it is made: `createdby`, `modifiedby`, and `ownerid` where none is given.
    pub(crate) acting: Uuid,
    /// The real caller when impersonating: `createdonbehalfby`, `modifiedonbehalfby`.
    pub(crate) on_behalf: Option<Uuid>,
    /// The epoch of the snapshot by which the change was decided; security rows change from there, or not at all.
    pub(crate) epoch: i64,
    /// The number of changes of the environment's own tables that the snapshot has seen.
    pub(crate) additions: i64,
}
