//! SQLite: one file per database.
//!
//! In: statements. Out: rows. Invariant: the driver is used here and in `sqlite/` only, and a file has one writer.

mod connection;
mod dialect;
mod directory;
mod failure;
mod file;
mod group;
mod run;

pub(crate) use self::dialect::Sqlite;
pub(crate) use self::directory::Directory;
pub(crate) use self::file::File;
