//! The directory's epoch: a number that every change moves on.
//!
//! In: nothing. Out: statements. Invariant: the table has one row, made with the schema.

use db::sql::CreateTable;
use db::{Database, Statement, Type, Value};

use super::{Error, column, table};

pub(super) fn tables() -> Vec<CreateTable> {
    vec![table(
        "epoch",
        vec![column("id", Type::Int), column("number", Type::Int)],
        &["id"],
    )]
}

/// Makes the one row.
pub(crate) fn start() -> Statement {
    Statement::fixed("INSERT INTO {epoch} (id, number) VALUES (1, 0)", vec![], &[])
}

/// Moves the number on.
pub(crate) fn advance() -> Statement {
    Statement::fixed("UPDATE {epoch} SET number = number + 1 WHERE id = 1", vec![], &[])
}

/// Changes nothing, in a transaction in which the number must still be this one.
pub(crate) fn hold(number: i64) -> Statement {
    Statement::fixed(
        "UPDATE {epoch} SET number = number WHERE id = 1 AND number = $1",
        vec![Value::Int(number)],
        &[],
    )
}

/// The number now.
pub(crate) async fn read(database: &Database) -> Result<i64, Error> {
    let rows = database
        .query(&Statement::fixed(
            "SELECT e.number FROM {epoch} e WHERE e.id = 1",
            vec![],
            &[Type::Int],
        ))
        .await?;
    Ok(rows.first().ok_or(Error::Unknown { what: "epoch" })?.int(0)?)
}
