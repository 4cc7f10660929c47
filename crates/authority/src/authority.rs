//! The authority as one handle: what the program opens.
//!
//! In: the directory database and [`Options`]. Out: what every conductor works with. Invariant: nothing here writes but the
//! first tables and keys; changes are made by [`crate::manage`].

use std::fmt;
use std::sync::Arc;

use db::{Commit, Database, Expect, Step};
use oauth::{Algorithm, AppId, Clock, ObjectId, Random, Secret, SecretHash, TenantId};

use crate::directory::{Directory, DirectoryError};
use crate::interaction::sealed;
use crate::issue::TokenLifetime;
use crate::issuer_keys::IssuerKeys;
use crate::key_encryption::{KeyEncryptionKey, SealError};
use crate::origin::Origin;
use crate::password;
use crate::sign_in_log::SignInLog;
use crate::signing_keys::{self, KeysError, schedule};
use crate::store;

/// What an authority is given by the program.
pub struct Options {
    /// The authority's own origin, from which issuers and endpoints are made. Changing it changes every issuer.
    pub origin: Origin,
    /// How long access tokens live.
    pub token_lifetime: TokenLifetime,
    /// The key that seals the private keys in the database.
    pub key_encryption_key: KeyEncryptionKey,
    /// The key by which the operator is recognised at `/api/`; `None` for no such API. Of 32 random bytes: whoever has it
    /// may do everything.
    pub operator_key: Option<Secret<String>>,
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
    /// The tables are of another version of this program.
    #[error(
        "the directory's tables are of version {found}, and this program's of version {}; open it with the program that \
         made it, or make a new one",
        store::schema::VERSION
    )]
    Version {
        /// The version found; 1 for the first program.
        found: i64,
    },
    /// The key for the state of sign-ins could not be made.
    #[error("could not derive the key for pages")]
    PageKey(#[source] SealError),
    /// The directory could not be read: no directory database, another key encryption key, or a failure.
    #[error("could not open the directory")]
    Directory(#[source] DirectoryError),
}

/// The identity authority; cheap to clone.
#[derive(Clone)]
pub struct Authority(Arc<Inner>);

struct Inner {
    directory: Directory,
    sign_in_log: SignInLog,
    origin: Arc<Origin>,
    issuer_keys: IssuerKeys,
    token_lifetime: TokenLifetime,
    operator_key: Option<SecretHash>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    passwords: password::Capacity,
    /// What the `sub` claims of people are made with.
    subject_salt: Secret<Vec<u8>>,
    /// What the state of a sign-in is sealed with on its way through a browser.
    page_key: KeyEncryptionKey,
}

/// The purpose for which [`Inner::subject_salt`] is derived. INVARIANT: never changed, or every person becomes another
/// one to every application.
const SUBJECT_PURPOSE: &str = "pairwise subjects";

impl Authority {
    /// Makes a directory in an empty database: its tables and its first two signing keys. Then opens it.
    pub async fn create(database: Database, options: Options) -> Result<Self, OpenError> {
        let now = options.clock.now();
        let random = Arc::clone(&options.random);
        // Two RSA keys take long enough to be felt by whoever else is on this thread.
        let (options, keys) = tokio::task::spawn_blocking(move || {
            let first = schedule::first(Algorithm::Rs256, now);
            let keys = signing_keys::make(&first.new, now, &*random, &options.key_encryption_key);
            (options, keys)
        })
        .await
        .map_err(OpenError::CutOff)?;
        let keys = keys.map_err(OpenError::Keys)?;
        let inserts = keys.iter().map(|row| store::signing_key::insert(row, now));
        let statements = store::tables()
            .into_iter()
            .chain([store::schema::start(), store::epoch::start()])
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
            operator_key,
            clock,
            random,
        } = options;
        let found = store::schema::read(&database)
            .await
            .map_err(|error| OpenError::Directory(error.into()))?;
        if found != Some(store::schema::VERSION) {
            return Err(OpenError::Version {
                found: found.unwrap_or(1),
            });
        }
        let origin = Arc::new(origin);
        let subject_salt = key_encryption_key.derive(SUBJECT_PURPOSE);
        let page_key = key_encryption_key.derive(sealed::KEY_PURPOSE);
        let page_key = KeyEncryptionKey::from_bytes(page_key.expose()).map_err(OpenError::PageKey)?;
        let operator_key = operator_key.map(|key| SecretHash::new(&key, &*random));
        let sign_in_log = SignInLog::start(database.clone());
        let directory = Directory::open(database, Arc::clone(&origin), Arc::clone(&clock), key_encryption_key)
            .await
            .map_err(OpenError::Directory)?;
        Ok(Self(Arc::new(Inner {
            directory,
            issuer_keys: IssuerKeys::new(&origin),
            sign_in_log,
            origin,
            token_lifetime,
            operator_key,
            clock,
            random,
            passwords: password::Capacity::of_machine(),
            subject_salt,
            page_key,
        })))
    }

    /// The authority's own origin.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    pub(crate) fn directory(&self) -> &Directory {
        &self.0.directory
    }

    pub(crate) fn origin_shared(&self) -> &Arc<Origin> {
        &self.0.origin
    }

    pub(crate) fn issuer_keys(&self) -> &IssuerKeys {
        &self.0.issuer_keys
    }

    /// What the operator's key is compared with; `None` where there is none.
    pub(crate) fn operator_key(&self) -> Option<&SecretHash> {
        self.0.operator_key.as_ref()
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.0.random
    }

    pub(crate) fn passwords(&self) -> &password::Capacity {
        &self.0.passwords
    }

    /// The `sub` claim of a person, as one application sees them.
    pub(crate) fn subject(&self, tenant: TenantId, person: ObjectId, client: AppId) -> String {
        oauth::pairwise_subject(person, tenant, client, self.subject_salt())
    }

    /// The key that seals the state of a sign-in.
    pub(crate) fn page_key(&self) -> &KeyEncryptionKey {
        &self.0.page_key
    }

    pub(crate) fn subject_salt(&self) -> &[u8] {
        self.0.subject_salt.expose()
    }

    pub(crate) fn random_shared(&self) -> &Arc<dyn Random> {
        &self.0.random
    }

    pub(crate) fn sign_in_log(&self) -> &SignInLog {
        &self.0.sign_in_log
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
