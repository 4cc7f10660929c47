//! Changes of the directory: one conductor per change, one file per noun.
//!
//! In: an [`Mandate`] and what shall be. Out: what was made, or a [`ManageError`].
//! Invariant: a change is one transaction that also moves the directory's epoch and writes a line of its log; when its
//! conductor returns, this node answers by it.

pub mod app_role_assignment;
pub mod application;
pub mod application_certificate;
pub mod application_secret;
pub mod authentication_method;
pub mod consent;
pub mod environment;
pub mod federated_credential;
pub mod group;
pub mod owner;
pub mod passkey;
pub mod permission_grant;
pub mod person;
pub mod person_change;
pub mod service_principal;
pub mod session;
pub mod sign_in;
pub mod signing_key;
pub mod tenant;
pub mod tenant_settings;
mod transaction;

pub use crate::mandate::Mandate;

use std::sync::Arc;

use db::{Expect, Step};
use oauth::{AppId, TenantId, Timestamp, random};
use uuid::Uuid;

use crate::application::Client;
use crate::authority::Authority;
use crate::directory::DirectoryError;
use crate::key_encryption::SealError;
use crate::signing_keys::KeysError;
use crate::snapshot::Snapshot;
use crate::store::directory_audit::{Audit, Target};
use crate::{store, well_known};
use transaction::Held;

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
    /// The directory was changed by others, again and again, while this change was being worked out.
    #[error("{what} `{id}` is being changed by others")]
    Contended {
        /// The kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// A password could not be hashed.
    #[error("could not hash a password")]
    Password(#[source] argon2::password_hash::Error),
    /// Too many passwords are being hashed already; the same change may succeed a moment later.
    #[error("too many passwords are being hashed")]
    Busy,
    /// The thread that hashed a password did not finish.
    #[error("the hashing of a password was cut off")]
    CutOff(#[source] tokio::task::JoinError),
    /// A secret could not be sealed or opened.
    #[error("could not seal or open a secret")]
    Seal(#[source] SealError),
    /// Signing keys could not be made.
    #[error("could not make signing keys")]
    Keys(#[source] KeysError),
    /// A registration could not be written as a document.
    #[error("could not write a registration")]
    Document(#[source] store::Error),
    /// The change could not be written. Where the connection was lost, it may have been.
    #[error("could not write the directory")]
    Write(#[source] db::Error),
    /// The directory could not be read.
    #[error("could not read the directory")]
    Read(#[source] DirectoryError),
}

/// Commits steps of which each that must change a row names what must exist.
async fn commit(
    authority: &Authority,
    what: &'static str,
    id: impl ToString,
    steps: Vec<Step>,
) -> Result<(), ManageError> {
    let part = |step: Step| match step.expect {
        Expect::Anything => step.into(),
        Expect::Some | Expect::None => transaction::Part::new(step, missing(what, &id)),
    };
    transaction::commit(authority, steps.into_iter().map(part).collect()).await
}

/// It does not exist.
fn missing(what: &'static str, id: &impl ToString) -> ManageError {
    ManageError::NotFound {
        what,
        id: id.to_string(),
    }
}

/// What the log of the directory says of a change.
struct Change {
    /// In whose log.
    tenant: TenantId,
    /// What was done.
    activity: &'static str,
    /// The kind of thing that was changed.
    target: Target,
    /// Its id.
    id: String,
    /// Its name for people, where it is known.
    name: Option<String>,
}

/// What the authority's own log says of a change that concerns every tenant, and is in the log of none.
struct Deed {
    /// What was done.
    activity: &'static str,
    /// The kind of thing that was changed.
    target: Target,
    /// Its id.
    id: String,
    /// Its name for people, where it is known.
    name: Option<String>,
}

/// The step that writes a change into its tenant's log, in the same transaction.
fn audit(authority: &Authority, mandate: &Mandate, change: Change) -> Step {
    let Change {
        tenant,
        activity,
        target,
        id,
        name,
    } = change;
    let deed = Deed {
        activity,
        target,
        id,
        name,
    };
    line(authority, mandate, Some(tenant), deed)
}

/// The step that writes a change into the log of the authority as a whole, in the same transaction.
fn audit_of_authority(authority: &Authority, mandate: &Mandate, deed: Deed) -> Step {
    line(authority, mandate, None, deed)
}

fn line(authority: &Authority, mandate: &Mandate, tenant: Option<TenantId>, deed: Deed) -> Step {
    let now = authority.clock().now();
    store::any_outcome(store::directory_audit::insert(&Audit {
        id: new_id(authority, now),
        tenant,
        at: now,
        activity: deed.activity.to_owned(),
        initiator: mandate.initiator().clone(),
        target: deed.target,
        target_id: deed.id,
        target_name: deed.name,
    }))
}

/// The newest snapshot.
async fn snapshot(authority: &Authority) -> Result<Arc<Snapshot>, ManageError> {
    authority.directory().snapshot().await.map_err(ManageError::Read)
}

/// An application that is registered here; those that are built in cannot be changed.
async fn registered(snapshot: &Snapshot, app_id: AppId) -> Result<Arc<Client>, ManageError> {
    let client = snapshot.client(app_id).await.map_err(read_failed)?;
    let client = client.filter(|_| well_known::client(app_id).is_none());
    client.ok_or_else(|| ManageError::NotFound {
        what: "application",
        id: app_id.to_string(),
    })
}

fn read_failed(error: store::Error) -> ManageError {
    ManageError::Read(error.into())
}

/// How often a change is worked out anew because the directory has moved meanwhile.
const MOST_ATTEMPTS: usize = 8;

/// Commits steps only if the directory is still at the snapshot's epoch.
async fn commit_at(authority: &Authority, snapshot: &Snapshot, steps: Vec<Step>) -> Result<Held, ManageError> {
    transaction::commit_at(authority, snapshot, steps.into_iter().map(Into::into).collect()).await
}

fn contended(what: &'static str, id: &impl ToString) -> ManageError {
    ManageError::Contended {
        what,
        id: id.to_string(),
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
