//! What a caller may do, as a condition on rows: grants of the environment's snapshot joined to every node of a plan.
//!
//! In: a plan and a `Caller`. Out: [`Permitted`] of it. Invariant: [`Permitted`] has this module as its one maker, and
//! `compile` takes nothing else; a rule that cannot be written as a condition is an error, never skipped.

mod grant;
mod read;
mod rights;
mod rule;
mod write;

use crate::caller::Caller;
use crate::catalogue::Catalogue;
use crate::environment::{Environment, Security};
use crate::error::Error;
use crate::plan::{ReadPlan, WritePlan};

pub(crate) use grant::{Entry, Grant, Reach};
pub(crate) use write::{GuardedWrite, WriteRules, referencing};

/// A plan with the row rules joined to every node of it.
#[derive(Debug)]
pub struct Permitted<P> {
    plan: P,
}

impl<P> Permitted<P> {
    /// What is permitted.
    #[must_use]
    pub(crate) fn plan(&self) -> &P {
        &self.plan
    }
}

/// Joins the row rules to a read. [`Error::MissingPrivilege`] where a table is touched that the caller cannot read.
pub(crate) fn permit(caller: &Caller, environment: &Environment, plan: ReadPlan) -> Result<Permitted<ReadPlan>, Error> {
    let rights = Rights {
        caller,
        catalogue: &environment.catalogue,
        security: &environment.security,
    };
    rights.permit(plan)
}

/// Finds the row rules of a write. [`Error::MissingPrivilege`] where a privilege that it takes is missing altogether.
pub(crate) fn permit_write(
    caller: &Caller,
    environment: &Environment,
    plan: WritePlan,
) -> Result<Permitted<GuardedWrite>, Error> {
    let rights = Rights {
        caller,
        catalogue: &environment.catalogue,
        security: &environment.security,
    };
    rights.permit_write(plan)
}

/// One caller in one snapshot.
#[derive(Clone, Copy)]
pub(crate) struct Rights<'a> {
    /// Whose rights.
    pub(crate) caller: &'a Caller,
    /// The tables.
    pub(crate) catalogue: &'a Catalogue,
    /// Who holds what.
    pub(crate) security: &'a Security,
}

impl Rights<'_> {
    /// As [`permit`].
    pub(crate) fn permit(&self, plan: ReadPlan) -> Result<Permitted<ReadPlan>, Error> {
        Ok(Permitted {
            plan: read::permit(self, plan)?,
        })
    }

    /// As [`permit_write`].
    pub(crate) fn permit_write(&self, plan: WritePlan) -> Result<Permitted<GuardedWrite>, Error> {
        Ok(Permitted {
            plan: write::permit(self, plan)?,
        })
    }
}
