//! The public key of a passkey.
//!
//! In: an algorithm and a `SubjectPublicKeyInfo`. Out: [`PublicKey`]. INVARIANT: a key is checked with the one algorithm
//! with which it was enrolled; there are three, and all cryptography is that of aws-lc-rs.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
};

/// An algorithm of passkeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// ECDSA with P-256: what phones and most keys have.
    Es256,
    /// Ed25519.
    EdDsa,
    /// RSA: what Windows has where its chip knows no other.
    Rs256,
}

/// A key with its algorithm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicKey {
    pub(crate) algorithm: Algorithm,
    pub(crate) spki: Vec<u8>,
}

impl Algorithm {
    /// All, the preferred ones first.
    pub(crate) const ALL: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];

    /// The number in the COSE registry.
    pub(crate) fn cose(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
            Self::Rs256 => -257,
        }
    }

    /// The algorithm of a number.
    pub(crate) fn of_cose(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.cose() == number)
    }
}

impl PublicKey {
    /// Reads a key; `None` for what is none of its algorithm.
    pub(crate) fn read(algorithm: Algorithm, spki: Vec<u8>) -> Option<Self> {
        let parsed = match algorithm {
            Algorithm::Es256 => ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &spki),
            Algorithm::EdDsa => ParsedPublicKey::new(&ED25519, &spki),
            Algorithm::Rs256 => ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &spki),
        };
        parsed.is_ok().then_some(Self { algorithm, spki })
    }

    /// Whether a signature is of this key.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let outcome = match self.algorithm {
            Algorithm::Es256 => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.spki).verify(message, signature),
            Algorithm::EdDsa => UnparsedPublicKey::new(&ED25519, &self.spki).verify(message, signature),
            Algorithm::Rs256 => {
                UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.spki).verify(message, signature)
            }
        };
        outcome.is_ok()
    }
}
