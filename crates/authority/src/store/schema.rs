//! The version of the directory's tables.
//!
//! In: nothing. Out: the version with which a directory was made. Invariant: any change of a table moves [`VERSION`] on, so
//! that no program reads tables of which it does not know the meaning.

use db::sql::CreateTable;
use db::{Database, Statement, Type, Value};

use super::{Error, column, table};

/// The version of the tables as this program makes them.
pub(crate) const VERSION: i64 = 3;

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![column("id", Type::Int), column("version", Type::Int)];
    vec![table("schema_version", columns, &["id"])]
}

/// Writes the version.
pub(crate) fn start() -> Statement {
    Statement::fixed(
        "INSERT INTO {schema_version} (id, version) VALUES (1, $1)",
        vec![Value::Int(VERSION)],
        &[],
    )
}

/// The version of these tables; `None` for a directory of the first program, which did not write one.
pub(crate) async fn read(database: &Database) -> Result<Option<i64>, Error> {
    let statement = Statement::fixed(
        "SELECT s.version FROM {schema_version} s WHERE s.id = 1",
        vec![],
        &[Type::Int],
    );
    match database.query(&statement).await {
        Ok(rows) => Ok(rows.first().map(|row| row.int(0)).transpose()?),
        // The table is not there.
        Err(db::Error::Statement(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
