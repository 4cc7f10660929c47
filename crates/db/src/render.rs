//! Statements to text, in one pass.
//!
//! In: a [`Statement`] and a dialect. Out: the text, the parameters in its order, and how its cells are read.
//! Invariant: a name is written by [`name`] or by the dialect, in quotes; a value is never written, only numbered. Of
//! numbers only a limit is written, and the start of a sequence.

mod change;
mod define;
mod expr;
mod fixed;
mod pretty;
mod select;
#[cfg(test)]
mod tests;

use std::ops::Deref;
use std::sync::Arc;

use uuid::Uuid;

pub(crate) use self::fixed::FixedTexts;
use crate::cell::{self, Cell};
use crate::dialect::Dialect;
use crate::sql::Sql;
use crate::statement::Kind;
use crate::{Error, Statement, Type, Value, postgres, sqlite};

/// One of the two kinds of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// The text that an engine gets, laid out over several lines for a reader; `schema` is used by PostgreSQL only.
///
/// ```
/// use db::sql::{Delete, Sql};
/// # extern crate commonhold_db as db;
///
/// let sql = Sql::Delete(Delete { table: "account".into(), filter: None, returning: Vec::new() });
/// assert_eq!(db::render(&sql, db::Engine::Postgres, "contoso"), "DELETE FROM \"contoso\".\"account\"\n");
/// ```
#[must_use]
pub fn render(sql: &Sql, engine: Engine, schema: &str) -> String {
    let text = match engine {
        Engine::Sqlite => built(&sqlite::Sqlite, sql).text,
        Engine::Postgres => built(&postgres::Postgres { schema }, sql).text,
    };
    pretty::lines(&text)
}

/// A statement ready to be run.
pub(crate) struct Rendered<'a> {
    pub(crate) text: Text,
    pub(crate) parameters: Vec<Parameter<'a>>,
    pub(crate) answer: Answer,
}

/// A text made for one run, or one kept for many.
pub(crate) enum Text {
    Own(String),
    Kept(Arc<str>),
}

/// A parameter as the statement holds it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Parameter<'a> {
    Value(&'a Value),
    Guids(&'a [Uuid]),
}

impl Rendered<'_> {
    /// Refuses too few or too many parameters, and what one of the databases cannot take, so that both refuse it.
    pub(crate) fn check_parameters(&self, wanted: usize) -> Result<(), Error> {
        let given = self.parameters.len();
        if given != wanted {
            return Err(Error::shape(format!(
                "the statement has {given} parameters, not {wanted}"
            )));
        }
        self.parameters.iter().copied().try_for_each(check)
    }
}

fn check(parameter: Parameter<'_>) -> Result<(), Error> {
    match parameter {
        Parameter::Value(Value::Text(text)) if text.contains('\0') => Err(Error::shape(
            "a text holds the character U+0000, which cannot be stored",
        )),
        Parameter::Value(Value::Double(double)) if double.is_nan() => {
            Err(Error::shape("a number is not a number (NaN), which cannot be stored"))
        }
        Parameter::Value(Value::Rows(_)) => Err(Error::shape("rows cannot be a parameter")),
        Parameter::Value(_) | Parameter::Guids(_) => Ok(()),
    }
}

/// What a statement answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    /// Rows of these cells, or when there are none the number of changed rows.
    Cells(Vec<Cell>),
    /// Nothing: a definition, perhaps of several statements, without parameters.
    Nothing,
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Own(text) => text,
            Self::Kept(text) => text,
        }
    }
}

/// Renders a statement for its run.
pub(crate) fn statement<'a>(dialect: &impl Dialect, kept: &FixedTexts, statement: &'a Statement) -> Rendered<'a> {
    match statement.kind() {
        Kind::Built(sql) => {
            let writer = built(dialect, sql);
            Rendered {
                text: Text::Own(writer.text),
                parameters: writer.parameters,
                answer: answer(sql),
            }
        }
        Kind::Fixed(fixed) => Rendered {
            text: Text::Kept(kept.text(dialect, fixed.text)),
            parameters: fixed.parameters.iter().map(Parameter::Value).collect(),
            answer: Answer::Cells(cell::of_types(fixed.columns)),
        },
    }
}

fn answer(sql: &Sql) -> Answer {
    match sql {
        // Where nothing is asked for, the text says `SELECT 1`.
        Sql::Select(select) if select.columns.is_empty() => Answer::Cells(vec![Cell::Plain(Type::Int)]),
        Sql::Select(select) => Answer::Cells(cell::of_columns(&select.columns)),
        Sql::Insert(insert) => Answer::Cells(cell::of_columns(&insert.returning)),
        Sql::Update(update) => Answer::Cells(cell::of_columns(&update.returning)),
        Sql::Delete(delete) => Answer::Cells(cell::of_columns(&delete.returning)),
        Sql::Advance { .. } => Answer::Cells(vec![Cell::Plain(Type::Int)]),
        Sql::CreateTable(_)
        | Sql::CreateIndex(_)
        | Sql::AddColumn { .. }
        | Sql::DropColumn { .. }
        | Sql::DropTable { .. }
        | Sql::DropIndex { .. }
        | Sql::CreateSequence { .. } => Answer::Nothing,
    }
}

fn built<'a, 'd, D: Dialect>(dialect: &'d D, sql: &'a Sql) -> Writer<'a, 'd, D> {
    let mut writer = Writer {
        dialect,
        text: String::with_capacity(1024),
        parameters: Vec::with_capacity(16),
    };
    match sql {
        Sql::Select(select) => writer.select(select),
        Sql::Insert(insert) => writer.insert(insert),
        Sql::Update(update) => writer.update(update),
        Sql::Delete(delete) => writer.delete(delete),
        Sql::CreateTable(table) => writer.create_table(table),
        Sql::CreateIndex(index) => writer.create_index(index),
        Sql::AddColumn { table, column } => writer.add_column(table, column),
        Sql::DropColumn { table, column } => writer.drop_column(table, column),
        Sql::DropTable { table } => writer.drop("TABLE", table),
        Sql::DropIndex { name } => writer.drop("INDEX", name),
        Sql::CreateSequence { name, after } => dialect.create_sequence(&mut writer.text, name, *after),
        Sql::Advance { name } => dialect.advance(&mut writer.text, name),
    }
    writer
}

/// Writes one statement; its parts are in the files below.
struct Writer<'a, 'd, D> {
    dialect: &'d D,
    text: String,
    parameters: Vec<Parameter<'a>>,
}

impl<'a, D: Dialect> Writer<'a, '_, D> {
    fn word(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn name(&mut self, text: &str) {
        name(&mut self.text, text);
    }

    fn table(&mut self, text: &str) {
        self.dialect.table(&mut self.text, text);
    }

    /// Notes a parameter and gives its number.
    fn bind(&mut self, parameter: Parameter<'a>) -> usize {
        self.parameters.push(parameter);
        self.parameters.len()
    }

    /// Writes each item, with `between` between them.
    fn list<T>(&mut self, items: impl IntoIterator<Item = T>, between: &str, mut write: impl FnMut(&mut Self, T)) {
        for (position, item) in items.into_iter().enumerate() {
            if position > 0 {
                self.text.push_str(between);
            }
            write(self, item);
        }
    }
}

/// Writes a name in double quotes, which both databases take literally; a quote within it is doubled.
pub(crate) fn name(text: &mut String, name: &str) {
    text.push('"');
    for part in name.split_inclusive('"') {
        text.push_str(part);
        if part.ends_with('"') {
            text.push('"');
        }
    }
    text.push('"');
}

/// Writes a list of names.
pub(crate) fn names(text: &mut String, names: &[crate::sql::Name]) {
    for (position, item) in names.iter().enumerate() {
        if position > 0 {
            text.push_str(", ");
        }
        name(text, item);
    }
}
