//! Where databases live: a directory of SQLite files, or the schemas of one PostgreSQL database.
//!
//! In: names. Out: [`Database`] handles. Invariant: a name is looked at before it becomes a path or a schema, and a file
//! has one writer, however often it is opened.

use std::path::PathBuf;
use std::{fmt, thread};

use crate::postgres::Server;
use crate::sqlite::Directory;
use crate::{Database, Error};

/// Where databases live; cheap to clone.
///
/// A database's name is `[a-z][a-z0-9_]{0,47}`, but not `public`, `information_schema` or `pg_...`, which PostgreSQL
/// keeps for itself.
#[derive(Clone)]
pub struct Cluster(Kind);

#[derive(Clone)]
enum Kind {
    Sqlite(Directory),
    Postgres(Server),
}

/// How SQLite files are opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqliteOptions {
    /// Threads that read, for each file; at least one is started.
    pub readers: usize,
}

impl Default for SqliteOptions {
    /// A reader for each core, at most 4.
    fn default() -> Self {
        Self {
            readers: thread::available_parallelism().map_or(1, |cores| cores.get().min(4)),
        }
    }
}

impl Cluster {
    /// A directory with one file `<name>.sqlite` per database. It is made when the first database is.
    #[must_use]
    pub fn sqlite(directory: PathBuf, options: SqliteOptions) -> Self {
        Self(Kind::Sqlite(Directory::new(directory, options)))
    }

    /// A PostgreSQL database with one schema per database of ours, all on one pool of connections.
    ///
    /// The URL is libpq's: `postgres://user:password@host:port/database`. Connections are made when they are needed and
    /// are not encrypted yet, so that `sslmode=require` fails instead of being ignored. [`Error::Url`] when it cannot be
    /// read.
    pub fn postgres(url: &str) -> Result<Self, Error> {
        Ok(Self(Kind::Postgres(Server::new(url)?)))
    }

    /// Makes a database, empty. [`Error::AlreadyExists`] when there is one.
    pub async fn create(&self, name: &str) -> Result<Database, Error> {
        check_name(name)?;
        match &self.0 {
            Kind::Sqlite(directory) => directory.create(name).await.map(Database::from),
            Kind::Postgres(server) => server.create(name).await.map(Database::from),
        }
    }

    /// Opens a database. [`Error::NotFound`] when there is none.
    pub async fn open(&self, name: &str) -> Result<Database, Error> {
        check_name(name)?;
        match &self.0 {
            Kind::Sqlite(directory) => directory.open(name).await.map(Database::from),
            Kind::Postgres(server) => server.open(name).await.map(Database::from),
        }
    }

    /// Whether there is such a database.
    pub async fn exists(&self, name: &str) -> Result<bool, Error> {
        check_name(name)?;
        match &self.0 {
            Kind::Sqlite(directory) => directory.exists(name),
            Kind::Postgres(server) => server.exists(name).await,
        }
    }

    /// Removes a database with all that is in it; handles on it fail from now on. [`Error::NotFound`] when there is none.
    pub async fn drop(&self, name: &str) -> Result<(), Error> {
        check_name(name)?;
        match &self.0 {
            Kind::Sqlite(directory) => directory.drop(name).await,
            Kind::Postgres(server) => server.drop(name).await,
        }
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0 {
            Kind::Sqlite(_) => "Cluster(Sqlite)",
            Kind::Postgres(_) => "Cluster(Postgres)",
        })
    }
}

fn check_name(name: &str) -> Result<(), Error> {
    let reserved = name == "public" || name == "information_schema" || name.starts_with("pg_");
    let letters = name
        .bytes()
        .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    if name.starts_with(|first: char| first.is_ascii_lowercase()) && letters && name.len() <= 48 && !reserved {
        Ok(())
    } else {
        Err(Error::Name { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::check_name;

    #[test]
    fn names_are_checked() {
        let check = |name: &str, good: bool| assert_eq!(check_name(name).is_ok(), good, "{name}");
        check("a", true);
        check("contoso_1", true);
        check(&"a".repeat(48), true);
        check(&"a".repeat(49), false);
        check("", false);
        check("1a", false);
        check("_a", false);
        check("A", false);
        check("a-b", false);
        check("a/../b", false);
        check("ä", false);
        check("public", false);
        check("information_schema", false);
        check("pg_toast", false);
    }
}
