//! Clients that hold a key: their certificates, their assertions, their DPoP proofs.

use std::sync::LazyLock;

use oauth::{Algorithm, Jwk, JwsHeader, SigningKey, Timestamp, TokenVersion, thumbprint};
use rcgen::{CertificateParams, DnType, KeyPair};
use serde_json::{Value, json};

use crate::world::START;

pub(crate) const DAY_SECONDS: i64 = 24 * 60 * 60;
/// How long the certificates are valid, from the start of the world on.
pub(crate) const CERTIFICATE_SECONDS: i64 = 100 * DAY_SECONDS;
pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Keys take long to make, so tests share them.
pub(crate) static RSA: LazyLock<Signer> = LazyLock::new(|| Signer::new(Algorithm::Rs256));
pub(crate) static OTHER_RSA: LazyLock<Signer> = LazyLock::new(|| Signer::new(Algorithm::Rs256));
pub(crate) static EC: LazyLock<Signer> = LazyLock::new(|| Signer::new(Algorithm::Es256));
pub(crate) static OTHER_EC: LazyLock<Signer> = LazyLock::new(|| Signer::new(Algorithm::Es256));

/// A private key with a certificate around it.
pub(crate) struct Signer {
    pub(crate) key: SigningKey,
    /// DER.
    pub(crate) certificate: Vec<u8>,
    pub(crate) pem: String,
    pub(crate) x5t: String,
    pub(crate) x5t_s256: String,
}

impl Signer {
    fn new(algorithm: Algorithm) -> Self {
        Self::of(
            SigningKey::generate(algorithm).unwrap(),
            START,
            START.plus_seconds(CERTIFICATE_SECONDS),
        )
    }

    fn of(key: SigningKey, not_before: Timestamp, not_after: Timestamp) -> Self {
        let pkcs8 = key.to_pkcs8().unwrap();
        let pair = KeyPair::try_from(pkcs8.expose().as_slice()).unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Nightly sync");
        params.not_before = calendar(not_before);
        params.not_after = calendar(not_after);
        let certificate = params.self_signed(&pair).unwrap();
        let der = certificate.der().to_vec();
        Self {
            key,
            pem: certificate.pem(),
            x5t: thumbprint::x5t(&der),
            x5t_s256: thumbprint::x5t_s256(&der),
            certificate: der,
        }
    }

    /// The same key in a certificate of another time.
    pub(crate) fn renewed(&self, not_before: Timestamp, not_after: Timestamp) -> Self {
        Self::of(self.key_for(self.key.algorithm()), not_before, not_after)
    }

    /// The same key, to sign by another algorithm.
    pub(crate) fn key_for(&self, algorithm: Algorithm) -> SigningKey {
        SigningKey::from_pkcs8(&self.key.to_pkcs8().unwrap(), algorithm).unwrap()
    }

    /// An assertion under the header that msal-python writes.
    pub(crate) fn assertion(&self, claims: &Value) -> String {
        let header = JwsHeader {
            typ: Some("JWT"),
            x5t: Some(&self.x5t),
            ..JwsHeader::default()
        };
        self.key.sign_under(&header, claims).unwrap()
    }

    /// A token under the header of an issuer: type and key id.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.key.sign(TokenVersion::V2, claims).unwrap()
    }

    /// A DPoP proof.
    pub(crate) fn proof(&self, claims: &Value) -> String {
        let jwk = self.bare_jwk();
        let header = JwsHeader {
            typ: Some("dpop+jwt"),
            jwk: Some(&jwk),
            ..JwsHeader::default()
        };
        self.key.sign_under(&header, claims).unwrap()
    }

    /// The thumbprint of the key.
    pub(crate) fn jkt(&self) -> String {
        thumbprint::jwk(&self.bare_jwk()).unwrap()
    }

    fn bare_jwk(&self) -> Jwk {
        let published = self.key.public_jwk(None);
        Jwk {
            kty: published.kty,
            crv: published.crv,
            x: published.x,
            y: published.y,
            n: published.n,
            e: published.e,
            ..Jwk::default()
        }
    }
}

/// The claims of an assertion of a client, as they should be.
pub(crate) fn claims(client_id: &str, audience: &str) -> Value {
    json!({
        "iss": client_id, "sub": client_id, "aud": audience, "jti": "1f0a9d6c",
        "iat": START.seconds(), "nbf": START.seconds(), "exp": START.seconds() + 600,
    })
}

/// Claims with one changed, or left out where the value is null.
pub(crate) fn changed(claims: &Value, name: &str, value: Value) -> Value {
    let mut changed = claims.clone();
    let members = changed.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
    changed
}

fn calendar(at: Timestamp) -> time::OffsetDateTime {
    time::OffsetDateTime::from_unix_timestamp(at.seconds()).unwrap()
}
