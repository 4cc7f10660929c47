//! The passport of a statement: what a [`crate::Database`] runs.
//!
//! In: a value of [`crate::sql`], or a text that was fixed when the program was compiled.
//! Out: nothing that can be read back as text. Invariant: no text made at run time gets in.

use std::sync::Arc;

use crate::sql::Sql;
use crate::{Type, Value};

/// A statement with its parameters; cheap to clone. Made by [`Statement::new`] or [`Statement::fixed`] only.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement(Arc<Kind>);

/// The two ways to a statement.
#[derive(Debug, PartialEq)]
pub(crate) enum Kind {
    /// Rendered by a dialect on each run.
    Built(Sql),
    /// Rendered once per database.
    Fixed(Fixed),
}

/// See [`Statement::fixed`].
#[derive(Debug, PartialEq)]
pub(crate) struct Fixed {
    pub(crate) text: &'static str,
    pub(crate) parameters: Vec<Value>,
    pub(crate) columns: &'static [Type],
}

impl Statement {
    /// A statement from its parts.
    #[must_use]
    pub fn new(sql: Sql) -> Self {
        Self(Arc::new(Kind::Built(sql)))
    }

    /// A fixed statement in the subset of SQL that both databases understand alike.
    ///
    /// A table is written `{account}` and comes out qualified and quoted; a parameter is written `$1`, `$2`, ... and may
    /// occur more than once. Both stand for themselves inside of `'...'`. `columns` are the types of what it returns.
    ///
    /// ```
    /// use db::{Statement, Type, Value};
    /// # extern crate commonhold_db as db;
    ///
    /// let find = Statement::fixed(
    ///     "SELECT t.id, t.name FROM {tenant} t WHERE t.domain = $1",
    ///     vec![Value::Text("contoso.example".to_owned())],
    ///     &[Type::Guid, Type::Text],
    /// );
    /// ```
    #[must_use]
    pub fn fixed(text: &'static str, parameters: Vec<Value>, columns: &'static [Type]) -> Self {
        Self(Arc::new(Kind::Fixed(Fixed {
            text,
            parameters,
            columns,
        })))
    }

    pub(crate) fn kind(&self) -> &Kind {
        &self.0
    }

    /// Whether it only reads; the first word tells for a fixed text.
    pub(crate) fn is_query(&self) -> bool {
        match self.kind() {
            Kind::Built(sql) => matches!(sql, Sql::Select(_)),
            Kind::Fixed(fixed) => {
                let word = fixed.text.split_whitespace().next().unwrap_or_default();
                word.eq_ignore_ascii_case("SELECT")
            }
        }
    }
}
