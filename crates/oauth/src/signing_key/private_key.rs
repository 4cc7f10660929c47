//! The private half of a signing key: PKCS#8 (RFC 5208) and messages come in, signatures and public numbers go out.
//!
//! INVARIANT: a key signs by one algorithm, fixed when it is made or read.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding,
    RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::rsa_public_key::RsaPublicKey;
use crate::algorithm::Algorithm;
use crate::jwk::Jwk;
use crate::secret::Secret;

/// A parsed key pair, named after what it signs by. `None` from a function here is a refusal of the cryptographic
/// library, which gives no reasons.
pub(super) enum PrivateKey {
    Rs256(RsaKeyPair),
    Ps256(RsaKeyPair),
    Es256(EcdsaKeyPair),
}

impl PrivateKey {
    /// RSA of 2048 bits, or P-256.
    pub(super) fn generate(algorithm: Algorithm) -> Option<Self> {
        let rsa = || RsaKeyPair::generate(KeySize::Rsa2048);
        match algorithm {
            Algorithm::Rs256 => rsa().ok().map(Self::Rs256),
            Algorithm::Ps256 => rsa().ok().map(Self::Ps256),
            Algorithm::Es256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                .ok()
                .map(Self::Es256),
        }
    }

    pub(super) fn from_pkcs8(der: &[u8], algorithm: Algorithm) -> Option<Self> {
        match algorithm {
            Algorithm::Rs256 => RsaKeyPair::from_pkcs8(der).ok().map(Self::Rs256),
            Algorithm::Ps256 => RsaKeyPair::from_pkcs8(der).ok().map(Self::Ps256),
            Algorithm::Es256 => EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der)
                .ok()
                .map(Self::Es256),
        }
    }

    pub(super) fn to_pkcs8(&self) -> Option<Secret<Vec<u8>>> {
        let der = match self {
            Self::Rs256(pair) | Self::Ps256(pair) => {
                let der: Pkcs8V1Der<'_> = pair.as_der().ok()?;
                der.as_ref().to_vec()
            }
            Self::Es256(pair) => pair.to_pkcs8v1().ok()?.as_ref().to_vec(),
        };
        Some(Secret::new(der))
    }

    pub(super) const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Rs256(_) => Algorithm::Rs256,
            Self::Ps256(_) => Algorithm::Ps256,
            Self::Es256(_) => Algorithm::Es256,
        }
    }

    /// The public half as it stands in a certificate: the DER of `RSAPublicKey`, or the point.
    pub(super) fn public_bytes(&self) -> &[u8] {
        match self {
            Self::Rs256(pair) | Self::Ps256(pair) => pair.public_key().as_ref(),
            Self::Es256(pair) => pair.public_key().as_ref(),
        }
    }

    /// The members of a JWK that are the key itself (RFC 7518 sections 6.2.1 and 6.3.1). `alg` is named where it is
    /// not RS256: Entra's keys have none, but a key that signs by PS256 must not be taken for both.
    pub(super) fn public_members(&self) -> Option<Jwk> {
        let alg = match self.algorithm() {
            Algorithm::Rs256 => None,
            named @ (Algorithm::Ps256 | Algorithm::Es256) => Some(named.as_str().to_owned()),
        };
        let numbers = match self {
            Self::Rs256(_) | Self::Ps256(_) => rsa_members(self.public_bytes())?,
            Self::Es256(_) => p256_members(self.public_bytes())?,
        };
        Some(Jwk { alg, ..numbers })
    }

    /// The signature in the form of RFC 7518 section 3: for ES256 the two numbers behind each other, not DER.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Rs256(pair) => sign_rsa(pair, &RSA_PKCS1_SHA256, message),
            Self::Ps256(pair) => sign_rsa(pair, &RSA_PSS_SHA256, message),
            Self::Es256(pair) => Some(pair.sign(&randomness(), message).ok()?.as_ref().to_vec()),
        }
    }
}

fn sign_rsa(pair: &RsaKeyPair, padding: &'static dyn RsaEncoding, message: &[u8]) -> Option<Vec<u8>> {
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(padding, &randomness(), message, &mut signature).ok()?;
    Some(signature)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the library wants one and ignores it: its salts and nonces are its own"
)]
fn randomness() -> SystemRandom {
    SystemRandom::new()
}

fn rsa_members(public_der: &[u8]) -> Option<Jwk> {
    let public = RsaPublicKey::parse(public_der)?;
    Some(Jwk {
        kty: "RSA".to_owned(),
        n: URL_SAFE_NO_PAD.encode(&public.modulus),
        e: URL_SAFE_NO_PAD.encode(&public.exponent),
        ..Jwk::default()
    })
}

/// The point is written out in full (SEC 1 section 2.3.3): a byte 4, then both coordinates with 32 bytes each.
fn p256_members(point: &[u8]) -> Option<Jwk> {
    let (x, y) = point.strip_prefix(&[4])?.split_at_checked(32)?;
    Some(Jwk {
        kty: "EC".to_owned(),
        crv: "P-256".to_owned(),
        x: URL_SAFE_NO_PAD.encode(x),
        y: URL_SAFE_NO_PAD.encode(y),
        ..Jwk::default()
    })
}
