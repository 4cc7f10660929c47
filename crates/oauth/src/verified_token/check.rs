//! The checks that a token must pass, each a function: a part of the token and what is expected come in, the value
//! that is now known goes out.
//!
//! INVARIANT: no check lets a missing or mistyped value pass.

use serde_json::Value;

use super::TokenKind;
use super::claims::Claims;
use crate::algorithm::Algorithm;
use crate::clock::Timestamp;
use crate::confirmation::Confirmation;
use crate::ids::{AppId, ObjectId, TenantId};
use crate::jws::{self, Header, Jws, JwsError, excerpt, text};
use crate::key_set::{KeySet, PublishedKey};
use crate::public_key::SignatureError;
use crate::token_error::TokenError;

/// How far the issuer's clock may be ahead of ours. `exp` gets no allowance: a token's end is a promise to who revokes,
/// and clients renew well before it.
const NOT_BEFORE_SKEW_S: i64 = 300;
/// What the header of an access token may say that it is; Entra says the first, RFC 9068 section 2.1 the second.
const TYPES: [&str; 2] = ["JWT", "at+jwt"];

/// Proofs and messages signed by the same key are no access tokens (RFC 8725 section 3.11). The type may be missing,
/// and is a media type: case does not count, and `application/` may stand before it (RFC 7515 section 4.1.9).
pub(super) fn token_type(header: &Header) -> Result<(), TokenError> {
    typed(header, &TYPES)
}

/// The same for tokens of other types.
pub(crate) fn typed(header: &Header, accepted: &[&str]) -> Result<(), TokenError> {
    let Some(member) = &header.typ else { return Ok(()) };
    let typ = member.as_str();
    let short = typ.map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
    if short.is_some_and(|short| accepted.iter().any(|one| one.eq_ignore_ascii_case(short))) {
        Ok(())
    } else {
        Err(TokenError::Type { typ: excerpt(typ) })
    }
}

/// A closed list: neither `none` nor a symmetric algorithm can be talked into.
pub(crate) fn algorithm(header: &Header) -> Result<Algorithm, TokenError> {
    header
        .algorithm()
        .map_err(|algorithm| TokenError::Algorithm { algorithm })
}

pub(crate) fn known_key<'k>(header: &Header, keys: &'k KeySet) -> Result<&'k PublishedKey, TokenError> {
    let kid = text(header.kid.as_ref());
    kid.and_then(|kid| keys.get(kid))
        .ok_or_else(|| TokenError::UnknownKey { kid: excerpt(kid) })
}

pub(crate) fn signature(key: &PublishedKey, algorithm: Algorithm, jws: &Jws<'_>) -> Result<(), TokenError> {
    let verdict = key.verify(algorithm, jws.signed.as_bytes(), &jws.signature);
    verdict.map_err(|error| match error {
        SignatureError::KeyOfOtherAlgorithm => TokenError::KeyOfOtherAlgorithm,
        SignatureError::Forged => TokenError::Signature,
    })
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

pub(super) fn key_of_issuer(key: &PublishedKey, issuer: &str, tenant: TenantId) -> Result<(), TokenError> {
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

pub(super) fn issued_at(claims: &Claims) -> Result<Timestamp, TokenError> {
    time(claims.iat.as_ref(), "iat")
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

/// What is not understood is refused: a bound token must not pass for a plain one.
pub(super) fn confirmation(claims: &Claims) -> Result<Option<Confirmation>, TokenError> {
    let read = |cnf: &Value| Confirmation::from_claim(cnf).ok_or(TokenError::Confirmation);
    claims.cnf.as_ref().map(read).transpose()
}

/// A claim that is a list of words; empty without the claim.
pub(super) fn words(claim: Option<&Value>, name: &'static str) -> Result<Vec<String>, JwsError> {
    let Some(claim) = claim else {
        return Ok(Vec::new());
    };
    let words = claim.as_array().and_then(|words| {
        let words = words.iter().map(|word| word.as_str().map(str::to_owned));
        words.collect()
    });
    words.ok_or(JwsError::Mistyped { member: name })
}

/// `None` where the token does not say when its person proved who they are.
pub(super) fn authenticated_at(claims: &Claims) -> Result<Option<Timestamp>, TokenError> {
    let claim = claims.auth_time.as_ref();
    claim.map(|_| time(claim, "auth_time")).transpose()
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

fn time(member: Option<&Value>, claim: &'static str) -> Result<Timestamp, TokenError> {
    jws::seconds(member)
        .map(Timestamp::from_seconds)
        .ok_or(TokenError::Time { claim })
}

fn without_slash(resource: &str) -> &str {
    resource.strip_suffix('/').unwrap_or(resource)
}
