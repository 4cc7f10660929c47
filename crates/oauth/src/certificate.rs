//! X.509 certificates that clients prove themselves with: DER or PEM comes in, thumbprints, dates and a public key
//! go out.
//!
//! INVARIANT: a certificate here is a wrapper around one usable key. Who signed it is not looked at: trust comes from
//! the registration that holds the certificate, as with Entra.

use std::fmt;

use x509_parser::certificate::X509Certificate;
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key;
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::clock::Timestamp;
use crate::public_key::PublicKey;
use crate::thumbprint;

/// In PEM, the label before a certificate (RFC 7468 section 5.1).
const LABEL: &str = "CERTIFICATE";

/// Why a text or bytes are not a certificate that a client can prove itself with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// There is no whole block `BEGIN CERTIFICATE` in the text.
    #[error("no certificate in pem form")]
    Pem,
    /// The bytes are not one DER certificate (RFC 5280 section 4.1) and nothing else.
    #[error("not an x.509 certificate in der form")]
    Der,
    /// The key is neither RSA of 2048 bits or more nor on P-256.
    #[error("key of the certificate is neither rsa of at least 2048 bits nor on p-256")]
    KeyType,
}

/// A certificate with a usable key.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    x5t: String,
    x5t_s256: String,
    subject: String,
    not_before: Timestamp,
    not_after: Timestamp,
    public_key: PublicKey,
}

impl Certificate {
    /// Reads DER.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let (rest, certificate) = X509Certificate::from_der(der).ok().ok_or(CertificateError::Der)?;
        if !rest.is_empty() {
            return Err(CertificateError::Der);
        }
        let validity = certificate.validity();
        Ok(Self {
            der: der.to_vec(),
            x5t: thumbprint::x5t(der),
            x5t_s256: thumbprint::x5t_s256(der),
            subject: certificate.subject().to_string(),
            not_before: Timestamp::from_seconds(validity.not_before.timestamp()),
            not_after: Timestamp::from_seconds(validity.not_after.timestamp()),
            public_key: usable_key(certificate.public_key()).ok_or(CertificateError::KeyType)?,
        })
    }

    /// Reads the first certificate of a PEM text (RFC 7468); a private key before it and a chain behind it are passed
    /// over.
    pub fn from_pem(pem: &str) -> Result<Self, CertificateError> {
        let blocks = Pem::iter_from_buffer(pem.as_bytes()).map_while(Result::ok);
        let mut certificates = blocks.filter(|block| block.label == LABEL);
        let first = certificates.next().ok_or(CertificateError::Pem)?;
        Self::from_der(&first.contents)
    }

    /// The certificate itself.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// `x5t`: base64url without padding, 27 characters.
    #[must_use]
    pub fn sha1_thumbprint(&self) -> &str {
        &self.x5t
    }

    /// `x5t#S256`: base64url without padding, 43 characters.
    #[must_use]
    pub fn sha256_thumbprint(&self) -> &str {
        &self.x5t_s256
    }

    /// The first moment of its validity.
    #[must_use]
    pub const fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// The last moment of its validity (RFC 5280 section 4.1.2.5: inclusive).
    #[must_use]
    pub const fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// The distinguished name of its subject: `CN=Nightly sync, O=Contoso`. Made by who made the certificate: for
    /// people to read, proof of nothing.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    pub(crate) const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }
}

/// Subject and SHA-1 thumbprint.
impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("subject", &self.subject)
            .field("x5t", &self.x5t)
            .finish_non_exhaustive()
    }
}

fn usable_key(spki: &SubjectPublicKeyInfo<'_>) -> Option<PublicKey> {
    if let public_key::PublicKey::RSA(rsa) = spki.parsed().ok()? {
        PublicKey::rsa(rsa.modulus, rsa.exponent)
    } else {
        // The curve stands beside the point, so the whole structure is read again.
        PublicKey::p256(spki.raw)
    }
}

#[cfg(test)]
pub(crate) mod tests;
