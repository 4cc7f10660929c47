//! Making client assertions (RFC 7523 section 3): a key with its certificate comes in, signed JWTs go out.
//!
//! INVARIANT: the key is the certificate's own; a pair that does not belong together is refused before anything is
//! signed for anybody.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use uuid::Uuid;
use x509_parser::pem::Pem;

use crate::algorithm::Algorithm;
use crate::certificate::{Certificate, CertificateError};
use crate::clock::Timestamp;
use crate::ids::AppId;
use crate::secret::Secret;
use crate::signing_key::{JwsHeader, SigningError, SigningKey, SigningKeyError};

/// In PEM, the labels of what is read (RFC 7468 sections 5.1 and 10).
const CERTIFICATE: &str = "CERTIFICATE";
const PRIVATE_KEY: &str = "PRIVATE KEY";
/// Signed to see whether the certificate's public key takes it.
const PROBE: &str = "probe";

/// Why assertions cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssertionSignerError {
    /// No block `BEGIN PRIVATE KEY`. One of another form is made into it by `openssl pkcs8 -topk8 -nocrypt`.
    #[error("no private key in pkcs#8 pem form")]
    NoKey,
    /// The key does not fit the algorithm.
    #[error("the private key cannot be used")]
    Key(#[source] SigningKeyError),
    /// No certificate, or one that cannot be used.
    #[error("the certificate cannot be used")]
    Certificate(#[source] CertificateError),
    /// The certificate is around another key.
    #[error("the private key is not the key of the first certificate")]
    NotItsKey,
}

/// What one assertion says.
#[derive(Clone, Copy, Debug)]
pub struct AssertionRequest<'a> {
    /// Issuer and subject.
    pub client_id: AppId,
    /// The token endpoint.
    pub audience: &'a str,
    /// The assertion's own name.
    pub jti: Uuid,
    /// The present moment.
    pub now: Timestamp,
    /// From now to the end.
    pub life_seconds: i64,
}

/// The claims of RFC 7523 section 3, as Entra documents them.
#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: AppId,
    sub: AppId,
    jti: Uuid,
    nbf: i64,
    iat: i64,
    exp: i64,
}

/// A key, its certificate and the chain behind it.
pub struct AssertionSigner {
    key: SigningKey,
    certificate: Certificate,
    x5c: Vec<String>,
}

impl AssertionSigner {
    /// Reads a PEM text with the private key and the certificates, its own first.
    pub fn from_pem(pem: &Secret<String>, algorithm: Algorithm) -> Result<Self, AssertionSignerError> {
        let blocks: Vec<Pem> = Pem::iter_from_buffer(pem.expose().as_bytes())
            .map_while(Result::ok)
            .collect();
        let (mut key, mut x5c) = (None, Vec::new());
        for block in blocks {
            match block.label.as_str() {
                PRIVATE_KEY => key = Some(Secret::new(block.contents)),
                CERTIFICATE => x5c.push(STANDARD.encode(block.contents)),
                _ => {}
            }
        }
        let key = key.ok_or(AssertionSignerError::NoKey)?;
        let key = SigningKey::from_pkcs8(&key, algorithm).map_err(AssertionSignerError::Key)?;
        let certificate = Certificate::from_pem(pem.expose()).map_err(AssertionSignerError::Certificate)?;
        let signer = Self { key, certificate, x5c };
        if signer.fits() {
            Ok(signer)
        } else {
            Err(AssertionSignerError::NotItsKey)
        }
    }

    /// The certificate that assertions are verified by.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Signs an assertion. RS256 names the certificate by `x5t`, the others by `x5t#S256`: what Entra takes.
    pub fn sign(&self, request: &AssertionRequest<'_>) -> Result<Secret<String>, SigningError> {
        let (x5t, x5t_s256) = match self.key.algorithm() {
            Algorithm::Rs256 => (Some(self.certificate.sha1_thumbprint()), None),
            Algorithm::Ps256 | Algorithm::Es256 => (None, Some(self.certificate.sha256_thumbprint())),
        };
        let header = JwsHeader {
            typ: Some("JWT"),
            x5t,
            x5t_s256,
            x5c: &self.x5c,
            ..JwsHeader::default()
        };
        let claims = Claims {
            aud: request.audience,
            iss: request.client_id,
            sub: request.client_id,
            jti: request.jti,
            nbf: request.now.seconds(),
            iat: request.now.seconds(),
            exp: request.now.plus_seconds(request.life_seconds).seconds(),
        };
        self.key.sign_under(&header, &claims).map(Secret::new)
    }

    fn fits(&self) -> bool {
        let Some(signature) = self.key.sign_bytes(PROBE.as_bytes()) else {
            return false;
        };
        let public = self.certificate.public_key();
        public
            .verify(self.key.algorithm(), PROBE.as_bytes(), &signature)
            .is_ok()
    }
}

/// Only the certificate.
impl fmt::Debug for AssertionSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssertionSigner")
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
