//! One connection to a file, set up.
//!
//! In: a path. Out: a connection. Invariant: what a commit has answered survives a crash and a loss of power.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 512;

/// How long another program, such as a backup, may hold the file before a transaction fails.
const BUSY: Duration = Duration::from_secs(5);

/// The log is cut back to this size once it has been written into the file, in bytes.
const LOG_LIMIT: i64 = 64 << 20;

/// The pages a connection keeps, in KiB; negative is how SQLite tells KiB from pages.
const CACHE: i64 = -4096;

/// A connection that may write.
pub(super) fn writer(path: &Path) -> rusqlite::Result<Connection> {
    let connection = connect(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Where the system has a stronger sync than the common one (macOS), the common one does not survive a loss of power.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "journal_size_limit", LOG_LIMIT)?;
    Ok(connection)
}

/// A connection that refuses to write.
pub(super) fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = connect(path)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // A name in double quotes is a name, even where no column has it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.pragma_update(None, "case_sensitive_like", true)?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    rusqlite::vtab::array::load_module(&connection)?;
    Ok(connection)
}
