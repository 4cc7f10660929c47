//! The making of an environment.
//!
//! In: an address and a [`Founding`]. Out: a database with the catalogue's tables and the first rows: organization,
//! currency, root business unit with its default team, privileges, built-in roles, and the first administrators.
//! Invariant: all of it is one transaction; a database that has one row has them all.

mod first;
mod privileges;
mod roles;
mod rows;

use db::{Commit, Database};
use oauth::AppId;
use uuid::Uuid;

use crate::{
    environment::{Address, Environments, epoch},
    error::Error,
    install::first::First,
};

pub(crate) use privileges::{holding, privilege};
pub(crate) use roles::built_in;
pub(crate) use rows::{NewRow, Stamp, insert};

/// What an error says was being done.
const DOING: &str = "making the environment";

/// What an environment is made from.
#[derive(Debug, Clone)]
pub struct Founding {
    /// Also the name of the root business unit and its default team.
    pub organization_name: String,
    /// The key of the organization row; made when none is given.
    pub organization_id: Option<Uuid>,
    /// The key of the root business unit; made when none is given.
    pub root_business_unit_id: Option<Uuid>,
    /// The currency in which amounts are kept.
    pub base_currency: Currency,
    /// Who may do everything; the first one is told as the maker of the first rows.
    pub administrators: Vec<FoundingApplication>,
}

/// An application that becomes an administrator: an application user with a custom role that holds every privilege at
/// organization depth.
#[derive(Debug, Clone)]
pub struct FoundingApplication {
    /// The application; it needs a service principal in the environment's tenant.
    pub app: AppId,
    /// The custom role's name.
    pub role_name: String,
    /// The key of the user; made when none is given.
    pub user_id: Option<Uuid>,
    /// The key of the role; made when none is given.
    pub role_id: Option<Uuid>,
}

/// A currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    /// `US Dollar`
    pub name: String,
    /// `USD`
    pub iso_code: String,
    /// `$`
    pub symbol: String,
    /// Digits behind the point that are shown, four at most.
    pub precision: u8,
}

impl Default for Currency {
    /// The US dollar.
    fn default() -> Self {
        Self {
            name: "US Dollar".to_owned(),
            iso_code: "USD".to_owned(),
            symbol: "$".to_owned(),
            precision: 2,
        }
    }
}

/// Makes the database and everything in it.
///
/// [`Error::ApplicationNotInDirectory`] for an administrator that the tenant does not know; [`Error::Internal`] when
/// there is an environment of this name.
pub(crate) async fn environment(
    environments: &Environments,
    address: &Address,
    founding: Founding,
) -> Result<(), Error> {
    let options = environments.options();
    let mut principals = Vec::with_capacity(founding.administrators.len());
    for FoundingApplication { app, .. } in &founding.administrators {
        let principal = options.directory.service_principal(address.tenant, *app).await?;
        principals.push(principal.ok_or(Error::ApplicationNotInDirectory { app: *app })?);
    }
    let catalogue = environments.catalogue();
    let mut new_id = || oauth::random::uuid_v7(&*options.random, options.clock.now());
    let first = First::new(founding, principals, &mut new_id);
    let stamp = Stamp {
        seconds: options.clock.now().seconds(),
        by: first.maker(),
    };
    let steps = first::steps(catalogue, &first, stamp, &mut new_id)?;

    let database = database(environments, &address.database).await?;
    match database.commit(steps).await.map_err(unmade)? {
        Commit::Done(_) => Ok(()),
        Commit::Refused { step } => Err(internal(Refused { step })),
    }
}

/// A step of the installation did nothing.
#[derive(Debug, thiserror::Error)]
#[error("step {step} of the installation had no effect")]
struct Refused {
    step: usize,
}

/// A new database, or the empty one that an installation left behind when it was interrupted.
async fn database(environments: &Environments, name: &str) -> Result<Database, Error> {
    let cluster = environments.cluster();
    match cluster.create(name).await {
        Ok(database) => Ok(database),
        Err(exists @ db::Error::AlreadyExists { .. }) => {
            let database = cluster.open(name).await.map_err(unmade)?;
            match database.query(&epoch::query()).await {
                Ok(_) => Err(unmade(exists)),
                Err(source @ db::Error::Unavailable(_)) => Err(unmade(source)),
                Err(_) => Ok(database),
            }
        }
        Err(source) => Err(unmade(source)),
    }
}

fn unmade(source: db::Error) -> Error {
    Error::database(DOING, source)
}

fn internal(source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Internal {
        doing: DOING,
        source: Box::new(source),
    }
}
