//! The bare server's rows in a SQLite file. In: ids and names. Out: rows.
//!
//! Invariant: the same settings as the program's own connections; a write is on disk when it has answered.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use rusqlite::{Connection, Row as Found};

use super::row::Row;

const CREATE: &str = "CREATE TABLE account (accountid TEXT PRIMARY KEY, name TEXT, accountnumber TEXT, telephone1 TEXT, \
                      address1_city TEXT) WITHOUT ROWID";
const INSERT: &str = "INSERT INTO account VALUES (?1, ?2, ?3, ?4, ?5)";
const READ: &str = "SELECT * FROM account WHERE accountid = ?1";
const PAGE: &str = "SELECT * FROM account ORDER BY accountid LIMIT ?1";

/// A file, one connection that writes and as many as are needed that read.
pub(super) struct SqliteRows {
    path: PathBuf,
    writer: Mutex<Connection>,
    idle: Mutex<Vec<Connection>>,
}

impl SqliteRows {
    /// Makes the file and fills it.
    pub(super) fn create(path: &Path, rows: &[Row]) -> Result<Self> {
        let mut writer = connect(path)?;
        writer.execute(CREATE, ())?;
        let filling = writer.transaction()?;
        for row in rows {
            insert(&filling, row)?;
        }
        filling.commit()?;
        Ok(Self {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            idle: Mutex::default(),
        })
    }

    /// The row of an id.
    pub(super) fn read(&self, id: &str) -> Result<Row> {
        self.with_reader(|connection| connection.prepare_cached(READ)?.query_row([id], row))
    }

    /// The first rows.
    pub(super) fn page(&self, size: u32) -> Result<Vec<Row>> {
        self.with_reader(|connection| connection.prepare_cached(PAGE)?.query_map([size], row)?.collect())
    }

    /// Writes a row to disk.
    pub(super) fn insert(&self, row: &Row) -> Result<()> {
        insert(&self.writer.lock().unwrap_or_else(PoisonError::into_inner), row)
    }

    fn with_reader<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        let taken = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = taken.map_or_else(|| connect(&self.path), Ok)?;
        let found = read(&connection).context("cannot read");
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
        found
    }
}

fn connect(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -4096)?;
    Ok(connection)
}

fn insert(connection: &Connection, row: &Row) -> Result<()> {
    let [name, number, telephone, city] = &row.values;
    connection
        .prepare_cached(INSERT)?
        .execute((&row.id, name, number, telephone, city))?;
    Ok(())
}

fn row(found: &Found<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        id: found.get(0)?,
        values: [found.get(1)?, found.get(2)?, found.get(3)?, found.get(4)?],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let rows = ["a", "b"].map(|id| Row {
            id: id.to_owned(),
            values: [Some(format!("name of {id}")), None, None, None],
        });
        let file = SqliteRows::create(&folder.path().join("rows.db"), &rows[..1]).unwrap();
        file.insert(&rows[1]).unwrap();
        assert_eq!(file.read("b").unwrap(), rows[1]);
        assert_eq!(file.page(50).unwrap(), rows);
        assert!(file.read("c").is_err());
    }
}
