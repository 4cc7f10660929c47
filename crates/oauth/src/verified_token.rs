//! The first passport: the text of a bearer token comes in, a [`VerifiedToken`] goes out.
//!
//! INVARIANT: a [`VerifiedToken`] is made by [`verify`] and nowhere else, after every check in its list.

mod check;
mod compact;

use crate::clock::Timestamp;
use crate::ids::{AppId, ObjectId, TenantId};
use crate::key_set::KeySet;
use crate::token_error::TokenError;

/// What a resource demands of a token.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Issuers, compared to the letter: the tenant's v1.0 and v2.0 form.
    pub issuers: &'a [String],
    /// All names of the resource: its addresses and its app id. One trailing slash makes no difference.
    pub audiences: &'a [String],
    /// The tenant that the resource belongs to.
    pub tenant: TenantId,
    /// The present moment.
    pub now: Timestamp,
}

/// Who a token speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// The application itself.
    App,
    /// A person, through the application.
    Person {
        /// What the person lets the application do: the words of the `scp` claim, at least one.
        scopes: Vec<String>,
    },
}

/// Proof that an accepted issuer says who the caller is, to this resource, now.
#[derive(Clone, Debug)]
pub struct VerifiedToken {
    tenant: TenantId,
    object_id: ObjectId,
    app_id: AppId,
    kind: TokenKind,
    audience: String,
    expires: Timestamp,
    token_id: Option<String>,
}

/// Checks a bearer token from front to back. Nothing of the claims is looked at before the signature is proved.
pub fn verify(unverified_token: &str, keys: &KeySet, expected: &Expected<'_>) -> Result<VerifiedToken, TokenError> {
    check::size(unverified_token)?;
    let parts = compact::split(unverified_token)?;
    let header = compact::header(parts.header)?;
    check::algorithm(&header)?;
    check::no_critical_extension(&header)?;
    let key = check::known_key(&header, keys)?;
    check::signature(key, &parts)?;
    let claims = compact::claims(parts.claims)?;
    let issuer = check::issuer(&claims, expected.issuers)?;
    let tenant = check::tenant(&claims, expected.tenant)?;
    check::key_of_issuer(key, issuer, tenant)?;
    let audience = check::audience(&claims, expected.audiences)?;
    check::not_before(&claims, expected.now)?;
    let expires = check::expiry(&claims, expected.now)?;
    let object_id = check::object_id(&claims)?;
    let app_id = check::application(&claims)?;
    let kind = check::kind(&claims)?;
    let token_id = claims.uti.as_ref().and_then(|uti| uti.as_str()).map(str::to_owned);
    Ok(VerifiedToken {
        tenant,
        object_id,
        app_id,
        kind,
        audience: audience.to_owned(),
        expires,
        token_id,
    })
}

impl VerifiedToken {
    /// The tenant that issued the token.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The caller in that tenant: the user, or the application's service principal.
    #[must_use]
    pub const fn object_id(&self) -> ObjectId {
        self.object_id
    }

    /// The client application.
    #[must_use]
    pub const fn app_id(&self) -> AppId {
        self.app_id
    }

    /// Whether the application speaks for itself or for a person.
    #[must_use]
    pub const fn kind(&self) -> &TokenKind {
        &self.kind
    }

    /// The resource as the token names it.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// The first moment at which the token is worth nothing.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }

    /// The `uti` claim, by which the sign-in log finds the token; foreign issuers may leave it out.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.token_id.as_deref()
    }

    /// Whether the token has not expired at `now`: for who keeps a verified token between two requests.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires
    }
}

#[cfg(test)]
mod tests;
