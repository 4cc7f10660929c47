//! Public keys on the wire (RFC 7517), in the shape of Entra's key document: JSON comes in and goes out.
//!
//! INVARIANT: only public members exist here; a private member of a foreign document is dropped when it is read.

use serde::{Deserialize, Serialize};

/// One public key. Entra's documents have no `alg` member; ours name it where the key is not for RS256.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// Key type: `RSA` or `EC` (RFC 7518 section 6.1).
    pub kty: String,
    /// `sig` for a key that signs tokens.
    #[serde(rename = "use", default, skip_serializing_if = "Option::is_none")]
    pub key_use: Option<String>,
    /// The one algorithm that the key is for (RFC 7517 section 4.4); without it any that fits its type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// The name by which a token's header picks the key; opaque.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kid: String,
    /// SHA-1 thumbprint of the certificate in `x5c`; Entra uses the same text as `kid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x5t: Option<String>,
    /// RSA modulus, big-endian without leading zeros, base64url.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub n: String,
    /// RSA public exponent, base64url: `AQAB` for 65537.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub e: String,
    /// Curve of an EC key: `P-256` for those made here (RFC 7518 section 6.2.1.1).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub crv: String,
    /// First coordinate of an EC key, 32 bytes on P-256, base64url.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub x: String,
    /// Second coordinate of an EC key, likewise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub y: String,
    /// Certificates around the key, DER in standard base64 (not base64url).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub x5c: Vec<String>,
    /// Entra's extension of the v2.0 document: the issuer the key may sign for, or a template with `{tenantid}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
}

/// The document behind `jwks_uri` (RFC 7517 section 5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwkSet {
    /// Current, next and previous keys.
    pub keys: Vec<Jwk>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRA: &str = r#"{"keys":[{"kty":"RSA","use":"sig","kid":"BuhUANGrDdNyXQo3gu9uRMGbMgI","x5t":"BuhUANGrDdNyXQo3gu9uRMGbMgI","n":"AQ","e":"AQAB","x5c":["MIIB"],"issuer":"https://login.example.test/{tenantid}/v2.0"}]}"#;

    #[test]
    fn entra_documents_round_trip_to_the_byte() {
        let set: JwkSet = serde_json::from_str(ENTRA).unwrap();
        assert_eq!(serde_json::to_string(&set).unwrap(), ENTRA);
    }

    #[test]
    fn foreign_keys_are_read_and_private_members_dropped() {
        let text = r#"{"keys":[{"kty":"EC","alg":"ES256","crv":"P-256","x":"AA","y":"AA","d":"AA"}]}"#;
        let set: JwkSet = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&set).unwrap(), text.replace(r#","d":"AA""#, ""));
    }

    #[test]
    fn a_key_without_type_is_refused() {
        assert!(serde_json::from_str::<JwkSet>(r#"{"keys":[{"kid":"a"}]}"#).is_err());
        assert!(serde_json::from_str::<JwkSet>("{}").is_err());
    }
}
