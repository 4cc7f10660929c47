//! Reads the catalogue and the security rows of an environment.
//!
//! In: its database. Out: both, of one epoch.
//! Invariant: a row that cannot be understood stops the load; nothing is left out, and nothing is guessed.

use std::sync::Arc;

use db::Database;
use uuid::Uuid;

use crate::catalogue::{Catalogue, CatalogueError, Own};
use crate::environment::Environment;
use crate::environment::catalogues::Catalogues;
use crate::environment::epoch::{self, State};
use crate::environment::security::Security;
use crate::environment::tables::Tables;
use crate::environment::units::TreeError;

/// The epoch may move while the rows are read, and then they are read again; so often at most.
const ATTEMPTS: usize = 8;

/// Why the security rows of an environment cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SnapshotError {
    #[error("the security rows cannot be read")]
    Database(#[from] db::Error),
    #[error("the database was made with catalogue `{made_with}`; this program has `{ours}`")]
    OtherCatalogue { made_with: Uuid, ours: Uuid },
    #[error("what the environment has added to its catalogue cannot be used")]
    Additions(#[from] CatalogueError),
    #[error("the security rows changed {ATTEMPTS} times while they were read")]
    Restless,
    #[error("`{table}` has no row")]
    Empty { table: &'static str },
    #[error(transparent)]
    Tree(#[from] TreeError),
    #[error("`{table}` of `{of}` points to `{to}`, which is not there")]
    Dangling { table: &'static str, of: Uuid, to: Uuid },
    #[error("`{table}` of `{of}` has `{value}` in `{column}`, which has no meaning")]
    Meaningless {
        table: &'static str,
        of: Uuid,
        column: &'static str,
        value: String,
    },
}

/// What a snapshot is made from.
pub(super) struct Loaded {
    pub(super) state: State,
    pub(super) own: Arc<Own>,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) security: Security,
}

/// Reads the state row, and refuses a database of another catalogue.
pub(super) async fn read_state(database: &Database, fingerprint: Uuid) -> Result<State, SnapshotError> {
    let rows = database.query(&epoch::query()).await?;
    let row = rows.first().ok_or(SnapshotError::Empty {
        table: crate::schema::STATE,
    })?;
    let state = epoch::read(row)?;
    if state.made_with == fingerprint {
        Ok(state)
    } else {
        Err(SnapshotError::OtherCatalogue {
            made_with: state.made_with,
            ours: fingerprint,
        })
    }
}

/// Reads the catalogue and the security rows of one epoch; the catalogue only where it is another than before.
pub(super) async fn load(
    database: &Database,
    catalogues: &Catalogues,
    before: Option<&Environment>,
) -> Result<Loaded, SnapshotError> {
    let fingerprint = catalogues.fingerprint();
    let mut state = read_state(database, fingerprint).await?;
    for _ in 0..ATTEMPTS {
        let known = before.filter(|before| before.additions == state.additions);
        let own = match known {
            Some(known) => Arc::clone(&known.own),
            None => Arc::new(read_own(database).await?),
        };
        let tables = Tables::read(database).await?;
        let after = read_state(database, fingerprint).await?;
        if state == after {
            let catalogue = match known {
                Some(known) => Arc::clone(&known.catalogue),
                None => catalogues.of(&own)?,
            };
            let privileges = catalogue.privileges().iter().map(|privilege| privilege.id);
            let security = tables.compile(&Arc::new(privileges.collect()))?;
            return Ok(Loaded {
                state,
                own,
                catalogue,
                security,
            });
        }
        state = after;
    }
    Err(SnapshotError::Restless)
}

async fn read_own(database: &Database) -> Result<Own, SnapshotError> {
    let rows = database.query(&epoch::document()).await?;
    let row = rows.first().ok_or(SnapshotError::Empty {
        table: crate::schema::ADDITIONS,
    })?;
    Ok(Own::read(row.text(0)?)?)
}
