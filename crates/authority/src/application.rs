//! Applications and their service principals: what a client is, and what it is in a tenant.
//!
//! In: rows of `store`. Out: immutable values. Invariant: an application has one home tenant and at most one service
//! principal in each tenant.

use oauth::{AppId, Certificate, ObjectId, SecretHash, TenantId, Timestamp, TokenVersion};
use uuid::Uuid;

use crate::registration::Registration;

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
    /// Everything else that its owner wrote of it.
    pub registration: Registration,
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

/// One certificate of an application: what its client assertions are checked with.
#[derive(Debug, Clone)]
pub(crate) struct ApplicationCertificate {
    /// Its id (`keyId`).
    pub(crate) id: Uuid,
    /// The certificate, parsed once.
    pub(crate) certificate: Certificate,
    /// Valid from this time on.
    pub(crate) starts_at: Timestamp,
    /// Valid up to this time, which is not included.
    pub(crate) ends_at: Timestamp,
}

/// Whose tokens an application may show in place of a credential of its own (`federatedIdentityCredential`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FederatedCredential {
    /// Its id.
    pub(crate) id: Uuid,
    /// Its name, one of a kind in the application and never changed.
    pub(crate) name: String,
    /// The issuer, compared to the letter.
    pub(crate) issuer: String,
    /// The subject, compared to the letter.
    pub(crate) subject: String,
    /// The one audience, compared to the letter.
    pub(crate) audience: String,
    /// What it is for.
    pub(crate) description: Option<String>,
}

/// An application with what is needed to recognise it.
#[derive(Debug)]
pub(crate) struct Client {
    /// The registration.
    pub(crate) application: Application,
    /// Its secrets, those of other times among them.
    pub(crate) secrets: Vec<ApplicationSecret>,
    /// Its certificates, those of other times among them.
    pub(crate) certificates: Vec<ApplicationCertificate>,
    /// Its federated credentials.
    pub(crate) federated: Vec<FederatedCredential>,
}

impl Client {
    /// An application that nobody can authenticate as.
    pub(crate) fn without_credentials(application: Application) -> Self {
        Self {
            application,
            secrets: Vec::new(),
            certificates: Vec::new(),
            federated: Vec::new(),
        }
    }
}

/// Who may use an application in a tenant (`appRoleAssignmentRequired`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignment {
    /// Everybody.
    Optional,
    /// People and applications that have been assigned to it.
    Required,
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
    /// The tenant in which the application is registered.
    pub home_tenant: TenantId,
    /// Whether both the service principal and its application are switched on.
    pub enabled: bool,
    /// Who may get tokens for it, or sign in to it.
    pub assignment: Assignment,
    /// The default domain of the tenant.
    pub tenant_default_domain: String,
}
