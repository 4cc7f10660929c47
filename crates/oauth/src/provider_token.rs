//! Tokens by which an OpenID provider speaks to its client: the text of an id token or of a logout token comes in, a
//! [`VerifiedIdToken`] or a [`VerifiedLogoutToken`] goes out.
//!
//! INVARIANT: both are made here and nowhere else, after every check in their list; neither passes for the other.

mod check;
mod claims;
mod error;
mod issuer;

use serde_json::{Map, Value};

use claims::Claims;

use crate::clock::Timestamp;
use crate::ids::TenantId;
use crate::jws;
use crate::key_set::KeySet;

pub use error::ProviderTokenError;
pub use issuer::ExpectedIssuer;

/// What a client demands of an id token.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedIdToken<'a> {
    /// The provider.
    pub issuer: &'a ExpectedIssuer,
    /// The client: it must be an audience, and the only one unless `azp` names it.
    pub client_id: &'a str,
    /// The nonce of the authorization request.
    pub nonce: &'a str,
    /// The present moment.
    pub now: Timestamp,
}

/// Proof that the provider says who signed in, to this client, in answer to this request. Whether people of that tenant
/// may sign in is the client's to decide.
#[derive(Clone, Debug)]
pub struct VerifiedIdToken {
    issuer: String,
    subject: String,
    tenant: Option<TenantId>,
    session_id: Option<String>,
    claims: Map<String, Value>,
}

/// What a client demands of a logout token.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedLogoutToken<'a> {
    /// The provider.
    pub issuer: &'a ExpectedIssuer,
    /// The client: it must be an audience.
    pub client_id: &'a str,
    /// The present moment.
    pub now: Timestamp,
}

/// Proof that the provider ended a session, or all sessions of a person: one of the two is named at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedLogoutToken {
    issuer: String,
    subject: Option<String>,
    session_id: Option<String>,
    issued_at: Timestamp,
}

/// Checks an id token that came from the token endpoint (OpenID Connect Core section 3.1.3.7). Nothing of the claims is
/// believed before the signature is proved.
pub fn verify_id_token(
    unverified_token: &str,
    keys: &KeySet,
    expected: &ExpectedIdToken<'_>,
) -> Result<VerifiedIdToken, ProviderTokenError> {
    let jws = jws::read(unverified_token)?;
    check::token_type(&jws.header, check::ID_TOKEN_TYPES)?;
    let key = check::signed(&jws, keys)?;
    let claims: Claims = jws.claims()?;
    let tenant = check::tenant(&claims);
    let issuer = check::issuer(&claims, expected.issuer, tenant)?;
    check::key_of_issuer(key, &issuer)?;
    check::audience(&claims, expected.client_id)?;
    check::authorized_party(&claims, expected.client_id)?;
    check::issued_at(&claims, expected.now)?;
    check::expiry(&claims, expected.now)?;
    check::nonce(&claims, expected.nonce)?;
    Ok(VerifiedIdToken {
        subject: check::subject(&claims)?.ok_or(ProviderTokenError::Subject)?,
        session_id: jws::optional_text(claims.sid.as_ref(), "sid")?,
        issuer,
        tenant,
        claims: jws.claims()?,
    })
}

/// Checks a logout token (OpenID Connect Back-Channel Logout 1.0 section 2.6).
pub fn verify_logout_token(
    unverified_token: &str,
    keys: &KeySet,
    expected: &ExpectedLogoutToken<'_>,
) -> Result<VerifiedLogoutToken, ProviderTokenError> {
    let jws = jws::read(unverified_token)?;
    check::token_type(&jws.header, check::LOGOUT_TOKEN_TYPES)?;
    let key = check::signed(&jws, keys)?;
    let claims: Claims = jws.claims()?;
    let issuer = check::issuer(&claims, expected.issuer, check::tenant(&claims))?;
    check::key_of_issuer(key, &issuer)?;
    check::audience(&claims, expected.client_id)?;
    let issued_at = check::issued_at(&claims, expected.now)?;
    check::fresh(&claims, issued_at, expected.now)?;
    check::is_logout(&claims)?;
    check::has_no_nonce(&claims)?;
    let subject = check::subject(&claims)?;
    let session_id = jws::optional_text(claims.sid.as_ref(), "sid")?;
    if subject.is_none() && session_id.is_none() {
        return Err(ProviderTokenError::Subject);
    }
    Ok(VerifiedLogoutToken {
        issuer,
        subject,
        session_id,
        issued_at,
    })
}

impl VerifiedIdToken {
    /// The `iss` claim.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The `sub` claim: the person as this client sees them.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The `tid` claim, where it is a GUID: Entra's tenant.
    #[must_use]
    pub const fn tenant(&self) -> Option<TenantId> {
        self.tenant
    }

    /// The `sid` claim: the session at the provider, by which it is ended.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.session_id.as_deref()
    }

    /// Any claim, as the provider wrote it.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.get(name)
    }
}

impl VerifiedLogoutToken {
    /// The `iss` claim.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The `sub` claim: all sessions of this person, where no session is named.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The `sid` claim: this session.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.session_id.as_deref()
    }

    /// The `iat` claim: sessions that began later are not meant.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }
}

#[cfg(test)]
mod tests;
