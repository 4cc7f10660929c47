//! A write while rules work on it.
//!
//! In: a planned write. Out: the same, its cells reached by column names. Invariant: what a rule settles is no longer
//! among the caller's cells, so that no right is asked for it.

use uuid::Uuid;

use crate::catalogue::{Catalogue, ColumnId, Table};
use crate::error::Error;
use crate::plan::{Action, Answer, Cell, Condition, RowKey, WritePlan};

/// See the module.
pub(super) struct Draft<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) table: &'a Table,
    pub(super) plan: WritePlan,
}

impl<'a> Draft<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, plan: WritePlan) -> Self {
        Self {
            catalogue,
            table: catalogue.table(plan.table),
            plan,
        }
    }

    /// Rules look at the rows that lookups point to, which an alternate key does not name.
    pub(super) fn check_plain(&self) -> Result<(), Error> {
        match self.cells().iter().find(|(_, cell)| matches!(cell, Cell::Keyed { .. })) {
            None => Ok(()),
            Some((column, _)) => Err(Error::NotSupported {
                what: format!(
                    "`{}` of `{}` can only be bound by the id of a row, not by an alternate key",
                    self.table.column(*column).logical_name,
                    self.table.logical_name
                ),
            }),
        }
    }

    /// Whether a row is made.
    pub(super) fn is_create(&self) -> bool {
        matches!(self.plan.action, Action::Create { .. })
    }

    /// The caller's value for a column; `None` where none is given.
    pub(super) fn given(&self, column: &str) -> Option<&Cell> {
        let id = self.table.column_named(column)?.id;
        self.cells()
            .iter()
            .find(|(given, _)| *given == id)
            .map(|(_, cell)| cell)
    }

    /// The caller's or a rule's value for a column.
    pub(super) fn value(&self, column: &str) -> Option<&Cell> {
        let id = self.table.column_named(column)?.id;
        self.plan
            .settled
            .iter()
            .chain(self.cells())
            .find(|(given, _)| *given == id)
            .map(|(_, cell)| cell)
    }

    /// The row that the caller's value for a lookup points to.
    pub(super) fn given_row(&self, column: &str) -> Option<Uuid> {
        id_in(self.given(column)?)
    }

    /// Whether the caller gives a value that is not null.
    pub(super) fn is_given(&self, column: &str) -> bool {
        self.given(column).is_some_and(|cell| *cell != Cell::Null)
    }

    /// Sets a column, whatever the caller says. A column that the table does not have is passed over: not every
    /// catalogue has all.
    pub(super) fn settle(&mut self, column: &str, cell: Cell) {
        let Some(column) = self.table.column_named(column) else {
            return;
        };
        if let Action::Create { cells, .. } | Action::Update { cells, .. } = &mut self.plan.action {
            cells.retain(|(given, _)| *given != column.id);
        }
        self.plan.settled.retain(|(settled, _)| *settled != column.id);
        self.plan.settled.push((column.id, cell));
    }

    /// Sets a column where the caller says nothing.
    pub(super) fn settle_default(&mut self, column: &str, cell: Cell) {
        if !self.is_given(column) {
            self.settle(column, cell);
        }
    }

    /// Adds the making of a row.
    pub(super) fn also_create(&mut self, table: &str, id: Uuid, cells: Vec<(&str, Cell)>) {
        let Some(table) = self.catalogue.logical_name(table) else {
            return;
        };
        let cells = by_id(table, cells);
        self.also(table, Action::Create { id, cells });
    }

    /// Adds the change of a row.
    pub(super) fn also_update(&mut self, table: &str, id: Uuid, cells: Vec<(&str, Cell)>) {
        let Some(table) = self.catalogue.logical_name(table) else {
            return;
        };
        let cells = by_id(table, cells);
        self.also(
            table,
            Action::Update {
                row: RowKey::Id(id),
                cells,
                condition: Condition::Exists,
            },
        );
    }

    /// Adds the end of a row.
    pub(super) fn also_delete(&mut self, table: &str, id: Uuid) {
        let Some(table) = self.catalogue.logical_name(table) else {
            return;
        };
        self.also(
            table,
            Action::Delete {
                row: RowKey::Id(id),
                condition: Condition::Exists,
            },
        );
    }

    /// Adds the making of a pair, given by the keys of its two sides, the first side's first.
    pub(super) fn also_associate(&mut self, intersect: &str, pair: [Uuid; 2], id: Uuid) {
        let Some(table) = self.catalogue.logical_name(intersect) else {
            return;
        };
        let Some(sides) = sides(table, pair) else { return };
        self.also(table, Action::Associate { sides, id });
    }

    /// Adds the end of a pair.
    pub(super) fn also_disassociate(&mut self, intersect: &str, pair: [Uuid; 2]) {
        let Some(table) = self.catalogue.logical_name(intersect) else {
            return;
        };
        let Some(sides) = sides(table, pair) else { return };
        self.also(table, Action::Disassociate { sides });
    }

    fn also(&mut self, table: &Table, action: Action) {
        self.plan.consequences.push(WritePlan {
            table: table.id,
            action,
            settled: Vec::new(),
            consequences: Vec::new(),
            answer: Answer::Address,
        });
    }

    fn cells(&self) -> &[(ColumnId, Cell)] {
        match &self.plan.action {
            Action::Create { cells, .. } | Action::Update { cells, .. } => cells,
            Action::Delete { .. } | Action::Associate { .. } | Action::Disassociate { .. } => &[],
        }
    }
}

/// The key in a cell.
pub(super) fn id_in(cell: &Cell) -> Option<Uuid> {
    if let Cell::Guid(id) | Cell::Reference(_, id) = cell {
        Some(*id)
    } else {
        None
    }
}

fn by_id(table: &Table, cells: Vec<(&str, Cell)>) -> Vec<(ColumnId, Cell)> {
    cells
        .into_iter()
        .filter_map(|(name, cell)| Some((table.column_named(name)?.id, cell)))
        .collect()
}

fn sides(table: &Table, [first, second]: [Uuid; 2]) -> Option<[(ColumnId, crate::catalogue::TableId, Uuid); 2]> {
    let [one, other] = table.intersect?;
    Some([(one.column, one.table, first), (other.column, other.table, second)])
}
