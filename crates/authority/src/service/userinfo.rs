//! The userinfo endpoint (OpenID Connect Core section 5.3): an application asks who its person is.
//!
//! In: an access token for Microsoft Graph. Out: [`UserClaims`]. INVARIANT: nothing is told without the scope that opens
//! it, nor of a person who is switched off; a token that is bound to a key is worth nothing without a proof of it.

use std::sync::Arc;

use oauth::{OidcScope, TokenError};

use super::Trail;
use crate::authority::Authority;
use crate::directory::DirectoryError;
use crate::person::Person;
use crate::presented_token::{self, PresentedToken, Unproved};
use crate::snapshot::Snapshot;
use crate::store;
use crate::tenant::{Tenant, TenantName};
use crate::token_holder::{self, Holder};
use crate::well_known;

/// Why nothing is told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UserinfoRefusal {
    /// No token came.
    #[error("no token sent")]
    Missing,
    /// The token is of no tenant of this authority.
    #[error("token was not issued here")]
    Issuer,
    /// The token proves nothing.
    #[error("token refused")]
    Token(#[source] TokenError),
    /// The token is bound to a key that was not proved.
    #[error("key of the token not proved")]
    Key,
    /// The token speaks for nobody, or for somebody who is gone or switched off.
    #[error("person of the token not in the directory, or switched off")]
    Person,
    /// The token does not open this endpoint.
    #[error("token without the scope `openid`")]
    Scope,
    /// The directory did not answer.
    #[error("could not read the directory")]
    Directory(#[from] DirectoryError),
}

impl From<Unproved> for UserinfoRefusal {
    fn from(unproved: Unproved) -> Self {
        match unproved {
            Unproved::Token(error) => Self::Token(error),
            Unproved::Key => Self::Key,
            Unproved::Directory(error) => Self::Directory(error),
        }
    }
}

impl From<store::Error> for UserinfoRefusal {
    fn from(error: store::Error) -> Self {
        Self::Directory(DirectoryError::Store(error))
    }
}

/// What is told of a person.
#[derive(Debug)]
pub(crate) struct UserClaims {
    /// As in the ID token of the same application.
    pub(crate) subject: String,
    /// What the scope `profile` opens.
    pub(crate) profile: Option<Arc<Person>>,
    /// What the scope `email` opens, where there is a mail address.
    pub(crate) email: Option<String>,
}

/// Answers who the person of a token is; a path may name the tenant, which must then be the token's.
pub(crate) async fn userinfo(
    authority: &Authority,
    presented: Option<&PresentedToken<'_>>,
    unverified_tenant: Option<&str>,
    trail: &mut Trail,
) -> Result<UserClaims, UserinfoRefusal> {
    let presented = presented.ok_or(UserinfoRefusal::Missing)?;
    let snapshot = authority.directory().snapshot().await?;
    let tenant = issuing_tenant(&snapshot, presented, unverified_tenant).await?;
    trail.tenant = Some(tenant.id);
    let token = presented_token::prove(authority, &snapshot, &tenant, presented).await?;
    trail.unverified_application = Some(token.app_id());
    let resource = snapshot.resource_of(tenant.id, well_known::GRAPH).await?;
    let resource = resource.ok_or(UserinfoRefusal::Person)?;
    let (person, scopes) = match token_holder::find(&snapshot, tenant.id, &resource, &token).await? {
        None | Some(Holder::Application(_)) => return Err(UserinfoRefusal::Person),
        Some(Holder::Person { person, scopes }) => (person, scopes),
    };
    opens(&scopes)?;
    trail.person = Some(person.object_id);
    let opened = |scope: OidcScope| scopes.iter().any(|word| word == scope.as_str());
    Ok(UserClaims {
        subject: authority.subject(tenant.id, person.object_id, token.app_id()),
        email: person.mail.clone().filter(|_| opened(OidcScope::Email)),
        profile: Some(person).filter(|_| opened(OidcScope::Profile)),
    })
}

async fn issuing_tenant(
    snapshot: &Snapshot,
    presented: &PresentedToken<'_>,
    unverified_tenant: Option<&str>,
) -> Result<Arc<Tenant>, UserinfoRefusal> {
    let tenant = presented_token::issuing_tenant(snapshot, presented.unverified_token).await?;
    let tenant = tenant.ok_or(UserinfoRefusal::Issuer)?;
    match unverified_tenant.map(TenantName::parse) {
        None | Some(Ok(TenantName::Common | TenantName::Organizations)) => Ok(tenant),
        Some(Ok(name @ (TenantName::Id(_) | TenantName::Domain(_)))) => {
            let named = snapshot.tenant(&name).await?;
            let is_same = |named: &Arc<Tenant>| named.id == tenant.id;
            if named.as_ref().is_some_and(is_same) {
                Ok(tenant)
            } else {
                Err(UserinfoRefusal::Issuer)
            }
        }
        Some(Ok(TenantName::Consumers) | Err(_)) => Err(UserinfoRefusal::Issuer),
    }
}

fn opens(scopes: &[String]) -> Result<(), UserinfoRefusal> {
    if scopes.iter().any(|scope| scope == OidcScope::OpenId.as_str()) {
        Ok(())
    } else {
        Err(UserinfoRefusal::Scope)
    }
}
