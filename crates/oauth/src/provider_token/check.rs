//! The checks that a provider's token must pass, each a function: a part of the token and what is expected come in, the
//! value that is now known goes out.
//!
//! INVARIANT: no check lets a missing or mistyped value pass, but for the claims that its specification leaves free.

use serde_json::Value;
use subtle::ConstantTimeEq as _;

use super::claims::Claims;
use super::error::ProviderTokenError;
use super::issuer::ExpectedIssuer;
use crate::clock::Timestamp;
use crate::ids::TenantId;
use crate::jws::{self, Header, Jws, excerpt, text};
use crate::key_set::{KeySet, PublishedKey};
use crate::token_error::TokenError;
use crate::verified_token::check as signature;

/// How far the provider's clock may be off.
const SKEW_S: i64 = 300;
/// A logout token without `exp` counts for so long after it was issued (Back-Channel Logout section 2.6 leaves it open).
const LOGOUT_LIFE_S: i64 = 120;
/// The member of `events` that makes a token a logout (Back-Channel Logout section 2.4).
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

pub(super) const ID_TOKEN_TYPES: &[&str] = &["JWT"];
/// Explicit typing is recommended, not demanded (Back-Channel Logout section 2.4).
pub(super) const LOGOUT_TOKEN_TYPES: &[&str] = &["logout+jwt", "JWT"];

/// The type may be missing; it is a media type, in which case does not count (RFC 7515 section 4.1.9).
pub(super) fn token_type(header: &Header, accepted: &[&str]) -> Result<(), TokenError> {
    signature::typed(header, accepted)
}

/// The signature proves the token by a key of the set, named unless there is only one.
pub(super) fn signed<'k>(jws: &Jws<'_>, keys: &'k KeySet) -> Result<&'k PublishedKey, TokenError> {
    let algorithm = signature::algorithm(&jws.header)?;
    let key = match &jws.header.kid {
        Some(_) => signature::known_key(&jws.header, keys)?,
        None => keys.only().ok_or(TokenError::UnknownKey { kid: String::new() })?,
    };
    signature::signature(key, algorithm, jws)?;
    Ok(key)
}

/// Read before the issuer is, which may be made from it.
pub(super) fn tenant(claims: &Claims) -> Option<TenantId> {
    text(claims.tid.as_ref()).and_then(|tenant| tenant.parse().ok())
}

pub(super) fn issuer(
    claims: &Claims,
    expected: &ExpectedIssuer,
    tenant: Option<TenantId>,
) -> Result<String, TokenError> {
    let issuer = text(claims.iss.as_ref());
    expected
        .for_tenant(tenant)
        .filter(|expected| issuer == Some(expected))
        .ok_or_else(|| TokenError::Issuer {
            issuer: excerpt(issuer),
        })
}

pub(super) fn key_of_issuer(key: &PublishedKey, issuer: &str) -> Result<(), TokenError> {
    if key.may_sign_for_any(issuer) {
        Ok(())
    } else {
        Err(TokenError::KeyOfOtherIssuer)
    }
}

pub(super) fn audience(claims: &Claims, client_id: &str) -> Result<(), TokenError> {
    let audiences = audiences(claims);
    if audiences.iter().any(|audience| audience == client_id) {
        return Ok(());
    }
    Err(TokenError::Audience {
        audience: excerpt(Some(&audiences.join(" "))),
    })
}

pub(super) fn authorized_party(claims: &Claims, client_id: &str) -> Result<(), ProviderTokenError> {
    let is_ours = match &claims.azp {
        Some(azp) => azp.as_str() == Some(client_id),
        None => audiences(claims).len() == 1,
    };
    if is_ours {
        Ok(())
    } else {
        Err(ProviderTokenError::AuthorizedParty)
    }
}

pub(super) fn issued_at(claims: &Claims, now: Timestamp) -> Result<Timestamp, TokenError> {
    let issued_at = time(claims.iat.as_ref(), "iat")?;
    if issued_at > now.plus_seconds(SKEW_S) {
        return Err(TokenError::NotYetValid { not_before: issued_at });
    }
    Ok(issued_at)
}

pub(super) fn expiry(claims: &Claims, now: Timestamp) -> Result<(), TokenError> {
    not_past(time(claims.exp.as_ref(), "exp")?, now)
}

/// `exp` may be missing in a logout token of an older provider.
pub(super) fn fresh(claims: &Claims, issued_at: Timestamp, now: Timestamp) -> Result<(), TokenError> {
    match &claims.exp {
        Some(_) => expiry(claims, now),
        None => not_past(issued_at.plus_seconds(LOGOUT_LIFE_S), now),
    }
}

pub(super) fn nonce(claims: &Claims, sent: &str) -> Result<(), ProviderTokenError> {
    let nonce = text(claims.nonce.as_ref()).ok_or(ProviderTokenError::Nonce)?;
    if bool::from(nonce.as_bytes().ct_eq(sent.as_bytes())) {
        Ok(())
    } else {
        Err(ProviderTokenError::Nonce)
    }
}

pub(super) fn has_no_nonce(claims: &Claims) -> Result<(), ProviderTokenError> {
    match &claims.nonce {
        None => Ok(()),
        Some(_) => Err(ProviderTokenError::NonceInLogout),
    }
}

/// An empty subject names nobody.
pub(super) fn subject(claims: &Claims) -> Result<Option<String>, ProviderTokenError> {
    let subject = jws::optional_text(claims.sub.as_ref(), "sub")?;
    match subject {
        Some(subject) if subject.is_empty() => Err(ProviderTokenError::Subject),
        subject => Ok(subject),
    }
}

pub(super) fn is_logout(claims: &Claims) -> Result<(), ProviderTokenError> {
    let event = claims.events.as_ref().and_then(|events| events.get(LOGOUT_EVENT));
    if event.is_some_and(Value::is_object) {
        Ok(())
    } else {
        Err(ProviderTokenError::Event)
    }
}

/// A string or a list of strings; anything else is no audience.
fn audiences(claims: &Claims) -> Vec<String> {
    jws::one_or_more(claims.aud.as_ref()).unwrap_or_default()
}

fn not_past(expires: Timestamp, now: Timestamp) -> Result<(), TokenError> {
    if now >= expires.plus_seconds(SKEW_S) {
        return Err(TokenError::Expired { expired: expires });
    }
    Ok(())
}

fn time(member: Option<&Value>, claim: &'static str) -> Result<Timestamp, TokenError> {
    jws::seconds(member)
        .map(Timestamp::from_seconds)
        .ok_or(TokenError::Time { claim })
}
