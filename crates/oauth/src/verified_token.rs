//! The first passport: the text of a bearer token comes in, a [`VerifiedToken`] goes out.
//!
//! INVARIANT: a [`VerifiedToken`] is made by [`verify`] and nowhere else, after every check in its list.

pub(crate) mod check;
mod claims;

use claims::Claims;

use crate::clock::Timestamp;
use crate::confirmation::Confirmation;
use crate::ids::{AppId, ObjectId, TenantId};
use crate::jws;
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

/// Proof that an accepted issuer says who the caller is, to this resource, now. Where the token is bound to a key
/// ([`VerifiedToken::confirmation`]), the bearer has not yet shown that they hold it.
#[derive(Clone, Debug)]
pub struct VerifiedToken {
    tenant: TenantId,
    object_id: ObjectId,
    app_id: AppId,
    kind: TokenKind,
    audience: String,
    issued_at: Timestamp,
    expires: Timestamp,
    token_id: Option<String>,
    session_id: Option<String>,
    authenticated_at: Option<Timestamp>,
    methods: Vec<String>,
    roles: Vec<String>,
    confirmation: Option<Confirmation>,
}

/// Checks a bearer token from front to back. Nothing of the claims is looked at before the signature is proved.
pub fn verify(unverified_token: &str, keys: &KeySet, expected: &Expected<'_>) -> Result<VerifiedToken, TokenError> {
    let jws = jws::read(unverified_token)?;
    check::token_type(&jws.header)?;
    let algorithm = check::algorithm(&jws.header)?;
    let key = check::known_key(&jws.header, keys)?;
    check::signature(key, algorithm, &jws)?;
    let claims: Claims = jws.claims()?;
    let issuer = check::issuer(&claims, expected.issuers)?;
    let tenant = check::tenant(&claims, expected.tenant)?;
    check::key_of_issuer(key, issuer, tenant)?;
    let audience = check::audience(&claims, expected.audiences)?;
    check::not_before(&claims, expected.now)?;
    Ok(VerifiedToken {
        tenant,
        audience: audience.to_owned(),
        issued_at: check::issued_at(&claims)?,
        expires: check::expiry(&claims, expected.now)?,
        object_id: check::object_id(&claims)?,
        app_id: check::application(&claims)?,
        kind: check::kind(&claims)?,
        confirmation: check::confirmation(&claims)?,
        authenticated_at: check::authenticated_at(&claims)?,
        methods: check::words(claims.amr.as_ref(), "amr")?,
        roles: check::words(claims.roles.as_ref(), "roles")?,
        session_id: jws::optional_text(claims.sid.as_ref(), "sid")?,
        token_id: jws::text(claims.uti.as_ref()).map(str::to_owned),
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

    /// The `iat` claim. Tokens made here are dated back by 300 s ([`crate::AppTokenClaims`]).
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
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

    /// The `sid` claim: the session in which a person got the token, if any.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.session_id.as_deref()
    }

    /// The `auth_time` claim: when the person proved who they are; `None` where the token does not say.
    #[must_use]
    pub const fn authenticated_at(&self) -> Option<Timestamp> {
        self.authenticated_at
    }

    /// The `amr` claim: the ways in which the person proved who they are, such as `pwd` (RFC 8176); empty without the
    /// claim.
    #[must_use]
    pub fn methods(&self) -> &[String] {
        &self.methods
    }

    /// The `roles` claim: app roles that the caller was granted at the resource; empty without the claim.
    #[must_use]
    pub fn roles(&self) -> &[String] {
        &self.roles
    }

    /// The `cnf` claim: the key that the bearer must prove to hold before the token may be used; `None` for a plain
    /// bearer token.
    #[must_use]
    pub const fn confirmation(&self) -> Option<&Confirmation> {
        self.confirmation.as_ref()
    }

    /// Whether the token has not expired at `now`: for who keeps a verified token between two requests.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires
    }
}

#[cfg(test)]
mod tests;
