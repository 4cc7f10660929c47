//! Applications and their service principals: what a client is, and what it is in a tenant.
//!
//! In: rows of `store`. Out: immutable values. Invariant: an application has one home tenant and at most one service
//! principal in each tenant.

use oauth::{AppId, ObjectId, SecretHash, TenantId, Timestamp, TokenVersion};
use uuid::Uuid;

/// An application as registered in its home tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The client id, the same in every tenant.
    pub app_id: AppId,
    /// The registration's own id.
    pub object_id: ObjectId,
    /// The tenant in which it is registered.
    pub home_tenant: TenantId,
    /// Its name for people.
    pub display_name: String,
    /// Where it may be used.
    pub audience: Audience,
    /// The form of the tokens that it takes as a resource: `api.requestedAccessTokenVersion` of Microsoft Graph.
    pub token_version: TokenVersion,
    /// The URIs by which it is asked for as a resource; the first is its application id URI.
    pub identifier_uris: Vec<String>,
    /// Whether it may get tokens at all.
    pub enabled: bool,
}

/// In which tenants an application may be used (`signInAudience` of Microsoft Graph).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Its home tenant only: `AzureADMyOrg`.
    SingleTenant,
    /// Every tenant that brings it in: `AzureADMultipleOrgs`.
    MultipleTenants,
}

/// One secret of an application, as far as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct ApplicationSecret {
    /// Its id, which is not secret.
    pub(crate) id: Uuid,
    /// The hash of its value.
    pub(crate) hash: SecretHash,
    /// Valid from this time on.
    pub(crate) starts_at: Timestamp,
    /// Valid up to this time, which is not included.
    pub(crate) ends_at: Timestamp,
}

/// An application with what is needed to recognise it.
#[derive(Debug)]
pub(crate) struct Client {
    /// The registration.
    pub(crate) application: Application,
    /// Its secrets, those of other times among them.
    pub(crate) secrets: Vec<ApplicationSecret>,
}

/// An application in a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePrincipal {
    /// Its id in the tenant: `oid` and `sub` of its tokens.
    pub object_id: ObjectId,
    /// The client id of the application.
    pub app_id: AppId,
    /// The tenant.
    pub tenant: TenantId,
    /// The application's name.
    pub display_name: String,
    /// The application id URI, where the application has one.
    pub app_id_uri: Option<String>,
    /// Whether both the service principal and its application are switched on.
    pub enabled: bool,
    /// The default domain of the tenant.
    pub tenant_default_domain: String,
}
