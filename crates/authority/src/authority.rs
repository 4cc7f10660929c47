//! The authority as one handle: what the program opens, and what others ask of it.
//!
//! In: the directory database and [`Options`]. Out: the router of its endpoints, and answers to the data service's
//! questions. Invariant: nothing here writes; changes are made by [`crate::manage`].

use std::fmt;
use std::sync::Arc;

use db::{Commit, Database, Expect, Step};
use oauth::{AppId, Clock, KeySet, ObjectId, Random, TenantId};

use crate::application::ServicePrincipal;
use crate::directory::{Directory, DirectoryError};
use crate::environment::Environment;
use crate::issue::TokenLifetime;
use crate::key_encryption::KeyEncryptionKey;
use crate::origin::Origin;
use crate::person::Person;
use crate::signing_keys::{self, KeysError};
use crate::store;

/// What an authority is given by the program.
pub struct Options {
    /// The authority's own origin, from which issuers and endpoints are made. Changing it changes every issuer.
    pub origin: Origin,
    /// How long access tokens live.
    pub token_lifetime: TokenLifetime,
    /// The key that seals the private keys in the database.
    pub key_encryption_key: KeyEncryptionKey,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where ids and secrets come from.
    pub random: Arc<dyn Random>,
}

/// Why an authority could not be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The tables could not be made.
    #[error("could not make the directory's tables")]
    Schema(#[source] db::Error),
    /// The signing keys could not be made.
    #[error("could not make the signing keys")]
    Keys(#[source] KeysError),
    /// The thread that made the signing keys did not finish.
    #[error("the making of the signing keys was cut off")]
    CutOff(#[source] tokio::task::JoinError),
    /// The directory could not be read: no directory database, another key encryption key, or a failure.
    #[error("could not open the directory")]
    Directory(#[source] DirectoryError),
}

/// The identity authority; cheap to clone.
#[derive(Clone)]
pub struct Authority(Arc<Inner>);

struct Inner {
    directory: Directory,
    origin: Arc<Origin>,
    token_lifetime: TokenLifetime,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Authority {
    /// Makes a directory in an empty database: its tables and its first two signing keys. Then opens it.
    pub async fn create(database: Database, options: Options) -> Result<Self, OpenError> {
        let now = options.clock.now();
        let random = Arc::clone(&options.random);
        // Two RSA keys take long enough to be felt by whoever else is on this thread.
        let (options, keys) = tokio::task::spawn_blocking(move || {
            let keys = signing_keys::make_first(now, &*random, &options.key_encryption_key);
            (options, keys)
        })
        .await
        .map_err(OpenError::CutOff)?;
        let inserts = keys
            .map_err(OpenError::Keys)?
            .map(|row| store::signing_key::insert(&row, now));
        let statements = store::tables()
            .into_iter()
            .chain([store::epoch::start()])
            .chain(inserts);
        let steps = statements
            .map(|statement| Step {
                statement,
                expect: Expect::Anything,
            })
            .collect();
        match database.commit(steps).await.map_err(OpenError::Schema)? {
            // No step expects anything, so none is refused.
            Commit::Done(_) | Commit::Refused { .. } => Self::open(database, options).await,
        }
    }

    /// Opens the directory in a database where [`Self::create`] made one.
    pub async fn open(database: Database, options: Options) -> Result<Self, OpenError> {
        let Options {
            origin,
            token_lifetime,
            key_encryption_key,
            clock,
            random,
        } = options;
        let origin = Arc::new(origin);
        let directory = Directory::open(database, Arc::clone(&origin), Arc::clone(&clock), key_encryption_key)
            .await
            .map_err(OpenError::Directory)?;
        Ok(Self(Arc::new(Inner {
            directory,
            origin,
            token_lifetime,
            clock,
            random,
        })))
    }

    /// The authority's own origin.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// The public keys by which tokens of this authority are verified now, in either form.
    #[must_use]
    pub fn keys(&self) -> Arc<KeySet> {
        self.0.directory.last_snapshot().keys.key_set_at(self.0.clock.now())
    }

    /// The issuers of a tenant's tokens: of the v1.0 form, then of the v2.0 form.
    #[must_use]
    pub fn issuers(&self, tenant: TenantId) -> [String; 2] {
        [self.0.origin.issuer_v1(tenant), self.0.origin.issuer_v2(tenant)]
    }

    /// The service principal of an application in a tenant; `None` where the tenant has none.
    pub async fn service_principal(
        &self,
        tenant: TenantId,
        app_id: AppId,
    ) -> Result<Option<Arc<ServicePrincipal>>, DirectoryError> {
        Ok(self
            .directory()
            .snapshot()
            .await?
            .service_principal(tenant, app_id)
            .await?)
    }

    /// A person of a tenant; `None` where the tenant has no such person.
    pub async fn person(&self, tenant: TenantId, object_id: ObjectId) -> Result<Option<Arc<Person>>, DirectoryError> {
        Ok(self.directory().snapshot().await?.person(tenant, object_id).await?)
    }

    /// A person of a tenant, by user principal name in any case of its letters; `None` where the tenant has none.
    pub async fn person_by_upn(&self, tenant: TenantId, upn: &str) -> Result<Option<Arc<Person>>, DirectoryError> {
        Ok(self.directory().snapshot().await?.person_by_upn(tenant, upn).await?)
    }

    /// All environments, by name.
    pub async fn environments(&self) -> Result<Arc<Vec<Environment>>, DirectoryError> {
        Ok(self.directory().snapshot().await?.environments().await?)
    }

    pub(crate) fn directory(&self) -> &Directory {
        &self.0.directory
    }

    pub(crate) fn origin_shared(&self) -> &Arc<Origin> {
        &self.0.origin
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.0.random
    }

    pub(crate) fn token_lifetime(&self) -> &TokenLifetime {
        &self.0.token_lifetime
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Authority")
            .field("origin", &self.0.origin)
            .finish_non_exhaustive()
    }
}
