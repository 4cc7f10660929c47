//! The checks of RFC 9449 section 4.3, each a function: a part of the proof and what is expected come in, the value
//! that is now known goes out.
//!
//! INVARIANT: no check lets a missing or mistyped value pass.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize as _;
use serde_json::{Map, Value};

use super::claims::Claims;
use super::error::DpopError;
use super::target::Target;
use crate::algorithm::Algorithm;
use crate::clock::Timestamp;
use crate::jwk::Jwk;
use crate::jws::{self, Header, Jws, excerpt, text};
use crate::public_key::{PublicKey, SignatureError};
use crate::thumbprint;

const TYPE: &str = "dpop+jwt";
/// The longest `jti` that must be remembered.
const MAX_ID_BYTES: usize = 256;
/// How far the client's clock may be ahead of ours.
const AHEAD_S: i64 = 60;
/// Members of a JWK that must stay with the client (RFC 7518 sections 6.2.2, 6.3.2 and 6.4).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// The key that a proof shows, with its name.
pub(super) struct ShownKey {
    public: PublicKey,
    pub(super) thumbprint: String,
}

/// Point 3: the required claims. The others are looked at where they are compared.
pub(super) fn proof_id(claims: &Claims) -> Result<&str, DpopError> {
    text(claims.jti.as_ref())
        .filter(|jti| !jti.is_empty() && jti.len() <= MAX_ID_BYTES)
        .ok_or(DpopError::Claim { claim: "jti" })
}

/// Point 4. A media type: case does not count.
pub(super) fn proof_type(header: &Header) -> Result<(), DpopError> {
    let typ = text(header.typ.as_ref());
    if typ.is_some_and(|typ| typ.eq_ignore_ascii_case(TYPE)) {
        Ok(())
    } else {
        Err(DpopError::Type { typ: excerpt(typ) })
    }
}

/// Point 5.
pub(super) fn algorithm(header: &Header) -> Result<Algorithm, DpopError> {
    header
        .algorithm()
        .map_err(|algorithm| DpopError::Algorithm { algorithm })
}

pub(super) fn jwk(header: &Header) -> Result<&Map<String, Value>, DpopError> {
    header.jwk.as_ref().and_then(Value::as_object).ok_or(DpopError::Key)
}

/// Point 7, before the key is used: a client that shows its secret must not be told that all is well.
pub(super) fn no_private_member(unverified_jwk: &Map<String, Value>) -> Result<(), DpopError> {
    if PRIVATE_MEMBERS
        .iter()
        .any(|member| unverified_jwk.contains_key(*member))
    {
        Err(DpopError::PrivateKey)
    } else {
        Ok(())
    }
}

pub(super) fn key(unverified_jwk: &Map<String, Value>) -> Result<ShownKey, DpopError> {
    let jwk = Jwk::deserialize(unverified_jwk).ok().ok_or(DpopError::Key)?;
    Ok(ShownKey {
        public: PublicKey::from_jwk(&jwk).ok_or(DpopError::Key)?,
        thumbprint: thumbprint::jwk(&jwk).ok_or(DpopError::Key)?,
    })
}

/// Point 6.
pub(super) fn signature(key: &ShownKey, algorithm: Algorithm, jws: &Jws<'_>) -> Result<(), DpopError> {
    let verdict = key.public.verify(algorithm, jws.signed.as_bytes(), &jws.signature);
    verdict.map_err(|error| match error {
        SignatureError::KeyOfOtherAlgorithm => DpopError::Algorithm {
            algorithm: algorithm.as_str().to_owned(),
        },
        SignatureError::Forged => DpopError::Signature,
    })
}

/// Point 8. Methods are case-sensitive (RFC 9110 section 9.1).
pub(super) fn method(claims: &Claims, expected: &str) -> Result<(), DpopError> {
    let method = text(claims.htm.as_ref()).ok_or(DpopError::Claim { claim: "htm" })?;
    if method == expected {
        Ok(())
    } else {
        Err(DpopError::Method {
            method: excerpt(Some(method)),
        })
    }
}

/// Point 9.
pub(super) fn url(claims: &Claims, expected: &str) -> Result<(), DpopError> {
    let url = text(claims.htu.as_ref()).ok_or(DpopError::Claim { claim: "htu" })?;
    let target = Target::parse(url);
    if target.is_some() && target == Target::parse(expected) {
        Ok(())
    } else {
        Err(DpopError::Url {
            url: excerpt(Some(url)),
        })
    }
}

/// Point 11.
pub(super) fn age(claims: &Claims, now: Timestamp, max_age_s: i64) -> Result<Timestamp, DpopError> {
    let seconds = jws::seconds(claims.iat.as_ref()).ok_or(DpopError::Claim { claim: "iat" })?;
    let issued_at = Timestamp::from_seconds(seconds);
    if issued_at > now.plus_seconds(AHEAD_S) {
        Err(DpopError::Early { issued_at })
    } else if now >= issued_at.plus_seconds(max_age_s) {
        Err(DpopError::Old { issued_at })
    } else {
        Ok(issued_at)
    }
}

/// Point 12, first half; the other half, that the token is bound to this key, is for who knows the token.
pub(super) fn access_token(claims: &Claims, sent: Option<&str>) -> Result<(), DpopError> {
    let Some(token) = sent else { return Ok(()) };
    let hash = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, token.as_bytes()));
    if text(claims.ath.as_ref()) == Some(hash.as_str()) {
        Ok(())
    } else {
        Err(DpopError::AccessToken)
    }
}
