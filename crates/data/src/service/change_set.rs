//! Writes that are done all or none; one alone is such a set too.
//!
//! In: writes as they were asked for. Out: what was written, in their order, or why nothing was. Invariant: an upsert is
//! an update or a create, never both; where the guess was wrong, nothing has happened yet, and the set is tried again.

use std::collections::HashSet;
use std::sync::Arc;

use odata::IfNoneMatch;
use uuid::Uuid;

use crate::{
    caller::Caller,
    catalogue::TableId,
    data_service::Door,
    environment::Environment,
    error::{Error, Failure},
    http::{Asked, Operation},
    plan::{self, Action, Attempts, References, RowKey, WritePlan},
    service::{Written, attempt, context, decide::Attempt, find, intent},
};

/// How often one upsert changes between create and update, while others make and delete its row.
const FLIPS: usize = 2;

/// How often all of a set do.
const FLIPS_OF_ALL: usize = 16;

/// A write as it was asked for.
#[derive(Debug)]
pub(crate) struct Intended {
    caller: Caller,
    attempts: Attempts,
    if_none_match: Option<IfNoneMatch>,
}

/// What is tried of an upsert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    First,
    Otherwise,
}

/// What a write is to the request that asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// What is answered.
    Own,
    /// What comes along.
    Along,
}

/// Plans a write.
pub(crate) fn intend(
    environment: &Environment,
    caller: &Caller,
    asked: &Asked,
    (operation, references): (Operation<'_>, &References),
) -> Result<Intended, Error> {
    let context = context(environment, caller, asked, references);
    Ok(Intended {
        caller: caller.clone(),
        attempts: intent::attempts(environment, &context, asked, operation)?,
        if_none_match: asked.if_none_match,
    })
}

impl Intended {
    /// The address of the row that a create or update writes, relative to the service root; `None` for other changes.
    pub(crate) fn address(&self, environment: &Environment, asked: &Asked, operation: Operation<'_>) -> Option<String> {
        let set = |table: TableId| &environment.catalogue.table(table).entity_set;
        let plan = &self.attempts.first;
        match (operation, &plan.action) {
            (Operation::Create, Action::Create { id, .. }) => Some(format!("{}({id})", set(plan.table))),
            (Operation::Update, _) => Some(asked.path_text.clone()),
            _ => None,
        }
    }

    /// The write with what is written along with it, in their order.
    fn attempts(&self, choice: Choice) -> impl Iterator<Item = (Part, Attempt)> {
        let own = match (choice, &self.attempts.otherwise) {
            (Choice::Otherwise, Some(otherwise)) => otherwise,
            (Choice::First | Choice::Otherwise, _) => &self.attempts.first,
        };
        let along = &self.attempts.along;
        let before = along.before.iter().map(|plan| (Part::Along, plan));
        let after = along.after.iter().map(|plan| (Part::Along, plan));
        before.chain([(Part::Own, own)]).chain(after).map(|(part, plan)| {
            let (caller, plan) = (self.caller.clone(), plan.clone());
            (part, Attempt { caller, plan })
        })
    }

    /// The error in the words of the condition that was asked for.
    fn told(&self, error: Error) -> Error {
        if matches!(error, Error::Duplicate { .. }) && self.if_none_match == Some(IfNoneMatch::Any) {
            return Error::AlreadyExists;
        }
        error
    }
}

/// Writes all or none.
pub(crate) async fn change(
    door: &Door,
    environment: &Arc<Environment>,
    set: &[Intended],
) -> Result<Vec<Written>, Failure> {
    let mut choices = choices(environment, set).await?;
    let mut flips = vec![0; set.len()];
    loop {
        let (parts, attempts) = in_order(set, &choices);
        let Failure { at, error } = match attempt::run(door, environment, &attempts).await {
            Ok(written) => {
                let own = parts.iter().zip(written).filter(|((_, part), _)| *part == Part::Own);
                return Ok(own.map(|(_, written)| written).collect());
            }
            Err(failure) => failure,
        };
        let Some((at, part)) = at.and_then(|at| parts.get(at)).copied() else {
            return Err(Failure { at: None, error });
        };
        let may_guess = part == Part::Own && flips.iter().sum::<usize>() < FLIPS_OF_ALL;
        match (set.get(at), choices.get_mut(at), flips.get_mut(at)) {
            (Some(one), Some(choice), Some(flips))
                if may_guess && is_other_guess(environment, one, *choice, (&error, *flips)) =>
            {
                *flips += 1;
                *choice = match choice {
                    Choice::First => Choice::Otherwise,
                    Choice::Otherwise => Choice::First,
                };
            }
            (one, _, _) => {
                let error = match one {
                    Some(one) => one.told(*error),
                    None => *error,
                };
                return Err(Failure::at(at, error));
            }
        }
    }
}

/// All writes in their order, each with the position of the request that asked for it.
fn in_order(set: &[Intended], choices: &[Choice]) -> (Vec<(usize, Part)>, Vec<Attempt>) {
    let (mut parts, mut attempts) = (Vec::with_capacity(set.len()), Vec::with_capacity(set.len()));
    for (at, (one, choice)) in set.iter().zip(choices).enumerate() {
        for (part, attempt) in one.attempts(*choice) {
            parts.push((at, part));
            attempts.push(attempt);
        }
    }
    (parts, attempts)
}

/// Whether the error says of an upsert that the guess was wrong. It ends with the create, whose refusal tells more.
fn is_other_guess(environment: &Environment, one: &Intended, choice: Choice, (error, flips): (&Error, usize)) -> bool {
    match choice {
        _ if one.attempts.otherwise.is_none() => false,
        Choice::First => intent::is_about(error, &one.attempts.first, &environment.catalogue),
        Choice::Otherwise => flips < FLIPS && matches!(error, Error::Duplicate { .. } | Error::DuplicateKey { .. }),
    }
}

/// The first guess of each upsert. One alone begins with the update; in a set it is asked first which rows are there,
/// since each wrong guess lets the whole set be tried again.
async fn choices(environment: &Environment, set: &[Intended]) -> Result<Vec<Choice>, Failure> {
    let mut choices = vec![Choice::First; set.len()];
    if let [_] = set {
        return Ok(choices);
    }
    let mut made: HashSet<(TableId, Uuid)> = HashSet::new();
    for ((at, one), choice) in set.iter().enumerate().zip(&mut choices) {
        let plan = &one.attempts.first;
        if let Action::Create { id, .. } = &plan.action {
            made.insert((plan.table, *id));
        }
        let (Some(otherwise), Action::Update { row, .. }) = (&one.attempts.otherwise, &plan.action) else {
            continue;
        };
        let is_made = matches!(row, RowKey::Id(id) if made.contains(&(plan.table, *id)));
        let failed = |error| Failure::at(at, error);
        if !is_made && !is_there(environment, &one.caller, plan, row).await.map_err(failed)? {
            *choice = Choice::Otherwise;
            if let Action::Create { id, .. } = &otherwise.action {
                made.insert((otherwise.table, *id));
            }
        }
    }
    Ok(choices)
}

/// Whether the caller can see the row.
async fn is_there(environment: &Environment, caller: &Caller, plan: &WritePlan, row: &RowKey) -> Result<bool, Error> {
    let table = environment.catalogue.table(plan.table);
    match find(environment, caller, plan::by_key(plan::presence(table), table, row)).await {
        Ok(_) => Ok(true),
        Err(Error::NotFound { .. } | Error::KeyNotFound { .. }) => Ok(false),
        Err(failed) => Err(failed),
    }
}
