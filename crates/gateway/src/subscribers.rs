//! The subscribers of a multi-tenant application.

use std::collections::HashMap;

use client::{Credential, Environment, Error, Options};
use uuid::Uuid;

/// One application's connections, by the tenant of the subscriber.
#[derive(Clone)]
pub struct Subscribers {
    credential: Credential,
    options: Options,
    by_tenant: HashMap<Uuid, Environment>,
}

impl Subscribers {
    /// An application without subscribers.
    #[must_use]
    pub fn new(credential: Credential, options: Options) -> Self {
        Self {
            credential,
            options,
            by_tenant: HashMap::new(),
        }
    }

    /// Adds a subscriber, or moves one to another environment. Nothing is sent yet.
    pub fn subscribe(&mut self, tenant: Uuid, environment_url: &str) -> Result<(), Error> {
        let environment = Environment::connect(environment_url, self.credential.clone(), self.options.clone())?;
        self.by_tenant.insert(tenant, environment);
        Ok(())
    }

    /// Removes a subscriber with its token; false when there was none.
    pub fn unsubscribe(&mut self, tenant: Uuid) -> bool {
        self.by_tenant.remove(&tenant).is_some()
    }

    /// The connection of a subscriber.
    #[must_use]
    pub fn environment(&self, tenant: Uuid) -> Option<&Environment> {
        self.by_tenant.get(&tenant)
    }
}
