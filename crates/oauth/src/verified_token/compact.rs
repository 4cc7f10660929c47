//! The compact form of a JWS (RFC 7515 section 7.1): text comes in, header and claims go out as JSON values.
//!
//! INVARIANT: nothing is believed here; every member may be missing or of any type until a check has looked at it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::token_error::TokenError;

/// The parts of a token as they were sent.
pub(super) struct Parts<'a> {
    /// Header, dot and claims: what is signed.
    pub(super) signed: &'a str,
    pub(super) header: &'a str,
    pub(super) claims: &'a str,
    pub(super) signature: &'a str,
}

/// The members of a header that a check looks at.
#[derive(Deserialize)]
pub(super) struct Header {
    #[serde(default, deserialize_with = "present")]
    pub(super) alg: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) kid: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) crit: Option<Value>,
}

/// The claims that a check looks at. All others are ignored; one that appears twice is refused by the parser.
#[derive(Deserialize)]
pub(super) struct Claims {
    #[serde(default, deserialize_with = "present")]
    pub(super) iss: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) tid: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) aud: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) nbf: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) exp: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) oid: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) sub: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) appid: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) azp: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) idtyp: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) scp: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) uti: Option<Value>,
}

/// A member with the value `null` is there: `"crit": null` must not count as no `crit`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Splits at the two dots.
pub(super) fn split(token: &str) -> Result<Parts<'_>, TokenError> {
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::NotThreeParts)?;
    let (header, claims) = signed.split_once('.').ok_or(TokenError::NotThreeParts)?;
    if claims.contains('.') {
        return Err(TokenError::NotThreeParts);
    }
    Ok(Parts {
        signed,
        header,
        claims,
        signature,
    })
}

/// Reads the header.
pub(super) fn header(part: &str) -> Result<Header, TokenError> {
    json(part, TokenError::HeaderNotJson)
}

/// Reads the claims.
pub(super) fn claims(part: &str) -> Result<Claims, TokenError> {
    json(part, TokenError::ClaimsNotJson)
}

/// Reads one part: base64url without padding and without stray bits, so that a token has one spelling.
pub(super) fn bytes(part: &str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD.decode(part).ok().ok_or(TokenError::NotBase64Url)
}

/// A struct would also be read from a JSON array, by position; only an object is meant.
fn json<T: for<'de> Deserialize<'de>>(part: &str, refusal: TokenError) -> Result<T, TokenError> {
    let bytes = bytes(part)?;
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(refusal);
    }
    serde_json::from_slice(&bytes).ok().ok_or(refusal)
}
