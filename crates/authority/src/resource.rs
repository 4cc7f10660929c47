//! What a token is for.
//!
//! In: an identifier that the directory knows in a tenant. Out: [`Resource`].
//! Invariant: the resource, not the endpoint or the client, chooses the form of its tokens.

use std::sync::Arc;

use oauth::{AppId, TokenVersion};

use crate::application::{Application, Client, ServicePrincipal};

/// A resource in a tenant: an application with its enabled service principal there.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    client: Arc<Client>,
    principal: Arc<ServicePrincipal>,
}

impl Resource {
    /// A resource of these two.
    pub(crate) fn new(client: Arc<Client>, principal: Arc<ServicePrincipal>) -> Self {
        Self { client, principal }
    }

    /// The application that stands for it.
    pub(crate) fn app_id(&self) -> AppId {
        self.client.application.app_id
    }

    /// The form of its tokens.
    pub(crate) fn token_version(&self) -> TokenVersion {
        self.client.application.token_version
    }

    /// The registration, with the scopes and roles that it offers.
    pub(crate) fn application(&self) -> &Application {
        &self.client.application
    }

    /// The application in the tenant.
    pub(crate) fn principal(&self) -> &ServicePrincipal {
        &self.principal
    }
}

/// The longest identifier of a resource.
const MOST_IDENTIFIER_CHARS: usize = 255;

/// Whether a text may be an identifier of a resource: printable ASCII of no great length. Nothing else is registered, so
/// nothing else is looked for, or remembered as unknown.
pub(crate) fn is_possible_identifier(text: &str) -> bool {
    (1..=MOST_IDENTIFIER_CHARS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}
