//! A public key ready for verification: numbers, a JWK or a certificate's key comes in, a yes or no per signature
//! goes out.
//!
//! INVARIANT: every key here is RSA of at least 2048 bits or a point on P-256, and answers only for algorithms of its
//! own type (RFC 8725 section 3.1).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::algorithm::Algorithm;
use crate::jwk::Jwk;

/// Length in bytes of a coordinate on P-256 (RFC 7518 section 6.2.1.2).
const COORDINATE_BYTES: usize = 32;
/// Before the two coordinates of a point that is written out in full (SEC 1 section 2.3.3).
const UNCOMPRESSED: u8 = 4;
/// The shortest modulus (RFC 7518 section 3.3).
const MIN_MODULUS_BITS: usize = 2048;

/// Why a signature proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignatureError {
    /// The key is not for this algorithm.
    KeyOfOtherAlgorithm,
    /// The signature was not made of this message with this key.
    Forged,
}

/// One parsed key.
#[derive(Clone, Debug)]
pub(crate) enum PublicKey {
    /// The same numbers twice, since the library ties a parsed key to one padding.
    Rsa {
        pkcs1: ParsedPublicKey,
        pss: ParsedPublicKey,
    },
    P256(ParsedPublicKey),
}

impl PublicKey {
    /// From big-endian modulus and exponent; DER puts a zero byte before a number whose first bit is set.
    pub(crate) fn rsa(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let (modulus, exponent) = (without_zeros(modulus), without_zeros(exponent));
        if bits(modulus) < MIN_MODULUS_BITS {
            return None;
        }
        let components = RsaPublicKeyComponents {
            n: modulus,
            e: exponent,
        };
        Some(Self::Rsa {
            pkcs1: components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok()?,
            pss: components.to_parsed_public_key(&RSA_PSS_2048_8192_SHA256).ok()?,
        })
    }

    /// From a point on the curve, or from the DER of `SubjectPublicKeyInfo` (RFC 5480 section 2) around one.
    pub(crate) fn p256(point_or_spki: &[u8]) -> Option<Self> {
        ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point_or_spki)
            .ok()
            .map(Self::P256)
    }

    /// From the members that are numbers; `alg`, `use` and the like are the caller's to look at.
    pub(crate) fn from_jwk(jwk: &Jwk) -> Option<Self> {
        let bytes = |member: &str| URL_SAFE_NO_PAD.decode(member).ok();
        match (jwk.kty.as_str(), jwk.crv.as_str()) {
            ("RSA", _) => Self::rsa(&bytes(&jwk.n)?, &bytes(&jwk.e)?),
            ("EC", "P-256") => {
                let (x, y) = (bytes(&jwk.x)?, bytes(&jwk.y)?);
                if x.len() != COORDINATE_BYTES || y.len() != COORDINATE_BYTES {
                    return None;
                }
                Self::p256(&[&[UNCOMPRESSED], x.as_slice(), y.as_slice()].concat())
            }
            _ => None,
        }
    }

    /// Whether signatures of this algorithm are made with keys of this type.
    pub(crate) const fn fits(&self, algorithm: Algorithm) -> bool {
        match algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 => matches!(self, Self::Rsa { .. }),
            Algorithm::Es256 => matches!(self, Self::P256(_)),
        }
    }

    /// Proves that `signature` was made of `message` with this key by this algorithm.
    pub(crate) fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        let key = match (algorithm, self) {
            (Algorithm::Rs256, Self::Rsa { pkcs1, .. }) => pkcs1,
            (Algorithm::Ps256, Self::Rsa { pss, .. }) => pss,
            (Algorithm::Es256, Self::P256(key)) => key,
            (Algorithm::Rs256 | Algorithm::Ps256, Self::P256(_)) | (Algorithm::Es256, Self::Rsa { .. }) => {
                return Err(SignatureError::KeyOfOtherAlgorithm);
            }
        };
        key.verify_sig(message, signature).ok().ok_or(SignatureError::Forged)
    }
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// Of a number without leading zeros.
fn bits(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |byte| byte.leading_zeros());
    (number.len() * 8).saturating_sub(unused as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing_key::SigningKey;

    #[test]
    fn bits_are_counted_from_the_first_that_is_set() {
        let check = |number: &[u8], expected: usize| assert_eq!(bits(without_zeros(number)), expected, "{number:?}");
        check(&[], 0);
        check(&[0, 0], 0);
        check(&[1], 1);
        check(&[0, 0x7f, 0], 15);
        check(&[0x80; 256], 2048);
    }

    #[test]
    fn weak_and_odd_keys_are_refused() {
        let rsa = |modulus: &[u8], exponent: &[u8]| PublicKey::rsa(modulus, exponent).is_some();
        assert!(!rsa(&[], &[3]));
        assert!(!rsa(&[0xA5; 128], &[1, 0, 1]));
        assert!(!rsa(&[0x25; 256], &[1, 0, 1]));
        assert!(!rsa(&[0xA5; 256], &[]));
        assert!(rsa(&[0xA5; 256], &[1, 0, 1]));

        let elliptic = SigningKey::generate(Algorithm::Es256).unwrap().public_jwk(None);
        let short = URL_SAFE_NO_PAD.encode([7; 31]);
        let check = |jwk: Jwk, expected: bool| assert_eq!(PublicKey::from_jwk(&jwk).is_some(), expected, "{jwk:?}");
        let with_x = |x: &str| Jwk {
            x: x.to_owned(),
            ..elliptic.clone()
        };
        check(with_x(""), false);
        check(with_x("!"), false);
        check(with_x(&short), false);
        check(with_x(&elliptic.y), false);
        check(
            Jwk {
                crv: "P-384".to_owned(),
                ..elliptic.clone()
            },
            false,
        );
        check(
            Jwk {
                kty: "oct".to_owned(),
                ..elliptic.clone()
            },
            false,
        );
        check(elliptic, true);
    }

    #[test]
    fn a_key_answers_for_its_own_algorithm_alone() {
        for algorithm in Algorithm::ALL {
            let key = SigningKey::generate(algorithm).unwrap();
            let token = key.sign_as("JWT", &()).unwrap();
            let (message, signature) = token.rsplit_once('.').unwrap();
            let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
            let public = PublicKey::from_jwk(&key.public_jwk(None)).unwrap();
            for asked in Algorithm::ALL {
                let expected = match asked {
                    same if same == algorithm => Ok(()),
                    fitting if public.fits(fitting) => Err(SignatureError::Forged),
                    _ => Err(SignatureError::KeyOfOtherAlgorithm),
                };
                let verified = public.verify(asked, message.as_bytes(), &signature);
                assert_eq!(verified, expected, "{algorithm:?} taken as {asked:?}");
            }
            assert_eq!(
                public.verify(algorithm, b"other", &signature),
                Err(SignatureError::Forged)
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(first: Vec<u8>, second: Vec<u8>) {
            let _ = PublicKey::rsa(&first, &second);
            let _ = PublicKey::p256(&first);
        }
    }
}
