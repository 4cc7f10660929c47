//! The front door: environments are made and served here, and `server` knows nothing else of this crate.
//!
//! In: a database cluster and [`Options`]. Out: [`DataService`]. Invariant: all routers of one environment share one
//! [`Door`], so its limits hold however it is reached.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use oauth::{Clock, Random};
use uuid::Uuid;

use crate::{
    caller::Tokens,
    directory::Directory,
    environment::{Address, Environment, Environments},
    error::Error,
    install::{self, Founding},
    limits::{Admission, LimitOptions, Limiter},
};

/// What a data service needs besides its databases.
#[derive(Clone)]
pub struct Options {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance: keys of rows, ids of requests.
    pub random: Arc<dyn Random>,
    /// Who answers for the tenants.
    pub directory: Arc<dyn Directory>,
    /// Service protection limits.
    pub limits: LimitOptions,
    /// The longest request body that is taken.
    pub body_limit_bytes: usize,
}

/// The base URL by which a request reached an environment, without a slash at its end: `https://localhost:8444`, or
/// `https://localhost:8443/env/contoso`. `server` puts it into the request's extensions; links are answered in the
/// form in which they were asked. Without it the environment's canonical address is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(pub String);

/// The data service; cheap to clone.
#[derive(Clone)]
pub struct DataService {
    environments: Environments,
    options: Options,
    doors: Arc<Mutex<HashMap<String, Arc<Door>>>>,
}

/// What one environment keeps from request to request, beyond its snapshots.
pub(crate) struct Door {
    name: String,
    environments: Environments,
    tokens: Tokens,
    limiter: Option<Arc<Limiter>>,
    random: Arc<dyn Random>,
    body_limit_bytes: usize,
    security_turn: tokio::sync::Mutex<()>,
}

impl DataService {
    /// A service without environments. [`Error::Internal`] when its own catalogue cannot be loaded.
    pub fn new(cluster: db::Cluster, options: Options) -> Result<Self, Error> {
        Ok(Self {
            environments: Environments::new(cluster, &options)?,
            options,
            doors: Arc::default(),
        })
    }

    /// Makes an environment's database with its catalogue, organization, root business unit with its default team,
    /// privileges, built-in roles and first administrators. The address's name is the database's.
    pub async fn create_environment(&self, address: &Address, founding: Founding) -> Result<(), Error> {
        install::environment(&self.environments, address, founding).await
    }

    /// Registers an existing environment so that it is served. It is opened on first use and closed when idle.
    pub fn serve(&self, address: Address) {
        self.environments.serve(address);
    }

    /// What the environment of this name keeps; made when it is first asked for.
    pub(crate) fn door(&self, environment_name: &str) -> Arc<Door> {
        let mut doors = self.doors.lock().unwrap_or_else(PoisonError::into_inner);
        let door = doors.entry(environment_name.to_owned()).or_insert_with(|| {
            Arc::new(Door {
                name: environment_name.to_owned(),
                environments: self.environments.clone(),
                tokens: Tokens::new(),
                limiter: Limiter::new(self.options.limits, Arc::clone(&self.options.clock)),
                random: Arc::clone(&self.options.random),
                body_limit_bytes: self.options.body_limit_bytes,
                security_turn: tokio::sync::Mutex::new(()),
            })
        });
        Arc::clone(door)
    }
}

impl Door {
    /// The environment's present state.
    pub(crate) async fn environment(&self) -> Result<Arc<Environment>, Error> {
        self.environments.get(&self.name).await
    }

    /// Reads the environment's state anew, after a change of who may do what.
    pub(crate) async fn reload(&self) -> Result<(), Error> {
        self.environments.reload(&self.name).await
    }

    /// Waits until no other change of security rows goes on at this node.
    pub(crate) async fn security_turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.security_turn.lock().await
    }

    /// Where the environment is; `None` when none of this name is served.
    pub(crate) fn address(&self) -> Option<Arc<Address>> {
        self.environments.address(&self.name)
    }

    /// Tokens seen lately.
    pub(crate) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Lets a request of this user in; `None` when there are no limits.
    pub(crate) fn admit(&self, user: Uuid) -> Result<Option<Admission>, Error> {
        self.limiter.as_ref().map(|limiter| limiter.admit(user)).transpose()
    }

    /// Chance.
    pub(crate) fn random(&self) -> &dyn Random {
        self.random.as_ref()
    }

    /// The longest request body that is taken.
    pub(crate) fn body_limit_bytes(&self) -> usize {
        self.body_limit_bytes
    }
}
