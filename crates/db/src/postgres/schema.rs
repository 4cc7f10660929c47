//! A schema: one database of ours.
//!
//! In: statements. Out: rows. Invariant: it holds no connection between two statements.

use std::io;
use std::sync::Arc;

use super::{Postgres, Server, commit, run};
use crate::database::End;
use crate::render::{self, FixedTexts};
use crate::{Commit, Error, Rows, Statement, Step};

/// An open schema.
pub(crate) struct Schema {
    name: String,
    pub(super) server: Server,
    pub(super) fixed: FixedTexts,
}

impl Schema {
    pub(super) fn new(name: &str, server: Server) -> Self {
        Self {
            name: name.to_owned(),
            server,
            fixed: FixedTexts::default(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn dialect(&self) -> Postgres<'_> {
        Postgres { schema: &self.name }
    }

    pub(crate) async fn query(&self, statement: &Statement) -> Result<Rows, Error> {
        let rendered = render::statement(&self.dialect(), &self.fixed, statement);
        let client = self.server.connection().await?;
        let ended = match run::run(&client, &rendered).await {
            Err(failed) if failed.may_be_outdated() => {
                self.server.forget_statements();
                run::run(&client, &rendered).await
            }
            ended => ended,
        };
        ended.map_err(|failed| failed.error)
    }

    /// Runs as a task of its own: a caller that goes away must not leave a connection within a transaction.
    pub(crate) async fn transact(self: Arc<Self>, steps: Vec<Step>, end: End) -> Result<Commit, Error> {
        let task = tokio::spawn(async move { commit::transact(&self, &steps, end).await });
        task.await.map_err(|error| Error::unavailable(io::Error::from(error)))?
    }
}
