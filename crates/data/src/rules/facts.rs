//! What rules must know of the row that is written.
//!
//! In: a row. Out: its key, and whether it is there. Invariant: facts are read as the caller reads, through the row rules:
//! nobody learns from a rule what they could not have asked for.

use db::Statement;
use uuid::Uuid;

use crate::access;
use crate::catalogue::{ColumnId, Table};
use crate::compile::{self, Compiled};
use crate::error::Error;
use crate::plan::{Action, Cell, Comparison, Form, Missing, Node, Predicate, ReadPlan, RowKey, Wants};
use crate::rules::Context;
use crate::rules::draft::Draft;

/// The key of the row that is written; `None` where an alternate key names none that the caller can see, and for pairs.
pub(super) async fn row_id(context: Context<'_>, draft: &Draft<'_>) -> Result<Option<Uuid>, Error> {
    match &draft.plan.action {
        Action::Create { id, .. }
        | Action::Update {
            row: RowKey::Id(id), ..
        }
        | Action::Delete {
            row: RowKey::Id(id), ..
        } => Ok(Some(*id)),
        Action::Update {
            row: RowKey::Alternate { key, values },
            ..
        }
        | Action::Delete {
            row: RowKey::Alternate { key, values },
            ..
        } => {
            let Some(key) = draft.table.keys.get(*key) else {
                return Ok(None);
            };
            let parts = key
                .columns
                .iter()
                .zip(values)
                .map(|(column, value)| equal(*column, value.clone()));
            key_of(context, draft.table, Predicate::All(parts.collect())).await
        }
        Action::Associate { .. } | Action::Disassociate { .. } => Ok(None),
    }
}

/// Whether the caller can see a row.
pub(super) async fn is_visible(context: Context<'_>, table: &Table, id: Uuid) -> Result<bool, Error> {
    Ok(key_of(context, table, Predicate::is(table.primary_id, id))
        .await?
        .is_some())
}

/// The key of the row that the caller can see and for which this holds.
async fn key_of(context: Context<'_>, table: &Table, filter: Predicate) -> Result<Option<Uuid>, Error> {
    let Context { environment, caller } = context;
    let root = Node {
        table: table.id,
        columns: Vec::new(),
        selected: None,
        names: Vec::new(),
        filter,
        order: Vec::new(),
        limit: None,
        expands: Vec::new(),
    };
    let wants = Wants::One {
        missing: Missing::ByKey { table: table.id },
    };
    let plan = ReadPlan {
        root,
        wants,
        form: Form::Rows,
        within: None,
    };
    let permitted = access::permit(caller, environment, plan)?;
    let Compiled { sql, reader } = compile::read(&environment.catalogue, &permitted);
    let rows = environment
        .database
        .query(&Statement::new(sql))
        .await
        .map_err(unanswered)?;
    let answered = reader.read(rows).map_err(unanswered)?;
    Ok(answered.first().and_then(|row| row.key()))
}

fn equal(column: ColumnId, value: Cell) -> Predicate {
    Predicate::Compare {
        column,
        op: Comparison::Eq,
        value,
    }
}

pub(super) fn unanswered(source: db::Error) -> Error {
    Error::database("reading the row to be written", source)
}
