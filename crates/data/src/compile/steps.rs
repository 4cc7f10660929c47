//! A transaction under construction: statements, each with what is expected of it and what its refusal means.
//!
//! In: conditions and values of a change. Out: the list of its statements. Invariant: the order is that in which they
//! were added.

use db::Expect;
use db::sql::{Expr, Lock, Select, Sql};

use crate::access::WriteRules;
use crate::catalogue::{Catalogue, ColumnId, Right, TableId};
use crate::compile::condition::{condition, flat, rows};
use crate::compile::delete::{self, Deleted};
use crate::compile::source::Statement;
use crate::compile::stamps::Stamps;
use crate::plan::{Action, Cell, Condition, Predicate, RowKey, WritePlan, condition as has_key};

/// Why a step was refused.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Label {
    /// It cannot be refused.
    Certain,
    /// Security rows have changed since the snapshot by which the change was decided.
    Epoch,
    /// Tables or columns have come or gone since that snapshot.
    Catalogue,
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

/// A transaction under construction.
pub(super) struct Steps<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) stamps: &'a Stamps,
    pub(super) statements: Vec<Labelled>,
    /// The step that returns the key and the version of the written row, where there is one.
    pub(super) written_at: Option<usize>,
}

/// A statement with what is expected of it.
#[derive(Debug)]
pub(super) struct Labelled {
    pub(super) sql: Sql,
    pub(super) expect: Expect,
    pub(super) label: Label,
}

impl Labelled {
    /// A step of which nothing is expected.
    pub(super) fn certain(sql: Sql) -> Self {
        Self {
            sql,
            expect: Expect::Anything,
            label: Label::Certain,
        }
    }
}

impl<'a> Steps<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, stamps: &'a Stamps) -> Self {
        Self {
            catalogue,
            stamps,
            statements: Vec::new(),
            written_at: None,
        }
    }

    /// Takes the rows that are to change, before the number that stamps them is drawn: otherwise one that drew 6 could
    /// wait for a row that another has just stamped with 7, and write 6 over it. Where the version that the row must have
    /// is given, the change is refused instead.
    pub(super) fn take(&mut self, plan: &WritePlan) {
        match &plan.action {
            Action::Update {
                row,
                condition: Condition::Exists | Condition::PointsTo(..),
                ..
            } => self.take_row(plan.table, row),
            Action::Delete { row, condition } => delete::take(
                self,
                &Deleted {
                    table: plan.table,
                    row,
                    condition: *condition,
                },
            ),
            Action::Update { .. } | Action::Create { .. } | Action::Associate { .. } | Action::Disassociate { .. } => {}
        }
    }

    /// Takes one row, where it is there.
    pub(super) fn take_row(&mut self, table: TableId, row: &RowKey) {
        let mut query = self.query(table, row, &[]);
        query.lock = Lock::Update;
        self.certain(Sql::Select(query));
    }

    /// Adds a step of which nothing is expected.
    pub(super) fn certain(&mut self, sql: Sql) {
        self.statements.push(Labelled::certain(sql));
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
            query.lock = Lock::KeyShare;
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
            query.lock = Lock::KeyShare;
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
