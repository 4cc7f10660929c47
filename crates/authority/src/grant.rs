//! Grants: what may be had at the token endpoint, one file each.
//!
//! In: facts. Out: [`Grant`]. Invariant: a grant is made by its `decide` only, which demands an
//! [`crate::client_auth::AuthenticatedClient`].

use std::sync::Arc;

use oauth::ClientProof;

use crate::application::ServicePrincipal;
use crate::resource::Resource;

pub(crate) mod client_credentials;

/// What was decided: a token for this application, at this resource.
#[derive(Debug)]
pub(crate) struct Grant {
    /// The application in the tenant.
    pub(crate) principal: Arc<ServicePrincipal>,
    /// How the application proved itself.
    pub(crate) proof: ClientProof,
    /// What the token is for.
    pub(crate) resource: Resource,
    /// The resource as the client wrote it.
    pub(crate) resource_as_asked: String,
}
