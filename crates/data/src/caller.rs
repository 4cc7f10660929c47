//! Who is calling: a bearer token becomes a user of the environment, and, with an impersonation header, another one.
//!
//! In: the request's [`Credentials`] and the environment. Out: an [`Identity`], and from it the [`Caller`] passport.
//! Invariant: a [`Caller`] comes from a verified token, of an application that the tenant trusts at this moment, and from enabled rows of `systemuser` that hold a role, and from
//! nothing else; each check is a function of its own, and each refusal has its own error.

mod check;
mod impersonation;
mod possession;
mod token;

use std::{borrow::Cow, sync::Arc};

use http::{HeaderMap, Method};
use oauth::{PeerCertificate, TokenKind, VerifiedToken};

use crate::{
    access::Grant,
    catalogue::PrivilegeId,
    environment::{Environment, User},
    error::Error,
};

pub(crate) use token::Tokens;

/// The scope with which an application acts for a person.
const PERSON_SCOPE: &str = "user_impersonation";

/// A user who may ask who they are, and nothing more: enabled, licensed where that is needed, maybe without a role.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    acting: Arc<User>,
    real: Arc<User>,
}

/// The passport of every request for rows: somebody who holds a role.
#[derive(Debug, Clone)]
pub struct Caller {
    acting: Arc<User>,
    real: Arc<User>,
}

/// What a request shows of its sender.
#[derive(Debug)]
pub(crate) struct Credentials<'a> {
    /// The headers.
    pub(crate) headers: &'a HeaderMap,
    /// The method: a proof of possession names it.
    pub(crate) method: &'a Method,
    /// The address as the client wrote it, without its query: likewise.
    pub(crate) url: String,
    /// The certificate with which the client opened the connection.
    pub(crate) peer_certificate: Option<&'a PeerCertificate>,
}

/// A token that was sent with a request, verified, and its key proved.
#[derive(Debug, Clone)]
pub(crate) struct Presented(Arc<VerifiedToken>);

/// Verifies what a request shows of its sender.
pub(crate) fn present(
    environment: &Environment,
    tokens: &Tokens,
    credentials: &Credentials<'_>,
) -> Result<Presented, Error> {
    let (_, unverified_token) = token::presented(credentials.headers)?;
    let token = tokens.verify(unverified_token, environment)?;
    let now = environment.clock.now();
    possession::check(credentials, &token, unverified_token, &tokens.proofs, now)?;
    Ok(Presented(token))
}

/// Finds out who sent a request, and in whose name.
pub(crate) async fn identify(
    environment: &Environment,
    Presented(token): &Presented,
    headers: &HeaderMap,
) -> Result<Identity, Error> {
    check::application_is_trusted(environment, token).await?;
    let real = match token.kind() {
        TokenKind::App => application(environment, token)?,
        TokenKind::Person { scopes } => person(environment, token, scopes).await?,
    };
    let acting = match impersonation::target(headers)? {
        None => Arc::clone(&real),
        Some(target) => impersonation::act_as(environment, &real, target).await?,
    };
    Ok(Identity { acting, real })
}

/// Likewise for a request within a batch. Where the batch is sent in the name of a user, no request of it is made in the
/// name of another: whoever sets the headers of the batch decides.
pub(crate) async fn identify_within(
    environment: &Environment,
    presented: &Presented,
    (batch, own): (&HeaderMap, &HeaderMap),
) -> Result<Identity, Error> {
    let whole = identify(environment, presented, batch).await?;
    let Some(target) = impersonation::target(own)? else {
        return Ok(whole);
    };
    let Identity { acting, real } = whole;
    let named = impersonation::act_as(environment, &real, target).await?;
    if impersonation::target(batch)?.is_some() && named.id != acting.id {
        return Err(Error::InvalidArgument {
            what: "the batch is sent in the name of a user, and a request within it names another one".to_owned(),
        });
    }
    Ok(Identity { acting: named, real })
}

impl Credentials<'_> {
    fn scheme(&self) -> Result<token::Scheme, Error> {
        token::presented(self.headers).map(|(scheme, _)| scheme)
    }
}

/// The application user of an app-only token. It needs no licence.
fn application(environment: &Environment, token: &VerifiedToken) -> Result<Arc<User>, Error> {
    let security = &environment.security;
    let user = security
        .by_app(token.app_id())
        .or_else(|| security.by_object(token.object_id()));
    let user = user.ok_or(Error::NotAMember)?;
    check::enabled(&user)?;
    Ok(user)
}

/// The user of a person's token.
async fn person(environment: &Environment, token: &VerifiedToken, scopes: &[String]) -> Result<Arc<User>, Error> {
    if !scopes.iter().any(|scope| scope == PERSON_SCOPE) {
        return Err(Error::ScopeMissing { scope: PERSON_SCOPE });
    }
    check::consent_holds(environment, token, PERSON_SCOPE).await?;
    check::signed_in_since_revocation(environment, token).await?;
    let user = environment
        .security
        .by_object(token.object_id())
        .ok_or(Error::NotAMember)?;
    check::enabled(&user)?;
    check::in_directory(environment, &user).await?;
    Ok(user)
}

impl Identity {
    /// The user in whose name the request is made.
    pub(crate) fn acting(&self) -> &User {
        &self.acting
    }

    /// The user whose token was sent.
    pub(crate) fn real(&self) -> &User {
        &self.real
    }

    /// The passport, for those who hold a role.
    pub(crate) fn with_roles(self) -> Result<Caller, Error> {
        check::has_role(&self.real)?;
        check::has_role(&self.acting)?;
        Ok(Caller {
            acting: self.acting,
            real: self.real,
        })
    }
}

impl Caller {
    /// The user in whose name the request is made: who owns what is made, whose units and teams count.
    pub(crate) fn acting(&self) -> &User {
        &self.acting
    }

    /// The user whose token was sent; the same as [`Caller::acting`] without impersonation.
    pub(crate) fn real(&self) -> &User {
        &self.real
    }

    /// Whether one user acts in the name of another.
    pub(crate) fn impersonates(&self) -> bool {
        self.acting.id != self.real.id
    }

    /// The same caller by a newer state of the environment, where what they hold may be less.
    pub(crate) fn renewed(&self, environment: &Environment) -> Result<Self, Error> {
        let user = |id| -> Result<Arc<User>, Error> {
            let user = environment.security.user(id).ok_or(Error::NotAMember)?;
            check::enabled(&user)?;
            check::has_role(&user)?;
            Ok(user)
        };
        let (acting, real) = (user(self.acting.id)?, user(self.real.id)?);
        if self.impersonates() {
            impersonation::check(environment, &real)?;
        }
        Ok(Self { acting, real })
    }

    /// What may be done by this privilege. With impersonation: what the acting user holds, no deeper than the real one
    /// holds it; nothing, where one of them holds nothing.
    pub(crate) fn grant(&self, privilege: PrivilegeId) -> Option<Cow<'_, Grant>> {
        let acting = self.acting.grants.get(&privilege)?;
        if !self.impersonates() {
            return Some(Cow::Borrowed(acting));
        }
        let deepest = self.real.grants.get(&privilege)?.deepest()?;
        Some(Cow::Owned(acting.capped(deepest)))
    }
}

#[cfg(test)]
impl Caller {
    /// A caller for unit tests of the steps behind this one; the program has no such way.
    pub(crate) fn of(acting: Arc<User>, real: Arc<User>) -> Self {
        Self { acting, real }
    }
}
