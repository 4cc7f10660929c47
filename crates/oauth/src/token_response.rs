//! Answers of the token endpoint (RFC 6749 section 5) in Entra's shapes: JSON comes in and goes out.
//!
//! INVARIANT: every token is a [`Secret`] on both sides of the wire; only the JSON itself shows it.

pub(crate) mod secret_text;

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;

use crate::clock::Timestamp;
use crate::secret::Secret;

/// Success at the v2.0 endpoint: numbers are numbers. Reading takes strings for numbers too, as clients do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenResponse {
    /// `Bearer`, or `DPoP` for a token that is bound to a key (RFC 9449 section 5).
    pub token_type: String,
    /// What was granted, as words; none for an application's own token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Seconds from now to the end of the token.
    #[serde(deserialize_with = "number")]
    pub expires_in: i64,
    /// Seconds for which a client may go on using the token while the authority is down.
    #[serde(
        default,
        deserialize_with = "optional_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub ext_expires_in: Option<i64>,
    /// Seconds after which the client should renew: for lifetimes of two hours and more, half of it.
    #[serde(
        default,
        deserialize_with = "optional_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub refresh_in: Option<i64>,
    /// The token.
    #[serde(serialize_with = "secret_text::write", deserialize_with = "secret_text::read")]
    pub access_token: Secret<String>,
    /// What the next token is asked for with, after `offline_access`.
    #[serde(
        default,
        serialize_with = "secret_text::write_optional",
        deserialize_with = "secret_text::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub refresh_token: Option<Secret<String>>,
    /// Who the person is, after `openid`.
    #[serde(
        default,
        serialize_with = "secret_text::write_optional",
        deserialize_with = "secret_text::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub id_token: Option<Secret<String>>,
    /// The person's home account, by [`crate::client_info()`], when it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_info: Option<String>,
}

/// Success at the v1.0 endpoint: every value is a string.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenResponseV1 {
    /// `Bearer`, or `DPoP` for a token that is bound to a key (RFC 9449 section 5).
    pub token_type: String,
    /// What was granted, as words; none for an application's own token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Seconds from now to the end of the token.
    pub expires_in: String,
    /// Seconds for which a client may go on using the token while the authority is down.
    pub ext_expires_in: String,
    /// The `exp` claim, seconds since 1970.
    pub expires_on: String,
    /// The `nbf` claim, seconds since 1970.
    pub not_before: String,
    /// The resource as it was asked for.
    pub resource: String,
    /// The token.
    #[serde(serialize_with = "secret_text::write", deserialize_with = "secret_text::read")]
    pub access_token: Secret<String>,
    /// What the next token is asked for with, after `offline_access`.
    #[serde(
        default,
        serialize_with = "secret_text::write_optional",
        deserialize_with = "secret_text::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub refresh_token: Option<Secret<String>>,
    /// Who the person is, after `openid`.
    #[serde(
        default,
        serialize_with = "secret_text::write_optional",
        deserialize_with = "secret_text::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub id_token: Option<Secret<String>>,
    /// The person's home account, by [`crate::client_info()`], when it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_info: Option<String>,
}

/// A refusal. Only `error` is sure to be there when it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorResponse {
    /// The OAuth name: see [`crate::OAuthError`].
    pub error: String,
    /// `AADSTS<code>: <text> Trace ID: ... Correlation ID: ... Timestamp: ...`.
    #[serde(default)]
    pub error_description: String,
    /// The AADSTS codes as numbers.
    #[serde(default)]
    pub error_codes: Vec<u32>,
    /// When, in the form of [`ErrorResponse::timestamp_text`].
    #[serde(default)]
    pub timestamp: String,
    /// The authority's name for this answer: a GUID.
    #[serde(default)]
    pub trace_id: String,
    /// The client's name for its request (`client-request-id`): a GUID.
    #[serde(default)]
    pub correlation_id: String,
    /// A page about the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_uri: Option<String>,
    /// A finer reason, such as `consent_required`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suberror: Option<String>,
    /// The claims challenge to repeat in the next request: JSON as a string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<String>,
}

impl ErrorResponse {
    /// A moment as errors print it: `2026-03-01 09:12:44Z`, whole seconds and a space in place of `T`.
    #[must_use]
    pub fn timestamp_text(now: Timestamp) -> String {
        Timestamp::from_seconds(now.seconds()).to_string().replacen('T', " ", 1)
    }
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let number = value
        .as_i64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    number.ok_or_else(|| de::Error::custom("expected a whole number"))
}

fn optional_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    number(deserializer).map(Some)
}

#[cfg(test)]
mod tests;
