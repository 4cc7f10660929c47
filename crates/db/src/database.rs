//! The one handle that runs SQL: a SQLite file, or a schema of a PostgreSQL database.
//!
//! In: [`Statement`]s, one to read or several to commit. Out: rows.
//! Invariant: a transaction is a list given whole. It never waits for its caller, so a writer is never held up by a
//! slow one, writers of a SQLite file share one sync to disk, and a cut connection leaves nothing half done.

use std::fmt;
use std::sync::Arc;

use crate::{Error, Rows, Statement, postgres, sqlite};

/// A handle on one database; cheap to clone.
#[derive(Clone)]
pub struct Database(Place);

/// Where a database is.
#[derive(Clone)]
enum Place {
    Sqlite(Arc<sqlite::File>),
    Postgres(Arc<postgres::Schema>),
}

/// One statement of a transaction, with what must come of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What is run.
    pub statement: Statement,
    /// What must come of it, or the whole transaction is undone.
    pub expect: Expect,
}

/// What must come of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Nothing in particular.
    Anything,
    /// At least one row returned or changed.
    Some,
    /// No row returned or changed.
    None,
}

/// What becomes of what a transaction has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It is kept.
    Keep,
    /// It is undone.
    Undo,
}

/// How a transaction ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Commit {
    /// All steps held, and the change is on disk: the rows each returned.
    Done(Vec<Rows>),
    /// A step did not come out as expected; nothing was changed.
    Refused {
        /// The position of that step.
        step: usize,
    },
}

impl Expect {
    /// Whether a step came out as expected.
    pub(crate) fn holds(self, rows: &Rows) -> bool {
        match self {
            Self::Anything => true,
            Self::Some => rows.affected() > 0,
            Self::None => rows.affected() == 0,
        }
    }
}

impl Database {
    /// Runs one query. Reads see all that was committed before the call.
    pub async fn query(&self, statement: &Statement) -> Result<Rows, Error> {
        if !statement.is_query() {
            return Err(Error::statement("only a query can be run outside of a transaction"));
        }
        match &self.0 {
            Place::Sqlite(file) => file.query(statement.clone()).await,
            Place::Postgres(schema) => schema.query(statement).await,
        }
    }

    /// Runs the steps as one transaction. A violated unique constraint is [`Error::Duplicate`], which names it.
    ///
    /// The first step that fails or is refused decides. Once begun, the transaction runs to its end even if the future
    /// is dropped.
    pub async fn commit(&self, steps: Vec<Step>) -> Result<Commit, Error> {
        self.transact(steps, End::Keep).await
    }

    /// As [`Self::commit`], but nothing is kept: what would come of the steps, each seen by those behind it.
    pub async fn rehearse(&self, steps: Vec<Step>) -> Result<Commit, Error> {
        self.transact(steps, End::Undo).await
    }

    async fn transact(&self, steps: Vec<Step>, end: End) -> Result<Commit, Error> {
        match &self.0 {
            Place::Sqlite(file) => file.transact(steps, end).await,
            Place::Postgres(schema) => Arc::clone(schema).transact(steps, end).await,
        }
    }

    /// The name under which its [`crate::Cluster`] knows it.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.0 {
            Place::Sqlite(file) => file.name(),
            Place::Postgres(schema) => schema.name(),
        }
    }
}

impl From<Arc<sqlite::File>> for Database {
    fn from(file: Arc<sqlite::File>) -> Self {
        Self(Place::Sqlite(file))
    }
}

impl From<Arc<postgres::Schema>> for Database {
    fn from(schema: Arc<postgres::Schema>) -> Self {
        Self(Place::Postgres(schema))
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let engine = match &self.0 {
            Place::Sqlite(_) => "Sqlite",
            Place::Postgres(_) => "Postgres",
        };
        formatter
            .debug_struct(engine)
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}
