//! The `cnf` claim (RFC 7800 section 3.1): which key the bearer of a token must prove, in and out as a JSON object.
//!
//! INVARIANT: a confirmation names exactly one key. An object with another member, or with two, is none: who cannot
//! check all that is demanded must not let pass.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The key that a token is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confirmation {
    /// RFC 7638 thumbprint of the key that signs DPoP proofs (RFC 9449 section 6.1).
    #[serde(rename = "jkt")]
    Jkt(String),
    /// SHA-256 thumbprint of the client's TLS certificate (RFC 8705 section 3.1).
    #[serde(rename = "x5t#S256")]
    X5tS256(String),
}

impl Confirmation {
    /// Reads the claim; `None` for anything but an object with one known member and text in it.
    pub(crate) fn from_claim(claim: &Value) -> Option<Self> {
        Self::deserialize(claim)
            .ok()
            .filter(|confirmation| !confirmation.thumbprint().is_empty())
    }

    fn thumbprint(&self) -> &str {
        match self {
            Self::Jkt(thumbprint) | Self::X5tS256(thumbprint) => thumbprint,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::needless_pass_by_value,
        reason = "a case is one line when its expectation is a value"
    )]

    use serde_json::json;

    use super::*;

    fn check(claim: Value, expected: Option<Confirmation>) {
        assert_eq!(Confirmation::from_claim(&claim), expected, "{claim}");
    }

    #[test]
    fn what_does_not_name_one_key_is_refused() {
        for claim in [
            json!(null),
            json!("jkt"),
            json!(["jkt", "a"]),
            json!({}),
            json!({"jkt": null}),
            json!({"jkt": ""}),
            json!({"jkt": 1}),
            json!({"kid": "a"}),
            json!({"jwk": {"kty": "RSA"}}),
            json!({"jkt": "a", "x5t#S256": "b"}),
            json!({"jkt": "a", "kid": "b"}),
        ] {
            check(claim, None);
        }
    }

    #[test]
    fn both_kinds_round_trip() {
        let jkt = Confirmation::Jkt("a".to_owned());
        let x5t = Confirmation::X5tS256("b".to_owned());
        assert_eq!(serde_json::to_string(&jkt).unwrap(), r#"{"jkt":"a"}"#);
        assert_eq!(serde_json::to_string(&x5t).unwrap(), r#"{"x5t#S256":"b"}"#);
        check(json!({"jkt": "a"}), Some(jkt));
        check(json!({"x5t#S256": "b"}), Some(x5t));
    }
}
