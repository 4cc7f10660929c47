//! One attempt to write: committed, and the rows read again where they are to be answered.
//!
//! In: planned changes that are made together. Out: what was written, or why nothing was. Invariant: what is answered as
//! written is on disk, and who may do what because of it is known to this node before the answer leaves.

use std::sync::Arc;

use uuid::Uuid;

use crate::{
    access,
    catalogue::TableId,
    data_service::Door,
    environment::Environment,
    error::{Error, Failure},
    plan::{self, Action, Answer, Node, RowKey, WritePlan},
    service::{
        Found,
        decide::{self, Attempt},
        find,
    },
};

/// What was written.
#[derive(Debug)]
pub(crate) enum Written {
    /// Something without an address of its own.
    Done,
    /// A row, known by its key.
    Row {
        /// Its table.
        table: TableId,
        /// Its key.
        id: Uuid,
    },
    /// The row that the URL addresses by an alternate key.
    Addressed,
    /// A row that is answered.
    Read {
        /// Whether it is new.
        made: Made,
        /// The row.
        found: Box<Found>,
    },
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    /// It is new.
    Created,
    /// It was there.
    Updated,
}

/// What is told of a change once it is done, taken from the plan before it goes its way.
struct Told {
    table: TableId,
    made: Made,
    key: Option<RowKey>,
    node: Option<Box<Node>>,
}

/// Runs attempts, all or none.
pub(super) async fn run(
    door: &Door,
    environment: &Arc<Environment>,
    attempts: &[Attempt],
) -> Result<Vec<Written>, Failure> {
    for (at, Attempt { caller, plan }) in attempts.iter().enumerate() {
        if let Answer::Representation(node) = &plan.answer {
            // Who may write and not read is told so before anything is written.
            let read = plan::by_id(Node::clone(node), environment.catalogue.table(plan.table), Uuid::nil());
            let permitted = access::permit(caller, environment, read);
            permitted.map_err(|error| Failure::at(at, error))?;
        }
    }
    let ids = decide::commit(door, environment, attempts).await?;
    let mut written = Vec::with_capacity(attempts.len());
    for (at, (attempt, id)) in attempts.iter().zip(ids).enumerate() {
        let answer = answer(door, environment, (attempt, id)).await;
        written.push(answer.map_err(|error| Failure::at(at, error))?);
    }
    Ok(written)
}

/// What is told of one of them.
async fn answer(
    door: &Door,
    environment: &Environment,
    (attempt, id): (&Attempt, Option<Uuid>),
) -> Result<Written, Error> {
    let Told { table, made, key, node } = Told::of(&attempt.plan);
    match (node, key, id) {
        (Some(node), _, Some(id)) => {
            // As it is now: the change may have changed what the caller can see.
            let environment = door.environment_with_tables_of(environment).await?;
            let read = plan::by_id(*node, environment.catalogue.table(table), id);
            match find(&environment, &attempt.caller, read).await {
                Ok(found) => Ok(Written::Read {
                    made,
                    found: Box::new(found),
                }),
                // Given away, or changed again meanwhile: it is written all the same.
                Err(Error::NotFound { .. }) => Ok(Written::Row { table, id }),
                Err(failed) => Err(failed),
            }
        }
        (_, Some(RowKey::Alternate { .. }), _) if made == Made::Updated => Ok(Written::Addressed),
        (_, Some(_), Some(id)) => Ok(Written::Row { table, id }),
        (_, _, _) => Ok(Written::Done),
    }
}

impl Told {
    fn of(plan: &WritePlan) -> Self {
        let (made, key) = match &plan.action {
            Action::Create { id, .. } => (Made::Created, Some(RowKey::Id(*id))),
            Action::Update { row, .. } => (Made::Updated, Some(row.clone())),
            Action::Delete { .. } | Action::Associate { .. } | Action::Disassociate { .. } => (Made::Updated, None),
        };
        let node = match &plan.answer {
            Answer::Address => None,
            Answer::Representation(node) => Some(node.clone()),
        };
        Self {
            table: plan.table,
            made,
            key,
            node,
        }
    }
}
