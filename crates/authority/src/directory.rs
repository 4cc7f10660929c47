//! The newest snapshot of the directory, and when it was last known to be the newest.
//!
//! In: the directory database. Out: [`Snapshot`]s. INVARIANT: nobody is given a snapshot whose epoch was read more than
//! [`FRESH_MILLIS`] ago, so a change takes effect on every node within that time, and at once on the node that made it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arc_swap::ArcSwap;
use db::{Commit, Database, Step};
use oauth::{Clock, Timestamp};

use crate::key_encryption::KeyEncryptionKey;
use crate::origin::Origin;
use crate::signing_keys::{KeysError, SigningKeys};
use crate::snapshot::Snapshot;
use crate::store;

/// How long an epoch that was read is trusted.
const FRESH_MILLIS: i64 = 500;
/// The time of a check that never was.
const NEVER: i64 = i64::MIN;

/// Why there is no snapshot.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The database failed, or holds what this program does not know.
    #[error("could not read the directory")]
    Store(#[from] store::Error),
    /// The signing keys cannot be used.
    #[error("could not open the signing keys")]
    Keys(#[from] KeysError),
}

/// The directory of one authority.
pub(crate) struct Directory {
    database: Database,
    origin: Arc<Origin>,
    clock: Arc<dyn Clock>,
    key_encryption_key: Arc<KeyEncryptionKey>,
    newest: ArcSwap<Snapshot>,
    checked_at_millis: AtomicI64,
    /// Held while the epoch is read, so that many requests cause one reading.
    checking: tokio::sync::Mutex<()>,
}

impl Directory {
    /// Reads the first snapshot.
    pub(crate) async fn open(
        database: Database,
        origin: Arc<Origin>,
        clock: Arc<dyn Clock>,
        key_encryption_key: KeyEncryptionKey,
    ) -> Result<Self, DirectoryError> {
        let before = clock.now();
        let epoch = store::epoch::read(&database).await?;
        let rows = store::signing_key::list(&database).await?;
        let keys = Arc::new(SigningKeys::open(rows, &key_encryption_key)?);
        let first = Snapshot::new(epoch, keys, database.clone(), Arc::clone(&origin));
        Ok(Self {
            database,
            origin,
            clock,
            key_encryption_key: Arc::new(key_encryption_key),
            newest: ArcSwap::from_pointee(first),
            checked_at_millis: AtomicI64::new(before.millis()),
            checking: tokio::sync::Mutex::new(()),
        })
    }

    /// The newest snapshot, fresh.
    pub(crate) async fn snapshot(&self) -> Result<Arc<Snapshot>, DirectoryError> {
        if !self.is_fresh(self.clock.now()) {
            let _one_at_a_time = self.checking.lock().await;
            // Whoever waited finds it checked.
            if !self.is_fresh(self.clock.now()) {
                self.check().await?;
            }
        }
        Ok(self.newest.load_full())
    }

    /// The directory database, for what no snapshot holds.
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// The key that seals the signing keys.
    pub(crate) fn key_encryption_key(&self) -> &Arc<KeyEncryptionKey> {
        &self.key_encryption_key
    }

    /// The newest snapshot that this node has, however old.
    pub(crate) fn last_snapshot(&self) -> Arc<Snapshot> {
        self.newest.load_full()
    }

    /// Commits a change of the directory; this node then sees it at once.
    pub(crate) async fn commit(&self, steps: Vec<Step>) -> Result<Commit, db::Error> {
        let outcome = store::commit(&self.database, steps).await;
        // Also after an error: where the connection was lost, the change may have been made all the same.
        let _one_at_a_time = self.checking.lock().await;
        self.checked_at_millis.store(NEVER, Ordering::Release);
        outcome
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        let checked_at = Timestamp::from_millis(self.checked_at_millis.load(Ordering::Acquire));
        // A test's clock may be moved back, behind the last check.
        checked_at <= now && now < checked_at.plus_millis(FRESH_MILLIS)
    }

    /// Reads the epoch and, if it has moved, starts a new snapshot. The lock must be held.
    async fn check(&self) -> Result<(), DirectoryError> {
        let before = self.clock.now();
        let epoch = store::epoch::read(&self.database).await?;
        let last = self.newest.load_full();
        if epoch != last.epoch {
            let keys = self.keys(&last.keys).await?;
            let next = Snapshot::new(epoch, keys, self.database.clone(), Arc::clone(&self.origin));
            self.newest.store(Arc::new(next));
        }
        self.checked_at_millis.store(before.millis(), Ordering::Release);
        Ok(())
    }

    /// The keys as stored now; those that are known are not parsed again.
    async fn keys(&self, known: &Arc<SigningKeys>) -> Result<Arc<SigningKeys>, DirectoryError> {
        let rows = store::signing_key::list(&self.database).await?;
        if known.are(&rows) {
            return Ok(Arc::clone(known));
        }
        Ok(Arc::new(SigningKeys::open(rows, &self.key_encryption_key)?))
    }
}
