//! Changes of an environment's catalogue while it is in use: tables, columns and choices come and go.
//!
//! In: what is to be there and what is to go, and in whose name. Out: what was done, or why not.
//! Invariant: everything is decided before the first statement, and done in one transaction, definitions and rows and
//! epoch together: whoever reads sees all of a change or nothing of it.

mod add;
mod column;
mod difference;
mod labels;
mod limits;
mod maker;
mod name;
mod refusal;
mod remove;
mod roles;
mod steps;
mod sweep;

use std::sync::Arc;

use db::{Commit, Rows, Statement};

use crate::{
    catalogue::{Additions, Catalogue, Dropped, Own},
    data_service::Door,
    environment::{Environment, Environments},
    error::Error,
};

pub use maker::Maker;
pub use refusal::CatalogueRefusal;
pub use remove::Removal;
pub(crate) use sweep::is_due;

/// How often a change is decided anew, while others change the environment too.
const ROUNDS: usize = 8;

/// What an error says was being done.
const DOING: &str = "changing the catalogue";

/// What is to be there, and what is to go. What is there already stays as it is, and what is gone already is no mistake:
/// the same change may be asked for again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogueChange {
    /// Is to be there. A definition that is there is compared: options may be added to it, everything else must be the
    /// same.
    pub add: Additions,
    /// Is to go, in this order, after the rest has come. Only what was added can go.
    pub remove: Vec<Removal>,
}

/// What a change has done; nothing, where everything was as asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// Tables (`new_order`), columns (`new_order.new_total`) and choices that are new, or have new options.
    pub added: Vec<String>,
    /// What is gone.
    pub removed: Vec<Removed>,
}

/// A table, a column or a choice that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Which.
    pub what: Removal,
    /// The rows that the table had, or the rows that had a value in the column; 0 for a choice.
    pub rows: u64,
}

/// A change, decided.
struct Decided {
    own: Own,
    applied: Applied,
    to: Arc<Catalogue>,
    /// What goes from the database with it.
    due: Vec<Dropped>,
}

/// Does a change. Changes on one node wait for each other; one that another node was faster with is decided anew.
pub(crate) async fn change(
    environments: &Environments,
    door: &Door,
    maker: Maker<'_>,
    change: &CatalogueChange,
) -> Result<Applied, CatalogueRefusal> {
    let turn = door.security_turn().await;
    for _ in 0..ROUNDS {
        // What is decided by an older state would be undone, but "there is nothing to do" would be said.
        door.reload().await?;
        let environment = door.environment().await?;
        maker::check(&environment, maker, change)?;
        let Some(decided) = decide(environments, &environment, change)? else {
            return Ok(Applied::default());
        };
        let Some(rows) = commit(&environment, &decided, maker::user(&environment, maker)).await? else {
            continue;
        };
        if let Err(error) = door.reload().await {
            // It is done: the next request reads the state anew or fails itself.
            tracing::error!(error.chain = %error, "the environment could not be read after a change of its catalogue");
        }
        return Ok(told(&environment, decided, &rows, maker));
    }
    drop(turn);
    Err(Error::Contended.into())
}

/// What a change would do, were it done now. Nothing is changed.
pub(crate) async fn preview(
    environments: &Environments,
    door: &Door,
    maker: Maker<'_>,
    change: &CatalogueChange,
) -> Result<Applied, CatalogueRefusal> {
    door.reload().await?;
    let environment = door.environment().await?;
    maker::check(&environment, maker, change)?;
    let decided = decide(environments, &environment, change)?;
    let mut applied = decided.map(|decided| decided.applied).unwrap_or_default();
    for removed in &mut applied.removed {
        let question = steps::rows_of(&removed.what);
        let rows = environment.database.query(&Statement::new(question)).await;
        removed.rows = steps::number(&rows.map_err(|source| Error::database(DOING, source))?);
    }
    Ok(applied)
}

/// What would be there, and what that takes; `None` where nothing is to be done.
fn decide(
    environments: &Environments,
    environment: &Environment,
    change: &CatalogueChange,
) -> Result<Option<Decided>, CatalogueRefusal> {
    let standard = environments.catalogue();
    let mut own = Own::clone(&environment.own);
    let mut applied = Applied {
        added: add::add(&mut own, standard, &change.add)?,
        removed: Vec::new(),
    };
    for removal in &change.remove {
        let gone = remove::remove(&mut own, standard, removal)?;
        if let Some(name) = gone
            .as_ref()
            .map(Removal::name)
            .filter(|name| applied.added.contains(name))
        {
            let what = "it is to be added and removed by the same change";
            return Err(CatalogueRefusal::definition(&name, what));
        }
        applied.removed.extend(gone.map(|what| Removed { what, rows: 0 }));
    }
    if applied == Applied::default() {
        return Ok(None);
    }
    limits::check(&own)?;
    let to = environments.catalogue_of(&own)?;
    limits::check_tables(&to)?;
    let from = &environment.catalogue;
    let now = environment.clock.now().seconds();
    let due = sweep::take_due(&mut own, from, &to, now);
    own.dropped.extend(sweep::dropped(from, &to, now));
    Ok(Some(Decided { own, applied, to, due }))
}

/// Lets go for good of what has left the catalogue a while ago. Nothing is wrong where another change comes first.
pub(crate) async fn sweep(environments: &Environments, environment: &Environment) -> Result<(), CatalogueRefusal> {
    let mut own = Own::clone(&environment.own);
    let to = Arc::clone(&environment.catalogue);
    let due = sweep::take_due(&mut own, &to, &to, environment.clock.now().seconds());
    let applied = Applied::default();
    let decided = Decided { own, applied, to, due };
    commit(environment, &decided, None).await?;
    Ok(environments.reload(&environment.address.name).await?)
}

/// What each step gave; `None` where another change came first.
async fn commit(
    environment: &Environment,
    decided: &Decided,
    by: Option<uuid::Uuid>,
) -> Result<Option<Vec<Rows>>, CatalogueRefusal> {
    let steps = steps::steps(environment, decided, by)?;
    match environment.database.commit(steps).await {
        Ok(Commit::Done(rows)) => Ok(Some(rows)),
        Ok(Commit::Refused { .. }) => Ok(None),
        Err(source) => Err(Error::database(DOING, source).into()),
    }
}

fn told(environment: &Environment, decided: Decided, rows: &[Rows], maker: Maker<'_>) -> Applied {
    let Decided { mut applied, .. } = decided;
    steps::count(&mut applied, rows);
    tracing::info!(
        environment.name = environment.address.name,
        catalogue.added = applied.added.join(" "),
        catalogue.removed = applied.removed.len(),
        user.id = ?maker::user(environment, maker),
        "the catalogue was changed"
    );
    applied
}

#[cfg(test)]
mod tests;
