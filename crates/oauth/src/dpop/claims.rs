//! The claims of a DPoP proof (RFC 9449 section 4.2) as they were sent: JSON comes in, one value per claim goes out.
//!
//! INVARIANT: nothing is believed here; every claim may be missing or of any type until a check has looked at it.

use serde::Deserialize;
use serde_json::Value;

use crate::jws::present;

/// All other claims are ignored; one that appears twice is refused by the parser.
#[derive(Deserialize)]
pub(super) struct Claims {
    #[serde(default, deserialize_with = "present")]
    pub(super) jti: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) htm: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) htu: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) iat: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) ath: Option<Value>,
}
