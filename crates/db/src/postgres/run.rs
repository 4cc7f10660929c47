//! One statement on one connection.
//!
//! In: a rendered statement. Out: its rows. Invariant: the text is prepared once per connection.

use deadpool_postgres::ClientWrapper;
use tokio_postgres::Statement;
use tokio_postgres::types::ToSql;

use super::failure::Failed;
use super::wire::{self, Bound};
use crate::cell::Cell;
use crate::render::{Answer, Rendered};
use crate::{Error, Rows};

/// Prepares it and runs it.
pub(super) async fn run(client: &ClientWrapper, rendered: &Rendered<'_>) -> Result<Rows, Failed> {
    match &rendered.answer {
        Answer::Nothing => {
            client.batch_execute(&rendered.text).await?;
            Ok(Rows::default())
        }
        Answer::Cells(cells) => {
            let statement = client.prepare_cached(&rendered.text).await?;
            run_prepared(client, &statement, rendered, cells).await
        }
    }
}

/// Runs it when it is prepared; it is on its way to the server when this is first polled.
pub(super) async fn run_prepared(
    client: &ClientWrapper,
    statement: &Statement,
    rendered: &Rendered<'_>,
    cells: &[Cell],
) -> Result<Rows, Failed> {
    let columns = statement.columns().len();
    if columns != cells.len() {
        return Err(Error::shape(format!("the statement returns {columns} columns, not {}", cells.len())).into());
    }
    rendered.check_parameters(statement.params().len())?;
    let bound: Vec<Bound<'_>> = rendered.parameters.iter().copied().map(Bound).collect();
    let parameters: Vec<&(dyn ToSql + Sync)> = bound.iter().map(|bound| bound as _).collect();
    if cells.is_empty() {
        return Ok(Rows::changed(client.execute(statement, &parameters).await?));
    }
    let rows = client.query(statement, &parameters).await?;
    let mut values = Vec::with_capacity(rows.len() * columns);
    for row in &rows {
        for (column, cell) in cells.iter().enumerate() {
            values.push(wire::read(row.try_get(column)?, cell, column)?);
        }
    }
    Ok(Rows::new(columns, values))
}
