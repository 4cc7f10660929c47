//! The compact form of a JWS (RFC 7515 section 7.1): text comes in, header, claims and signature go out.
//!
//! INVARIANT: nothing is believed here; every member may be missing or of any type until a check has looked at it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::algorithm::Algorithm;

/// Real tokens have 1 to 3 KiB, with many groups up to 8.
const MAX_BYTES: usize = 16 * 1024;
/// The longest text of a caller that an error repeats.
const EXCERPT_CHARS: usize = 100;

/// Why a text is not a signed token that can be looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Longer than 16 KiB.
    #[error("token is longer than 16 KiB")]
    TooLong,
    /// Not the three parts of a compact JWS (RFC 7515 section 7.1).
    #[error("token does not have three parts")]
    NotThreeParts,
    /// Header, claims or signature is not base64url without padding.
    #[error("token part is not base64url")]
    NotBase64Url,
    /// The header is not a JSON object, or a member appears twice.
    #[error("token header is not valid json")]
    HeaderNotJson,
    /// The header demands an extension by `crit`; none is known (RFC 7515 section 4.1.11).
    #[error("token header has critical extensions")]
    CriticalExtension,
    /// The claims are not a JSON object, or one appears twice.
    #[error("token claims are not valid json")]
    ClaimsNotJson,
    /// A claim or a member of the header has another type than its specification gives it.
    #[error("token member `{member}` has the wrong type")]
    Mistyped {
        /// The name of the member.
        member: &'static str,
    },
}

/// A token taken apart.
pub(crate) struct Jws<'a> {
    pub(crate) header: Header,
    /// Header, dot and claims: what is signed.
    pub(crate) signed: &'a str,
    pub(crate) signature: Vec<u8>,
    claims: &'a str,
}

/// The members of a header that a check looks at; all others are ignored, and one that appears twice is refused.
#[derive(Deserialize)]
pub(crate) struct Header {
    #[serde(default, deserialize_with = "present")]
    pub(crate) typ: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    alg: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    crit: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) kid: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) x5t: Option<Value>,
    #[serde(rename = "x5t#S256", default, deserialize_with = "present")]
    pub(crate) x5t_s256: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) jwk: Option<Value>,
}

/// Splits the text and reads its header.
pub(crate) fn read(text: &str) -> Result<Jws<'_>, JwsError> {
    if text.len() > MAX_BYTES {
        return Err(JwsError::TooLong);
    }
    let (signed, signature) = text.rsplit_once('.').ok_or(JwsError::NotThreeParts)?;
    let (header, claims) = signed.split_once('.').ok_or(JwsError::NotThreeParts)?;
    if claims.contains('.') {
        return Err(JwsError::NotThreeParts);
    }
    let header: Header = object(header, JwsError::HeaderNotJson)?;
    if header.crit.is_some() {
        return Err(JwsError::CriticalExtension);
    }
    Ok(Jws {
        header,
        signed,
        signature: bytes(signature)?,
        claims,
    })
}

impl Jws<'_> {
    /// Reads the claims.
    pub(crate) fn claims<T: for<'de> Deserialize<'de>>(&self) -> Result<T, JwsError> {
        object(self.claims, JwsError::ClaimsNotJson)
    }
}

impl Header {
    /// The algorithm, or an excerpt of what stands there instead.
    pub(crate) fn algorithm(&self) -> Result<Algorithm, String> {
        let name = text(self.alg.as_ref());
        name.and_then(Algorithm::from_name).ok_or_else(|| excerpt(name))
    }
}

/// A member with the value `null` is there: `"crit": null` must not count as no `crit`.
pub(crate) fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// The text of a member, if it is one.
pub(crate) fn text(member: Option<&Value>) -> Option<&str> {
    member.and_then(Value::as_str)
}

/// The text of a member that may be missing, but not of another type.
pub(crate) fn optional_text(member: Option<&Value>, name: &'static str) -> Result<Option<String>, JwsError> {
    let read = |value: &Value| value.as_str().map(str::to_owned);
    let mistyped = JwsError::Mistyped { member: name };
    member.map(|value| read(value).ok_or(mistyped)).transpose()
}

/// The texts of a member that is one or a list of them, as `aud` (RFC 7519 section 4.1.3); none when it is missing.
pub(crate) fn one_or_more(member: Option<&Value>) -> Option<Vec<String>> {
    let Some(member) = member else { return Some(Vec::new()) };
    let one = || member.as_str().map(|text| vec![text.to_owned()]);
    let several = || {
        let texts = member.as_array()?.iter();
        texts.map(|text| text.as_str().map(str::to_owned)).collect()
    };
    one().or_else(several)
}

/// Whole seconds of a `NumericDate`, which may have a fraction (RFC 7519 section 2); it is dropped.
pub(crate) fn seconds(member: Option<&Value>) -> Option<i64> {
    member.and_then(|value| value.as_i64().or_else(|| value.as_f64().map(whole)))
}

/// The beginning of what a caller sent, for a message.
pub(crate) fn excerpt(unverified_text: Option<&str>) -> String {
    unverified_text
        .unwrap_or_default()
        .chars()
        .take(EXCERPT_CHARS)
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` stops at the ends of i64, and so does Timestamp"
)]
fn whole(seconds: f64) -> i64 {
    seconds.floor() as i64
}

/// Reads one part: base64url without padding and without stray bits, so that a token has one spelling.
fn bytes(part: &str) -> Result<Vec<u8>, JwsError> {
    URL_SAFE_NO_PAD.decode(part).ok().ok_or(JwsError::NotBase64Url)
}

/// A struct would also be read from a JSON array, by position; only an object is meant.
fn object<T: for<'de> Deserialize<'de>>(part: &str, refusal: JwsError) -> Result<T, JwsError> {
    let bytes = bytes(part)?;
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(refusal);
    }
    serde_json::from_slice(&bytes).ok().ok_or(refusal)
}

#[cfg(test)]
mod tests;
