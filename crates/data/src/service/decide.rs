//! Changes that are made together: decided one behind the other, committed as one transaction.
//!
//! In: planned changes and who makes each. Out: the keys of the written rows, or why nothing was written.
//! Invariant: each change is decided by the state that those before it leave, and is done only if the state by which the
//! first one was decided still holds.

use std::sync::Arc;

use db::{Commit, Expect, Step};
use uuid::Uuid;

use crate::{
    access::{self, GuardedWrite, Permitted},
    caller::Caller,
    catalogue::Catalogue,
    compile::{self, Decided, Label, LabelledStep, Refusal, Stamps},
    data_service::Door,
    environment::{Ahead, Environment, SnapshotError},
    error::{Error, Failure},
    plan::{Action, RowKey, WritePlan},
    rules,
    service::unanswered,
};

/// How often a change of security rows is decided anew, while other nodes change them too.
const SECURITY_ROUNDS: usize = 8;

/// Changes of security rows in one change set; each but the first needs the security rows to be read anew.
const MAX_SECURITY_CHANGES: usize = 100;

/// A planned change, and who makes it.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) caller: Caller,
    pub(super) plan: WritePlan,
}

/// How decided changes ended.
enum Outcome {
    /// They are on disk: the keys of the written rows.
    Done(Vec<Option<Uuid>>),
    /// The security rows, or the tables, have changed since they were decided; nothing was written.
    Outdated,
}

/// Makes the changes; the keys of the written rows, where there are some.
///
/// Changes of security rows are decided by a snapshot of them, and done only if they are still the same. If not, they are
/// decided anew. On one node such changes wait for each other, so that this is rare.
pub(super) async fn commit(
    door: &Door,
    environment: &Arc<Environment>,
    attempts: &[Attempt],
) -> Result<Vec<Option<Uuid>>, Failure> {
    let of_security = attempts
        .iter()
        .filter(|attempt| is_security(environment, &attempt.plan))
        .count();
    if of_security == 0 {
        return match transact(environment, attempts).await? {
            Outcome::Done(ids) => Ok(ids),
            Outcome::Outdated => Err(Error::Contended.into()),
        };
    }
    if of_security > MAX_SECURITY_CHANGES {
        let what =
            format!("a change set takes {MAX_SECURITY_CHANGES} changes of users, roles, teams and units at most");
        return Err(Error::InvalidArgument { what }.into());
    }
    let turn = door.security_turn().await;
    for _ in 0..SECURITY_ROUNDS {
        let environment = door.environment_with_tables_of(environment).await?;
        let renewed = renewed(&environment, attempts)?;
        let outcome = transact(&environment, &renewed).await?;
        reload(door).await;
        if let Outcome::Done(ids) = outcome {
            return Ok(ids);
        }
    }
    drop(turn);
    Err(Error::Contended.into())
}

fn is_security(environment: &Environment, plan: &WritePlan) -> bool {
    environment.catalogue.table(plan.table).is_security
}

/// The same changes by callers of a newer state.
fn renewed(environment: &Environment, attempts: &[Attempt]) -> Result<Vec<Attempt>, Failure> {
    let renew = |(at, attempt): (usize, &Attempt)| {
        let caller = attempt.caller.renewed(environment);
        let failed = |error| Failure::at(at, error);
        Ok(Attempt {
            caller: caller.map_err(failed)?,
            plan: attempt.plan.clone(),
        })
    };
    attempts.iter().enumerate().map(renew).collect()
}

/// Applies the rules, asks for access, and commits.
async fn transact(environment: &Arc<Environment>, attempts: &[Attempt]) -> Result<Outcome, Failure> {
    let Some(decided) = decide(environment, attempts).await? else {
        return Ok(Outcome::Outdated);
    };
    let change = compile::write(&environment.catalogue, &decided)?;
    let (steps, labels) = parted(change.steps);
    match environment.database.commit(steps).await {
        Ok(Commit::Done(rows)) => {
            let written = |step: &Option<usize>| {
                let row = step.and_then(|step| rows.get(step)).and_then(db::Rows::first);
                row.map(|row| row.guid(0)).transpose().map_err(unanswered)
            };
            let ids = change.written_at.iter().map(written).collect::<Result<_, _>>()?;
            Ok(Outcome::Done(ids))
        }
        Ok(Commit::Refused { step }) => refused(environment, &decided, labels.get(step)).await,
        Err(failed) => Err(broken(environment, &decided, &labels, failed)),
    }
}

/// Decides each change by the state that those before it leave; `None` where the state that they begin with is over.
async fn decide(environment: &Arc<Environment>, attempts: &[Attempt]) -> Result<Option<Vec<Decided>>, Failure> {
    let mut decided: Vec<Decided> = Vec::with_capacity(attempts.len());
    let mut ahead: Option<Arc<Environment>> = None;
    let mut is_changed = false;
    for (at, attempt) in attempts.iter().enumerate() {
        let failed = |error| Failure::at(at, error);
        if is_changed {
            match look_ahead(environment, &decided).await? {
                Some(state) => ahead = Some(state),
                None => return Ok(None),
            }
        }
        let mut caller = attempt.caller.clone();
        if let Some(state) = &ahead {
            caller = caller.renewed(state).map_err(failed)?;
            check_named_by_id(state, &attempt.plan).map_err(failed)?;
        }
        let state = ahead.as_ref().unwrap_or(environment);
        decided.push(decide_one(state, &caller, attempt.plan.clone()).await.map_err(failed)?);
        is_changed = is_security(environment, &attempt.plan);
    }
    Ok(Some(decided))
}

async fn decide_one(environment: &Environment, caller: &Caller, plan: WritePlan) -> Result<Decided, Error> {
    let plan = rules::apply(environment, caller, plan).await?;
    let permitted = access::permit_write(caller, environment, plan)?;
    let stamps = stamps(environment, caller);
    Ok(Decided { permitted, stamps })
}

/// The state that decided changes leave.
async fn look_ahead(environment: &Environment, decided: &[Decided]) -> Result<Option<Arc<Environment>>, Failure> {
    let change = compile::write(&environment.catalogue, decided)?;
    let (steps, labels) = parted(change.steps);
    match environment.after(steps).await {
        Ok(Ahead::State(state)) => Ok(Some(state)),
        Ok(Ahead::Refused { step }) => match refused(environment, decided, labels.get(step)).await? {
            Outcome::Outdated | Outcome::Done(_) => Ok(None),
        },
        Err(SnapshotError::Database(failed)) => Err(broken(environment, decided, &labels, failed)),
        Err(wrong) => Err(Failure::from(Error::Internal {
            doing: "looking ahead of a change set",
            source: wrong.into(),
        })),
    }
}

/// Rules look at the row that is written, which an alternate key does not name where the row is not there yet.
fn check_named_by_id(environment: &Environment, plan: &WritePlan) -> Result<(), Error> {
    match &plan.action {
        Action::Update { row, .. } | Action::Delete { row, .. }
            if is_security(environment, plan) && matches!(row, RowKey::Alternate { .. }) =>
        {
            let table = &environment.catalogue.table(plan.table).logical_name;
            Err(Error::NotSupported {
                what: format!(
                    "behind other changes of users, roles, teams and units a row of `{table}` is named by its id"
                ),
            })
        }
        Action::Update { .. }
        | Action::Delete { .. }
        | Action::Create { .. }
        | Action::Associate { .. }
        | Action::Disassociate { .. } => Ok(()),
    }
}

/// What a step means, and to which change it belongs.
type Meaning = (Label, usize);

fn parted(steps: Vec<LabelledStep>) -> (Vec<Step>, Vec<Meaning>) {
    let part = |LabelledStep { step, label, of }| (step, (label, of));
    steps.into_iter().map(part).unzip()
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
        additions: environment.additions,
    }
}

/// Why a step was refused; a second question tells where the step alone does not. It is asked in the state that the
/// changes before this one leave.
async fn refused(
    environment: &Environment,
    decided: &[Decided],
    meaning: Option<&Meaning>,
) -> Result<Outcome, Failure> {
    let (label, at) = meaning.map_or((&Label::Certain, 0), |(label, at)| (label, *at));
    let Some((before, Decided { permitted, .. })) = decided.get(..at).zip(decided.get(at)) else {
        return Err(Error::Contended.into());
    };
    let failed = |error| Failure::at(at, error);
    match compile::refusal(&environment.catalogue, permitted, label) {
        Refusal::Outdated => Ok(Outcome::Outdated),
        Refusal::Told(error) => Err(failed(error)),
        Refusal::Ask(question) => {
            let statement = db::Statement::new(question.sql.clone());
            let rows = ask(environment, before, statement).await?;
            Err(failed(question.error(&rows)))
        }
    }
}

async fn ask(environment: &Environment, before: &[Decided], statement: db::Statement) -> Result<db::Rows, Failure> {
    if before.is_empty() {
        let rows = environment.database.query(&statement).await;
        return rows.map_err(|error| unanswered(error).into());
    }
    let (mut steps, _) = parted(compile::write(&environment.catalogue, before)?.steps);
    steps.push(Step {
        statement,
        expect: Expect::Anything,
    });
    match environment.database.rehearse(steps).await {
        Ok(Commit::Done(mut rows)) => Ok(rows.pop().unwrap_or_default()),
        // What was there a moment ago is not any more: told as a row that is not there.
        Ok(Commit::Refused { .. }) | Err(db::Error::Duplicate { .. }) => Ok(db::Rows::default()),
        Err(error) => Err(unanswered(error).into()),
    }
}

/// Why the database did not run the steps.
fn broken(environment: &Environment, decided: &[Decided], labels: &[Meaning], failed: db::Error) -> Failure {
    let db::Error::Duplicate { constraint, step } = &failed else {
        return unanswered(failed).into();
    };
    let at = labels.get(*step).map(|(_, at)| *at);
    match at.and_then(|at| decided.get(at)) {
        Some(Decided { permitted, .. }) => Failure {
            at,
            error: Box::new(duplicate(&environment.catalogue, permitted, constraint)),
        },
        None => unanswered(failed).into(),
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
