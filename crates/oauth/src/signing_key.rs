//! Signing tokens: claims come in, a compact JWS (RFC 7515 section 7.1) goes out.
//!
//! INVARIANT: the private key is parsed once and never leaves except as a [`Secret`]; a token costs one private
//! operation and no parsing, and its header names the algorithm that the key signs by.

mod header;
mod private_key;
mod rsa_public_key;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Serialize;

use crate::algorithm::Algorithm;
use crate::claims::TokenVersion;
use crate::jwk::Jwk;
use crate::secret::Secret;
use crate::thumbprint;

pub use header::JwsHeader;
use private_key::PrivateKey;

/// The `typ` of access and ID tokens.
const TYPE_JWT: &str = "JWT";
/// An RSA-2048 signature in base64url with its dot: the longest that keys made here give.
const SIGNATURE_CHARS: usize = 343;

/// Why there is no signing key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeyError {
    /// The cryptographic library made no key.
    #[error("signing key could not be generated")]
    Generate,
    /// The bytes are not, in PKCS#8 form, an RSA private key of 2048 bits or more or one on P-256, as the algorithm
    /// needs it.
    #[error("not a private key for {} in pkcs#8 form", .algorithm.as_str())]
    NotAKey {
        /// What the key should sign by.
        algorithm: Algorithm,
    },
    /// The cryptographic library did not print the key it holds.
    #[error("signing key could not be encoded")]
    Encode,
}

/// Why a token was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The claims have no JSON form.
    #[error("claims could not be written as json")]
    Claims(#[source] serde_json::Error),
    /// The header has no JSON form.
    #[error("header could not be written as json")]
    Header(#[source] serde_json::Error),
    /// The cryptographic library refused.
    #[error("signature could not be made")]
    Sign,
}

/// A private key with the name under which its public half is published.
pub struct SigningKey {
    private: PrivateKey,
    /// Type, numbers and algorithm; the name is `kid`.
    public: Jwk,
    kid: String,
    headers: Headers,
}

/// The encoded header of each token version with the dot behind it: the same for every token of a key.
struct Headers {
    v1: String,
    v2: String,
}

impl SigningKey {
    /// A new key: RSA of 2048 bits, or P-256. The randomness is the cryptographic library's own, because it takes no
    /// other. An RSA key takes tens to hundreds of milliseconds.
    pub fn generate(algorithm: Algorithm) -> Result<Self, SigningKeyError> {
        Self::new(PrivateKey::generate(algorithm).ok_or(SigningKeyError::Generate)?)
    }

    /// Reads a key that [`SigningKey::to_pkcs8`] printed. An RSA key does not say by which algorithm it is to sign, so
    /// the caller does.
    pub fn from_pkcs8(pkcs8_der: &Secret<Vec<u8>>, algorithm: Algorithm) -> Result<Self, SigningKeyError> {
        let private = PrivateKey::from_pkcs8(pkcs8_der.expose(), algorithm);
        Self::new(private.ok_or(SigningKeyError::NotAKey { algorithm })?)
    }

    /// The name is at first the key identifier of RFC 5280 section 4.2.1.2 (1), SHA-1 of the public key: 27 characters,
    /// as Entra's names have.
    fn new(private: PrivateKey) -> Result<Self, SigningKeyError> {
        let public = private.public_members().ok_or(SigningKeyError::Encode)?;
        let kid = thumbprint::x5t(private.public_bytes());
        let headers = Headers::new(private.algorithm(), &kid)?;
        Ok(Self {
            private,
            public,
            kid,
            headers,
        })
    }

    /// The same key under another name, for instance the thumbprint of its certificate ([`thumbprint::x5t`]).
    pub fn with_kid(self, kid: &str) -> Result<Self, SigningKeyError> {
        let headers = Headers::new(self.algorithm(), kid)?;
        Ok(Self {
            kid: kid.to_owned(),
            headers,
            ..self
        })
    }

    /// The private key as PKCS#8 DER, to be encrypted and stored.
    pub fn to_pkcs8(&self) -> Result<Secret<Vec<u8>>, SigningKeyError> {
        self.private.to_pkcs8().ok_or(SigningKeyError::Encode)
    }

    /// The name of the key.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// What the key signs by.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.private.algorithm()
    }

    /// The public half as it is published; with a certificate (DER) around the key when there is one. The `issuer`
    /// member is the publisher's to fill.
    #[must_use]
    pub fn public_jwk(&self, certificate_der: Option<&[u8]>) -> Jwk {
        Jwk {
            key_use: Some("sig".to_owned()),
            kid: self.kid.clone(),
            x5t: Some(certificate_der.map_or_else(|| self.kid.clone(), thumbprint::x5t)),
            x5c: certificate_der.map(|der| STANDARD.encode(der)).into_iter().collect(),
            ..self.public.clone()
        }
    }

    /// Signs claims as a token whose header has the form of `version`: v1.0 repeats the key's name as `x5t`.
    pub fn sign(&self, version: TokenVersion, claims: &impl Serialize) -> Result<String, SigningError> {
        let header = match version {
            TokenVersion::V1 => &self.headers.v1,
            TokenVersion::V2 => &self.headers.v2,
        };
        self.sign_behind(header, claims)
    }

    /// Signs claims as another kind of token: `typ` is `logout+jwt`, `secevent+jwt` or the like.
    pub fn sign_as(&self, typ: &str, claims: &impl Serialize) -> Result<String, SigningError> {
        let header = JwsHeader {
            typ: Some(typ),
            kid: Some(&self.kid),
            ..JwsHeader::default()
        };
        self.sign_under(&header, claims)
    }

    /// Signs claims under a header of the caller's choice: a client assertion, a DPoP proof.
    pub fn sign_under(&self, header: &JwsHeader<'_>, claims: &impl Serialize) -> Result<String, SigningError> {
        let header = header.encode(self.algorithm()).map_err(SigningError::Header)?;
        self.sign_behind(&header, claims)
    }

    /// The signature of bytes; `None` when the cryptographic library refuses.
    pub(crate) fn sign_bytes(&self, message: &[u8]) -> Option<Vec<u8>> {
        self.private.sign(message)
    }

    fn sign_behind(&self, header: &str, claims: &impl Serialize) -> Result<String, SigningError> {
        let payload = serde_json::to_vec(claims).map_err(SigningError::Claims)?;
        // Base64url writes 4 characters for 3 bytes; a remainder fits in 4.
        let mut token = String::with_capacity(header.len() + payload.len() / 3 * 4 + 4 + SIGNATURE_CHARS);
        token.push_str(header);
        URL_SAFE_NO_PAD.encode_string(&payload, &mut token);
        let signature = self.private.sign(token.as_bytes()).ok_or(SigningError::Sign)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(&signature, &mut token);
        Ok(token)
    }
}

/// Only the name and the algorithm.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm())
            .finish_non_exhaustive()
    }
}

impl Headers {
    fn new(algorithm: Algorithm, kid: &str) -> Result<Self, SigningKeyError> {
        let v2 = JwsHeader {
            typ: Some(TYPE_JWT),
            kid: Some(kid),
            ..JwsHeader::default()
        };
        let v1 = JwsHeader { x5t: Some(kid), ..v2 };
        let encode = |header: JwsHeader<'_>| header.encode(algorithm).ok().ok_or(SigningKeyError::Encode);
        Ok(Self {
            v1: encode(v1)?,
            v2: encode(v2)?,
        })
    }
}

#[cfg(test)]
mod tests;
