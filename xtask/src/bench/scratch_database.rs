//! A PostgreSQL database for one run. In: the URL of a server. Out: the URL of a new database on it.
//!
//! Invariant: nothing of the given database is touched; the new one is dropped at the end.

use std::process;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::time::timeout;
use tokio_postgres::NoTls;

/// How long the server may take for one statement, the connection included.
const LIMIT: Duration = Duration::from_mins(1);

/// A database that exists as long as the run.
pub(super) struct ScratchDatabase {
    server: String,
    name: String,
}

impl ScratchDatabase {
    /// Makes one on the server of this URL.
    pub(super) async fn create(server: &str) -> Result<Self> {
        let made = Self {
            server: server.to_owned(),
            name: format!("commonhold_bench_{}", process::id()),
        };
        made.run(&format!("CREATE DATABASE {}", made.name)).await?;
        Ok(made)
    }

    /// The URL of the new database.
    pub(super) fn url(&self) -> String {
        with_database(&self.server, &self.name)
    }

    /// Drops it, with whoever is still connected.
    pub(super) async fn remove(self) -> Result<()> {
        self.run(&format!("DROP DATABASE {} WITH (FORCE)", self.name)).await
    }

    async fn run(&self, statement: &str) -> Result<()> {
        let ran = timeout(LIMIT, self.connect_and_run(statement)).await;
        ran.with_context(|| format!("PostgreSQL has not run `{statement}` in {} s", LIMIT.as_secs()))?
    }

    async fn connect_and_run(&self, statement: &str) -> Result<()> {
        let connected = tokio_postgres::connect(&self.server, NoTls).await;
        let (client, connection) = connected.context("cannot connect to PostgreSQL")?;
        tokio::spawn(connection);
        client
            .batch_execute(statement)
            .await
            .with_context(|| format!("`{statement}`"))
    }
}

/// The same URL with another database: what follows the host up to the options.
fn with_database(url: &str, name: &str) -> String {
    let (place, options) = url
        .split_once('?')
        .map_or((url, String::new()), |(a, b)| (a, format!("?{b}")));
    let (scheme, rest) = place.split_once("://").unwrap_or(("postgres", place));
    let host = rest.split('/').next().unwrap_or(rest);
    format!("{scheme}://{host}/{name}{options}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_is_another() {
        let url = "postgres://me@localhost:5432/commonhold?connect_timeout=5";
        assert_eq!(
            with_database(url, "x"),
            "postgres://me@localhost:5432/x?connect_timeout=5"
        );
        assert_eq!(with_database("postgres://localhost", "x"), "postgres://localhost/x");
    }
}
