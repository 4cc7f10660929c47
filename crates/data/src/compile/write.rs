//! Changes to the steps of one transaction.
//!
//! In: a permitted [`GuardedWrite`] and the stamps. Out: steps, each with what its refusal means.
//! Invariant: whatever must be true for the change is a statement of the same transaction, so that nothing can change
//! in between; a step that does not come out as expected undoes all of them.

use db::sql::Sql;
use db::{Statement, Step};

use crate::access::{GuardedWrite, Permitted, WriteRules};
use crate::catalogue::Catalogue;
use crate::compile::stamps::Stamps;
use crate::compile::steps::{Label, Labelled, Steps};
use crate::compile::{delete, pair, save};
use crate::environment::epoch;
use crate::error::Error;
use crate::plan::{Action, WritePlan};
use crate::schema::VERSIONS;

/// The steps of a change.
#[derive(Debug)]
pub(crate) struct Change {
    /// To be committed as one transaction.
    pub(crate) steps: Vec<LabelledStep>,
    /// The step that returns the key and the version of the written row, where there is one.
    pub(crate) written_at: Option<usize>,
}

/// A step with what its refusal means.
#[derive(Debug)]
pub(crate) struct LabelledStep {
    /// The statement, and what is expected of it.
    pub(crate) step: Step,
    /// Why it did not come out so.
    pub(crate) label: Label,
}

/// Compiles a change. [`Error::Required`] when a new row lacks a value that it must have.
pub(crate) fn write(
    catalogue: &Catalogue,
    permitted: &Permitted<GuardedWrite>,
    stamps: &Stamps,
) -> Result<Change, Error> {
    let Steps {
        statements, written_at, ..
    } = statements(catalogue, permitted, stamps)?;
    let decided_by = security(catalogue, &permitted.plan().plan).then(|| LabelledStep {
        step: epoch::advance(stamps.epoch),
        label: Label::Epoch,
    });
    let written_at = written_at.map(|position| position + usize::from(decided_by.is_some()));
    let steps = statements
        .into_iter()
        .map(|Labelled { sql, expect, label }| LabelledStep {
            step: Step {
                statement: Statement::new(sql),
                expect,
            },
            label,
        });
    Ok(Change {
        steps: decided_by.into_iter().chain(steps).collect(),
        written_at,
    })
}

/// The statements of a change, before they are made ready to run.
pub(super) fn statements<'a>(
    catalogue: &'a Catalogue,
    permitted: &Permitted<GuardedWrite>,
    stamps: &'a Stamps,
) -> Result<Steps<'a>, Error> {
    let GuardedWrite { plan, rules } = permitted.plan();
    let mut steps = Steps {
        catalogue,
        stamps,
        statements: Vec::new(),
        written_at: None,
    };
    steps.take(plan);
    for consequence in &plan.consequences {
        steps.take(consequence);
    }
    steps.certain(Sql::Advance { name: VERSIONS.into() });
    change(&mut steps, plan, Some(rules))?;
    for consequence in &plan.consequences {
        // Made by the rules of system tables, never by a caller: what is allowed was decided with the change itself.
        change(&mut steps, consequence, None)?;
    }
    Ok(steps)
}

/// Whether the change may change what somebody is allowed.
fn security(catalogue: &Catalogue, plan: &WritePlan) -> bool {
    catalogue.table(plan.table).is_security || plan.consequences.iter().any(|plan| security(catalogue, plan))
}

/// Adds the steps of one change.
fn change(steps: &mut Steps<'_>, plan: &WritePlan, rules: Option<&WriteRules>) -> Result<(), Error> {
    match &plan.action {
        Action::Create { id, cells } => {
            let cells = [cells.as_slice(), &plan.settled].concat();
            save::create(steps, plan.table, (*id, &cells), rules)
        }
        Action::Update { row, cells, condition } => {
            let cells = [cells.as_slice(), &plan.settled].concat();
            save::update(
                steps,
                plan.table,
                &save::Updated {
                    row,
                    cells: &cells,
                    condition: *condition,
                },
                rules,
            );
            Ok(())
        }
        Action::Delete { row, condition } => {
            delete::delete(
                steps,
                &delete::Deleted {
                    table: plan.table,
                    row,
                    condition: *condition,
                },
                rules,
            );
            Ok(())
        }
        Action::Associate { sides, id } => {
            pair::associate(steps, plan.table, (sides, *id), rules);
            Ok(())
        }
        Action::Disassociate { sides } => {
            pair::disassociate(steps, plan.table, sides, rules);
            Ok(())
        }
    }
}
