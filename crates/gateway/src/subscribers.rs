//! The subscribers of the application, each with the environment that it works in.
//!
//! In: tenants and addresses. Out: the connection of a tenant. Invariant: a tenant gets its own environment's connection
//! or none, never another's.

mod file;

use std::collections::HashMap;

use arc_swap::ArcSwap;
use client::{Application, Environment, Error};
use serde::Deserialize;

pub use file::SubscriberFile;

/// Who has subscribed. Onboarding may keep them wherever it likes; this is asked with every request, so it must not wait.
pub trait Subscribers: Send + Sync + 'static {
    /// The environment of a tenant, by the name that [`crate::TenantRule`] gives it; `None` for who has not subscribed.
    fn environment(&self, tenant: &str) -> Option<Environment>;
}

/// One subscriber.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscriber {
    /// The tenant, as the provider's token names it: a GUID with Entra ID and Commonhold.
    pub tenant: String,
    /// The address of its environment: `https://contoso.crm.dynamics.com`.
    pub environment: String,
}

/// Why a list of subscribers cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SubscriberError {
    /// An address that no connection is made to.
    #[error("the environment of `{tenant}`")]
    Environment {
        /// Whose.
        tenant: String,
        /// Why.
        source: Error,
    },
    /// A tenant has two environments.
    #[error("`{0}` is listed twice; write it once")]
    Twice(String),
    /// The file cannot be read.
    #[error("reading `{path}`")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not what it should be; the text has its line.
    #[error("in `{path}`: {message}")]
    Shape {
        /// Which.
        path: String,
        /// In the reader's words.
        message: String,
    },
}

/// Subscribers held in memory, replaced whole.
pub struct SubscriberList {
    application: Application,
    by_tenant: ArcSwap<HashMap<String, Environment>>,
}

impl SubscriberList {
    /// An application without subscribers.
    #[must_use]
    pub fn new(application: Application) -> Self {
        Self {
            application,
            by_tenant: ArcSwap::default(),
        }
    }

    /// Replaces all subscribers, or none of them. Nothing is sent yet; who stays keeps their connection and its token.
    pub fn replace(&self, subscribers: &[Subscriber]) -> Result<(), SubscriberError> {
        let mut by_tenant = HashMap::with_capacity(subscribers.len());
        for Subscriber { tenant, environment } in subscribers {
            // The application finds the connection again that somebody holds.
            let connected = self.application.environment(environment);
            let connected = connected.map_err(|source| SubscriberError::Environment {
                tenant: tenant.clone(),
                source,
            })?;
            if by_tenant.insert(tenant.clone(), connected).is_some() {
                return Err(SubscriberError::Twice(tenant.clone()));
            }
        }
        self.by_tenant.store(by_tenant.into());
        Ok(())
    }
}

impl Subscribers for SubscriberList {
    fn environment(&self, tenant: &str) -> Option<Environment> {
        self.by_tenant.load().get(tenant).cloned()
    }
}

#[cfg(test)]
mod tests;
