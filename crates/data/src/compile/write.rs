//! Changes to the steps of one transaction.
//!
//! In: permitted [`GuardedWrite`]s and their stamps. Out: steps, each with what its refusal means.
//! Invariant: whatever must be true for the change is a statement of the same transaction, so that nothing can change
//! in between; a step that does not come out as expected undoes all of them.

use db::sql::Sql;
use db::{Expect, Statement, Step};

use crate::access::{GuardedWrite, Permitted, WriteRules};
use crate::catalogue::Catalogue;
use crate::compile::stamps::Stamps;
use crate::compile::steps::{Label, Labelled, Steps};
use crate::compile::{delete, pair, save};
use crate::environment::epoch;
use crate::error::{Error, Failure};
use crate::plan::{Action, WritePlan};
use crate::schema::VERSIONS;

/// A permitted change, with who makes it and when.
#[derive(Debug)]
pub(crate) struct Decided {
    /// The change.
    pub(crate) permitted: Permitted<GuardedWrite>,
    /// What its rows are stamped with.
    pub(crate) stamps: Stamps,
}

/// The steps of changes that are made together.
#[derive(Debug)]
pub(crate) struct Change {
    /// To be committed as one transaction.
    pub(crate) steps: Vec<LabelledStep>,
    /// For each change the step that returns the key and the version of the written row, where there is one.
    pub(crate) written_at: Vec<Option<usize>>,
}

/// A step with what its refusal means.
#[derive(Debug)]
pub(crate) struct LabelledStep {
    /// The statement, and what is expected of it.
    pub(crate) step: Step,
    /// Why it did not come out so.
    pub(crate) label: Label,
    /// The position of the change that it belongs to.
    pub(crate) of: usize,
}

/// Compiles changes into one transaction, in which each sees what those before it have done.
/// [`Error::Required`] when a new row lacks a value that it must have.
pub(crate) fn write(catalogue: &Catalogue, changes: &[Decided]) -> Result<Change, Failure> {
    let (statements, mut written_at) = statements(catalogue, changes)?;
    let decided_by = changes
        .iter()
        .position(|change| security(catalogue, &change.permitted.plan().plan))
        .and_then(|of| Some((of, changes.get(of)?)));
    let epoch = decided_by.map(|(of, change)| LabelledStep {
        step: epoch::advance(change.stamps.epoch),
        label: Label::Epoch,
        of,
    });
    if epoch.is_some() {
        for position in written_at.iter_mut().flatten() {
            *position += 1;
        }
    }
    let steps = statements
        .into_iter()
        .map(|(of, Labelled { sql, expect, label })| LabelledStep {
            step: Step {
                statement: Statement::new(sql),
                expect,
            },
            label,
            of,
        });
    Ok(Change {
        steps: epoch.into_iter().chain(steps).collect(),
        written_at,
    })
}

/// Statements, each with the position of the change that it belongs to; and for each change the position of the one that
/// returns the written row.
type Statements = (Vec<(usize, Labelled)>, Vec<Option<usize>>);

/// The statements of changes, before they are made ready to run. One number stamps the rows of all.
pub(super) fn statements(catalogue: &Catalogue, changes: &[Decided]) -> Result<Statements, Failure> {
    let mut all: Vec<(usize, Labelled)> = same_catalogue(changes).into_iter().collect();
    let mut written_at = Vec::with_capacity(changes.len());
    for (of, Decided { permitted, stamps }) in changes.iter().enumerate() {
        let mut steps = Steps::new(catalogue, stamps);
        let GuardedWrite { plan, .. } = permitted.plan();
        steps.take(plan);
        for consequence in &plan.consequences {
            steps.take(consequence);
        }
        all.extend(steps.statements.into_iter().map(|statement| (of, statement)));
    }
    all.push((0, Labelled::certain(Sql::Advance { name: VERSIONS.into() })));
    for (of, Decided { permitted, stamps }) in changes.iter().enumerate() {
        let mut steps = Steps::new(catalogue, stamps);
        let GuardedWrite { plan, rules } = permitted.plan();
        let failed = |error| Failure::at(of, error);
        change(&mut steps, plan, Some(rules)).map_err(failed)?;
        for consequence in &plan.consequences {
            // Made by the rules of system tables, never by a caller: what is allowed was decided with the change itself.
            change(&mut steps, consequence, None).map_err(failed)?;
        }
        written_at.push(steps.written_at.map(|position| all.len() + position));
        all.extend(steps.statements.into_iter().map(|statement| (of, statement)));
    }
    Ok((all, written_at))
}

/// Whether the change may change what somebody is allowed.
fn security(catalogue: &Catalogue, plan: &WritePlan) -> bool {
    catalogue.table(plan.table).is_security || plan.consequences.iter().any(|plan| security(catalogue, plan))
}

/// The guard of changes by which rows end: what points to a row is known by the catalogue, and by the present one, or a
/// new relation would be left dangling. All changes of a set are decided by one catalogue, so it is asked once. It comes
/// before any row is taken: a change of the catalogue holds the state row and then waits for tables, so that whoever
/// waits for the state row must hold none.
fn same_catalogue(changes: &[Decided]) -> Option<(usize, Labelled)> {
    let ends = |change: &Decided| ends_rows(&change.permitted.plan().plan);
    let (of, change) = changes.iter().enumerate().find(|(_, change)| ends(change))?;
    let guard = Labelled {
        sql: Sql::Select(epoch::same_additions(change.stamps.additions)),
        expect: Expect::Some,
        label: Label::Catalogue,
    };
    Some((of, guard))
}

/// Whether rows end by the change to which others may point.
fn ends_rows(plan: &WritePlan) -> bool {
    matches!(plan.action, Action::Delete { .. }) || plan.consequences.iter().any(ends_rows)
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
