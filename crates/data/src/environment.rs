//! An environment: one immutable snapshot of its catalogue and of who may do what, and the handle to its rows.
//!
//! In: an address and the environment's database. Out: an [`Environment`], shared by all requests until a change of
//! the security rows or of the catalogue bumps the epoch and a new one takes its place whole.

mod ahead;
mod catalogues;
pub(crate) mod epoch;
mod registry;
mod security;
mod snapshot;
mod tables;
mod units;

use std::sync::Arc;

use oauth::{Clock, Random, TenantId};
use uuid::Uuid;

use crate::{
    catalogue::{Catalogue, Own},
    directory::Directory,
};

pub(crate) use ahead::Ahead;
pub(crate) use registry::Environments;
#[cfg(test)]
pub(crate) use security::Settings;
pub(crate) use security::{BuiltInRoles, Security, User};
pub(crate) use security::{Member, Role, TeamKind};
pub(crate) use snapshot::SnapshotError;
#[cfg(test)]
pub(crate) use units::UnitRow;
pub(crate) use units::Units;

/// Where an environment is and whose it is; fixed as long as it is served.
#[derive(Debug, Clone)]
pub struct Address {
    /// The name in `/env/{name}/`.
    pub name: String,
    /// The name of the database that holds its rows, in the cluster.
    pub database: String,
    /// The tenant that it belongs to.
    pub tenant: TenantId,
    /// The origins and base URLs by which it is reached (`https://localhost:8444`), without a trailing slash; the
    /// first one is the canonical one. Each is accepted as the audience of a token.
    pub urls: Vec<String>,
    /// Where its callers get tokens (`https://localhost:8443/<tenant>/oauth2/authorize`), for the 401 challenge.
    pub authorization_uri: String,
    /// The issuers whose tokens it takes: the v1 and the v2 form.
    pub issuers: Vec<String>,
}

/// One immutable state of an environment.
pub(crate) struct Environment {
    /// Where and whose it is.
    pub address: Arc<Address>,
    /// The key of its one organization row.
    pub organization: Uuid,
    /// Its tables.
    pub catalogue: Arc<Catalogue>,
    /// What of them is its own.
    pub own: Arc<Own>,
    /// The number of changes of what is its own.
    pub additions: i64,
    /// Its rows.
    pub database: db::Database,
    /// Its security rows: units, users, roles.
    pub security: Arc<Security>,
    /// The number of changes that this state has seen.
    pub epoch: i64,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub random: Arc<dyn Random>,
    /// Who answers for the tenant.
    pub directory: Arc<dyn Directory>,
}

impl Environment {
    /// This state, with the tables of an older one: what was planned by the older one means nothing in other tables.
    pub(crate) fn with_tables_of(&self, older: &Self) -> Self {
        Self {
            address: Arc::clone(&self.address),
            organization: self.organization,
            catalogue: Arc::clone(&older.catalogue),
            own: Arc::clone(&older.own),
            additions: older.additions,
            database: self.database.clone(),
            security: Arc::clone(&self.security),
            epoch: self.epoch,
            clock: Arc::clone(&self.clock),
            random: Arc::clone(&self.random),
            directory: Arc::clone(&self.directory),
        }
    }
}
