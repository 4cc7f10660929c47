//! The server: a pool of connections, and the schemas that it holds.
//!
//! In: a URL, checked names. Out: schemas. Invariant: the URL is read once and not kept as text.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;

use super::Schema;
use super::failure::{self, Failed};
use crate::Error;
use crate::render::name as quoted;

/// Connections of one process; PostgreSQL allows 100 in all unless it is told otherwise.
const CONNECTIONS: usize = 16;

/// How long a statement waits for a free connection, and a new connection for the server.
const PATIENCE: Duration = Duration::from_secs(5);

/// A prepared statement takes memory on the server too: a connection that has more forgets them all.
const STATEMENTS: usize = 512;

/// A server; cheap to clone.
#[derive(Clone)]
pub(crate) struct Server {
    pool: Pool,
}

impl Server {
    pub(crate) fn new(url: &str) -> Result<Self, Error> {
        // The cause may quote a part of the URL, and so of its password.
        let mut config = url.parse::<tokio_postgres::Config>().ok().ok_or(Error::Url)?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        let options = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let pool = Pool::builder(Manager::from_config(config, NoTls, options))
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(PATIENCE))
            .build()
            .map_err(Error::unavailable)?;
        Ok(Self { pool })
    }

    /// A connection of its own until it is dropped.
    pub(super) async fn connection(&self) -> Result<Object, Error> {
        let client = self.pool.get().await.map_err(Error::unavailable)?;
        if client.statement_cache.size() > STATEMENTS {
            client.statement_cache.clear();
        }
        Ok(client)
    }

    /// Lets every connection prepare its statements anew.
    pub(super) fn forget_statements(&self) {
        self.pool.manager().statement_caches.clear();
    }

    pub(crate) async fn create(&self, name: &str) -> Result<Arc<Schema>, Error> {
        self.definition("CREATE SCHEMA ", name, "")
            .await
            .map_err(|failed| match failed.code {
                Some(SqlState::DUPLICATE_SCHEMA) => Error::AlreadyExists { name: name.to_owned() },
                _ => failed.error,
            })?;
        Ok(Arc::new(Schema::new(name, self.clone())))
    }

    pub(crate) async fn open(&self, name: &str) -> Result<Arc<Schema>, Error> {
        if self.exists(name).await? {
            Ok(Arc::new(Schema::new(name, self.clone())))
        } else {
            Err(Error::NotFound { name: name.to_owned() })
        }
    }

    pub(crate) async fn exists(&self, name: &str) -> Result<bool, Error> {
        let client = self.connection().await?;
        let query = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1";
        let statement = client.prepare_cached(query).await.map_err(failure::sort)?;
        let row = client.query_opt(&statement, &[&name]).await.map_err(failure::sort)?;
        Ok(row.is_some())
    }

    pub(crate) async fn drop(&self, name: &str) -> Result<(), Error> {
        self.definition("DROP SCHEMA ", name, " CASCADE")
            .await
            .map_err(|failed| match failed.code {
                Some(SqlState::INVALID_SCHEMA_NAME) => Error::NotFound { name: name.to_owned() },
                _ => failed.error,
            })
    }

    async fn definition(&self, before: &str, name: &str, after: &str) -> Result<(), Failed> {
        let mut text = before.to_owned();
        quoted(&mut text, name);
        text.push_str(after);
        Ok(self.connection().await?.batch_execute(&text).await?)
    }
}
