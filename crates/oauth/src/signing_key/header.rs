//! Headers of the tokens that are signed here: members come in, encoded text goes out.
//!
//! INVARIANT: `alg` is the key's own, never the caller's.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use crate::algorithm::Algorithm;
use crate::jwk::Jwk;

/// The members of a header besides `alg` (RFC 7515 section 4.1); what is `None` is left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct JwsHeader<'a> {
    /// What kind of token it is: `JWT`, `dpop+jwt`, `logout+jwt`.
    pub typ: Option<&'a str>,
    /// SHA-1 thumbprint of the certificate around the key ([`crate::thumbprint::x5t`]).
    pub x5t: Option<&'a str>,
    /// SHA-256 thumbprint of that certificate ([`crate::thumbprint::x5t_s256`]).
    pub x5t_s256: Option<&'a str>,
    /// That certificate and its chain, each as DER in base64 (not base64url); empty to leave it out.
    pub x5c: &'a [String],
    /// The name of the key.
    pub kid: Option<&'a str>,
    /// The public key itself (RFC 9449 section 4.2).
    pub jwk: Option<&'a Jwk>,
}

/// The members in the order of Entra's headers.
#[derive(Serialize)]
struct HeaderWire<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    typ: Option<&'a str>,
    alg: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    x5t: Option<&'a str>,
    #[serde(rename = "x5t#S256", skip_serializing_if = "Option::is_none")]
    x5t_s256: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    x5c: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwk: Option<&'a Jwk>,
}

impl JwsHeader<'_> {
    /// The encoded header with the dot behind it.
    pub(super) fn encode(self, algorithm: Algorithm) -> Result<String, serde_json::Error> {
        let wire = HeaderWire {
            typ: self.typ,
            alg: algorithm.as_str(),
            x5t: self.x5t,
            x5t_s256: self.x5t_s256,
            x5c: self.x5c,
            kid: self.kid,
            jwk: self.jwk,
        };
        let json = serde_json::to_vec(&wire)?;
        Ok(URL_SAFE_NO_PAD.encode(json) + ".")
    }
}
