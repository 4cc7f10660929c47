//! Values of a row as they are stored: each column with those beside it.
//!
//! In: cells of a plan. Out: SQL columns with their new values, for `INSERT` and `UPDATE` alike.
//! Invariant: a text and its folded form, a lookup and the number of its table, are always written together.

use db::sql::{Expr, Name, Select};
use db::{Type, Value};
use uuid::Uuid;

use crate::catalogue::{Column, ColumnId, Computed, Table, TableId};
use crate::compile::condition::{condition, rows};
use crate::compile::source::{Statement, returned};
use crate::compile::stamps::Stamps;
use crate::plan::{Cell, RowKey, condition as has_key, fold};
use crate::schema::VERSIONS;

/// New values for the columns of a row.
pub(super) struct Values<'a> {
    statement: &'a Statement<'a>,
    table: &'a Table,
    set: Vec<(Name, Expr)>,
    given: Vec<ColumnId>,
}

impl<'a> Values<'a> {
    pub(super) fn new(statement: &'a Statement<'a>, table: &'a Table) -> Self {
        Self {
            statement,
            table,
            set: Vec::new(),
            given: Vec::new(),
        }
    }

    /// Sets a column, and those beside it.
    pub(super) fn put(&mut self, column: &Column, cell: &Cell) {
        self.given.push(column.id);
        let name = || Name::from(column.logical_name.clone());
        let value = match cell {
            Cell::Null => Value::Null,
            Cell::Bool(value) => Value::Bool(*value),
            Cell::Int(number) => Value::Int(*number),
            Cell::Double(number) => Value::Double(*number),
            Cell::Text(text) => Value::Text(text.clone()),
            Cell::Guid(id) | Cell::Reference(_, id) => Value::Guid(*id),
            Cell::Keyed { table, key, values } => {
                let row = RowKey::Alternate {
                    key: *key,
                    values: values.clone(),
                };
                let found = key_of(self.statement, *table, &row);
                self.set.push((name(), found));
                self.beside(column, cell);
                return;
            }
        };
        self.set.push((name(), Expr::Value(value)));
        self.beside(column, cell);
    }

    fn beside(&mut self, column: &Column, cell: &Cell) {
        if let Some(folded) = &column.folded {
            let value = cell.text().map_or(Value::Null, |text| Value::Text(fold(text)));
            self.set.push((folded.clone().into(), Expr::Value(value)));
        }
        if let Some(target_table) = &column.target_table {
            let code = cell
                .table()
                .map(|table| i64::from(self.statement.catalogue.table(table).object_type_code));
            self.set.push((
                target_table.clone().into(),
                Expr::Value(code.map_or(Value::Null, Value::Int)),
            ));
        }
    }

    /// Sets a column by its logical name, where the table has it.
    pub(super) fn put_named(&mut self, name: &str, cell: &Cell) {
        if let Some(column) = self.table.column_named(name) {
            self.put(column, cell);
        }
    }

    /// Whether a value was put.
    pub(super) fn has(&self, column: ColumnId) -> bool {
        self.given.contains(&column)
    }

    /// Sets the row version to the number to which this transaction has moved the sequence.
    pub(super) fn version(&mut self) {
        self.set.push((VERSIONS.into(), Expr::CurrentOf(VERSIONS.into())));
    }

    /// Sets the columns that follow from a new owner.
    pub(super) fn owner(&mut self, owner: TableId, id: Uuid) {
        let owner = self.statement.catalogue.table(owner);
        let (user, team) = match owner.logical_name.as_str() {
            "team" => (Cell::Null, Cell::Guid(id)),
            _ => (Cell::Guid(id), Cell::Null),
        };
        self.put_named("owninguser", &user);
        self.put_named("owningteam", &team);
        let Some((unit, owners_unit)) = self
            .table
            .column_named("owningbusinessunit")
            .zip(owner.column_named("businessunitid"))
        else {
            return;
        };
        let mut query = key_query(self.statement, owner.id, &RowKey::Id(id));
        query.columns = vec![returned(query_column(&query, &owners_unit.logical_name), Type::Guid)];
        self.given.push(unit.id);
        self.set
            .push((unit.logical_name.clone().into(), Expr::Scalar(Box::new(query))));
    }

    /// Sets the stamps of a new row.
    pub(super) fn created(&mut self, stamps: &Stamps) {
        self.put_named("createdon", &Cell::Int(stamps.now));
        self.put_named("createdby", &Cell::Guid(stamps.acting));
        self.put_named("createdonbehalfby", &stamps.on_behalf.map_or(Cell::Null, Cell::Guid));
        self.modified(stamps);
    }

    /// Sets the stamps of a changed row.
    pub(super) fn modified(&mut self, stamps: &Stamps) {
        self.put_named("modifiedon", &Cell::Int(stamps.now));
        self.put_named("modifiedby", &Cell::Guid(stamps.acting));
        self.put_named("modifiedonbehalfby", &stamps.on_behalf.map_or(Cell::Null, Cell::Guid));
    }

    /// Sets the columns that are composed of others, of which some have new values. `stored` reads a column of the
    /// row as it is; without it the row is new, and what has no value is null.
    pub(super) fn computed(&mut self, cells: &[(ColumnId, Cell)], stored: Option<&dyn Fn(&str) -> Expr>) {
        for column in &self.table.columns {
            match column.computed {
                Some(Computed::FullName) if !self.has(column.id) => self.full_name(column, cells, stored),
                Some(Computed::FullName) | None => {}
            }
        }
    }

    fn full_name(&mut self, column: &Column, cells: &[(ColumnId, Cell)], stored: Option<&dyn Fn(&str) -> Expr>) {
        let part = |name: &str| {
            let part = self.table.column_named(name)?;
            let given = cells.iter().find(|(id, _)| *id == part.id).map(|(_, cell)| cell.text());
            Some(match (given, stored) {
                (Some(given), _) => Part::Given(given),
                (None, Some(stored)) => Part::Stored {
                    text: stored(&part.logical_name),
                    folded: stored(part.folded.as_ref().unwrap_or(&part.logical_name)),
                },
                (None, None) => Part::Given(None),
            })
        };
        let (Some(first), Some(last)) = (part("firstname"), part("lastname")) else {
            return;
        };
        let Some((whole, folded)) = joined(first, last) else {
            return;
        };
        self.given.push(column.id);
        self.set.push((column.logical_name.clone().into(), whole));
        if let Some(name) = &column.folded {
            self.set.push((name.clone().into(), folded));
        }
    }

    /// The columns with their values.
    pub(super) fn into_set(self) -> Vec<(Name, Expr)> {
        self.set
    }
}

/// A first or a last name.
enum Part<'a> {
    /// A new one; `None` for none.
    Given(Option<&'a str>),
    /// As it is stored.
    Stored { text: Expr, folded: Expr },
}

/// Both parts with a space between, or the one that is there; and its folded form. `None` when nothing has changed.
fn joined(first: Part<'_>, last: Part<'_>) -> Option<(Expr, Expr)> {
    let value = |text: String| Expr::Value(Value::Text(text));
    let null = || Expr::Value(Value::Null);
    match (first, last) {
        (Part::Stored { .. }, Part::Stored { .. }) => None,
        (Part::Given(None), Part::Given(None)) => Some((null(), null())),
        (Part::Given(Some(one)), Part::Given(None)) | (Part::Given(None), Part::Given(Some(one))) => {
            Some((value(one.to_owned()), value(fold(one))))
        }
        (Part::Given(Some(first)), Part::Given(Some(last))) => Some((
            value(format!("{first} {last}")),
            value(format!("{} {}", fold(first), fold(last))),
        )),
        (Part::Given(None), Part::Stored { text, folded }) | (Part::Stored { text, folded }, Part::Given(None)) => {
            Some((text, folded))
        }
        (Part::Given(Some(first)), Part::Stored { text, folded }) => {
            let before = |first: String, last: Expr| {
                let last = Expr::Concat(Box::new(value(" ".to_owned())), Box::new(last));
                let last = Expr::Coalesce(Box::new(last), Box::new(value(String::new())));
                Expr::Concat(Box::new(value(first)), Box::new(last))
            };
            Some((before(first.to_owned(), text), before(fold(first), folded)))
        }
        (Part::Stored { text, folded }, Part::Given(Some(last))) => {
            let behind = |first: Expr, last: String| {
                let first = Expr::Concat(Box::new(first), Box::new(value(" ".to_owned())));
                let first = Expr::Coalesce(Box::new(first), Box::new(value(String::new())));
                Expr::Concat(Box::new(first), Box::new(value(last)))
            };
            Some((behind(text, last.to_owned()), behind(folded, fold(last))))
        }
    }
}

/// The query for the key of a row.
pub(super) fn key_query(statement: &Statement<'_>, table: TableId, row: &RowKey) -> Select {
    let named = statement.named(table);
    let has_key = condition(statement, &named, &has_key(named.table, row));
    rows(&named, vec![has_key])
}

/// The key of a row as an expression; null when there is no such row.
pub(super) fn key_of(statement: &Statement<'_>, table: TableId, row: &RowKey) -> Expr {
    match row {
        RowKey::Id(id) => Expr::Value(Value::Guid(*id)),
        RowKey::Alternate { .. } => Expr::Scalar(Box::new(key_query(statement, table, row))),
    }
}

/// A column of the table that a query reads.
fn query_column(query: &Select, name: &str) -> Expr {
    let alias = match &query.from {
        Some(db::sql::Source::Table { alias, .. } | db::sql::Source::Query { alias, .. }) => alias.clone(),
        None => Name::from(""),
    };
    Expr::Column {
        of: alias,
        name: name.to_owned().into(),
    }
}
