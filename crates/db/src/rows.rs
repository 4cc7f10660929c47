//! What came of a statement.
//!
//! In: cells as the engines read them. Out: rows to walk over, or the cells themselves.
//! Invariant: the number of cells is a multiple of the number of columns.

use uuid::Uuid;

use crate::{Error, Type, Value};

/// The rows a statement returned, all cells in one vector.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    columns: usize,
    cells: Vec<Value>,
    affected: u64,
}

/// One row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<'a> {
    cells: &'a [Value],
}

impl Rows {
    /// Rows of `columns` cells each, row after row; a last row that is not full is left out.
    #[must_use]
    pub fn new(columns: usize, mut cells: Vec<Value>) -> Self {
        let rows = cells.len().checked_div(columns).unwrap_or(0);
        cells.truncate(rows * columns);
        Self {
            columns,
            cells,
            affected: rows as u64,
        }
    }

    /// No rows returned, but so many changed.
    pub(crate) fn changed(affected: u64) -> Self {
        Self {
            columns: 0,
            cells: Vec::new(),
            affected,
        }
    }

    /// How many rows were inserted, updated or deleted; for a query, how many it returned.
    #[must_use]
    pub fn affected(&self) -> u64 {
        self.affected
    }

    /// How many rows were returned.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cells.len().checked_div(self.columns).unwrap_or(0)
    }

    /// Whether no row was returned.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// How many cells each row has.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The first row.
    #[must_use]
    pub fn first(&self) -> Option<Row<'_>> {
        self.iter().next()
    }

    /// The rows in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row<'_>> + DoubleEndedIterator {
        self.cells.chunks_exact(self.columns.max(1)).map(|cells| Row { cells })
    }

    /// All cells, row after row, so that texts move without a copy.
    #[must_use]
    pub fn into_cells(self) -> Vec<Value> {
        self.cells
    }
}

impl<'a> Row<'a> {
    /// The cells in the order of the columns.
    #[must_use]
    pub fn cells(&self) -> &'a [Value] {
        self.cells
    }

    /// A cell by the position of its column.
    #[must_use]
    pub fn get(&self, column: usize) -> Option<&'a Value> {
        self.cells.get(column)
    }

    /// A guid. [`Error::Shape`] when the cell is null or of another type, here and below.
    pub fn guid(&self, column: usize) -> Result<Uuid, Error> {
        self.optional_guid(column)?.ok_or_else(|| null(column, Type::Guid))
    }

    /// A guid, or `None` where the cell is null.
    pub fn optional_guid(&self, column: usize) -> Result<Option<Uuid>, Error> {
        self.read(column, Type::Guid, |value| {
            if let Value::Guid(guid) = value {
                Some(*guid)
            } else {
                None
            }
        })
    }

    /// A whole number.
    pub fn int(&self, column: usize) -> Result<i64, Error> {
        self.optional_int(column)?.ok_or_else(|| null(column, Type::Int))
    }

    /// A whole number, or `None` where the cell is null.
    pub fn optional_int(&self, column: usize) -> Result<Option<i64>, Error> {
        self.read(column, Type::Int, |value| {
            if let Value::Int(int) = value { Some(*int) } else { None }
        })
    }

    /// A floating-point number.
    pub fn double(&self, column: usize) -> Result<f64, Error> {
        self.optional_double(column)?.ok_or_else(|| null(column, Type::Double))
    }

    /// A floating-point number, or `None` where the cell is null.
    pub fn optional_double(&self, column: usize) -> Result<Option<f64>, Error> {
        self.read(column, Type::Double, |value| {
            if let Value::Double(double) = value {
                Some(*double)
            } else {
                None
            }
        })
    }

    /// A text; also a JSON text.
    pub fn text(&self, column: usize) -> Result<&'a str, Error> {
        self.optional_text(column)?.ok_or_else(|| null(column, Type::Text))
    }

    /// A text, or `None` where the cell is null.
    pub fn optional_text(&self, column: usize) -> Result<Option<&'a str>, Error> {
        self.read(column, Type::Text, |value| {
            if let Value::Text(text) = value {
                Some(text.as_str())
            } else {
                None
            }
        })
    }

    /// True or false.
    pub fn bool(&self, column: usize) -> Result<bool, Error> {
        self.optional_bool(column)?.ok_or_else(|| null(column, Type::Bool))
    }

    /// True or false, or `None` where the cell is null.
    pub fn optional_bool(&self, column: usize) -> Result<Option<bool>, Error> {
        self.read(column, Type::Bool, |value| {
            if let Value::Bool(bool) = value {
                Some(*bool)
            } else {
                None
            }
        })
    }

    /// Bytes.
    pub fn bytes(&self, column: usize) -> Result<&'a [u8], Error> {
        self.optional_bytes(column)?.ok_or_else(|| null(column, Type::Bytes))
    }

    /// Bytes, or `None` where the cell is null.
    pub fn optional_bytes(&self, column: usize) -> Result<Option<&'a [u8]>, Error> {
        self.read(column, Type::Bytes, |value| {
            if let Value::Bytes(bytes) = value {
                Some(bytes.as_slice())
            } else {
                None
            }
        })
    }

    fn read<T>(&self, column: usize, ty: Type, take: impl FnOnce(&'a Value) -> Option<T>) -> Result<Option<T>, Error> {
        match self.cells.get(column) {
            None => Err(Error::shape(format!("the row has no column {column}"))),
            Some(Value::Null) => Ok(None),
            Some(value) => match take(value) {
                Some(taken) => Ok(Some(taken)),
                None => Err(Error::shape(format!("column {column} is not of type {ty:?}"))),
            },
        }
    }
}

fn null(column: usize, ty: Type) -> Error {
    Error::shape(format!("column {column} is null, not of type {ty:?}"))
}
