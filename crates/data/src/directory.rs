//! What the data service must ask a directory. The authority answers it; `server` introduces the two.

use std::{future::Future, pin::Pin, sync::Arc};

use oauth::{AppId, KeySet, ObjectId, TenantId, Timestamp};

/// An answer that may have to be fetched.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, DirectoryError>> + Send + 'a>>;

/// The questions.
pub trait Directory: Send + Sync + 'static {
    /// The public keys that sign tokens now, rollover included.
    fn keys(&self) -> Arc<KeySet>;
    /// Does this application have a service principal in this tenant?
    fn service_principal(&self, tenant: TenantId, app: AppId) -> Answer<'_, Option<ServicePrincipal>>;
    /// Who is this person, and are they licensed?
    fn person(&self, tenant: TenantId, object: ObjectId) -> Answer<'_, Option<Person>>;
    /// May this application still act for this person at the data service?
    fn consent_holds(&self, consent: Consent) -> Answer<'_, bool>;
    /// Who is this person, by user principal name?
    fn person_by_name<'a>(&'a self, tenant: TenantId, user_principal_name: &'a str) -> Answer<'a, Option<Person>>;
}

/// An application as a tenant knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePrincipal {
    /// The object id of the service principal.
    pub object_id: ObjectId,
    /// The application's display name.
    pub display_name: String,
    /// The application id URI, where it has one.
    pub app_id_uri: Option<String>,
    /// Tokens are issued to it.
    pub enabled: bool,
    /// The tenant's default domain, for the user name of the application user.
    pub tenant_domain: String,
}

/// A consent that a token rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consent {
    /// The tenant.
    pub tenant: TenantId,
    /// The application.
    pub app: AppId,
    /// The person for whom it acts.
    pub person: ObjectId,
    /// The delegated permission.
    pub scope: &'static str,
}

/// A person as a tenant knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The object id.
    pub object_id: ObjectId,
    /// The user principal name.
    pub user_principal_name: String,
    /// For people.
    pub display_name: String,
    /// May be empty.
    pub given_name: String,
    /// May be empty.
    pub surname: String,
    /// A licence is assigned.
    pub licensed: bool,
    /// The account is enabled.
    pub enabled: bool,
    /// Tokens issued before this time are worth nothing: the person's sessions were revoked then.
    pub tokens_valid_from: Timestamp,
}

/// The directory could not answer.
#[derive(Debug, thiserror::Error)]
#[error("the directory did not answer")]
pub struct DirectoryError {
    /// Why.
    pub source: Box<dyn std::error::Error + Send + Sync>,
}
