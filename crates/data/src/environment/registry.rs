//! The environments that are served: opened on first use, closed when idle.
//!
//! In: addresses, and the name of an environment with each request. Out: its present [`Environment`].
//! Invariant: no snapshot is handed out whose epoch was last compared more than [`STALE_MS`] ago.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

use arc_swap::ArcSwapOption;
use db::{Cluster, Database};
use tokio::sync::Mutex;

use crate::{
    catalogue::{Catalogue, CatalogueError, Own},
    data_service::Options,
    environment::{
        Address, Environment,
        catalogues::Catalogues,
        snapshot::{self, SnapshotError},
    },
    error::Error,
};

/// The epoch is asked for when the last answer is older than this: at most twice a second.
const FRESH_MS: i64 = 500;

/// While one request asks, the others go on with a snapshot not older than this.
const STALE_MS: i64 = 900;

/// An environment that nobody has used for so long is closed.
const IDLE_MS: i64 = 10 * 60 * 1000;

/// Long before any clock: what was checked then must be checked again.
const NEVER_MS: i64 = i64::MIN / 2;

/// The environments of a data service; cheap to clone.
#[derive(Clone)]
pub(crate) struct Environments(Arc<Inner>);

struct Inner {
    cluster: Cluster,
    catalogues: Catalogues,
    options: Options,
    places: RwLock<HashMap<String, Arc<Place>>>,
}

/// One served environment, open or not.
struct Place {
    address: Arc<Address>,
    current: ArcSwapOption<Environment>,
    /// When the epoch of `current` was last known to be the newest.
    checked_ms: AtomicI64,
    used_ms: AtomicI64,
    /// Held by the one request that opens or renews.
    renewing: Mutex<()>,
}

impl Environments {
    /// No environments yet. [`Error::Internal`] when the program's own catalogue cannot be loaded.
    pub(crate) fn new(cluster: Cluster, options: &Options) -> Result<Self, Error> {
        let catalogues = Catalogues::new().map_err(|source| Error::Internal {
            doing: "loading the catalogue",
            source: source.into(),
        })?;
        let (options, places) = (options.clone(), RwLock::default());
        Ok(Self(Arc::new(Inner {
            cluster,
            catalogues,
            options,
            places,
        })))
    }

    /// Where the databases are.
    pub(crate) fn cluster(&self) -> &Cluster {
        &self.0.cluster
    }

    /// The tables of every new environment.
    pub(crate) fn catalogue(&self) -> &Arc<Catalogue> {
        self.0.catalogues.standard()
    }

    /// The tables of an environment that has this of its own.
    pub(crate) fn catalogue_of(&self, own: &Own) -> Result<Arc<Catalogue>, CatalogueError> {
        self.0.catalogues.of(own)
    }

    /// What the service was made with.
    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    /// Registers an environment; a second address of the same name takes the place of the first.
    pub(crate) fn serve(&self, address: Address) {
        let place = Place {
            address: Arc::new(address),
            current: ArcSwapOption::empty(),
            checked_ms: AtomicI64::new(NEVER_MS),
            used_ms: AtomicI64::new(NEVER_MS),
            renewing: Mutex::new(()),
        };
        let mut places = self.0.places.write().unwrap_or_else(PoisonError::into_inner);
        places.insert(place.address.name.clone(), Arc::new(place));
    }

    /// Where an environment is; `None` when none of this name is served.
    pub(crate) fn address(&self, name: &str) -> Option<Arc<Address>> {
        self.place(name).map(|place| Arc::clone(&place.address))
    }

    /// The present state of an environment, not older than a second.
    pub(crate) async fn get(&self, name: &str) -> Result<Arc<Environment>, Error> {
        let place = self.place(name).ok_or_else(|| not_served(name))?;
        let now_ms = self.now_ms();
        place.used_ms.store(now_ms, Ordering::Relaxed);
        if let Some(current) = place.not_older_than(FRESH_MS, now_ms) {
            return Ok(current);
        }
        let renewing = match (place.renewing.try_lock(), place.not_older_than(STALE_MS, now_ms)) {
            (Ok(guard), _) => guard,
            (Err(_), Some(current)) => return Ok(current),
            (Err(_), None) => place.renewing.lock().await,
        };
        if let Some(current) = place.not_older_than(FRESH_MS, now_ms) {
            return Ok(current);
        }
        self.close_idle(now_ms);
        let environment = self.renew(&place, now_ms).await;
        drop(renewing);
        environment
    }

    /// Reads an environment's state anew, after a security change on this node.
    pub(crate) async fn reload(&self, name: &str) -> Result<(), Error> {
        let place = self.place(name).ok_or_else(|| not_served(name))?;
        // If reading fails, the next request must not go on with what was there before the change.
        place.checked_ms.store(NEVER_MS, Ordering::Release);
        let renewing = place.renewing.lock().await;
        let renewed = self.renew(&place, self.now_ms()).await;
        drop(renewing);
        renewed.map(|_| ())
    }

    /// Opens what is not open, and reads the security rows where the epoch has moved. The caller holds `renewing`.
    async fn renew(&self, place: &Place, now_ms: i64) -> Result<Arc<Environment>, Error> {
        let inner = &*self.0;
        let current = place.current.load_full();
        let database = match &current {
            Some(current) => current.database.clone(),
            None => self.open(&place.address.database).await?,
        };
        if let Some(current) = &current {
            let state = snapshot::read_state(&database, inner.catalogues.fingerprint()).await;
            if state.map_err(unreadable)?.epoch == current.epoch {
                place.checked_ms.store(now_ms, Ordering::Release);
                return Ok(Arc::clone(current));
            }
        }
        let loaded = snapshot::load(&database, &inner.catalogues, current.as_deref()).await;
        let loaded = loaded.map_err(unreadable)?;
        let environment = Arc::new(Environment {
            address: Arc::clone(&place.address),
            organization: loaded.security.settings().organization,
            catalogue: loaded.catalogue,
            own: loaded.own,
            additions: loaded.state.additions,
            database,
            security: Arc::new(loaded.security),
            epoch: loaded.state.epoch,
            clock: Arc::clone(&inner.options.clock),
            random: Arc::clone(&inner.options.random),
            directory: Arc::clone(&inner.options.directory),
        });
        place.current.store(Some(Arc::clone(&environment)));
        place.checked_ms.store(now_ms, Ordering::Release);
        Ok(environment)
    }

    async fn open(&self, name: &str) -> Result<Database, Error> {
        let opened = self.0.cluster.open(name).await;
        opened.map_err(|source| Error::database("opening the environment", source))
    }

    fn close_idle(&self, now_ms: i64) {
        let places = self.0.places.read().unwrap_or_else(PoisonError::into_inner);
        for place in places.values() {
            if now_ms.saturating_sub(place.used_ms.load(Ordering::Relaxed)) > IDLE_MS {
                place.current.store(None);
            }
        }
    }

    fn place(&self, name: &str) -> Option<Arc<Place>> {
        self.0
            .places
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned()
    }

    fn now_ms(&self) -> i64 {
        self.0.options.clock.now().millis()
    }
}

impl Place {
    /// The snapshot, where it was known to be the newest at most so long ago. A clock that went back proves nothing.
    fn not_older_than(&self, most_ms: i64, now_ms: i64) -> Option<Arc<Environment>> {
        let age_ms = now_ms.saturating_sub(self.checked_ms.load(Ordering::Acquire));
        (0..most_ms)
            .contains(&age_ms)
            .then(|| self.current.load_full())
            .flatten()
    }
}

fn unreadable(error: SnapshotError) -> Error {
    const DOING: &str = "reading the security rows";
    if let SnapshotError::Database(source) = error {
        Error::database(DOING, source)
    } else {
        Error::Internal {
            doing: DOING,
            source: error.into(),
        }
    }
}

fn not_served(name: &str) -> Error {
    Error::UnknownSegment {
        segment: name.to_owned(),
    }
}

#[cfg(test)]
mod tests;
