//! Changes to the steps of one transaction.
//!
//! In: a permitted [`GuardedWrite`] and the stamps. Out: steps, each with what its refusal means.
//! Invariant: whatever must be true for the change is a statement of the same transaction, so that nothing can change
//! in between; a step that does not come out as expected undoes all of them.

use db::sql::{Expr, Select, Sql};
use db::{Expect, Statement as Runnable, Step};

use crate::access::{GuardedWrite, Permitted, WriteRules};
use crate::catalogue::{Catalogue, ColumnId, Right, TableId};
use crate::compile::condition::{condition, flat, rows};
use crate::compile::source::Statement;
use crate::compile::{delete, pair, save, stamps::Stamps};
use crate::environment::epoch;
use crate::error::Error;
use crate::plan::{Action, Cell, Predicate, RowKey, WritePlan, condition as has_key};
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

/// Why a step was refused.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Label {
    /// It cannot be refused.
    Certain,
    /// Security rows have changed since the snapshot by which the change was decided.
    Epoch,
    /// The row is not there, out of sight, out of reach, or not in the state that was asked for.
    Row,
    /// The new row would be out of reach of this right.
    Made(Right),
    /// The row that a lookup is to point to is not there or out of reach: its position in [`WriteRules::targets`].
    Target(usize),
    /// The new owner is not there, or disabled.
    Owner,
    /// The status reason does not belong to the state that the row is in.
    Status,
    /// A row of the pair is not there or out of reach: its position in [`WriteRules::sides`].
    Side(usize),
    /// Rows of this table point to the row and forbid its end.
    Referenced(TableId),
    /// A row that would go with it may not be deleted: the tables and lookups that lead to it, the row's own first.
    Cascade(Vec<(TableId, ColumnId)>),
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
                statement: Runnable::new(sql),
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
    steps.certain(Sql::Advance { name: VERSIONS.into() });
    steps.change(plan, Some(rules))?;
    for consequence in &plan.consequences {
        // Made by the rules of system tables, never by a caller: what is allowed was decided with the change itself.
        steps.change(consequence, None)?;
    }
    Ok(steps)
}

/// Whether the change may change what somebody is allowed.
fn security(catalogue: &Catalogue, plan: &WritePlan) -> bool {
    catalogue.table(plan.table).is_security || plan.consequences.iter().any(|plan| security(catalogue, plan))
}

/// A transaction under construction.
pub(super) struct Steps<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) stamps: &'a Stamps,
    pub(super) statements: Vec<Labelled>,
    written_at: Option<usize>,
}

/// A statement with what is expected of it.
#[derive(Debug)]
pub(super) struct Labelled {
    pub(super) sql: Sql,
    pub(super) expect: Expect,
    pub(super) label: Label,
}

impl Steps<'_> {
    fn change(&mut self, plan: &WritePlan, rules: Option<&WriteRules>) -> Result<(), Error> {
        match &plan.action {
            Action::Create { id, cells } => {
                let cells = [cells.as_slice(), &plan.settled].concat();
                save::create(self, plan.table, (*id, &cells), rules)
            }
            Action::Update { row, cells, condition } => {
                let cells = [cells.as_slice(), &plan.settled].concat();
                save::update(
                    self,
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
                    self,
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
                pair::associate(self, plan.table, (sides, *id), rules);
                Ok(())
            }
            Action::Disassociate { sides } => {
                pair::disassociate(self, plan.table, sides, rules);
                Ok(())
            }
        }
    }

    /// Adds a step of which nothing is expected.
    pub(super) fn certain(&mut self, sql: Sql) {
        self.push(sql, Expect::Anything, Label::Certain);
    }

    /// Adds a step that must return or change a row.
    pub(super) fn some(&mut self, sql: Sql, label: Label) {
        self.push(sql, Expect::Some, label);
    }

    /// Adds a step that must not return a row.
    pub(super) fn none(&mut self, sql: Sql, label: Label) {
        self.push(sql, Expect::None, label);
    }

    /// Adds the step that returns the key and the version of the written row. The first one counts, for it is the
    /// caller's own; those of consequences come behind it.
    pub(super) fn written(&mut self, sql: Sql, label: Label) {
        let position = self.statements.len();
        self.written_at.get_or_insert(position);
        self.some(sql, label);
    }

    fn push(&mut self, sql: Sql, expect: Expect, label: Label) {
        self.statements.push(Labelled { sql, expect, label });
    }

    /// A row of the table that has this key and of which the predicates hold must be there.
    pub(super) fn require(&mut self, table: TableId, row: &RowKey, predicates: &[&Predicate], label: Label) {
        let query = self.query(table, row, predicates);
        self.some(Sql::Select(query), label);
    }

    /// The key of the row that has this key and of which the predicates hold.
    pub(super) fn query(&self, table: TableId, row: &RowKey, predicates: &[&Predicate]) -> Select {
        matching(&Statement::new(self.catalogue), table, row, predicates)
    }

    /// The guards of the lookups that are set: each target is there, within reach, and stays.
    pub(super) fn targets(&mut self, cells: &[(ColumnId, Cell)], rules: &WriteRules) {
        for (position, target) in rules.targets.iter().enumerate() {
            let Some((_, cell)) = cells.iter().find(|(column, _)| *column == target.column) else {
                continue;
            };
            let Some(row) = row_of(cell) else { continue };
            let mut query = self.query(target.table, &row, &[&target.rule]);
            query.lock = db::sql::Lock::KeyShare;
            self.some(Sql::Select(query), Label::Target(position));
        }
        if let Some(owner) = &rules.owner {
            let row = RowKey::Id(owner.id);
            let enabled = self
                .catalogue
                .table(owner.table)
                .column_named("isdisabled")
                .map(|column| Predicate::Compare {
                    column: column.id,
                    op: crate::plan::Comparison::Ne,
                    value: Cell::Bool(true),
                });
            let mut query = self.query(owner.table, &row, &enabled.iter().collect::<Vec<_>>());
            query.lock = db::sql::Lock::KeyShare;
            self.some(Sql::Select(query), Label::Owner);
        }
    }
}

/// The key of the row that has this key and of which the predicates hold.
pub(super) fn matching(statement: &Statement<'_>, table: TableId, row: &RowKey, predicates: &[&Predicate]) -> Select {
    let named = statement.named(table);
    let mut conditions: Vec<Expr> = vec![condition(statement, &named, &has_key(named.table, row))];
    let told = predicates.iter().filter(|predicate| !predicate.is_always());
    conditions.extend(told.map(|predicate| condition(statement, &named, predicate)));
    let mut query = rows(&named, Vec::new());
    query.filter = Some(flat(conditions));
    query
}

/// The row that a lookup's cell names.
pub(super) fn row_of(cell: &Cell) -> Option<RowKey> {
    match cell {
        Cell::Guid(id) | Cell::Reference(_, id) => Some(RowKey::Id(*id)),
        Cell::Keyed { key, values, .. } => Some(RowKey::Alternate {
            key: *key,
            values: values.clone(),
        }),
        Cell::Null | Cell::Bool(_) | Cell::Int(_) | Cell::Double(_) | Cell::Text(_) => None,
    }
}
