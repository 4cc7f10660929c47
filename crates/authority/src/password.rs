//! Passwords that people choose: hashed slowly, checked, and held to a policy when new.
//!
//! In: a password. Out: its argon2id hash in the PHC string form, or whether it is the one of a hash. INVARIANT: no more
//! than [`Capacity`] allows is hashed at once, whoever asks, and a password without a hash costs the same as one with.

mod commonest;
mod policy;

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, PasswordHash};
use oauth::{Random, Secret};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, TryAcquireError};

pub(crate) use policy::{Fault, check};

/// Bytes of a hash's salt.
const SALT_BYTES: usize = 16;
/// The most that is hashed at once. Each takes 19 MiB, so this bounds the memory to 304 MiB on the largest machine.
const MOST_AT_ONCE: usize = 16;
/// The most that wait for their turn. At 20 ms each, whoever waits longest waits a few seconds; more would have gone away.
const MOST_WAITING: usize = 256;
/// The hash that stands in where there is no person: what an unknown name costs. No password is known to have it.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3MgcGFzc3dvcmQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a password was neither hashed nor checked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordError {
    /// Too many wait already.
    #[error("too many passwords are being checked")]
    Busy,
    /// The stored hash cannot be read, or the password cannot be hashed.
    #[error("could not hash a password")]
    Hash(#[source] password_hash::Error),
    /// The thread did not finish.
    #[error("the hashing of a password was cut off")]
    CutOff(#[source] tokio::task::JoinError),
}

/// Whether a password is the one of a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Match {
    /// It is not.
    No,
    /// It is.
    Yes,
    /// It is, and the hash was made as one no longer is.
    Outdated,
}

/// How many passwords may be hashed at once, and how many wait for it.
#[derive(Debug, Clone)]
pub(crate) struct Capacity {
    threads: Arc<Semaphore>,
    places: Arc<Semaphore>,
    runs: Arc<AtomicU64>,
}

/// A place among those that are hashed or wait; free again when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    capacity: Capacity,
    _place: OwnedSemaphorePermit,
}

impl Capacity {
    /// As many at once as the machine has processors, from 2 to 16.
    pub(crate) fn of_machine() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self::new(processors.clamp(2, MOST_AT_ONCE), MOST_WAITING)
    }

    fn new(at_once: usize, waiting: usize) -> Self {
        Self {
            threads: Arc::new(Semaphore::new(at_once)),
            places: Arc::new(Semaphore::new(at_once + waiting)),
            runs: Arc::default(),
        }
    }

    /// Takes a place. [`PasswordError::Busy`] when there is none.
    pub(crate) fn enter(&self) -> Result<Place, PasswordError> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|(TryAcquireError::Closed | TryAcquireError::NoPermits)| PasswordError::Busy)?;
        Ok(Place {
            capacity: self.clone(),
            _place: place,
        })
    }

    /// How many hashes were computed so far.
    #[cfg(test)]
    pub(crate) fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }
}

/// Hashes a password.
pub(crate) async fn hash(
    place: &Place,
    random: &dyn Random,
    password: &Secret<String>,
) -> Result<String, PasswordError> {
    let mut salt = [0; SALT_BYTES];
    random.fill(&mut salt);
    let password = password.clone();
    let hashed = run(place, move || -> Result<PasswordHash, _> {
        Argon2::default().hash_password_with_salt(password.expose().as_bytes(), &salt)
    });
    Ok(hashed.await?.map_err(PasswordError::Hash)?.to_string())
}

/// Checks a password against a stored hash; without one the same work is done, and it does not match.
pub(crate) async fn compare(
    place: &Place,
    password: &Secret<String>,
    stored: Option<&str>,
) -> Result<Match, PasswordError> {
    let hash = PasswordHash::new(stored.unwrap_or(NOBODYS)).map_err(|error| PasswordError::Hash(error.into()))?;
    let is_current = is_current(&hash).map_err(PasswordError::Hash)?;
    let password = password.clone();
    let verified = run(place, move || {
        Argon2::default().verify_password(password.expose().as_bytes(), &hash)
    });
    match verified.await? {
        Ok(()) if stored.is_none() => Ok(Match::No),
        Ok(()) if is_current => Ok(Match::Yes),
        Ok(()) => Ok(Match::Outdated),
        Err(password_hash::Error::PasswordInvalid) => Ok(Match::No),
        Err(error) => Err(PasswordError::Hash(error)),
    }
}

/// Runs one computation when its turn has come, on a thread that may be blocked. It keeps its turn to its end, also where
/// nobody waits for it any more.
async fn run<T: Send + 'static>(
    place: &Place,
    compute: impl FnOnce() -> T + Send + 'static,
) -> Result<T, PasswordError> {
    let Capacity { threads, runs, .. } = &place.capacity;
    let turn = Arc::clone(threads).acquire_owned().await;
    // The semaphore is never closed.
    let turn = turn.map_err(|AcquireError { .. }| PasswordError::Busy)?;
    runs.fetch_add(1, Ordering::Relaxed);
    let computed = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        compute()
    });
    computed.await.map_err(PasswordError::CutOff)
}

/// Whether a hash was made as one is made now.
fn is_current(hash: &PasswordHash) -> Result<bool, password_hash::Error> {
    let costs = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
    let made_with = Params::try_from(hash)?;
    Ok(hash.algorithm == Algorithm::Argon2id.ident() && costs(&made_with) == costs(&Params::DEFAULT))
}

#[cfg(test)]
mod tests;
