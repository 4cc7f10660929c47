//! One attempt to write: rules, access, one transaction, and the row read again where it is to be answered.
//!
//! In: a planned change. Out: what was written, or why not. Invariant: what is answered as written is on disk, and who
//! may do what because of it is known to this node before the answer leaves.

use std::sync::Arc;

use db::Commit;
use uuid::Uuid;

use crate::{
    access::{self, GuardedWrite, Permitted},
    caller::Caller,
    catalogue::{Catalogue, TableId},
    compile::{self, Change, Label, Refusal, Stamps},
    data_service::Door,
    environment::Environment,
    error::Error,
    plan::{self, Action, Answer, Node, RowKey, WritePlan},
    rules,
    service::{Found, find, unanswered},
};

/// How often a change of security rows is decided anew, while other nodes change them too.
const SECURITY_ROUNDS: usize = 8;

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

/// How a decided change ended.
enum Outcome {
    /// It is on disk.
    Done(Option<Uuid>),
    /// The security rows have changed since it was decided; nothing was written.
    Outdated,
}

/// What is told of a change once it is done, taken from the plan before it goes its way.
struct Told {
    table: TableId,
    made: Made,
    key: Option<RowKey>,
    node: Option<Box<Node>>,
}

/// Runs an attempt.
pub(super) async fn run(
    door: &Door,
    environment: &Arc<Environment>,
    caller: &Caller,
    plan: WritePlan,
) -> Result<Written, Error> {
    let told = Told::of(&plan);
    if let Some(node) = &told.node {
        // Who may write and not read is told so before anything is written.
        let read = plan::by_id(Node::clone(node), environment.catalogue.table(told.table), Uuid::nil());
        access::permit(caller, environment, read)?;
    }
    let id = commit(door, environment, caller, plan).await?;
    match (told, id) {
        (
            Told {
                table,
                made,
                node: Some(node),
                ..
            },
            Some(id),
        ) => {
            // As it is now: the change may have changed what the caller can see.
            let environment = door.environment().await?;
            let read = plan::by_id(*node, environment.catalogue.table(table), id);
            match find(&environment, caller, read).await {
                Ok(found) => Ok(Written::Read {
                    made,
                    found: Box::new(found),
                }),
                // Given away, or changed again meanwhile: it is written all the same.
                Err(Error::NotFound { .. }) => Ok(Written::Row { table, id }),
                Err(failed) => Err(failed),
            }
        }
        (
            Told {
                key: Some(RowKey::Alternate { .. }),
                made: Made::Updated,
                ..
            },
            _,
        ) => Ok(Written::Addressed),
        (
            Told {
                key: Some(_), table, ..
            },
            Some(id),
        ) => Ok(Written::Row { table, id }),
        (Told { .. }, _) => Ok(Written::Done),
    }
}

/// Does the change; the key of the written row, where there is one.
///
/// A change of security rows is decided by a snapshot of them, and done only if they are still the same. If not, it is
/// decided anew. On one node such changes wait for each other, so that this is rare.
pub(super) async fn commit(
    door: &Door,
    environment: &Arc<Environment>,
    caller: &Caller,
    plan: WritePlan,
) -> Result<Option<Uuid>, Error> {
    if !environment.catalogue.table(plan.table).is_security {
        return match decide(environment, caller, plan).await? {
            Outcome::Done(id) => Ok(id),
            Outcome::Outdated => Err(Error::Contended),
        };
    }
    let turn = door.security_turn().await;
    for _ in 0..SECURITY_ROUNDS {
        let environment = door.environment().await?;
        let caller = caller.renewed(&environment)?;
        let outcome = decide(&environment, &caller, plan.clone()).await?;
        reload(door).await;
        if let Outcome::Done(id) = outcome {
            return Ok(id);
        }
    }
    drop(turn);
    Err(Error::Contended)
}

/// Applies the rules, asks for access, and commits.
async fn decide(environment: &Environment, caller: &Caller, plan: WritePlan) -> Result<Outcome, Error> {
    let plan = rules::apply(environment, caller, plan).await?;
    let permitted = access::permit_write(caller, environment, plan)?;
    let stamps = stamps(environment, caller);
    let Change { steps, written_at } = compile::write(&environment.catalogue, &permitted, &stamps)?;
    let (steps, labels): (Vec<_>, Vec<_>) = steps
        .into_iter()
        .map(|labelled| (labelled.step, labelled.label))
        .unzip();
    match environment.database.commit(steps).await {
        Ok(Commit::Done(rows)) => {
            let written = written_at.and_then(|step| rows.get(step)).and_then(db::Rows::first);
            let id = written.map(|row| row.guid(0)).transpose().map_err(unanswered)?;
            Ok(Outcome::Done(id))
        }
        Ok(Commit::Refused { step }) => {
            let label = labels.get(step).unwrap_or(&Label::Certain);
            refused(environment, &permitted, label).await
        }
        Err(db::Error::Duplicate { constraint }) => Err(duplicate(&environment.catalogue, &permitted, &constraint)),
        Err(failed) => Err(unanswered(failed)),
    }
}

/// The change is done, so a failure here must not say otherwise; the next request reads the state anew or fails itself.
async fn reload(door: &Door) {
    if let Err(error) = door.reload().await {
        tracing::error!(error.chain = %error, "security rows could not be read after a change");
    }
}

fn stamps(environment: &Environment, caller: &Caller) -> Stamps {
    Stamps {
        now: environment.clock.now().seconds(),
        acting: caller.acting().id,
        on_behalf: caller.impersonates().then(|| caller.real().id),
        epoch: environment.epoch,
    }
}

/// Why a step was refused; a second query tells where the step alone does not.
async fn refused(
    environment: &Environment,
    permitted: &Permitted<GuardedWrite>,
    label: &Label,
) -> Result<Outcome, Error> {
    match compile::refusal(&environment.catalogue, permitted, label) {
        Refusal::Outdated => Ok(Outcome::Outdated),
        Refusal::Told(error) => Err(error),
        Refusal::Ask(question) => {
            let statement = db::Statement::new(question.sql.clone());
            let rows = environment.database.query(&statement).await.map_err(unanswered)?;
            Err(question.error(&rows))
        }
    }
}

/// Which key is taken, by the name of its constraint.
fn duplicate(catalogue: &Catalogue, permitted: &Permitted<GuardedWrite>, constraint: &str) -> Error {
    let own = catalogue.table(permitted.plan().plan.table);
    let keys = catalogue
        .tables()
        .iter()
        .flat_map(|table| table.keys.iter().map(move |key| (table, key)));
    match keys.into_iter().find(|(_, key)| key.name == constraint) {
        None => Error::Duplicate {
            table: own.logical_name.clone(),
        },
        Some((table, key)) => {
            let columns: Vec<&str> = key
                .columns
                .iter()
                .map(|id| table.column(*id).logical_name.as_str())
                .collect();
            Error::DuplicateKey {
                table: table.logical_name.clone(),
                key: key.name.clone(),
                columns: columns.join(","),
            }
        }
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
