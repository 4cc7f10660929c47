//! Signing tokens: claims come in, a compact JWS (RFC 7515 section 7.1) under RS256 goes out.
//!
//! INVARIANT: the private key is parsed once and never leaves except as a [`Secret`]; a signature costs one RSA
//! operation and no parsing.

mod rsa_public_key;

use std::fmt;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Serialize;

use crate::claims::TokenVersion;
use crate::jwk::Jwk;
use crate::secret::Secret;
use crate::thumbprint;

use rsa_public_key::RsaPublicKey;

/// Why there is no signing key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeyError {
    /// The cryptographic library made no key.
    #[error("rsa key could not be generated")]
    Generate,
    /// The bytes are not an RSA private key of 2048 bits or more in PKCS#8 form.
    #[error("not an rsa private key in pkcs#8 form")]
    NotRsa,
    /// The cryptographic library did not print the key it holds.
    #[error("rsa key could not be encoded")]
    Encode,
}

/// Why a token was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The claims have no JSON form.
    #[error("claims could not be written as json")]
    Claims(#[source] serde_json::Error),
    /// The cryptographic library refused.
    #[error("rsa signature could not be made")]
    Sign,
}

/// An RSA private key with the name under which its public half is published.
pub struct SigningKey {
    pair: RsaKeyPair,
    public: RsaPublicKey,
    kid: String,
    headers: Headers,
}

/// The encoded header of each token version with the dot behind it: the same for every token of a key.
struct Headers {
    v1: String,
    v2: String,
}

/// The members in the order of Entra's headers.
#[derive(Serialize)]
struct HeaderWire<'a> {
    typ: &'static str,
    alg: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    x5t: Option<&'a str>,
    kid: &'a str,
}

impl SigningKey {
    /// A new RSA key of 2048 bits. The randomness is the cryptographic library's own, because it takes no other. Takes
    /// tens to hundreds of milliseconds.
    pub fn generate() -> Result<Self, SigningKeyError> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048)
            .ok()
            .ok_or(SigningKeyError::Generate)?;
        Self::from_pair(pair)
    }

    /// Reads a key that [`SigningKey::to_pkcs8`] printed.
    pub fn from_pkcs8(pkcs8_der: &Secret<Vec<u8>>) -> Result<Self, SigningKeyError> {
        let pair = RsaKeyPair::from_pkcs8(pkcs8_der.expose())
            .ok()
            .ok_or(SigningKeyError::NotRsa)?;
        Self::from_pair(pair)
    }

    /// The name is at first the key identifier of RFC 5280 section 4.2.1.2 (1), SHA-1 of the public key: 27 characters,
    /// as Entra's names have.
    fn from_pair(pair: RsaKeyPair) -> Result<Self, SigningKeyError> {
        let public_der = pair.public_key().as_ref();
        let public = RsaPublicKey::parse(public_der).ok_or(SigningKeyError::Encode)?;
        let kid = thumbprint::x5t(public_der);
        let headers = Headers::new(&kid)?;
        Ok(Self {
            pair,
            public,
            kid,
            headers,
        })
    }

    /// The same key under another name, for instance the thumbprint of its certificate ([`thumbprint::x5t`]).
    pub fn with_kid(self, kid: &str) -> Result<Self, SigningKeyError> {
        let headers = Headers::new(kid)?;
        Ok(Self {
            kid: kid.to_owned(),
            headers,
            ..self
        })
    }

    /// The private key as PKCS#8 DER, to be encrypted and stored.
    pub fn to_pkcs8(&self) -> Result<Secret<Vec<u8>>, SigningKeyError> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().ok().ok_or(SigningKeyError::Encode)?;
        Ok(Secret::new(der.as_ref().to_vec()))
    }

    /// The name of the key.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half as it is published; with a certificate (DER) around the key when there is one. The `issuer`
    /// member is the publisher's to fill.
    #[must_use]
    pub fn public_jwk(&self, certificate_der: Option<&[u8]>) -> Jwk {
        Jwk {
            kty: "RSA".to_owned(),
            key_use: Some("sig".to_owned()),
            kid: self.kid.clone(),
            x5t: Some(certificate_der.map_or_else(|| self.kid.clone(), thumbprint::x5t)),
            n: URL_SAFE_NO_PAD.encode(&self.public.modulus),
            e: URL_SAFE_NO_PAD.encode(&self.public.exponent),
            x5c: certificate_der.map(|der| STANDARD.encode(der)).into_iter().collect(),
            issuer: None,
        }
    }

    /// Signs claims as a token whose header has the form of `version`: v1.0 repeats the key's name as `x5t`.
    #[expect(
        clippy::disallowed_methods,
        reason = "PKCS#1 v1.5 takes no randomness: the parameter is ignored"
    )]
    pub fn sign(&self, version: TokenVersion, claims: &impl Serialize) -> Result<String, SigningError> {
        let payload = serde_json::to_vec(claims).map_err(SigningError::Claims)?;
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let header = match version {
            TokenVersion::V1 => &self.headers.v1,
            TokenVersion::V2 => &self.headers.v2,
        };
        // Base64url writes 4 characters for 3 bytes; the dot and two remainders fit in 8.
        let mut token = String::with_capacity(header.len() + (payload.len() + signature.len()) / 3 * 4 + 8);
        token.push_str(header);
        URL_SAFE_NO_PAD.encode_string(&payload, &mut token);
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                token.as_bytes(),
                &mut signature,
            )
            .ok()
            .ok_or(SigningError::Sign)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(&signature, &mut token);
        Ok(token)
    }
}

/// Only the name.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl Headers {
    fn new(kid: &str) -> Result<Self, SigningKeyError> {
        Ok(Self {
            v1: Self::encode(kid, Some(kid))?,
            v2: Self::encode(kid, None)?,
        })
    }

    fn encode(kid: &str, x5t: Option<&str>) -> Result<String, SigningKeyError> {
        let wire = HeaderWire {
            typ: "JWT",
            alg: "RS256",
            x5t,
            kid,
        };
        let json = serde_json::to_vec(&wire).ok().ok_or(SigningKeyError::Encode)?;
        Ok(URL_SAFE_NO_PAD.encode(json) + ".")
    }
}

#[cfg(test)]
mod tests;
