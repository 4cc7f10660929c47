//! SQLite's errors, sorted.
//!
//! In: an error and the connection on which it happened. Out: our error.
//! Invariant: a violated constraint has the name that PostgreSQL would give.

use rusqlite::{Connection, ErrorCode, ffi};

use crate::Error;

/// How SQLite begins the message of a violated unique constraint, before `table.column, table.column`.
const UNIQUE: &str = "UNIQUE constraint failed: ";

/// Sorts an error.
pub(super) fn of(error: rusqlite::Error, connection: &Connection) -> Error {
    if let rusqlite::Error::SqliteFailure(code, Some(message)) = &error
        && matches!(
            code.extended_code,
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        )
        && let Some(columns) = message.strip_prefix(UNIQUE)
    {
        return match constraint(connection, columns) {
            Ok(constraint) => Error::Duplicate { constraint, step: 0 },
            Err(failed) => sort(failed),
        };
    }
    sort(error)
}

/// Sorts an error that is not about a row.
pub(super) fn sort(error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::OutOfMemory
            | ErrorCode::ReadOnly
            | ErrorCode::OperationInterrupted
            | ErrorCode::SystemIoFailure
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::DiskFull
            | ErrorCode::CannotOpen
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::NotADatabase
            | ErrorCode::PermissionDenied,
        ) => Error::unavailable(error),
        _ => Error::statement(error),
    }
}

/// The name of the unique index over these columns: SQLite's message tells the columns only.
fn constraint(connection: &Connection, columns: &str) -> rusqlite::Result<String> {
    let mut indexes = connection.prepare_cached(
        "SELECT iif(i.origin = 'pk', t.name || '_pkey', i.name), \
           (SELECT group_concat(t.name || '.' || c.name, ', ' ORDER BY c.seqno) FROM pragma_index_info(i.name) AS c) \
         FROM sqlite_schema AS t, pragma_index_list(t.name) AS i \
         WHERE t.type = 'table' AND i.\"unique\" AND substr(?1, 1, length(t.name) + 1) = t.name || '.'",
    )?;
    let mut rows = indexes.query([columns])?;
    while let Some(row) = rows.next()? {
        if row.get_ref(1)?.as_str_or_null().ok().flatten() == Some(columns) {
            return row.get(0);
        }
    }
    Ok(columns.to_owned())
}
