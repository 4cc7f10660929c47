//! Where the parts of a node's row stand among the cells of a SQL row.
//!
//! In: a node, as its columns are selected. Out: positions. Invariant: made with the statement that it describes.

use crate::catalogue::{ColumnId, TableId};

/// The positions of a node's parts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layout {
    /// The node's table.
    pub(crate) table: TableId,
    /// The key; null where there is no row (behind a single-valued expand).
    pub(crate) key: usize,
    /// The row version.
    pub(crate) version: usize,
    /// The columns answered, in the order of the node.
    pub(crate) cells: Vec<Place>,
    /// The expands, in the order of the node.
    pub(crate) expands: Vec<ExpandPlace>,
}

/// The positions of a column and of what is told along with it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    /// The column.
    pub(crate) column: ColumnId,
    /// Its value.
    pub(crate) at: usize,
    /// The object type code of the table that it points to, for a lookup with several targets.
    pub(crate) target_at: Option<usize>,
    /// Names of the row that it points to; one at most is not null.
    pub(crate) names_at: Vec<usize>,
}

/// The position of an expand.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ExpandPlace {
    /// Of a single-valued navigation: among the cells of the same SQL row.
    One(Layout),
    /// Of a collection: one cell that holds rows, each laid out like this.
    Many {
        /// The cell.
        at: usize,
        /// Its rows.
        rows: Layout,
    },
}
