//! Environments: the resources of the data service, as the directory knows them.
//!
//! In: rows of `store`. Out: immutable values. Invariant: an address belongs to one environment.

use std::fmt;

use oauth::TenantId;
use uuid::Uuid;

/// The id of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnvironmentId(pub Uuid);

impl fmt::Display for EnvironmentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// An environment of the data service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Its id.
    pub id: EnvironmentId,
    /// The tenant that owns it.
    pub tenant: TenantId,
    /// Its name in the path form of its address: lower-case letters, digits and hyphens.
    pub name: String,
    /// The name of the database that holds its rows.
    pub database: String,
    /// Its addresses without a trailing slash, the preferred one first. Each is a resource that tokens are asked for.
    pub addresses: Vec<String>,
}
