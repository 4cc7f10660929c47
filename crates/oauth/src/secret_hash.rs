//! The stored form of a client secret: a [`Secret`] comes in, a salted hash goes out, and back only a yes or no.
//!
//! Why SHA-256 and not a slow password hash: the secrets are made by the server from 32 random bytes
//! ([`Secret::generate`]), so there is nothing to guess. 2^256 tries do not become fewer because each is fast, while a
//! slow hash would let anybody spend our processor with wrong secrets. The salt keeps equal secrets from having equal
//! hashes. Passwords that people choose need a slow hash and must not be stored by this type.
//!
//! INVARIANT: the secret cannot be had back, and the comparison takes the same time wherever the difference lies.

use std::fmt;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

use crate::random::Random;
use crate::secret::Secret;

const VERSION: &str = "v1";
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = digest::SHA256_OUTPUT_LEN;

/// The stored text is not `v1$<salt>$<hash>`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("stored secret hash is not `v1$<salt>$<hash>`")]
pub struct SecretHashError;

/// A client secret as it is stored. Text form: `v1$<16 bytes of salt>$<sha-256 of salt and secret>`, both base64url.
#[derive(Clone)]
pub struct SecretHash {
    salt: [u8; SALT_BYTES],
    hash: [u8; HASH_BYTES],
}

impl SecretHash {
    /// Hashes a secret with a fresh salt.
    pub fn new(secret: &Secret<String>, random: &dyn Random) -> Self {
        let mut salt = [0; SALT_BYTES];
        random.fill(&mut salt);
        Self {
            salt,
            hash: salted(&salt, secret),
        }
    }

    /// Whether this is the hash of `secret`.
    #[must_use]
    pub fn matches(&self, secret: &Secret<String>) -> bool {
        self.hash.ct_eq(&salted(&self.salt, secret)).into()
    }

    /// The text to store.
    #[must_use]
    pub fn as_text(&self) -> String {
        format!(
            "{VERSION}${}${}",
            URL_SAFE_NO_PAD.encode(self.salt),
            URL_SAFE_NO_PAD.encode(self.hash)
        )
    }

    /// Reads what [`SecretHash::as_text`] wrote.
    pub fn parse(text: &str) -> Result<Self, SecretHashError> {
        let mut parts = text.split('$');
        let (version, salt, hash) = (parts.next(), parts.next(), parts.next());
        if version != Some(VERSION) || parts.next().is_some() {
            return Err(SecretHashError);
        }
        Ok(Self {
            salt: bytes(salt)?,
            hash: bytes(hash)?,
        })
    }
}

/// Shows nothing of salt and hash.
impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(..)")
    }
}

fn salted(salt: &[u8; SALT_BYTES], secret: &Secret<String>) -> [u8; HASH_BYTES] {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(salt);
    context.update(secret.expose().as_bytes());
    let mut hash = [0; HASH_BYTES];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

fn bytes<const N: usize>(part: Option<&str>) -> Result<[u8; N], SecretHashError> {
    let decoded = part.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    decoded.and_then(|bytes| bytes.try_into().ok()).ok_or(SecretHashError)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    fn hash_of(text: &str) -> SecretHash {
        SecretHash::new(&secret(text), &SeededRandom::new(5))
    }

    #[test]
    fn other_secrets_do_not_match() {
        let hash = hash_of("hunter2");
        for wrong in ["", "hunter", "hunter3", "Hunter2", "hunter2 ", &hash.as_text()] {
            assert!(!hash.matches(&secret(wrong)), "{wrong}");
        }
        assert!(hash.matches(&secret("hunter2")));
    }

    #[test]
    fn broken_text_is_refused() {
        let good = hash_of("hunter2").as_text();
        for bad in [
            "",
            "v1",
            "v1$$",
            "$$",
            "v1$AAAA$AAAA",
            &good.replace("v1", "v2"),
            &format!("{good}$"),
            &format!("{good}="),
        ] {
            assert_eq!(
                SecretHash::parse(bad).map(|hash| hash.as_text()),
                Err(SecretHashError),
                "{bad}"
            );
        }
        assert_eq!(SecretHash::parse(&good).map(|hash| hash.as_text()), Ok(good));
    }

    #[test]
    fn equal_secrets_have_different_hashes() {
        let random = SeededRandom::new(5);
        let (one, two) = (
            SecretHash::new(&secret("s"), &random),
            SecretHash::new(&secret("s"), &random),
        );
        assert_ne!(one.as_text(), two.as_text());
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", hash_of("hunter2")), "SecretHash(..)");
    }

    proptest::proptest! {
        #[test]
        fn stored_text_still_matches(text: String, seed: u64) {
            let stored = SecretHash::new(&secret(&text), &SeededRandom::new(seed)).as_text();
            proptest::prop_assert!(SecretHash::parse(&stored).is_ok_and(|hash| hash.matches(&secret(&text))));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = SecretHash::parse(&text);
        }
    }
}
