//! How much an environment can have of its own.
//!
//! In: what it is to have. Out: nothing, or the bound that it would pass.
//! Invariant: a row with a value in every column fits both databases.

use db::Type;

use crate::alter::CatalogueRefusal;
use crate::catalogue::{Catalogue, Own, Table};
use crate::schema;

/// The most own tables of an environment.
const MAX_TABLES: usize = 500;

/// The most shared choices of an environment.
const MAX_CHOICES: usize = 500;

/// The most bytes of all definitions of an environment.
const MAX_DEFINITIONS: usize = 4_000_000;

/// The most SQL columns of a table: each text takes two, for its folded form. PostgreSQL has 1,600 at most, and counts
/// those that were dropped.
const MAX_COLUMNS: usize = 1_000;

/// The most bytes of a row with its texts kept elsewhere: PostgreSQL keeps a row within a page of 8,192.
const MAX_ROW_BYTES: usize = 7_500;

/// Bytes that a text or its folded form takes in the row itself, where PostgreSQL keeps a long one elsewhere.
const TEXT_BYTES: usize = 24;

/// Checks the number of tables and choices, and how much there is to say of them.
pub(super) fn check(own: &Own) -> Result<(), CatalogueRefusal> {
    within("own tables of an environment", own.additions.tables.len(), MAX_TABLES)?;
    within(
        "shared choices of an environment",
        own.additions.choices.len(),
        MAX_CHOICES,
    )?;
    within(
        "bytes of the definitions of an environment",
        own.document()?.len(),
        MAX_DEFINITIONS,
    )
}

/// Checks the columns of each table.
pub(super) fn check_tables(catalogue: &Catalogue) -> Result<(), CatalogueRefusal> {
    catalogue.tables().iter().try_for_each(check_table)
}

fn check_table(table: &Table) -> Result<(), CatalogueRefusal> {
    let columns: Vec<_> = table
        .columns
        .iter()
        .flat_map(|column| schema::definitions(table, column))
        .collect();
    let name = &table.logical_name;
    let what = format!("columns of `{name}` in the database, of which each text takes two");
    within(&what, columns.len(), MAX_COLUMNS)?;
    let bytes = columns.iter().map(|column| width(column.ty)).sum();
    within(
        &format!("bytes of a row of `{name}` without its texts"),
        bytes,
        MAX_ROW_BYTES,
    )
}

fn width(ty: Type) -> usize {
    match ty {
        Type::Bool => 1,
        Type::Int | Type::Double => 8,
        Type::Guid => 16,
        Type::Text | Type::Json | Type::Bytes => TEXT_BYTES,
    }
}

fn within(what: &str, number: usize, most: usize) -> Result<(), CatalogueRefusal> {
    if number <= most {
        return Ok(());
    }
    Err(CatalogueRefusal::Limit {
        what: what.to_owned(),
        most,
    })
}
