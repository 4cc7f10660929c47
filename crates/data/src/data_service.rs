//! The front door: environments are made and served here, and `server` knows nothing else of this crate.
//!
//! In: a database cluster and [`Options`]. Out: [`DataService`]. Invariant: all routers of one environment share one
//! [`Door`], so its limits hold however it is reached.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use oauth::{Clock, Random};
use uuid::Uuid;

use crate::{
    alter::{self, Applied, CatalogueChange, CatalogueRefusal, Maker},
    caller::Tokens,
    catalogue::Additions,
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
    is_sweeping: Arc<AtomicBool>,
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

    /// Changes what the environment of this name has of its own: tables, columns, choices. All of it is done, seen by
    /// requests on this node at once and on others within a second, or nothing.
    ///
    /// [`CatalogueRefusal`] tells what is wrong with the change, or which privilege the maker lacks.
    pub async fn change_catalogue(
        &self,
        environment_name: &str,
        maker: Maker<'_>,
        change: &CatalogueChange,
    ) -> Result<Applied, CatalogueRefusal> {
        alter::change(&self.environments, &self.door(environment_name), maker, change).await
    }

    /// What [`Self::change_catalogue`] would do, with the rows that would go. Nothing is changed.
    pub async fn preview_catalogue_change(
        &self,
        environment_name: &str,
        maker: Maker<'_>,
        change: &CatalogueChange,
    ) -> Result<Applied, CatalogueRefusal> {
        alter::preview(&self.environments, &self.door(environment_name), maker, change).await
    }

    /// What the environment of this name has of its own, as a change would add it.
    pub async fn definitions(&self, environment_name: &str) -> Result<Additions, Error> {
        let environment = self.environments.get(environment_name).await?;
        Ok(environment.own.additions.clone())
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
                is_sweeping: Arc::default(),
            })
        });
        Arc::clone(door)
    }
}

impl Door {
    /// The environment's present state.
    pub(crate) async fn environment(&self) -> Result<Arc<Environment>, Error> {
        let environment = self.environments.get(&self.name).await?;
        if alter::is_due(&environment) {
            self.sweep(Arc::clone(&environment));
        }
        Ok(environment)
    }

    /// Lets what has left the catalogue go from the database, beside the request that came upon it.
    fn sweep(&self, environment: Arc<Environment>) {
        if self.is_sweeping.swap(true, Ordering::AcqRel) {
            return;
        }
        let (environments, is_sweeping) = (self.environments.clone(), Arc::clone(&self.is_sweeping));
        tokio::spawn(async move {
            if let Err(error) = alter::sweep(&environments, &environment).await {
                tracing::warn!(error.chain = %error, "what was dropped could not be removed yet");
            }
            is_sweeping.store(false, Ordering::Release);
        });
    }

    /// The environment's present state, with the tables by which a request was planned: it ends by those with which it
    /// began.
    pub(crate) async fn environment_with_tables_of(&self, planned: &Environment) -> Result<Arc<Environment>, Error> {
        let present = self.environment().await?;
        if Arc::ptr_eq(&present.catalogue, &planned.catalogue) {
            return Ok(present);
        }
        Ok(Arc::new(present.with_tables_of(planned)))
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
