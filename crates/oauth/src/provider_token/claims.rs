//! The claims of a provider's token that a check looks at.
//!
//! INVARIANT: a claim that appears twice is refused by the parser; `null` is a value.

use serde::Deserialize;
use serde_json::Value;

use crate::jws::present;

#[derive(Deserialize)]
pub(super) struct Claims {
    #[serde(default, deserialize_with = "present")]
    pub(super) iss: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) sub: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) aud: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) azp: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) exp: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) iat: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) nonce: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) sid: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) tid: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) events: Option<Value>,
}
