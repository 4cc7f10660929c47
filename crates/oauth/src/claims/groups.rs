//! The groups of a person in a token.
//!
//! In: ids, or where they can be asked for. Out: the claims `groups`, or `_claim_names` and `_claim_sources` (OpenID Connect
//! Core section 5.6.2, distributed claims). Invariant: never half a list, which would say that the person is not in the rest.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::json;

/// Which groups a token names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Groups<'a> {
    /// These object ids; no claim when empty.
    Named(&'a [String]),
    /// More than a token holds: the address at which they can be asked for.
    Elsewhere(&'a str),
}

impl Serialize for Groups<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Named([]) => {}
            Self::Named(ids) => map.serialize_entry("groups", ids)?,
            Self::Elsewhere(address) => {
                map.serialize_entry("_claim_names", &json!({ "groups": "src1" }))?;
                map.serialize_entry("_claim_sources", &json!({ "src1": { "endpoint": address } }))?;
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_claims() {
        let check = |groups: Groups<'_>, expected: serde_json::Value| {
            assert_eq!(serde_json::to_value(groups).unwrap(), expected);
        };
        check(Groups::Named(&[]), json!({}));
        check(Groups::Named(&["a".to_owned()]), json!({ "groups": ["a"] }));
        let address = "https://login.example/v1.0/users/1/getMemberObjects";
        let elsewhere = json!({
            "_claim_names": { "groups": "src1" }, "_claim_sources": { "src1": { "endpoint": address } },
        });
        check(Groups::Elsewhere(address), elsewhere);
    }
}
