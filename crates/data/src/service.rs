//! The conductors: one short function for each kind of request, which calls the steps in their order.
//!
//! In: who calls, and what they said. Out: rows found, or what was written. Invariant: a step never calls another one,
//! and no row is read or written but through `plan`, `access` and `compile`.

mod attempt;
mod bound;
mod change_set;
mod decide;
mod found;
mod intent;

use std::sync::Arc;

use odata::Return;

use crate::{
    access,
    caller::Caller,
    compile,
    data_service::Door,
    environment::Environment,
    error::Error,
    http::{Annotated, Asked, Operation},
    plan::{self, Context, ReadPlan, References, Speaker},
};

pub(crate) use attempt::{Made, Written};
pub(crate) use bound::{bound_row, change_role, check_readable};
pub(crate) use change_set::{Intended, change, intend};
pub(crate) use found::Found;

/// Reads what a `GET` asks for.
pub(crate) async fn read(environment: &Environment, caller: &Caller, asked: &Asked) -> Result<Found, Error> {
    let mut plan = plan::read(&context(environment, caller, asked, &plan::NO_REFERENCES), &asked.url)?;
    let within = plan.within.take();
    let found = find(environment, caller, plan).await?;
    if let Some(within) = within
        && found.is_empty()
    {
        // Whether the row is missing through which the path leads, or has nothing.
        find(environment, caller, *within).await?;
    }
    found.check(asked.if_match, asked.if_none_match)?;
    Ok(found)
}

/// Runs a planned read.
async fn find(environment: &Environment, caller: &Caller, plan: ReadPlan) -> Result<Found, Error> {
    let permitted = access::permit(caller, environment, plan)?;
    let query = compile::read(&environment.catalogue, &permitted);
    let statement = db::Statement::new(query.sql);
    let rows = environment.database.query(&statement).await.map_err(unanswered)?;
    let answered = query.reader.read(rows).map_err(unanswered)?;
    Found::new(&environment.catalogue, permitted, answered)
}

/// Writes what a request asks for, and reads the written row again where it is to be answered.
pub(crate) async fn write(
    door: &Door,
    environment: &Arc<Environment>,
    caller: &Caller,
    asked: &Asked,
    operation: Operation<'_>,
) -> Result<Written, Error> {
    let intended = change_set::intend(environment, caller, asked, (operation, &plan::NO_REFERENCES))?;
    let written = change_set::change(door, environment, &[intended]).await;
    let mut written = written.map_err(|failure| *failure.error)?;
    Ok(written.pop().unwrap_or(Written::Done))
}

/// The circumstances in which a request is planned.
fn context<'a>(
    environment: &'a Environment,
    caller: &'a Caller,
    asked: &'a Asked,
    references: &'a References,
) -> Context<'a> {
    let user = caller.acting();
    Context {
        catalogue: &environment.catalogue,
        speaker: Speaker {
            user: user.id,
            unit: user.unit,
            teams: &user.teams,
        },
        formatted_values: Annotated::by(&asked.preferences).formatted_value,
        service_root: &asked.root,
        references,
        representation: asked.preferences.returning == Some(Return::Representation),
        max_page_size: asked.preferences.max_page_size,
    }
}

/// The database did not do what a permitted plan asks for: it cannot be reached, or this program is wrong.
fn unanswered(source: db::Error) -> Error {
    let doing = "asking the database";
    if matches!(source, db::Error::Unavailable(_)) {
        return Error::Unavailable { doing, source };
    }
    Error::Internal {
        doing,
        source: source.into(),
    }
}
