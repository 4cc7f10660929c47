//! Signing keys rolled: on a schedule, by plan, or at once because one is no longer secret.
//!
//! In: an algorithm. Out: keys, without their private halves. Invariant: each roll is one transaction, with its lines in the
//! authority's log; of two nodes that make the same next key at once, one makes it.

use std::sync::Arc;

use db::Step;
use oauth::{Algorithm, Timestamp};

use super::{Deed, ManageError, Mandate};
use crate::authority::Authority;
use crate::signing_keys::schedule::{self, NewKey};
use crate::signing_keys::{self, KeysError};
use crate::store::directory_audit::Target;
use crate::store::signing_key::SigningKeyRow;
use crate::store::{self, any_outcome};

/// How often a roll is begun anew when another node has just rolled.
const ATTEMPTS: usize = 4;

/// Why keys are rolled on command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Roll {
    /// Nothing has happened: what the key has signed stays good, and the key published, until it has ended.
    Planned,
    /// The key that signs, and those before it, are no longer secret: what they have signed is refused from now on.
    Emergency,
}

/// A signing key as it is told to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKeyState {
    /// Its id, as in the key document and in the tokens' headers.
    pub kid: String,
    /// By what it signs.
    pub algorithm: Algorithm,
    /// What it does now.
    pub role: SigningKeyRole,
    /// Signs from this time on.
    pub signs_from: Timestamp,
    /// Published up to this time; `None` until further notice.
    pub published_until: Option<Timestamp>,
}

/// What a signing key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningKeyRole {
    /// Published; it will sign later.
    Next,
    /// It signs.
    Current,
    /// Published, so that what it has signed is still verified.
    Previous,
    /// Not published any more.
    Retired,
}

/// All keys, the oldest first.
pub async fn list(authority: &Authority, _: &Mandate) -> Result<Vec<SigningKeyState>, ManageError> {
    let now = authority.clock().now();
    let rows = stored(authority).await?;
    let state = |row: &SigningKeyRow| SigningKeyState {
        kid: row.kid.clone(),
        algorithm: row.algorithm,
        role: role(row, &rows, now),
        signs_from: row.not_before,
        published_until: row.retire_at,
    };
    Ok(rows.iter().map(state).collect())
}

/// Makes the next key of each algorithm where none waits, and deletes those that are no longer published. Gives how many
/// keys were made. Called at the start and every hour; any node may.
pub async fn roll_due(authority: &Authority, mandate: &Mandate) -> Result<usize, ManageError> {
    let mut made = 0;
    for algorithm in Algorithm::ALL {
        let keys = of(stored(authority).await?, algorithm);
        if keys.is_empty() {
            // Nobody has chosen it.
            continue;
        }
        let roll = schedule::due(algorithm, &keys, authority.clock().now());
        match write(authority, mandate, &roll, deed("Renew signing keys", algorithm)).await {
            Ok(()) => made += roll.new.len(),
            // Another node was quicker.
            Err(ManageError::Taken { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(made)
}

/// Lets the next key of an algorithm sign from now on, and publishes a new next one. An emergency also withdraws the key
/// that has signed until now. [`ManageError::NotFound`] for an algorithm that no tenant has chosen yet.
pub async fn roll(
    authority: &Authority,
    mandate: &Mandate,
    algorithm: Algorithm,
    roll: Roll,
) -> Result<(), ManageError> {
    let activity = match roll {
        Roll::Planned => "Roll signing keys",
        Roll::Emergency => "Roll signing keys in an emergency",
    };
    let mut attempt = 1;
    loop {
        let keys = of(stored(authority).await?, algorithm);
        if keys.is_empty() {
            return Err(ManageError::NotFound {
                what: "signing algorithm",
                id: algorithm.as_str().to_owned(),
            });
        }
        let now = authority.clock().now();
        let rolled = match roll {
            Roll::Planned => schedule::planned(algorithm, &keys, now),
            Roll::Emergency => schedule::emergency(algorithm, &keys, now),
        };
        match write(authority, mandate, &rolled, deed(activity, algorithm)).await {
            Err(ManageError::Taken { .. }) if attempt < ATTEMPTS => attempt += 1,
            ended => return ended,
        }
    }
}

/// The steps that store the first keys of an algorithm; none where it has some.
pub(super) async fn first(
    authority: &Authority,
    mandate: &Mandate,
    algorithm: Algorithm,
) -> Result<Vec<Step>, ManageError> {
    if !of(stored(authority).await?, algorithm).is_empty() {
        return Ok(Vec::new());
    }
    let first = schedule::first(algorithm, authority.clock().now());
    Ok(added(authority, mandate, &make(authority, first.new).await?))
}

async fn write(authority: &Authority, mandate: &Mandate, roll: &schedule::Roll, deed: Deed) -> Result<(), ManageError> {
    if *roll == schedule::Roll::default() {
        return Ok(());
    }
    let made = make(authority, roll.new.clone()).await?;
    let moved = roll.moved.iter();
    let moved = moved.map(|(kid, period)| store::signing_key::set_period(kid, period.not_before, period.retire_at));
    // What is new first: where another node was quicker, it fails on the unique set and nothing is changed.
    let mut steps = added(authority, mandate, &made);
    steps.extend(moved.map(any_outcome));
    for kid in &roll.withdrawn {
        steps.push(any_outcome(store::signing_key::delete(kid)));
        let deleted = key_deed("Delete signing key", kid, None);
        steps.push(super::audit_of_authority(authority, mandate, deleted));
    }
    steps.push(super::audit_of_authority(authority, mandate, deed));
    super::commit(authority, "signing key", "", steps).await
}

/// The steps that store new keys, with a line of the log for each.
fn added(authority: &Authority, mandate: &Mandate, keys: &[SigningKeyRow]) -> Vec<Step> {
    let now = authority.clock().now();
    let inserts = keys.iter().map(|row| any_outcome(store::signing_key::insert(row, now)));
    let audits = keys.iter().map(|row| {
        let deed = key_deed("Add signing key", &row.kid, Some(row.algorithm));
        super::audit_of_authority(authority, mandate, deed)
    });
    inserts.chain(audits).collect()
}

fn deed(activity: &'static str, algorithm: Algorithm) -> Deed {
    key_deed(activity, algorithm.as_str(), None)
}

fn key_deed(activity: &'static str, id: &str, algorithm: Option<Algorithm>) -> Deed {
    Deed {
        activity,
        target: Target::SigningKey,
        id: id.to_owned(),
        name: algorithm.map(|algorithm| algorithm.as_str().to_owned()),
    }
}

async fn make(authority: &Authority, keys: Vec<NewKey>) -> Result<Vec<SigningKeyRow>, ManageError> {
    let now = authority.clock().now();
    let random = Arc::clone(authority.random_shared());
    let key_encryption_key = Arc::clone(authority.directory().key_encryption_key());
    // An RSA key takes long enough to be felt by whoever else is on this thread.
    let making = move || signing_keys::make(&keys, now, &*random, &key_encryption_key);
    let made = tokio::task::spawn_blocking(making).await;
    made.map_err(|error| ManageError::Keys(KeysError::CutOff(error)))?
        .map_err(ManageError::Keys)
}

/// The keys as they are stored now, whatever a snapshot says.
async fn stored(authority: &Authority) -> Result<Vec<SigningKeyRow>, ManageError> {
    let rows = store::signing_key::list(authority.directory().database()).await;
    rows.map_err(|error| ManageError::Read(error.into()))
}

/// Those of one algorithm, in the order in which they sign.
fn of(mut keys: Vec<SigningKeyRow>, algorithm: Algorithm) -> Vec<SigningKeyRow> {
    keys.retain(|key| key.algorithm == algorithm);
    keys.sort_unstable_by_key(|key| key.number);
    keys
}

fn role(key: &SigningKeyRow, keys: &[SigningKeyRow], now: Timestamp) -> SigningKeyRole {
    let later = |other: &SigningKeyRow| {
        other.algorithm == key.algorithm && other.number > key.number && other.not_before <= now
    };
    if key.retire_at.is_some_and(|at| at <= now) {
        SigningKeyRole::Retired
    } else if key.not_before > now {
        SigningKeyRole::Next
    } else if keys.iter().any(later) {
        SigningKeyRole::Previous
    } else {
        SigningKeyRole::Current
    }
}
