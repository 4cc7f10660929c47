//! The answer of a read: the rows of a query as the plan's nodes see them.
//!
//! In: `db::Rows` and the layout of the query. Out: views that walk over the cells where they are.
//! Invariant: nothing is copied; a view lives no longer than the answer.

use db::{Row, Rows, Value};
use uuid::Uuid;

use crate::catalogue::{ColumnId, TableId};
use crate::compile::layout::{ExpandPlace, Layout, Place};
use crate::compile::order;
use crate::plan::{Cell, Counting, Page};

/// How the rows of a query are read.
#[derive(Debug)]
pub(crate) enum Reader {
    /// One row or none.
    Rows {
        /// Where its parts stand.
        layout: Layout,
    },
    /// A page, and one row more where there is another page.
    Page {
        /// Where the parts of a row stand.
        layout: Layout,
        /// The order keys.
        order_at: Vec<usize>,
        /// The number of all rows.
        count_at: Option<usize>,
        /// Which page.
        page: Page,
    },
    /// One number.
    Count,
}

/// What came of a read.
#[derive(Debug)]
pub(crate) struct Answered {
    rows: Rows,
    layout: Option<Layout>,
    shown: usize,
    count: Option<u64>,
    next: Option<String>,
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowView<'a> {
    cells: &'a [Value],
    layout: &'a Layout,
}

/// One value with what is told along with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CellView<'a> {
    /// The column.
    pub(crate) column: ColumnId,
    /// Its value.
    pub(crate) value: &'a Value,
    /// The object type code of the table that it points to, for a lookup with several targets.
    pub(crate) target_code: Option<i64>,
    /// The name of the row that it points to, where it was wanted and can be read.
    pub(crate) name: Option<&'a str>,
}

/// What stands behind an expand of a row.
#[derive(Debug)]
pub(crate) enum ExpandView<'a> {
    /// The row of a single-valued navigation, if there is one that can be read.
    One(Option<RowView<'a>>),
    /// The rows of a collection.
    Many(Vec<RowView<'a>>),
}

impl Reader {
    /// Reads what came of the query.
    pub(crate) fn read(self, rows: Rows) -> Result<Answered, db::Error> {
        match self {
            Self::Rows { layout } => {
                let shown = rows.len();
                Ok(Answered {
                    rows,
                    layout: Some(layout),
                    shown,
                    count: None,
                    next: None,
                })
            }
            Self::Count => {
                let count = rows.first().map(|row| row.int(0)).transpose()?.map(unsigned);
                Ok(Answered {
                    rows,
                    layout: None,
                    shown: 0,
                    count,
                    next: None,
                })
            }
            Self::Page {
                layout,
                order_at,
                count_at,
                page,
            } => {
                let most = usize::try_from(page.shown()).unwrap_or(usize::MAX);
                let shown = rows.len().min(most);
                let count = match (page.count, count_at) {
                    (Counting::Known(count), _) => Some(count),
                    (Counting::Unwanted, _) | (Counting::Wanted, None) => None,
                    // Of no rows there are none, for this is the first page.
                    (Counting::Wanted, Some(at)) => {
                        Some(rows.first().map(|row| row.int(at)).transpose()?.map_or(0, unsigned))
                    }
                };
                let is_full = rows.len() > most && page.top.is_none_or(|top| top > page.size);
                let last = rows.iter().nth(most.saturating_sub(1)).filter(|_| is_full);
                let next = last.map(|row| page.next(&keys(row, &order_at), count));
                Ok(Answered {
                    rows,
                    layout: Some(layout),
                    shown,
                    count,
                    next,
                })
            }
        }
    }
}

impl Answered {
    /// The rows, in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = RowView<'_>> {
        self.layout.iter().flat_map(|layout| {
            self.rows.iter().take(self.shown).map(move |row| RowView {
                cells: row.cells(),
                layout,
            })
        })
    }

    /// The first row.
    pub(crate) fn first(&self) -> Option<RowView<'_>> {
        self.rows().next()
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.shown
    }

    /// The number of all rows, where it was wanted: one more than [`crate::plan::COUNT_LIMIT`] for more than that.
    pub(crate) fn count(&self) -> Option<u64> {
        self.count
    }

    /// The skip token of the next page, where there is one.
    pub(crate) fn next_token(&self) -> Option<&str> {
        self.next.as_deref()
    }
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

fn keys(row: Row<'_>, order_at: &[usize]) -> Vec<Cell> {
    order_at
        .iter()
        .map(|at| row.get(*at).map_or(Cell::Null, order::cell))
        .collect()
}

impl<'a> RowView<'a> {
    /// Its key; `None` when there is no row.
    pub(crate) fn key(&self) -> Option<Uuid> {
        if let Value::Guid(id) = self.at(self.layout.key) {
            Some(*id)
        } else {
            None
        }
    }

    /// Its version.
    pub(crate) fn version(&self) -> Option<i64> {
        if let Value::Int(version) = self.at(self.layout.version) {
            Some(*version)
        } else {
            None
        }
    }

    /// Its table.
    pub(crate) fn table(&self) -> TableId {
        self.layout.table
    }

    /// The columns answered, in the order of the plan.
    pub(crate) fn cells(&self) -> impl Iterator<Item = CellView<'a>> {
        let row = *self;
        self.layout.cells.iter().map(move |place| row.cell(place))
    }

    /// The expands, in the order of the plan.
    pub(crate) fn expands(&self) -> impl Iterator<Item = ExpandView<'a>> {
        let row = *self;
        self.layout.expands.iter().map(move |place| row.expand(place))
    }

    fn cell(&self, place: &'a Place) -> CellView<'a> {
        let target = place.target_at.map(|at| self.at(at));
        let target_code = if let Some(Value::Int(code)) = target {
            Some(*code)
        } else {
            None
        };
        let mut names = place.names_at.iter().map(|at| self.at(*at));
        let name = names.find_map(|name| {
            if let Value::Text(name) = name {
                Some(name.as_str())
            } else {
                None
            }
        });
        CellView {
            column: place.column,
            value: self.at(place.at),
            target_code,
            name,
        }
    }

    fn expand(&self, place: &'a ExpandPlace) -> ExpandView<'a> {
        match place {
            ExpandPlace::One(layout) => {
                let row = RowView {
                    cells: self.cells,
                    layout,
                };
                ExpandView::One(row.key().map(|_| row))
            }
            ExpandPlace::Many { at, rows: layout } => {
                let Value::Rows(rows) = self.at(*at) else {
                    return ExpandView::Many(Vec::new());
                };
                ExpandView::Many(rows.iter().map(|cells| RowView { cells, layout }).collect())
            }
        }
    }

    fn at(&self, position: usize) -> &'a Value {
        self.cells.get(position).unwrap_or(&Value::Null)
    }
}
