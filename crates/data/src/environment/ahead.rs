//! An environment as it will be after changes that are not made yet.
//!
//! In: the steps of the changes. Out: the state that they would leave, or how they would end. Invariant: nothing is kept;
//! whoever commits the steps later says by which epoch they were decided.

use std::sync::Arc;

use db::{Commit, Expect, Step};

use crate::environment::Environment;
use crate::environment::snapshot::SnapshotError;
use crate::environment::tables::Tables;

/// What would come of the steps.
pub(crate) enum Ahead {
    /// This state.
    State(Arc<Environment>),
    /// This step would be refused.
    Refused {
        /// Its position.
        step: usize,
    },
}

impl Environment {
    /// The state that these steps would leave.
    pub(crate) async fn after(&self, mut steps: Vec<Step>) -> Result<Ahead, SnapshotError> {
        steps.extend(Tables::queries().map(|statement| Step {
            statement,
            expect: Expect::Anything,
        }));
        let mut rows = match self.database.rehearse(steps).await? {
            Commit::Refused { step } => return Ok(Ahead::Refused { step }),
            Commit::Done(rows) => rows,
        };
        let tables = rows.split_off(rows.len().saturating_sub(Tables::QUERIES));
        let security = Tables::of(tables).compile(&self.security.privileges)?;
        Ok(Ahead::State(Arc::new(Self {
            address: Arc::clone(&self.address),
            organization: self.organization,
            catalogue: Arc::clone(&self.catalogue),
            own: Arc::clone(&self.own),
            additions: self.additions,
            database: self.database.clone(),
            security: Arc::new(security),
            epoch: self.epoch,
            clock: Arc::clone(&self.clock),
            random: Arc::clone(&self.random),
            directory: Arc::clone(&self.directory),
        })))
    }
}
