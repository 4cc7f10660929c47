//! The checks that a token must pass, each a function: a part of the token and what is expected come in, the value
//! that is now known goes out.
//!
//! INVARIANT: no check lets a missing or mistyped value pass.

use serde_json::Value;

use super::TokenKind;
use super::compact::{self, Claims, Header, Parts};
use crate::clock::Timestamp;
use crate::ids::{AppId, ObjectId, TenantId};
use crate::key_set::{KeySet, PublicKey};
use crate::token_error::TokenError;

/// Real tokens have 1 to 3 KiB, with many groups up to 8.
const MAX_BYTES: usize = 16 * 1024;
/// How far the issuer's clock may be ahead of ours. `exp` gets no allowance: a token's end is a promise to who revokes,
/// and clients renew well before it.
const NOT_BEFORE_SKEW_S: i64 = 300;
/// The longest text of a caller that an error repeats.
const EXCERPT_CHARS: usize = 100;

pub(super) fn size(token: &str) -> Result<(), TokenError> {
    if token.len() > MAX_BYTES {
        Err(TokenError::TooLong)
    } else {
        Ok(())
    }
}

/// A closed list of one: neither `none` nor a symmetric algorithm can be talked into.
pub(super) fn algorithm(header: &Header) -> Result<(), TokenError> {
    match text(header.alg.as_ref()) {
        Some("RS256") => Ok(()),
        other => Err(TokenError::Algorithm {
            algorithm: excerpt(other),
        }),
    }
}

pub(super) fn no_critical_extension(header: &Header) -> Result<(), TokenError> {
    if header.crit.is_some() {
        Err(TokenError::CriticalExtension)
    } else {
        Ok(())
    }
}

pub(super) fn known_key<'k>(header: &Header, keys: &'k KeySet) -> Result<&'k PublicKey, TokenError> {
    let kid = text(header.kid.as_ref());
    kid.and_then(|kid| keys.get(kid))
        .ok_or_else(|| TokenError::UnknownKey { kid: excerpt(kid) })
}

pub(super) fn signature(key: &PublicKey, parts: &Parts<'_>) -> Result<(), TokenError> {
    let signature = compact::bytes(parts.signature)?;
    if key.verifies(parts.signed.as_bytes(), &signature) {
        Ok(())
    } else {
        Err(TokenError::Signature)
    }
}

pub(super) fn issuer<'c>(claims: &'c Claims, accepted: &[String]) -> Result<&'c str, TokenError> {
    let issuer = text(claims.iss.as_ref());
    issuer
        .filter(|issuer| accepted.iter().any(|one| one == issuer))
        .ok_or_else(|| TokenError::Issuer {
            issuer: excerpt(issuer),
        })
}

pub(super) fn tenant(claims: &Claims, accepted: TenantId) -> Result<TenantId, TokenError> {
    let tenant = text(claims.tid.as_ref());
    tenant
        .and_then(|tenant| tenant.parse().ok())
        .filter(|tenant| *tenant == accepted)
        .ok_or_else(|| TokenError::Tenant {
            tenant: excerpt(tenant),
        })
}

pub(super) fn key_of_issuer(key: &PublicKey, issuer: &str, tenant: TenantId) -> Result<(), TokenError> {
    if key.may_sign_for(issuer, tenant) {
        Ok(())
    } else {
        Err(TokenError::KeyOfOtherIssuer)
    }
}

/// One string: a list of audiences is refused, since a token for several resources can be passed on among them.
pub(super) fn audience<'c>(claims: &'c Claims, accepted: &[String]) -> Result<&'c str, TokenError> {
    let audience = text(claims.aud.as_ref());
    audience
        .filter(|audience| accepted.iter().any(|one| without_slash(one) == without_slash(audience)))
        .ok_or_else(|| TokenError::Audience {
            audience: excerpt(audience),
        })
}

pub(super) fn not_before(claims: &Claims, now: Timestamp) -> Result<(), TokenError> {
    let not_before = time(claims.nbf.as_ref(), "nbf")?;
    if not_before > now.plus_seconds(NOT_BEFORE_SKEW_S) {
        return Err(TokenError::NotYetValid { not_before });
    }
    Ok(())
}

pub(super) fn expiry(claims: &Claims, now: Timestamp) -> Result<Timestamp, TokenError> {
    let expires = time(claims.exp.as_ref(), "exp")?;
    if now >= expires {
        return Err(TokenError::Expired { expired: expires });
    }
    Ok(expires)
}

pub(super) fn object_id(claims: &Claims) -> Result<ObjectId, TokenError> {
    text(claims.oid.as_ref())
        .and_then(|oid| oid.parse().ok())
        .ok_or(TokenError::ObjectId)
}

/// v1.0 tokens say `appid`, v2.0 tokens `azp`; a token with both must mean one application.
pub(super) fn application(claims: &Claims) -> Result<AppId, TokenError> {
    let unverified_id = match (&claims.appid, &claims.azp) {
        (Some(appid), Some(azp)) if appid != azp => None,
        (Some(id), _) | (None, Some(id)) => id.as_str(),
        (None, None) => None,
    };
    unverified_id
        .and_then(|id| id.parse().ok())
        .ok_or(TokenError::Application)
}

/// `scp` makes a token a person's. Without it the token is an application's if it says so, or if it is its own subject
/// (resources that did not ask for `idtyp`).
pub(super) fn kind(claims: &Claims) -> Result<TokenKind, TokenError> {
    let says_app = claims.idtyp.as_ref().is_some_and(|idtyp| idtyp == "app");
    match &claims.scp {
        Some(_) if says_app => Err(TokenError::Kind),
        Some(scp) => person(scp),
        None if says_app || is_own_subject(claims) => Ok(TokenKind::App),
        None => Err(TokenError::Kind),
    }
}

fn person(scp: &Value) -> Result<TokenKind, TokenError> {
    let words = scp.as_str().unwrap_or_default().split_ascii_whitespace();
    let scopes: Vec<String> = words.map(str::to_owned).collect();
    if scopes.is_empty() {
        Err(TokenError::Kind)
    } else {
        Ok(TokenKind::Person { scopes })
    }
}

/// Only where the token says nothing of its kind: `idtyp` other than `app` is not an application.
fn is_own_subject(claims: &Claims) -> bool {
    claims.idtyp.is_none() && claims.oid.is_some() && claims.oid == claims.sub
}

fn text(member: Option<&Value>) -> Option<&str> {
    member.and_then(Value::as_str)
}

/// A `NumericDate` may have a fraction (RFC 7519 section 2); it is dropped.
fn time(member: Option<&Value>, claim: &'static str) -> Result<Timestamp, TokenError> {
    let seconds = member.and_then(|value| value.as_i64().or_else(|| value.as_f64().map(whole)));
    seconds.map(Timestamp::from_seconds).ok_or(TokenError::Time { claim })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` stops at the ends of i64, and so does Timestamp"
)]
fn whole(seconds: f64) -> i64 {
    seconds.floor() as i64
}

fn without_slash(resource: &str) -> &str {
    resource.strip_suffix('/').unwrap_or(resource)
}

fn excerpt(unverified_text: Option<&str>) -> String {
    unverified_text
        .unwrap_or_default()
        .chars()
        .take(EXCERPT_CHARS)
        .collect()
}
