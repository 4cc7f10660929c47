//! The claims of an access token as they were sent: JSON comes in, one value per claim goes out.
//!
//! INVARIANT: nothing is believed here; every claim may be missing or of any type until a check has looked at it.

use serde::Deserialize;
use serde_json::Value;

use crate::jws::present;

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
    #[serde(default, deserialize_with = "present")]
    pub(super) iat: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) sid: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) roles: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) cnf: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) auth_time: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) amr: Option<Value>,
}
