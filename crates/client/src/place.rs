//! What is known of one environment, and shared by all values that stand for it.
//!
//! In: its address and its application. Out: its token, its lanes, where its authority is. Invariant: nothing here is of
//! one call or one person.

use std::sync::{Arc, OnceLock};

use oauth::Clock;
use url::Url;

use crate::{address::EnvironmentAddress, application::Shared, lanes::Lanes, token::Tokens};

/// Where the authority is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum AuthorityIs {
    /// Named by the environment's challenge.
    Named,
    /// Given: a token endpoint.
    Given(Url),
}

/// One environment of one application.
pub(crate) struct Place {
    application: Arc<Shared>,
    address: EnvironmentAddress,
    token_endpoint: OnceLock<Url>,
    tokens: Tokens,
    lanes: Arc<Lanes>,
}

impl Place {
    pub(crate) fn new(application: Arc<Shared>, address: EnvironmentAddress, authority: AuthorityIs) -> Self {
        let lanes = Arc::new(Lanes::new(application.options.concurrency));
        Self {
            token_endpoint: match authority {
                AuthorityIs::Named => OnceLock::new(),
                AuthorityIs::Given(endpoint) => OnceLock::from(endpoint),
            },
            application,
            address,
            tokens: Tokens::default(),
            lanes,
        }
    }

    pub(crate) fn application(&self) -> &Shared {
        &self.application
    }

    pub(crate) fn address(&self) -> &EnvironmentAddress {
        &self.address
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.application.options.clock.as_ref()
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    pub(crate) fn lanes(&self) -> &Arc<Lanes> {
        &self.lanes
    }

    pub(crate) fn token_endpoint(&self) -> Option<Url> {
        self.token_endpoint.get().cloned()
    }

    /// Of two that were found at once, the first is kept: they are the same.
    pub(crate) fn found_token_endpoint(&self, endpoint: &Url) {
        let _ = self.token_endpoint.set(endpoint.clone());
    }

    /// Its host, for logs.
    pub(crate) fn name(&self) -> &str {
        self.address.base().host_str().unwrap_or_default()
    }
}
