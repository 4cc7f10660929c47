//! The userinfo endpoint (OpenID Connect Core section 5.3): an application asks who its person is.
//!
//! In: an access token for Microsoft Graph. Out: [`UserClaims`]. INVARIANT: nothing is told without the scope that opens
//! it, nor of a person who is switched off; a token that is bound to a key is worth nothing without a proof of it.

use std::sync::Arc;

use oauth::{
    Confirmation, Expected, OidcScope, PeerCertificate, TenantId, Timestamp, TokenError, VerifiedToken, thumbprint,
    verify,
};
use serde::Deserialize;

use super::Trail;
use crate::authority::Authority;
use crate::binding;
use crate::directory::DirectoryError;
use crate::person::Person;
use crate::refusal::Refusal;
use crate::snapshot::Snapshot;
use crate::store;
use crate::tenant::{Tenant, TenantName};
use crate::token_holder::{self, Holder};
use crate::unverified_claims;
use crate::well_known;

/// A token as it was shown.
#[derive(Debug)]
pub(crate) struct PresentedToken<'a> {
    /// The tenant of the path, where it has one.
    pub(crate) unverified_tenant: Option<&'a str>,
    /// How.
    pub(crate) scheme: Scheme,
    /// The token.
    pub(crate) unverified_token: &'a str,
    /// The proof beside it.
    pub(crate) unverified_proof: Option<String>,
    /// The method of the request.
    pub(crate) method: &'a str,
    /// Its address without the query.
    pub(crate) url: String,
    /// The certificate of the connection.
    pub(crate) peer_certificate: Option<&'a PeerCertificate>,
}

/// By which scheme of the `Authorization` header a token is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// RFC 6750 section 2.1.
    Bearer,
    /// RFC 9449 section 7.1.
    Dpop,
}

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

/// The tenant that a token says it is from.
#[derive(Deserialize)]
struct Origin {
    tid: TenantId,
}

/// Answers who the person of a token is; a path may name the tenant, which must then be the token's.
pub(crate) async fn userinfo(
    authority: &Authority,
    presented: Option<&PresentedToken<'_>>,
    trail: &mut Trail,
) -> Result<UserClaims, UserinfoRefusal> {
    let presented = presented.ok_or(UserinfoRefusal::Missing)?;
    let now = authority.clock().now();
    let snapshot = authority.directory().snapshot().await?;
    let tenant = issuing_tenant(&snapshot, presented).await?;
    trail.tenant = Some(tenant.id);
    let token = proved(authority, &snapshot, &tenant, presented, now)?;
    trail.unverified_application = Some(token.app_id());
    key_is_proved(authority, &token, presented, now).await?;
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

async fn issuing_tenant(snapshot: &Snapshot, presented: &PresentedToken<'_>) -> Result<Arc<Tenant>, UserinfoRefusal> {
    let said = unverified_claims::read::<Origin>(presented.unverified_token).ok_or(UserinfoRefusal::Issuer)?;
    let tenant = snapshot.tenant_by_id(said.tid).await?.ok_or(UserinfoRefusal::Issuer)?;
    match presented.unverified_tenant.map(TenantName::parse) {
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

fn proved(
    authority: &Authority,
    snapshot: &Snapshot,
    tenant: &Tenant,
    presented: &PresentedToken<'_>,
    now: Timestamp,
) -> Result<VerifiedToken, UserinfoRefusal> {
    let expected = Expected {
        issuers: &[tenant.issuer_v1.clone(), tenant.issuer_v2.clone()],
        audiences: &[
            well_known::GRAPH_URI.to_owned(),
            well_known::GRAPH.to_string(),
            authority.origin().to_string(),
        ],
        tenant: tenant.id,
        now,
    };
    verify(presented.unverified_token, &snapshot.keys.key_set_at(now), &expected).map_err(UserinfoRefusal::Token)
}

/// A bound token is shown with a proof of its key (RFC 9449 section 7), or over the connection of its certificate
/// (RFC 8705 section 3); a plain one is shown plainly.
async fn key_is_proved(
    authority: &Authority,
    token: &VerifiedToken,
    presented: &PresentedToken<'_>,
    now: Timestamp,
) -> Result<(), UserinfoRefusal> {
    let is_proved = match (token.confirmation(), presented.scheme) {
        (None, Scheme::Bearer) => true,
        (Some(Confirmation::Jkt(key)), Scheme::Dpop) => proof_is_of(authority, key, presented, now).await?,
        (Some(Confirmation::X5tS256(key)), Scheme::Bearer) => {
            let shown = presented
                .peer_certificate
                .map(|certificate| thumbprint::x5t_s256(certificate.der()));
            shown.as_ref() == Some(key)
        }
        (None | Some(Confirmation::X5tS256(_)), Scheme::Dpop) | (Some(Confirmation::Jkt(_)), Scheme::Bearer) => false,
    };
    if is_proved { Ok(()) } else { Err(UserinfoRefusal::Key) }
}

/// A proof counts once, like those of token requests.
async fn proof_is_of(
    authority: &Authority,
    key: &str,
    presented: &PresentedToken<'_>,
    now: Timestamp,
) -> Result<bool, UserinfoRefusal> {
    let Some(unverified_proof) = &presented.unverified_proof else {
        return Ok(false);
    };
    let request = binding::Request {
        method: presented.method,
        url: &presented.url,
        access_token: Some(presented.unverified_token),
    };
    match binding::proved_key(authority, unverified_proof, &request, now).await {
        Ok(thumbprint) => Ok(thumbprint == key),
        Err(Refusal::Directory(error)) => Err(error.into()),
        Err(_refused) => Ok(false),
    }
}

fn opens(scopes: &[String]) -> Result<(), UserinfoRefusal> {
    if scopes.iter().any(|scope| scope == OidcScope::OpenId.as_str()) {
        Ok(())
    } else {
        Err(UserinfoRefusal::Scope)
    }
}
